// SPDX-License-Identifier: Apache-2.0
// The names under which a program finds the drives, written into the shared memory:
//
//     /dev/sr0 /dev/sg0 /dev/bsg/0:0:0:0 /dev/scd0      nodes
//     /dev/cdrom /dev/dvd                               links to the first drive
//     /dev/disk/by-id/... /dev/disk/by-path/...         links, when the drive is known
#pragma once

#include <vector>

#include "emulator/nodes/linux/linux_host.h"
#include "emulator/nodes/linux/system_files.h"
#include "emulator/nodes/preload/preload_node.h"
#include "emulator/nodes/preload/shared_memory.h"

namespace burnrig::emulator::nodes::preload {

/// The nodes of every drive; the first one of a kind is its real name.
void add_paths(Header& header, const std::vector<PreloadOptions::Names>& drives,
               const LinuxHost& host, bool aix);

/// A run before this one may have added them. Of two drives that say the same of themselves the
/// first has the link.
void add_udev_links(Header& header, std::uint32_t drive, const DriveDescription& description);

} // namespace burnrig::emulator::nodes::preload
