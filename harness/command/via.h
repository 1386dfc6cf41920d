// SPDX-License-Identifier: Apache-2.0
// How the program of `burnrig run` gets at the drive: the doors of --via, one row each.
//
//     via_doors()  ->  name, what it is, make(options)  ->  ProgramDoor: clock(), run(target, argv)
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/drive/drive_model.h"
#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/attendant.h"
#include "emulator/nodes/linux/linux_host.h"
#include "harness/control/rig_control.h"
#include "mmc/clock.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::harness {

/// A door with a program behind it.
class ProgramDoor {
public:
    virtual ~ProgramDoor() = default;

    /// The time of the drive.
    virtual mmc::Clock& clock() = 0;
    /// Told of "open" and "close" of the device; an errno from it refuses an opening.
    virtual void on_host_event(std::function<int(std::string_view event)> listener) = 0;
    /// Told before run() whose drive it is: for doors that show more of a rig than its device.
    virtual void meet(Rig& /*rig*/, control::RigControl& /*control*/,
                      const std::string& /*trace*/) {}
    /// What AIX's driver has logged, after run(); nullptr when there is none.
    virtual const emulator::nodes::AixErrorLog* error_log() { return nullptr; }
    /// Sends a signal to the program that runs.
    virtual void signal(int number) = 0;
    /// Runs the program to its end; its exit code as a shell tells it.
    virtual mmc::Result<int> run(mmc::Target& target, const std::vector<std::string>& argv,
                                 emulator::nodes::Attendant* attendant) = 0;

    /// The same for a door with several drives; on_host_event() is about the first of them.
    /// Takes a drive's nodes away as pulling its cable does, or brings them back; only while run()
    /// hears an attendant. False: this door cannot.
    virtual bool plug(std::size_t, bool) { return false; }
    /// What the drive is, for doors whose programs can ask the system about it; before run().
    virtual void describe(std::size_t, const emulator::DriveModel&) {}
    virtual void on_host_event_of(std::size_t, std::function<int(std::string_view event)>) {}
    virtual mmc::Result<int> run_all(std::span<mmc::Target* const> targets,
                                     const std::vector<std::string>& argv,
                                     emulator::nodes::Attendant* attendant) {
        return run(*targets.front(), argv, attendant);
    }
};

/// The nodes of a drive that is not the first.
struct FurtherNodes {
    std::string block_path;
    std::string generic_path;
};

struct ViaOptions {
    std::string block_path;
    std::string generic_path;
    emulator::nodes::LinuxHost host;                     ///< what the drive seems to hang on
    std::optional<emulator::nodes::AixAttributes> aix{}; ///< set: the nodes are AIX's
    bool virtual_time = true;
    double speed = 1; ///< drive seconds in a real second, when time is not virtual
    std::vector<FurtherNodes> further{}; ///< of all drives but the first
};

/// A row of --via.
struct ViaDoor {
    std::string_view name;
    std::string_view summary; ///< for --help: what it reaches, what it needs and lacks
    /// Fails, with the reason, where it cannot work.
    mmc::Result<std::unique_ptr<ProgramDoor>> (*make)(const ViaOptions& options);
    bool several_drives = false;
    bool aix = false;         ///< can have AIX's nodes
    bool kernel_node = false; ///< nobody tells who opens the device
};

std::span<const ViaDoor> via_doors();

/// Whether the door of that name has a device of the kernel's own.
bool has_kernel_node(std::string_view name);

/// "preload, seccomp".
std::string via_names();

/// The door of a name. Fails, with the reason, where it cannot work.
mmc::Result<std::unique_ptr<ProgramDoor>> make_door(std::string_view name,
                                                    const ViaOptions& options);

} // namespace burnrig::harness
