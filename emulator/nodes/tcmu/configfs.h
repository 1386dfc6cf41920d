// SPDX-License-Identifier: Apache-2.0
// A drive as Linux's target subsystem knows it, made and taken away by files of configfs:
//
//     /sys/kernel/config/target/core/user_0/NAME              the backstore: commands go to its
//     ring /sys/kernel/config/target/loopback/naa.X/tpgt_1/lun/lun_0/NAME -> the backstore
//                                                             a SCSI host of this machine with it
//
// Making that link has the kernel look for a drive there, and its questions go to the ring, so
// somebody must answer them meanwhile; the same when the link goes.
#pragma once

#include <string>

#include "mmc/result.h"

namespace burnrig::emulator::nodes::tcmu {

/// The folder of Linux's target subsystem; an error that says what to do when there is none.
mmc::Result<std::string> target_folder();

struct LunPaths {
    LunPaths(const std::string& target_folder, const std::string& name);
    std::string hba, backstore; ///< .../core/user_0, .../core/user_0/NAME
    std::string wwn, tpg, lun;  ///< .../naa.X, .../tpgt_1, .../lun_0
    std::string link;           ///< .../lun_0/NAME
    std::string nexus;          ///< the initiator's name, as the attribute `nexus` takes it
};

/// Makes and enables the backstore, with all that must be set before it is linked.
mmc::Result<void> make_backstore(const LunPaths& paths, const std::string& name);

/// The uio device of a backstore: "uio0". Empty when there is none.
std::string find_uio(const std::string& name);

/// Everything of the SCSI host but the link.
mmc::Result<void> make_host(const LunPaths& paths);

/// Where the drive will be on the SCSI bus: "3:0:1:0".
mmc::Result<std::string> bus_address(const LunPaths& paths);

/// Calls that wait for the ring to be served: link() makes the drive appear, unlink() disappear.
/// 0 or an errno. Safe in a forked child.
int link_lun(const LunPaths& paths);
int unlink_lun(const LunPaths& paths);

/// Takes away what is left of a host and a backstore without a link. What is not there is no error.
void remove_host(const LunPaths& paths);
mmc::Result<void> remove_backstore(const LunPaths& paths);

/// Has the kernel fail the commands that nobody answered any more, so that nobody waits for them.
void fail_outstanding(const LunPaths& paths);

} // namespace burnrig::emulator::nodes::tcmu
