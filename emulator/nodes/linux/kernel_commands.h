// SPDX-License-Identifier: Apache-2.0
// The commands that the kernel's cdrom and sr layers send by themselves, with their own timeouts,
// their patience with unit attentions, and their way to make an errno of a sense code.
//
//     unit attention          noted as a media change, sent again      -> ENOMEDIUM after 10 times
//     02/04/01                waits 2 s, sent again                    -> ENOMEDIUM after 10 times
//     other 02/xx/xx          -> ENOMEDIUM
//     05/20/00                -> EOPNOTSUPP
//     any other CHECK         -> EIO
//     no CHECK CONDITION      -> 0, also for a host error
//
// Source: Linux 6.1 sr_do_ioctl(), scsi_ioctl.c ioctl_internal_command().
#pragma once

#include <cstdint>
#include <span>

#include "mmc/target.h"

namespace burnrig::emulator::nodes {

class KernelCommands {
public:
    KernelCommands(mmc::Target& target, mmc::Clock& clock) : target_(target), clock_(clock) {}

    /// A command of the cdrom layer: 0 or a negative errno as drawn above. `transferred` tells how
    /// much of `data_in` came.
    int packet(std::span<const std::uint8_t> cdb, std::span<std::uint8_t> data_in = {},
               mmc::Duration timeout = std::chrono::seconds(7));
    /// The same with data for the drive.
    int packet_out(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> data_out,
                   mmc::Duration timeout);

    /// A command that is sent once, whatever comes of it: 0, or -EIO for any failure of the drive.
    int once(std::span<const std::uint8_t> cdb, std::span<std::uint8_t> data_in,
             mmc::Duration timeout);

    /// A command of the SCSI layer (tray, lock, start, stop): 0; 2 for a refusal, which is the raw
    /// status and what ioctl() then returns; a host error shifted by 16.
    int tray(std::span<const std::uint8_t> cdb, mmc::Duration timeout);

    /// A read or write of the block layer: refused without being sent while a change of the disc is
    /// not dealt with; waits for a drive that becomes ready; a unit attention is a failure.
    bool block(const mmc::Command& command);

    /// TEST UNIT READY until no unit attention comes back. The last completion is in last().
    bool unit_ready();

    std::uint32_t transferred() const { return last_.transferred; }
    const mmc::Completion& last() const { return last_; }
    /// Whether the last command ended with CHECK CONDITION.
    bool failed_by_drive() const { return last_.status == mmc::Status::check_condition; }

    /// Whether a unit attention came since the last call.
    bool take_changed();
    void note_changed() { changed_ = true; }

private:
    const mmc::Completion& send(const mmc::Command& command);
    int packet(const mmc::Command& command);

    mmc::Target& target_;
    mmc::Clock& clock_;
    mmc::Completion last_;
    bool changed_ = true; // a drive just found counts as changed
};

} // namespace burnrig::emulator::nodes
