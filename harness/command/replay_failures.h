// SPDX-License-Identifier: Apache-2.0
// The part of `burnrig replay` that carries failed trials of a sweep out again. One thread at a
// time.
#pragma once

#include <string>

namespace burnrig::harness {

/// By its name: a .yaml file, or a directory of them.
bool are_failures(const std::string& path);

/// The exit code: 0 when every invariant that a file names holds now.
int replay_failures(const std::string& path, bool trace);

} // namespace burnrig::harness
