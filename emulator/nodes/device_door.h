// SPDX-License-Identifier: Apache-2.0
// A door that makes a device which any program can open: a mounted folder, a character device, a
// SCSI device of the kernel. It serves whoever comes, whenever somebody calls attend():
//
//     auto door = FuseDoor::create(options, drive, clock);     the device is there
//     serve_until_stopped(...) or run_through(...)             emulator/nodes/serving.h
//     door.reset();                                            the device is gone
//
// Doors that must hold their program instead (preload, seccomp) are not of this shape.
// One thread at a time.
#pragma once

#include <string>

#include <sys/types.h>

#include "emulator/nodes/attendant.h"

namespace burnrig::emulator::nodes {

class DeviceDoor : public Attendant {
public:
    /// Where the device is: what a program under `burnrig run` finds in $BURNRIG_DEVICE.
    virtual const std::string& path() const = 0;

    /// Whether somebody took the device away from outside, as by umount: nobody can come any more.
    virtual bool closed() const { return false; }

    /// Whether a program has it open, as far as the door can know.
    virtual bool in_use() const { return false; }

    /// Takes the drive's nodes away as pulling its cable does, or brings them back, perhaps at
    /// another path(). False: this door cannot.
    virtual bool plug(bool /*there*/) { return false; }

    /// The process whose call is being served, for rules that send it a signal; 0 when there is
    /// none or the door is not told.
    virtual pid_t caller() const { return 0; }
};

} // namespace burnrig::emulator::nodes
