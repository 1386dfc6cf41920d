// SPDX-License-Identifier: Apache-2.0
// The command line again as text that a shell takes, for the `replay` key of result files.
// Thread-safe.
#pragma once

#include <span>
#include <string>

namespace burnrig::harness {

/// Each word quoted where the shell needs it.
std::string shell_line(std::span<const std::string> words);

/// The command line of this process, its first word "burnrig".
std::string replay_command();

} // namespace burnrig::harness
