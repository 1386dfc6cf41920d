// SPDX-License-Identifier: Apache-2.0
// burnrig serve: offers a simulated drive to any program until it is stopped.
//
//     burnrig serve --fuse drive --socket control &
//     wodim dev=drive/sr image.iso;  cmp image.iso drive/disc.iso;  cat drive/status.json
//     burnrig ctl control eject
//     kill %1
//
// Several drives: every further --drive begins another one, with a folder of its own in DIR.
//
//     burnrig serve --fuse drives --socket control --drive A --disc source --drive B &
//     cp drives/1/disc.iso .;  wodim dev=drives/2/sr disc.iso;  burnrig ctl --drive 2 control eject
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/nodes/serving.h"
#include "harness/command/command.h"
#include "harness/command/further_drives.h"
#include "harness/command/rig_doors.h"
#include "harness/command/target_options.h"
#include "harness/report/disc_text.h"
#include "harness/report/fault_summary.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {
namespace {

using emulator::nodes::DeviceDoor;

struct ServeOptions {
    TargetOptions target;
    std::string socket;
    std::string fuse;
    std::string cuse;
    std::string tcmu;
    bool quiet = false;
};

void add_options(CLI::App& command, ServeOptions& options) {
    add_rig_options(command, options.target);
    command.add_option("--socket", options.socket,
                       "Make a socket at which `burnrig ctl` changes faults, disc, tray and time; "
                       "for this user only");
    command.add_option("--fuse", options.fuse,
                       "Mount a folder here: the drive as sr and sg, disc.iso, tracks, sessions, "
                       "faults, control, status.json, trace. Of several drives each has a folder "
                       "in it: DIR/1, DIR/2");
    command.add_option("--cuse", options.cuse,
                       "Make a character device /dev/NAME, for programs that use ioctl() alone; "
                       "reading it is refused. Needs root and the module cuse");
    command.add_option("--tcmu", options.tcmu,
                       "Make a SCSI device of the kernel under this name: a real /dev/srN and "
                       "/dev/sgN, which also mounts. Needs root and the modules target_core_user "
                       "and tcm_loop. What a killed run left of that name is taken away first");
    command.add_flag("-q,--quiet", options.quiet, "Print nothing but the line that says ready");
    command.footer(
        "Serves until SIGINT or SIGTERM. When the drive is there it prints a line of JSON:\n"
        "  {\"ready\":true,\"pid\":42,\"device\":\"/tmp/drive/sr\",\"folder\":\"/tmp/drive\",...}\n"
        "Programs keep their own clocks: with --time virtual what a command takes passes at once,\n"
        "and what goes on behind it (an immediate BLANK) in real time.\n"
        "Each --drive after the first begins another drive, which the options behind it are about\n"
        "(--medium, --disc, --fault, --trace, --cuse, --tcmu); `burnrig ctl --drive N` asks it.\n"
        "Exit codes: 0 stopped, 2 usage, 3 the rig is broken or the drive was taken away.");
}

/// A drive with its doors.
struct ServedDrive {
    ServedDrive(Rig& which, emulator::nodes::DoorClock& clock)
        : rig(which), control(which, clock), patient(which.target(), clock) {
        let_control_time(control, clock);
    }
    Rig& rig;
    control::RigControl control;
    emulator::nodes::PatientTarget patient;
    std::string folder{};
    std::vector<std::unique_ptr<DeviceDoor>> doors{};
};
using ServedDrives = std::deque<ServedDrive>;

Json places(const ServedDrive& drive) {
    Json json = Json::object();
    if (!drive.doors.empty())
        json["device"] = drive.doors.front()->path();
    if (!drive.folder.empty())
        json["folder"] = drive.folder;
    return json;
}

void print_ready(const ServeOptions& options, const ServedDrives& drives) {
    Json json{{"ready", true}, {"pid", ::getpid()}};
    json.update(places(drives.front()));
    if (drives.size() > 1)
        for (const ServedDrive& drive : drives)
            json["drives"].push_back(places(drive));
    if (!options.socket.empty())
        json["socket"] = options.socket;
    fmt::print("{}\n", json.dump());
    std::fflush(stdout);
    if (!options.quiet)
        for (const ServedDrive& drive : drives)
            for (const auto& door : drive.doors)
                fmt::print(stderr, "burnrig: the drive is at {}\n", door->path());
}

// What a shutting-down host does: the drive writes what is in its buffer, the disc keeps it.
mmc::Result<void> flush(Rig& rig) {
    static constexpr std::uint8_t synchronize_cache[10] = {0x35};
    rig.target().execute({synchronize_cache, {}, {}});
    if (auto* disc = rig.drive().disc())
        return disc->flush();
    return {};
}

void print_summary(Rig& rig) {
    if (const auto* disc = rig.drive().disc())
        fmt::print(stderr, "burnrig: disc {}\n", disc_line(*disc));
    fmt::print(stderr, "{}", fault_summary(rig.drive().faults().report()));
}

/// The folder that holds the drives' folders; goes with this when it was made here.
class ParentFolder {
public:
    static mmc::Result<ParentFolder> create(const std::string& path) {
        ParentFolder made;
        if (path.empty() || further_drives().empty())
            return made;
        if (::mkdir(path.c_str(), S_IRWXU) == 0)
            made.path_ = path;
        else if (errno != EEXIST)
            return mmc::fail("--fuse: cannot make the folder {}: {}", path, std::strerror(errno));
        return made;
    }
    ParentFolder() = default;
    ParentFolder(ParentFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    ParentFolder& operator=(ParentFolder&&) = delete;
    ~ParentFolder() {
        if (!path_.empty())
            ::rmdir(path_.c_str());
    }

private:
    std::string path_;
};

/// Where one drive is to be.
struct Wishes {
    std::string fuse;
    std::string cuse;
    std::string tcmu;
    std::string trace;
};

/// Of the drive with that number, from 0 on.
Wishes wishes_of(const ServeOptions& options, std::size_t number) {
    const bool several = !further_drives().empty();
    const bool folder = !options.fuse.empty();
    const std::string own =
        several && folder ? fmt::format("{}/{}", options.fuse, number + 1) : options.fuse;
    if (number == 0)
        return {own, options.cuse, options.tcmu, options.target.rig.trace};
    const FurtherDrive& drive = further_drives()[number - 1];
    return {own, drive.cuse, drive.tcmu, drive.target.rig.trace};
}

mmc::Result<void> make_doors(const Wishes& wishes, const RigAtDoor& at, ServedDrive& drive) {
    const struct {
        const char* option;
        const std::string& wished;
        MadeDoor (*make)(const RigAtDoor& at, const std::string& wished);
    } rows[] = {
        {"--fuse", wishes.fuse,
         [](const RigAtDoor& rig, const std::string& folder) {
             return fuse_door(rig, {.folder = folder});
         }},
        {"--cuse", wishes.cuse, cuse_door},
        {"--tcmu", wishes.tcmu, tcmu_door},
    };
    for (const auto& row : rows) {
        if (row.wished.empty())
            continue;
        auto door = row.make(at, row.wished);
        if (!door)
            return mmc::fail("{}: {}", row.option, door.error().message);
        drive.doors.push_back(std::move(*door));
    }
    drive.folder = wishes.fuse;
    return {};
}

/// All doors of all drives.
mmc::Result<void> make_all_doors(const ServeOptions& options, ServedDrives& drives,
                                 emulator::nodes::DoorClock& clock) {
    std::error_code error;
    const bool several = drives.size() > 1 && !options.fuse.empty();
    const std::string parent =
        several ? std::filesystem::absolute(options.fuse, error).lexically_normal().string() : "";
    for (std::size_t i = 0; i < drives.size(); ++i) {
        const Wishes wishes = wishes_of(options, i);
        RigAtDoor at{drives[i].rig, drives[i].control, drives[i].patient, clock, wishes.trace};
        at.number = static_cast<int>(i);
        at.our_folder = parent;
        if (const auto made = make_doors(wishes, at, drives[i]); !made)
            return i == 0 ? made : mmc::fail("drive {}: {}", i + 1, made.error().message);
        if (drives[i].doors.empty() && options.socket.empty())
            return mmc::fail("drive {}: nothing says where it is to be: give it --cuse or --tcmu",
                             i + 1);
    }
    return {};
}

/// False: there is no such drive.
mmc::Result<bool> plug(ServedDrives& drives, std::size_t number, bool there) {
    if (number >= drives.size())
        return false;
    bool done = false;
    for (const auto& door : drives[number].doors)
        done = door->plug(there) || done;
    return done ? mmc::Result<bool>(true)
                : mmc::fail("no node of this drive can be taken away: --fuse and --tcmu have such");
}

mmc::Result<bool> serve_rigs(const ServeOptions& options, const std::vector<Rig*>& rigs,
                             emulator::nodes::DoorClock& clock) {
    const auto parent = ParentFolder::create(options.fuse);
    if (!parent)
        return tl::unexpected(parent.error());
    ServedDrives drives;
    std::vector<control::RigControl*> controls;
    for (Rig* const rig : rigs)
        controls.push_back(&drives.emplace_back(*rig, clock).control);
    for (control::RigControl* const one : controls)
        one->on_plug(
            [&drives](std::size_t drive, bool there) { return plug(drives, drive, there); });
    control::DriveChoice choice(controls);
    std::unique_ptr<control::ControlServer> server;
    if (!options.socket.empty()) {
        auto made = control::ControlServer::create(options.socket, choice);
        if (!made)
            return mmc::fail("--socket: {}", made.error().message);
        server = std::move(*made);
    }
    for (ServedDrive& drive : drives) {
        const auto send_signal = [&drive](int number) { // to the program whose command it is
            for (const auto& door : drive.doors)
                if (door->caller() > 0)
                    ::kill(door->caller(), number);
        };
        if (server)
            drive.rig.surroundings().connect(send_signal,
                                             [&] { wait_for_resume(drive.control, *server); });
        else
            drive.rig.surroundings().connect(send_signal);
    }
    if (const auto made = make_all_doors(options, drives, clock); !made)
        return tl::unexpected(made.error());
    std::vector<DeviceDoor*> doors;
    for (const ServedDrive& drive : drives)
        for (const auto& door : drive.doors)
            doors.push_back(door.get());
    const auto served = emulator::nodes::serve_until_stopped({doors, server.get()},
                                                             [&] { print_ready(options, drives); });
    for (ServedDrive& drive : drives) // what is said here is about to go
        drive.rig.surroundings().connect({});
    if (!served)
        return tl::unexpected(served.error());
    return std::none_of(doors.begin(), doors.end(),
                        [](const auto* door) { return door->closed(); });
}

/// Whether any drive has an option.
bool any_drive(const ServeOptions& options, std::string Wishes::*wish) {
    for (std::size_t i = 0; i <= further_drives().size(); ++i)
        if (!(wishes_of(options, i).*wish).empty())
            return true;
    return false;
}

mmc::Result<int> end_rigs(const ServeOptions& options, const std::vector<Rig*>& rigs) {
    for (Rig* const rig : rigs) {
        if (const auto flushed = flush(*rig); !flushed)
            return tl::unexpected(flushed.error());
        if (!options.quiet)
            print_summary(*rig);
        if (const auto finished = rig->finish(); !finished)
            return tl::unexpected(finished.error());
    }
    return exit_pass;
}

mmc::Result<int> serve(const ServeOptions& options) {
    const bool cuse = any_drive(options, &Wishes::cuse);
    if (options.fuse.empty() && !cuse && !any_drive(options, &Wishes::tcmu) &&
        options.socket.empty())
        return mmc::fail("nothing says where the drive is to be: give --fuse DIR, --cuse NAME or "
                         "--tcmu NAME");
    auto clock = door_clock(options.target.time);
    if (!clock)
        return tl::unexpected(clock.error());
    auto rig_options = options.target.rig;
    rig_options.replay = replay_command();
    // Under tcmu the kernel opens and closes, and does not tell.
    rig_options.around.host_node = !options.fuse.empty() || cuse;
    rig_options.around.kernel_node =
        !rig_options.around.host_node && any_drive(options, &Wishes::tcmu);
    rig_options.around.control = !options.socket.empty();
    auto rig = Rig::create(rig_options, **clock);
    if (!rig)
        return tl::unexpected(rig.error());
    auto further = FurtherRigs::create(**clock, rig_options);
    if (!further)
        return tl::unexpected(further.error());
    const auto rigs = further->all(**rig);
    const auto stopped = serve_rigs(options, rigs, **clock);
    if (!stopped)
        return tl::unexpected(stopped.error());
    const auto ended = end_rigs(options, rigs);
    if (ended && !*stopped)
        return mmc::fail("the drive was taken away from outside");
    return ended;
}

} // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("serve", "Offers a simulated drive to any program until stopped");
    auto options = std::make_shared<ServeOptions>();
    add_options(*command, *options);
    command->callback([options, &exit_code] {
        const auto code = serve(*options);
        exit_code = code ? *code : complain(code.error().message, exit_rig_broken);
    });
}

} // namespace burnrig::harness
