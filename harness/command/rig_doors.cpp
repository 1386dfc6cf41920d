// SPDX-License-Identifier: Apache-2.0
#include "harness/command/rig_doors.h"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>

#include "emulator/disc/describe.h"
#include "emulator/nodes/cuse/cuse_door.h"
#include "emulator/nodes/fuse/fuse_door.h"
#include "emulator/nodes/tcmu/tcmu_door.h"
#include "harness/command/target_options.h"

namespace burnrig::harness {
namespace {

using emulator::nodes::DoorClock;
using emulator::nodes::FuseDoor;
using emulator::nodes::FuseOptions;
using emulator::nodes::Pace;
using emulator::nodes::TextFile;

std::string pace_text(const Pace& pace) {
    return pace.jumps ? "virtual" : fmt::format("x{}", pace.speed);
}

// The rules as they can be given again, with what they did behind a #.
std::string rules_text(Rig& rig) {
    std::string text;
    for (const auto& rule : rig.drive().faults().report())
        text += fmt::format("{}   # {}: matched {}, fired {}\n", rule.text, rule.name, rule.matched,
                            rule.fired);
    return text;
}

std::string status_text(Rig& rig, control::RigControl& control) {
    auto json = control.handle({"status", {}}).value_or(Json::object());
    json["faults"] = to_json(rig.drive().faults().report());
    if (const auto* disc = rig.drive().disc())
        json["contents"] = emulator::describe(*disc);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

TextFile faults_file(Rig& rig, control::RigControl& control) {
    const auto inject = [&control](std::string_view line) -> mmc::Result<void> {
        const auto first = line.find_first_not_of(" \t");
        if (first != std::string_view::npos && line[first] == '#')
            return {};
        return control.handle({"inject", std::string(line)}).map([](const Json&) {});
    };
    return {"faults", [&rig] { return rules_text(rig); }, inject};
}

// A line asks, and reading gives the answer to the last one.
TextFile control_file(control::RigControl& control) {
    const auto answer = std::make_shared<std::string>();
    for (const auto& action : control::actions())
        *answer += fmt::format("{:<22}{}\n", fmt::format("{} {}", action.name, action.argument),
                               action.summary);
    const auto ask = [&control, answer](std::string_view line) -> mmc::Result<void> {
        const auto reply = control.handle(control::read_words(line));
        *answer = control::write_reply(reply);
        return reply.map([](const Json&) {});
    };
    return {"control", [answer] { return *answer; }, ask};
}

// Looked up part by part, links included, and never into the folder itself: its server is who asks.
bool leads_into(const std::string& path, const std::string& folder) {
    namespace fs = std::filesystem;
    constexpr int most_links = 40;
    std::error_code error;
    fs::path rest = fs::absolute(path, error).lexically_normal();
    for (int links = 0; links < most_links; ++links) {
        fs::path here = "/";
        fs::path target;
        for (auto part = rest.begin(); part != rest.end() && target.empty(); ++part) {
            here /= *part;
            if (here == folder)
                return true;
            if (fs::is_symlink(here, error)) {
                target = here.parent_path() / fs::read_symlink(here, error);
                for (auto later = std::next(part); later != rest.end(); ++later)
                    target /= *later;
            }
        }
        if (target.empty())
            return false;
        rest = target.lexically_normal();
    }
    return true;
}

} // namespace

mmc::Result<std::unique_ptr<DoorClock>> door_clock(const std::string& time) {
    return parse_time(time).map([](const TimeMode& mode) {
        return std::make_unique<DoorClock>(Pace{mode.is_virtual, mode.speed});
    });
}

void let_control_time(control::RigControl& control, DoorClock& clock) {
    control.on_time([&clock](const std::string& wished) -> mmc::Result<std::string> {
        if (!wished.empty()) {
            const auto mode = parse_time(wished);
            if (!mode)
                return tl::unexpected(mode.error());
            clock.set({mode->is_virtual, mode->speed});
        }
        return pace_text(clock.pace());
    });
}

void wait_for_resume(control::RigControl& control, control::ControlServer& server) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    // Where they are not blocked they interrupt poll() instead.
    const emulator::nodes::FileDescriptor signals(::signalfd(-1, &ends, SFD_CLOEXEC));
    pollfd wanted[] = {{server.descriptor(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
    control.pause();
    while (control.paused() && ::poll(wanted, 2, -1) >= 0 && wanted[1].revents == 0)
        server.attend();
    control.resume();
}

MadeDoor fuse_door(const RigAtDoor& at, const FuseWishes& wishes) {
    Rig& rig = at.rig;
    control::RigControl& control = at.control;
    FuseOptions options;
    options.folder = wishes.folder;
    options.ours = wishes.ours;
    options.disc = [&rig] { return rig.drive().disc(); };
    options.texts.push_back(faults_file(rig, control));
    options.texts.push_back(control_file(control));
    options.texts.push_back({"status.json", [&] { return status_text(rig, control); }});
    if (!at.trace.empty()) {
        // A full disc is told of at the end.
        const auto bring_up_to_date = [&rig] { (void)rig.finish(); };
        options.shown.push_back({"trace", at.trace, bring_up_to_date});
    }
    options.device.host = at.host;
    options.device.minor = at.number;
    options.device.host_event = [&rig](std::string_view event) {
        return rig.surroundings().host_event(event);
    };
    auto door = FuseDoor::create(std::move(options), at.target, at.clock);
    if (!door)
        return tl::unexpected(door.error());
    const auto& folder = at.our_folder.empty() ? (*door)->folder() : at.our_folder;
    control.on_path([folder](const std::string& path) -> mmc::Result<void> {
        if (leads_into(path, folder))
            return mmc::fail("{} lies in the rig's own folder {}", path, folder);
        return {};
    });
    return std::move(*door);
}

MadeDoor cuse_door(const RigAtDoor& at, const std::string& name) {
    emulator::nodes::CuseOptions options;
    options.name = name;
    options.device.host = at.host;
    options.device.minor = at.number;
    options.device.host_event = [&rig = at.rig](std::string_view event) {
        return rig.surroundings().host_event(event);
    };
    return emulator::nodes::CuseDoor::create(std::move(options), at.target, at.clock);
}

MadeDoor tcmu_door(const RigAtDoor& at, const std::string& name) {
    return emulator::nodes::TcmuDoor::create({name}, at.target);
}

} // namespace burnrig::harness
