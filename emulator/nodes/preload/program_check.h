// SPDX-License-Identifier: Apache-2.0
// Says beforehand whether LD_PRELOAD can reach a program.
#pragma once

#include <string>

namespace burnrig::emulator::nodes::preload {

/// Why the dynamic loader will not load the shim into the program; "" when it will.
std::string unreachable_reason(const std::string& path);

} // namespace burnrig::emulator::nodes::preload
