// SPDX-License-Identifier: Apache-2.0
// Every kind of point, qualifier and action, and what can act it out: the one table from which
// refusals and the documentation are made.
//
//     kind     on the emulated drive   on any other target, above the cable
//     status   exact                   exact
//     take     exact                   approximated: never shorter than the drive itself takes
//     torn     exact                   impossible: what reaches the disc is the drive's business
//
// Thread-safe (constant tables).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/faults/rule.h"
#include "mmc/result.h"

namespace burnrig::emulator::faults {

/// What rules are to act on.
struct Backend {
    enum class Target : std::uint8_t {
        emulated_drive,
        above_the_cable, ///< any other target: a physical drive, a replay
    };
    Target target = Target::emulated_drive;
    bool source = false;    ///< a burn driver that asks decide_source() when it reads its image
    bool host_node = false; ///< a fake device that asks decide_host(), and knows the program's pid
    bool kernel_node = false; ///< the device is the kernel's own, which tells nobody who opens it
    bool control = false;     ///< somebody who can tell a drive that pauses to go on
    bool power = false;       ///< somebody who can switch a drive's power that is not emulated
    /// Whether there is such a medium to put in; empty: no medium can be put in.
    std::function<mmc::Result<void>(const std::string& name)> find_medium{};
};

enum class Fidelity : std::uint8_t { exact, approximated, impossible };

/// The kinds of point an action makes sense at. Values or-ed.
enum Place : std::uint8_t {
    at_command = 1, ///< any command
    at_write = 2,   ///< a command that puts user data on the disc
    at_reply = 4,   ///< a command that answers with data
    at_moment = 8,  ///< a time, or a state that the drive comes into
    at_source = 16,
    at_host = 32,
};

/// What must be there beside a target.
enum class Need : std::uint8_t { nothing, source, host_event, host_node, control, medium, power };

struct RuleKind {
    std::string_view word;            ///< "torn", "source", "lba"
    std::string_view summary;         ///< one line for listings
    std::uint8_t places = at_command; ///< of actions
    Need need = Need::nothing;
    Fidelity above_the_cable = Fidelity::exact;
    std::string_view note{}; ///< why it is not exact there
};

// Each in the order of its variant in rule.h.
std::span<const RuleKind> point_kinds();
std::span<const RuleKind> qualifier_kinds();
std::span<const RuleKind> action_kinds();

const RuleKind& kind_of(const Point& point);
const RuleKind& kind_of(const Qualifier& qualifier);
const RuleKind& kind_of(const Action& action);

/// How well the kind acts on that backend, and why not better ("" when it is exact).
struct Support {
    Fidelity fidelity = Fidelity::exact;
    std::string_view reason{};
};
Support support_of(const RuleKind& kind, const Backend& backend);

} // namespace burnrig::emulator::faults
