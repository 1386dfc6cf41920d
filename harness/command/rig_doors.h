// SPDX-License-Identifier: Apache-2.0
// The doors that any program can open, put around a rig, and the control that goes with them.
//
//     const RigAtDoor at{rig, control, patient_target, clock, trace};
//     auto door = fuse_door(at, {.folder = "drive"});
//
// One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "emulator/nodes/device_door.h"
#include "emulator/nodes/door_clock.h"
#include "emulator/nodes/linux/linux_host.h"
#include "harness/control/rig_control.h"
#include "harness/control/server.h"
#include "harness/rig/rig.h"

namespace burnrig::harness {

/// What --time asks for, as a clock that can be told anew.
mmc::Result<std::unique_ptr<emulator::nodes::DoorClock>> door_clock(const std::string& time);

/// Lets `ctl time` set that clock.
void let_control_time(control::RigControl& control, emulator::nodes::DoorClock& clock);

/// A rule has the drive pause: the control socket is heard until somebody says "resume", or until
/// a signal comes.
void wait_for_resume(control::RigControl& control, control::ControlServer& server);

/// A rig as doors are put around it. All must outlive the door.
struct RigAtDoor {
    Rig& rig;
    control::RigControl& control;
    mmc::Target& target; ///< where commands go in
    emulator::nodes::DoorClock& clock;
    std::string trace{}; ///< the rig's trace file, "" for none
    emulator::nodes::LinuxHost host = emulator::nodes::sata_host; ///< what it seems to hang on
    int number = 0;           ///< of several drives: which one, from 0 on
    std::string our_folder{}; ///< what is served by this process; "": the door's own folder
};

using MadeDoor = mmc::Result<std::unique_ptr<emulator::nodes::DeviceDoor>>;

struct FuseWishes {
    std::string folder{}; ///< "": a temporary one
    bool ours = false;    ///< only a program that we start will come
};

/// The folder with the drive, its disc, and texts that do what `burnrig ctl` does.
MadeDoor fuse_door(const RigAtDoor& at, const FuseWishes& wishes);

/// A character device /dev/NAME; "": the first /dev/srN that is free.
MadeDoor cuse_door(const RigAtDoor& at, const std::string& name);

/// A SCSI device of the kernel: /dev/srN and /dev/sgN. "": one of this process alone.
MadeDoor tcmu_door(const RigAtDoor& at, const std::string& name);

} // namespace burnrig::harness
