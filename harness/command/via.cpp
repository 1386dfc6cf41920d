// SPDX-License-Identifier: Apache-2.0
#include "harness/command/via.h"

#include <algorithm>
#include <csignal>
#include <optional>

#include <fmt/ranges.h>

#include "emulator/nodes/preload/preload_node.h"
#include "emulator/nodes/seccomp/seccomp_node.h"
#include "emulator/nodes/serving.h"
#include "harness/command/rig_doors.h"

namespace burnrig::harness {
namespace {

using emulator::nodes::PreloadNode;
using emulator::nodes::PreloadOptions;
using emulator::nodes::SeccompNode;
using emulator::nodes::SeccompOptions;

/// A node that holds its program. It serves several drives.
template <class Node>
class HoldingDoor : public ProgramDoor {
public:
    explicit HoldingDoor(std::unique_ptr<Node> node) : node_(std::move(node)) {}
    mmc::Clock& clock() override { return node_->clock(); }
    void on_host_event(std::function<int(std::string_view event)> listener) override {
        node_->on_host_event(std::move(listener));
    }
    void signal(int number) override { node_->signal(number); }
    mmc::Result<int> run(mmc::Target& target, const std::vector<std::string>& argv,
                         emulator::nodes::Attendant* attendant) override {
        return node_->run(target, argv, attendant);
    }
    bool plug(std::size_t drive, bool there) override {
        node_->plug(drive, there);
        return true;
    }
    void on_host_event_of(std::size_t drive,
                          std::function<int(std::string_view event)> listener) override {
        node_->on_host_event(std::move(listener), drive);
    }
    mmc::Result<int> run_all(std::span<mmc::Target* const> targets,
                             const std::vector<std::string>& argv,
                             emulator::nodes::Attendant* attendant) override {
        return node_->run(targets, argv, attendant);
    }

protected:
    Node& node() { return *node_; }

private:
    std::unique_ptr<Node> node_;
};

/// A door that any program can open, with our program in front of it. It is made when the rig is.
class OpenDoor final : public ProgramDoor {
public:
    using Make = MadeDoor (*)(const RigAtDoor& at);

    OpenDoor(const ViaOptions& options, Make make)
        : clock_(emulator::nodes::Pace{options.virtual_time, options.speed}), make_(make),
          host_(options.host) {}
    mmc::Clock& clock() override { return clock_; }
    void on_host_event(std::function<int(std::string_view event)>) override {
        // Whoever makes the door asks the rig itself.
    }
    void meet(Rig& rig, control::RigControl& control, const std::string& trace) override {
        let_control_time(control, clock_);
        patient_.emplace(rig.target(), clock_);
        at_.emplace(RigAtDoor{rig, control, *patient_, clock_, trace, host_});
    }
    bool plug(std::size_t drive, bool there) override {
        return drive == 0 && door_ != nullptr && door_->plug(there);
    }
    void signal(int number) override {
        if (program_ > 0)
            ::kill(program_, number);
    }
    mmc::Result<int> run(mmc::Target& /*that of meet()*/, const std::vector<std::string>& argv,
                         emulator::nodes::Attendant* attendant) override {
        const auto door = make_(*at_);
        if (!door)
            return tl::unexpected(door.error());
        emulator::nodes::DeviceDoor* const served[] = {door->get()};
        door_ = door->get();
        auto code = emulator::nodes::run_through({served, attendant}, argv,
                                                 [this](pid_t program) { program_ = program; });
        program_ = 0;
        door_ = nullptr;
        return code;
    }

private:
    emulator::nodes::DoorClock clock_;
    Make make_;
    emulator::nodes::LinuxHost host_;
    std::optional<emulator::nodes::PatientTarget> patient_;
    std::optional<RigAtDoor> at_;
    pid_t program_ = 0;
    emulator::nodes::DeviceDoor* door_ = nullptr; // while a program runs
};

using Made = mmc::Result<std::unique_ptr<ProgramDoor>>;

/// What the system would have learned of a drive when it found it.
emulator::nodes::DriveDescription description_of(const emulator::DriveModel& model) {
    const auto records = [&model](std::initializer_list<std::uint16_t> profiles) {
        return std::any_of(profiles.begin(), profiles.end(), [&model](std::uint16_t profile) {
            return std::find(model.profiles.begin(), model.profiles.end(), profile) !=
                   model.profiles.end();
        });
    };
    emulator::nodes::DriveDescription drive;
    drive.vendor = model.vendor;
    drive.product = model.product;
    drive.revision = model.revision;
    drive.serial = model.serial;
    drive.tray = model.loading_mechanism != emulator::LoadingMechanism::caddy;
    drive.writes_cd_r = records({0x09});
    drive.writes_cd_rw = records({0x0A});
    drive.reads_dvd = records({0x10, 0x11});
    drive.writes_dvd_r = records({0x11});
    drive.writes_dvd_ram = records({0x12});
    drive.writes_randomly = records({0x12, 0x13, 0x1A, 0x43});
    return drive;
}

/// Tells programs what the system would know of the drive, and has AIX's nodes.
class PreloadDoor final : public HoldingDoor<PreloadNode> {
public:
    using HoldingDoor::HoldingDoor;
    const emulator::nodes::AixErrorLog* error_log() override { return node().error_log(); }
    void describe(std::size_t drive, const emulator::DriveModel& model) override {
        node().describe(description_of(model), drive);
    }
};

/// What is said of the nodes of every door that holds its program.
template <class Options>
Options nodes_of(const ViaOptions& options) {
    Options node;
    node.block_path = options.block_path;
    node.generic_path = options.generic_path;
    node.host = options.host;
    for (const FurtherNodes& drive : options.further)
        node.further_drives.push_back({drive.block_path, drive.generic_path});
    return node;
}

Made make_preload(const ViaOptions& options) {
    auto node = nodes_of<PreloadOptions>(options);
    node.aix = options.aix;
    node.virtual_time = options.virtual_time;
    node.speed = options.speed;
    auto made = PreloadNode::create(node);
    if (!made)
        return tl::unexpected(made.error());
    return std::make_unique<PreloadDoor>(std::move(*made));
}

/// Its drives' time can be changed by the control socket.
class SeccompDoor final : public HoldingDoor<SeccompNode> {
public:
    using HoldingDoor::HoldingDoor;
    void meet(Rig&, control::RigControl& control, const std::string&) override {
        let_control_time(control, node().clock());
    }
};

Made make_seccomp(const ViaOptions& options) {
    auto node = nodes_of<SeccompOptions>(options);
    node.pace = {options.virtual_time, options.speed};
    auto made = SeccompNode::create(node);
    if (!made)
        return tl::unexpected(made.error());
    return std::make_unique<SeccompDoor>(std::move(*made));
}

/// Says whose complaint it is: it comes when the rig is made, long after make_door().
MadeDoor of(std::string_view name, MadeDoor door) {
    return std::move(door).map_error([name](const mmc::Error& error) {
        return mmc::Error{fmt::format("--via {}: {}", name, error.message)};
    });
}

Made make_fuse(const ViaOptions& options) {
    return std::make_unique<OpenDoor>(options, [](const RigAtDoor& at) {
        return of("fuse", fuse_door(at, {.folder = {}, .ours = true}));
    });
}

Made make_cuse(const ViaOptions& options) {
    return std::make_unique<OpenDoor>(
        options, [](const RigAtDoor& at) { return of("cuse", cuse_door(at, {})); });
}

Made make_tcmu(const ViaOptions& options) {
    return std::make_unique<OpenDoor>(
        options, [](const RigAtDoor& at) { return of("tcmu", tcmu_door(at, {})); });
}

constexpr ViaDoor doors[] = {
    {"preload",
     "a library in $LD_PRELOAD; needs nothing, is fast, and under --time virtual the program's "
     "clocks and sleeps are the drive's. Does not reach static, setuid and Go programs",
     make_preload, true, true},
    {"seccomp",
     "the kernel asks burnrig about each system call on files; for static, Go and Rust programs "
     "too. Needs Linux 5.19 and no other supervisor of system calls. The program's clocks are the "
     "machine's: under --time virtual the drive's commands take no real time. Setuid programs "
     "run without their extra rights, 32-bit ones do not see the drive, and nothing can mmap it",
     make_seccomp, true},
    {"fuse",
     "a folder mounted for the run, in it the drive as sr ($BURNRIG_DEVICE) and sg and what "
     "`burnrig serve --fuse` shows; for any program that takes a plain file for a drive. Needs "
     "/dev/fuse, and for users fusermount3. The program's clocks are the machine's, as with "
     "seccomp. growisofs, dvd+rw-tools, cdparanoia and libcdio want a device and refuse",
     make_fuse},
    {"cuse",
     "a character device, the first free /dev/srN ($BURNRIG_DEVICE), for programs that use ioctl() "
     "alone: reading it is refused, and growisofs, dvd+rw-tools, mount and eject want a block "
     "device. Needs root and the module cuse. The program's clocks are the machine's",
     make_cuse},
    {"tcmu",
     "a SCSI device of the kernel, with its own /dev/srN ($BURNRIG_DEVICE) and /dev/sgN: for every "
     "program, and it mounts. Needs root and the modules target_core_user and tcm_loop. The "
     "program's clocks are the machine's. Of vendor commands (C0h to FFh) 10 bytes come through; "
     "fault rules at host.open and host.close are refused, for the kernel tells nobody of them",
     make_tcmu, false, false, true},
};

// The names of all doors, or of those that can do a thing.
std::string names_with(bool ViaDoor::*ability) {
    std::vector<std::string_view> names;
    for (const ViaDoor& door : doors)
        if (!ability || door.*ability)
            names.push_back(door.name);
    return fmt::format("{}", fmt::join(names, ", "));
}

} // namespace

std::span<const ViaDoor> via_doors() {
    return doors;
}

bool has_kernel_node(std::string_view name) {
    return std::any_of(std::begin(doors), std::end(doors), [name](const ViaDoor& door) {
        return door.name == name && door.kernel_node;
    });
}

std::string via_names() {
    return names_with(nullptr);
}

mmc::Result<std::unique_ptr<ProgramDoor>> make_door(std::string_view name,
                                                    const ViaOptions& options) {
    const auto door = std::find_if(std::begin(doors), std::end(doors),
                                   [&](const ViaDoor& known) { return known.name == name; });
    if (door == std::end(doors))
        return mmc::fail("--via {}: there is no such way; there are: {}", name, via_names());
    if (!options.further.empty() && !door->several_drives)
        return mmc::fail("--via {}: serves one drive; several: {}", name,
                         names_with(&ViaDoor::several_drives));
    if (options.aix && !door->aix)
        return mmc::fail("--via {}: has no devices of AIX; these have: {}", name,
                         names_with(&ViaDoor::aix));
    auto made = door->make(options);
    if (!made)
        return mmc::fail("--via {}: {}", name, made.error().message);
    return made;
}

} // namespace burnrig::harness
