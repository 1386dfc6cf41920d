// SPDX-License-Identifier: Apache-2.0
// burnrig serve: offers a simulated drive to any program until it is stopped.
//
//     burnrig serve --fuse drive --socket control &
//     wodim dev=drive/sr image.iso;  cmp image.iso drive/disc.iso;  cat drive/status.json
//     burnrig ctl control eject
//     kill %1
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/nodes/serving.h"
#include "harness/command/command.h"
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
                       "faults, control, status.json, trace");
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
        "Exit codes: 0 stopped, 2 usage, 3 the rig is broken or the drive was taken away.");
}

void print_ready(const ServeOptions& options, const std::vector<DeviceDoor*>& doors) {
    Json json{{"ready", true}, {"pid", ::getpid()}};
    if (!doors.empty())
        json["device"] = doors.front()->path();
    if (!options.fuse.empty())
        json["folder"] = options.fuse;
    if (!options.socket.empty())
        json["socket"] = options.socket;
    fmt::print("{}\n", json.dump());
    std::fflush(stdout);
    if (!options.quiet)
        for (const auto* door : doors)
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

using Doors = std::vector<std::unique_ptr<DeviceDoor>>;

mmc::Result<void> make_doors(const ServeOptions& options, const RigAtDoor& at, Doors& doors) {
    const struct {
        const char* option;
        const std::string& wished;
        MadeDoor (*make)(const RigAtDoor& at, const std::string& wished);
    } rows[] = {
        {"--fuse", options.fuse,
         [](const RigAtDoor& rig, const std::string& folder) {
             return fuse_door(rig, {.folder = folder});
         }},
        {"--cuse", options.cuse, cuse_door},
        {"--tcmu", options.tcmu, tcmu_door},
    };
    for (const auto& row : rows) {
        if (row.wished.empty())
            continue;
        auto door = row.make(at, row.wished);
        if (!door)
            return mmc::fail("{}: {}", row.option, door.error().message);
        doors.push_back(std::move(*door));
    }
    return {};
}

mmc::Result<bool> serve_rig(const ServeOptions& options, Rig& rig,
                            emulator::nodes::DoorClock& clock) {
    control::RigControl control(rig, clock);
    let_control_time(control, clock);
    emulator::nodes::PatientTarget patient(rig.target(), clock);
    const RigAtDoor at{rig, control, patient, clock, options.target.rig.trace};
    Doors owned;
    const auto send_signal = [&owned](int number) { // to the program whose command it is
        for (const auto& door : owned)
            if (door->caller() > 0)
                ::kill(door->caller(), number);
    };
    rig.surroundings().connect(send_signal);
    std::unique_ptr<control::ControlServer> server;
    if (!options.socket.empty()) {
        auto made = control::ControlServer::create(options.socket, control);
        if (!made)
            return mmc::fail("--socket: {}", made.error().message);
        server = std::move(*made);
        rig.surroundings().connect(send_signal, [&] { wait_for_resume(control, *server); });
    }
    if (const auto made = make_doors(options, at, owned); !made)
        return tl::unexpected(made.error());
    std::vector<DeviceDoor*> doors;
    for (const auto& door : owned)
        doors.push_back(door.get());
    const auto served = emulator::nodes::serve_until_stopped({doors, server.get()},
                                                             [&] { print_ready(options, doors); });
    if (!served)
        return tl::unexpected(served.error());
    return std::none_of(doors.begin(), doors.end(),
                        [](const auto* door) { return door->closed(); });
}

mmc::Result<int> serve(const ServeOptions& options) {
    if (options.fuse.empty() && options.cuse.empty() && options.tcmu.empty() &&
        options.socket.empty())
        return mmc::fail("nothing says where the drive is to be: give --fuse DIR, --cuse NAME or "
                         "--tcmu NAME");
    auto clock = door_clock(options.target.time);
    if (!clock)
        return tl::unexpected(clock.error());
    auto rig_options = options.target.rig;
    rig_options.replay = replay_command();
    // Under tcmu the kernel opens and closes, and does not tell.
    rig_options.around.host_node = !options.fuse.empty() || !options.cuse.empty();
    rig_options.around.control = !options.socket.empty();
    auto rig = Rig::create(rig_options, **clock);
    if (!rig)
        return tl::unexpected(rig.error());
    const auto stopped = serve_rig(options, **rig, **clock);
    if (!stopped)
        return tl::unexpected(stopped.error());
    if (const auto flushed = flush(**rig); !flushed)
        return tl::unexpected(flushed.error());
    if (!options.quiet)
        print_summary(**rig);
    if (const auto finished = (*rig)->finish(); !finished)
        return tl::unexpected(finished.error());
    if (!*stopped)
        return mmc::fail("the drive was taken away from outside");
    return exit_pass;
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
