// SPDX-License-Identifier: Apache-2.0
#include "harness/control/rig_control.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "emulator/disc/describe.h"
#include "emulator/fixtures.h"
#include "harness/report/disc_text.h"
#include "mmc/nearest.h"

namespace burnrig::harness::control {

/// One function for each action; together the table below.
struct Deeds {
    using Deed = mmc::Result<Json> (*)(RigControl&, const std::string&);
    struct Entry {
        Action action;
        Deed deed;
    };

    static mmc::Result<Json> inject(RigControl& control, const std::string& rule) {
        return control.rig_.drive().faults().add(rule).map([](const auto& names) {
            return Json{{"rules", names}};
        });
    }

    static mmc::Result<Json> list(RigControl& control, const std::string& /*none*/) {
        return Json{{"faults", to_json(control.rig_.drive().faults().report())}};
    }

    static mmc::Result<Json> remove(RigControl& control, const std::string& name) {
        return control.rig_.drive().faults().remove(name).map([&] {
            return Json{{"removed", name}};
        });
    }

    static mmc::Result<Json> heal(RigControl& control, const std::string& /*none*/) {
        auto* disc = control.rig_.drive().disc();
        if (!disc)
            return mmc::fail("there is no disc in the drive");
        const auto ranges = disc->damage().ranges.size();
        disc->heal();
        if (const auto saved = disc->save(); !saved)
            return tl::unexpected(saved.error());
        return Json{{"healed", ranges}};
    }

    static mmc::Result<Json> eject(RigControl& control, const std::string& how) {
        auto& drive = control.rig_.drive();
        if (!how.empty() && how != "emergency")
            return mmc::fail("eject is by the button, or 'emergency' by the pin hole; not '{:.40}'",
                             how);
        drive.eject(how == "emergency");
        if (drive.status().tray != emulator::Tray::open)
            return mmc::fail("the door is locked: the host was told of the request "
                             "('eject emergency' opens it all the same)");
        return Json{{"tray", "open"}};
    }

    static mmc::Result<Json> insert(RigControl& control, const std::string& name) {
        if (control.check_path_)
            if (const auto checked = control.check_path_(name); !checked)
                return tl::unexpected(checked.error());
        auto& drive = control.rig_.drive();
        const auto status = drive.status();
        if (status.tray == emulator::Tray::closed && drive.disc())
            return mmc::fail("there is a disc in the drive: eject it first");
        auto disc = disc_of(name);
        if (!disc)
            return tl::unexpected(disc.error());
        const auto medium = (*disc)->medium().name;
        drive.insert(std::move(*disc));
        return Json{{"medium", medium}};
    }

    // A directory that keeps a disc, or else a new disc of that medium.
    static mmc::Result<std::unique_ptr<emulator::Disc>> disc_of(const std::string& name) {
        std::error_code error;
        if (std::filesystem::is_directory(name, error))
            return emulator::Disc::open(name);
        auto medium = emulator::load_medium(name);
        if (!medium)
            return mmc::fail("{}; nor is it the directory of a disc", medium.error().message);
        return emulator::Disc::in_memory(std::move(*medium));
    }

    static mmc::Result<Json> load(RigControl& control, const std::string& /*none*/) {
        auto& drive = control.rig_.drive();
        if (drive.status().tray == emulator::Tray::closed)
            return mmc::fail("the tray is closed already");
        drive.load();
        return Json{{"tray", "closed"}, {"disc", drive.disc() ? disc_line(*drive.disc()) : "none"}};
    }

    static mmc::Result<Json> power_cycle(RigControl& control, const std::string& /*none*/) {
        control.rig_.drive().power_off();
        control.rig_.drive().power_on();
        return Json{{"power", "on"}};
    }

    static mmc::Result<Json> power_off(RigControl& control, const std::string& /*none*/) {
        control.rig_.drive().power_off();
        return Json{{"power", "off"}};
    }

    static mmc::Result<Json> power_on(RigControl& control, const std::string& /*none*/) {
        control.rig_.drive().power_on();
        return Json{{"power", "on"}};
    }

    static mmc::Result<Json> plug_it(RigControl& control, const std::string& number, bool there) {
        if (!control.plug_)
            return mmc::fail("this door's nodes stay as long as the rig: burnrig run can take them "
                             "away");
        std::size_t drive = control.number_;
        const auto* end = number.data() + number.size();
        if (!number.empty())
            if (const auto read = std::from_chars(number.data(), end, drive);
                read.ec != std::errc{} || read.ptr != end || drive == 0)
                return mmc::fail("'{}' is no number of a drive: 1 is the first", number);
        const auto done = control.plug_(drive - 1, there);
        if (!done)
            return tl::unexpected(done.error());
        if (!*done)
            return mmc::fail("there is no drive {}", drive);
        return Json{{"drive", drive}, {"plugged", there}};
    }
    static mmc::Result<Json> unplug(RigControl& control, const std::string& number) {
        return plug_it(control, number, false);
    }
    static mmc::Result<Json> plug(RigControl& control, const std::string& number) {
        return plug_it(control, number, true);
    }

    static mmc::Result<Json> time(RigControl& control, const std::string& pace) {
        if (!control.set_time_)
            return mmc::fail("the program's clocks run on this drive's time: it stays as --time "
                             "said at the start");
        return control.set_time_(pace).map([](const std::string& now) {
            return Json{{"time", now}};
        });
    }

    static mmc::Result<Json> status(RigControl& control, const std::string& /*none*/) {
        auto& drive = control.rig_.drive();
        const auto status = drive.status();
        Json json = to_json(control.rig_.identity());
        json["drive_seconds"] = std::chrono::duration<double>(control.clock_.now()).count();
        json["power"] = status.powered ? "on" : "off";
        json["tray"] = status.tray == emulator::Tray::open ? "open" : "closed";
        json["door"] = status.removal_prevented ? "locked" : "unlocked";
        json["phase"] = status.phase;
        json["disc"] = drive.disc() ? disc_line(*drive.disc()) : "none";
        json["paused"] = control.paused();
        json["rules"] = drive.faults().report().size();
        return json;
    }

    static mmc::Result<Json> trace_mark(RigControl& control, const std::string& text) {
        if (!control.rig_.mark(text))
            return mmc::fail("this rig writes no trace: start it with --trace FILE");
        return Json{{"marked", text}};
    }

    static mmc::Result<Json> resume(RigControl& control, const std::string& /*none*/) {
        if (!control.paused())
            return mmc::fail("the drive does not pause");
        control.resume();
        return Json{{"resumed", true}};
    }

    // clang-format off
    static constexpr std::array table{
        Entry{{"inject",     "RULE",        "adds a fault rule or preset; prints the names of its rules"}, inject},
        Entry{{"list",       "",            "the rules, how often each matched and fired"},                list},
        Entry{{"remove",     "NAME",        "takes a rule out; what it did to the disc stays"},            remove},
        Entry{{"heal",       "",            "takes all injected damage off the disc"},                     heal},
        Entry{{"eject",      "[emergency]", "presses the button; emergency: opens a locked door too"},     eject},
        Entry{{"load",       "",            "closes the tray with what lies in it"},                   load},
        Entry{{"insert",     "DISC",        "puts a disc into the open or empty drive: a directory, or a medium for a new one"}, insert},
        Entry{{"power-cycle", "",           "off and on: what was only in the buffer is lost"},        power_cycle},
        Entry{{"power-off",  "",            "the drive answers nothing until power-on; what was only in the buffer is lost"}, power_off},
        Entry{{"power-on",   "",            "the power is there again"},                               power_on},
        Entry{{"unplug",     "[DRIVE]",     "pulls the cable of this or that drive: its nodes are gone, open files give ENODEV"}, unplug},
        Entry{{"plug",       "[DRIVE]",     "puts it in again: the nodes are back"},                    plug},
        Entry{{"time",       "[PACE]",      "virtual, real or xN: how drive time passes from now on"}, time},
        Entry{{"status",     "",            "drive time, tray, door, disc, what the drive is doing"},      status},
        Entry{{"resume",     "",            "lets a drive go on that a rule made pause"},                  resume},
        Entry{{"trace-mark", "TEXT",        "writes a line of its own into the trace"},                    trace_mark},
    };
    // clang-format on

    static const Entry* find(std::string_view name) {
        const auto* found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) {
            return entry.action.name == name;
        });
        return found == table.end() ? nullptr : found;
    }
};

std::span<const Action> actions() {
    static const auto all = [] {
        std::array<Action, Deeds::table.size()> list;
        std::transform(Deeds::table.begin(), Deeds::table.end(), list.begin(),
                       [](const auto& entry) { return entry.action; });
        return list;
    }();
    return all;
}

mmc::Result<Json> RigControl::handle(const Request& request) {
    const auto* entry = Deeds::find(request.action);
    if (!entry) {
        std::vector<std::string_view> names;
        for (const auto& action : actions())
            names.push_back(action.name);
        return mmc::fail("there is no '{:.40}'; did you mean {}?", request.action,
                         mmc::nearest(std::string_view(request.action).substr(0, 40), names));
    }
    const auto& argument = entry->action.argument;
    if (argument.empty() && !request.argument.empty())
        return mmc::fail("{} has no argument", entry->action.name);
    if (!argument.empty() && argument[0] != '[' && request.argument.empty())
        return mmc::fail("{} needs its {}", entry->action.name, argument);
    return entry->deed(*this, request.argument);
}

DriveChoice::DriveChoice(std::vector<RigControl*> drives) : drives_(std::move(drives)) {
    for (std::size_t i = 0; i < drives_.size(); ++i)
        drives_[i]->is_drive(i + 1);
}

mmc::Result<Json> DriveChoice::handle(const Request& request) {
    if (request.drive == 0 || request.drive > drives_.size())
        return mmc::fail("there is no drive {}: the rig has {}", request.drive, drives_.size());
    return drives_[request.drive - 1]->handle(request);
}

} // namespace burnrig::harness::control
