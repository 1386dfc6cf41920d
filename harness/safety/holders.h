// SPDX-License-Identifier: Apache-2.0
// Who else uses a drive. A drive has several nodes, and is known by its device numbers:
//
//     /dev/sg0  21:0 --.                                  /proc/self/mountinfo: 11:0 on /media/cd
//     /dev/sr0  11:0 --+-- one SCSI device -- block 11:0  /sys/dev/block/11:0/holders: dm-0
//     /dev/cdrom -> sr0
//
// Thread-safe (no state).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mmc/result.h"

namespace burnrig::harness {

struct BlockDevice {
    std::string number; ///< "11:0"
    std::string node;   ///< "/dev/sr0"
};

/// The block devices that are the drive behind this node, whichever node it is. Empty: the node is
/// no device.
std::vector<BlockDevice> block_devices_of(const std::string& node,
                                          const std::string& sysfs = "/sys");

/// Where one of these devices, or a device of this name, is mounted; "" when it is not.
/// `mountinfo`: the text of /proc/self/mountinfo (proc(5)).
std::string mount_point_of(std::string_view mountinfo, const std::vector<BlockDevice>& devices,
                           const std::string& node);

/// What is built on one of these devices (a device mapper's, say); "" when nothing is.
std::string holder_of(const std::vector<BlockDevice>& devices, const std::string& sysfs = "/sys");

/// Fails with who uses it. The caller holds the node open exclusively already; this is libburn's
/// order.
mmc::Result<void> nobody_holds(const std::string& node);

} // namespace burnrig::harness
