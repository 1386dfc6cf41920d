// SPDX-License-Identifier: Apache-2.0
// burnrig run: an unmodified program on the simulated drive.
//
//     burnrig run --fault opc-failure -- wodim -v dev=/dev/sr0 image.iso
//
// The drive lives in this process; the program and its children see it at /dev/sr0 and /dev/sg0.
#include <deque>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/aix_run.h"
#include "harness/command/command.h"
#include "harness/command/further_drives.h"
#include "harness/command/rig_doors.h"
#include "harness/command/target_options.h"
#include "harness/command/via.h"
#include "harness/control/rig_control.h"
#include "harness/control/server.h"
#include "harness/report/disc_text.h"
#include "harness/report/fault_summary.h"
#include "harness/report/html/page.h"
#include "harness/report/html/run_page.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {
namespace {

struct RunOptions {
    TargetOptions target;
    std::string device = "/dev/sr0";
    std::string generic = "/dev/sg0";
    std::string via = "preload";
    std::string host = "sata";
    std::string personality = "linux";
    std::vector<std::string> attributes;
    std::string json;
    std::string report;
    std::string socket;
    bool quiet = false;
    std::vector<std::string> command;
};

void add_options(CLI::App& command, RunOptions& options) {
    add_rig_options(command, options.target);
    command
        .add_option("--device", options.device,
                    "Where the program finds the drive; also in $BURNRIG_DEVICE")
        ->capture_default_str();
    command.add_option("--generic", options.generic, "Where it finds the drive as an SG device")
        ->capture_default_str();
    command.add_option("--via", options.via, "How the program gets at the drive: " + via_names())
        ->capture_default_str();
    command
        .add_option("--host", options.host,
                    "What the drive seems to hang on: sata, or plain for a host like USB, iSCSI or "
                    "virtio, which answers unknown ioctls with EINVAL instead of ENOTTY")
        ->capture_default_str();
    command
        .add_option(
            "--personality", options.personality,
            "Whose devices the program finds: linux, or aix for a program built on the "
            "headers of emulator/nodes/aix, which finds the drive at /dev/cd0 and /dev/rcd0 "
            "with AIX's openx() and ioctls")
        ->check(CLI::IsMember({"linux", "aix"}))
        ->capture_default_str();
    command.add_option(
        "--attribute", options.attributes,
        "With --personality aix: the driver's attributes, such as prevent_eject=no; " +
            emulator::nodes::AixAttributes::names());
    command.add_option("--json", options.json, "Write what came of it to this file");
    command.add_option("--report", options.report,
                       "Write a page to look at with a browser: time, disc, commands, faults; of "
                       "several drives, the first");
    command.add_option("--socket", options.socket,
                       "Make a socket at which `burnrig ctl` changes faults, disc and tray while "
                       "the program runs; for this user only");
    command.add_flag("-q,--quiet", options.quiet, "Print nothing of our own");
    command.add_option("COMMAND", options.command, "The program and its arguments, behind --")
        ->required();
    std::string ways;
    for (const ViaDoor& door : via_doors())
        ways += fmt::format("--via {}: {}.\n", door.name, door.summary);
    command.footer(
        "Example: burnrig run --fault opc-failure -- wodim -v dev=/dev/sr0 image.iso\n"
        "Several drives: each further --drive begins another one, with --medium, --disc, --fault, "
        "--device and so on of its own behind it; it is at /dev/sr1 and /dev/sg1 (sr2, ...) unless "
        "told otherwise, all of them in $BURNRIG_DEVICES. While one works on a command those for "
        "the others wait, as on one cable.\n" +
        ways +
        "Exit code: the program's own; 125 if the rig itself failed, 126 and 127 as in a shell.");
}

Json result_json(Rig& rig, const mmc::Clock& clock, int program_code) {
    Json json = to_json(rig.identity());
    auto& drive = rig.drive();
    json["program_exit"] = program_code;
    json["drive_seconds"] = std::chrono::duration<double>(clock.now()).count();
    json["door"] = drive.status().removal_prevented ? "locked" : "unlocked";
    json["tray"] = drive.status().tray == emulator::Tray::open ? "open" : "closed";
    json["faults"] = to_json(drive.faults().report());
    if (!rig.surroundings().logs().empty())
        json["log"] = rig.surroundings().logs();
    if (const auto* disc = drive.disc())
        json["disc"] = emulator::describe(*disc);
    return json;
}

void print_summary(Rig& rig, const mmc::Clock& clock) {
    auto& drive = rig.drive();
    fmt::print(stderr, "burnrig: drive {}, {:.3f} s of drive time, tray {}\n", rig.identity().drive,
               std::chrono::duration<double>(clock.now()).count(),
               drive.status().removal_prevented ? "left locked" : "unlocked");
    if (const auto* disc = drive.disc())
        fmt::print(stderr, "burnrig: disc {}\n", disc_line(*disc));
    fmt::print(stderr, "{}", fault_summary(drive.faults().report()));
}

mmc::Result<std::unique_ptr<ProgramDoor>> open_door(const RunOptions& options) {
    const auto time = parse_time(options.target.time);
    if (!time)
        return tl::unexpected(time.error());
    const auto host = emulator::nodes::find_linux_host(options.host);
    if (!host)
        return mmc::fail("--host {}: there are sata and plain", options.host);
    ViaOptions via{options.device, options.generic, *host};
    via.virtual_time = time->is_virtual;
    via.speed = time->speed;
    if (options.personality == "aix") {
        const auto attributes = read_aix_attributes(options.attributes);
        if (!attributes)
            return tl::unexpected(attributes.error());
        via.aix = *attributes;
        if (via.block_path == RunOptions{}.device)
            via.block_path = "/dev/cd0";
        if (via.generic_path == RunOptions{}.generic)
            via.generic_path = "/dev/rcd0";
    } else if (!options.attributes.empty()) {
        return mmc::fail("--attribute is for --personality aix");
    }
    for (const FurtherDrive& drive : further_drives())
        via.further.push_back({drive.device, drive.generic});
    return make_door(options.via, via);
}

control::RigControl::Plug plug_at(ProgramDoor& door, std::size_t drives) {
    return [&door, drives](std::size_t drive, bool there) {
        if (drive >= drives)
            return mmc::Result<bool>(false);
        return door.plug(drive, there)
                   ? mmc::Result<bool>(true)
                   : mmc::fail("the node of this door stays: every --via but cuse can take it "
                               "away");
    };
}

// With --socket the rig can be changed meanwhile.
mmc::Result<int> run_program(const RunOptions& options, ProgramDoor& door, Rig& rig,
                             FurtherRigs& further) {
    const auto targets = further.targets(rig.target());
    const auto send_signal = [&door](int number) { door.signal(number); };
    door.on_host_event(
        [&rig](std::string_view event) { return rig.surroundings().host_event(event); });
    rig.surroundings().connect(send_signal);
    door.describe(0, rig.drive().model());
    std::deque<control::RigControl> controls;
    std::vector<control::RigControl*> addresses;
    for (Rig* const one : further.all(rig)) {
        addresses.push_back(&controls.emplace_back(*one, door.clock()));
        controls.back().on_plug(plug_at(door, targets.size()));
    }
    control::DriveChoice choice(addresses);
    door.meet(rig, controls.front(), options.target.rig.trace);
    if (options.socket.empty())
        return door.run_all(targets, options.command, nullptr);
    const auto server = control::ControlServer::create(options.socket, choice);
    if (!server)
        return mmc::fail("--socket: {}", server.error().message);
    for (std::size_t i = 0; i < controls.size(); ++i)
        further.all(rig)[i]->surroundings().connect(
            send_signal, [&, i] { wait_for_resume(controls[i], **server); });
    return door.run_all(targets, options.command, server->get());
}

mmc::Result<void> write_json(const std::string& path, const Json& json) {
    std::ofstream file(path, std::ios::trunc);
    file << json.dump(2) << '\n';
    file.flush();
    if (!file)
        return mmc::fail("--json {}: cannot be written", path);
    return {};
}

mmc::Result<int> run(const RunOptions& options) {
    auto door = open_door(options);
    if (!door)
        return tl::unexpected(door.error());
    auto rig_options = options.target.rig;
    rig_options.replay = replay_command();
    rig_options.report = !options.report.empty();
    rig_options.around.host_node = true;
    rig_options.around.kernel_node = has_kernel_node(options.via);
    rig_options.around.control = !options.socket.empty();
    auto rig = Rig::create(rig_options, (*door)->clock());
    if (!rig)
        return tl::unexpected(rig.error());
    auto further = FurtherRigs::create((*door)->clock(), rig_options);
    if (!further)
        return tl::unexpected(further.error());
    further->meet(**door);
    const auto code = run_program(options, **door, **rig, *further);
    if (!code)
        return code;
    Json json = result_json(**rig, (*door)->clock(), *code);
    if (const auto* log = (*door)->error_log())
        json["error_log"] = to_json(*log);
    std::vector<Rig*> rigs = {rig->get()};
    for (const auto& other : further->rigs()) {
        rigs.push_back(other.get());
        json["further_drives"].push_back(result_json(*other, (*door)->clock(), *code));
    }
    for (Rig* const one : rigs) {
        if (!options.quiet)
            print_summary(*one, (*door)->clock());
        if (const auto finished = one->finish(); !finished)
            return tl::unexpected(finished.error());
    }
    if (!options.report.empty()) {
        const html::RunPage page{
            rig_options.replay, json, *(*rig)->log(), (*rig)->drive().disc(), {}};
        if (const auto written =
                html::write_page("--report", options.report, html::make_run_page(page));
            !written)
            return tl::unexpected(written.error());
    }
    if (!options.json.empty())
        if (const auto written = write_json(options.json, json); !written)
            return tl::unexpected(written.error());
    return code;
}

} // namespace

void add_run_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("run", "Runs a program on a simulated drive");
    auto options = std::make_shared<RunOptions>();
    add_options(*command, *options);
    command->callback([options, &exit_code] {
        const auto code = run(*options);
        exit_code = code ? *code : complain(code.error().message, exit_run_rig_broken);
    });
}

} // namespace burnrig::harness
