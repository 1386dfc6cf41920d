// SPDX-License-Identifier: Apache-2.0
// A drive that the programs under the filter can find.
#pragma once

#include <array>
#include <string>

#include "emulator/nodes/linux/linux_device.h"

namespace burnrig::emulator::nodes::seccomp {

struct AttachedDrive {
    LinuxDevice& device;
    std::array<std::string, 3> paths{}; ///< of its nodes, by NodeKind: absolute and tidy
    bool there = true;                  ///< false: its cable is pulled

    const std::string& path(NodeKind kind) const { return paths[static_cast<std::size_t>(kind)]; }
};

} // namespace burnrig::emulator::nodes::seccomp
