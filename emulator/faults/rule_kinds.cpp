// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/rule_kinds.h"

#include <array>
#include <variant>

namespace burnrig::emulator::faults {
namespace {

constexpr auto exact = Fidelity::exact;
constexpr auto approximated = Fidelity::approximated;
constexpr auto impossible = Fidelity::impossible;

constexpr std::uint8_t at_data = at_write | at_reply;
constexpr std::uint8_t at_drive = at_command | at_moment;
constexpr std::uint8_t anywhere = at_command | at_moment | at_source | at_host;

constexpr std::string_view drives_business = "what reaches the disc is the drive's business";
constexpr std::string_view no_hand = "nobody is there to do it";
constexpr std::string_view only_drive_knows = "only the drive knows";

// clang-format off
constexpr std::array points{
    RuleKind{"command",  "a command, by name, alias or code"},
    RuleKind{"@group",   "commands of a group"},
    RuleKind{"source",   "what a burn program does with the image: source.open, source.read, source.end", at_command, Need::source},
    RuleKind{"host",     "what a program does with the device beside commands: host.open, host.close", at_command, Need::host_event},
    RuleKind{"time",     "a time of the drive's clock"},
    RuleKind{"fired",    "the moment at which another rule fires"},
    RuleKind{"state",    "the moment at which the drive comes into a state", at_command, Need::nothing, impossible, only_drive_knows},
};

constexpr std::array qualifiers{
    RuleKind{"#",        "which of the matches", anywhere},
    RuleKind{"lba",      "the command touches these blocks"},
    RuleKind{"phase",    "what the drive is at", at_command, Need::nothing, impossible, only_drive_knows},
    RuleKind{"buffer",   "how full the drive's buffer is", at_command, Need::nothing, impossible, only_drive_knows},
    RuleKind{"bytes",    "user bytes that went before", at_command | at_source},
    RuleKind{"p",        "with this probability", anywhere},
    RuleKind{"cdb",      "a byte of the command"},
    RuleKind{"since",    "counting begins when another rule has fired", anywhere},
    RuleKind{"before",   "the drive never sees the command"},
    RuleKind{"after",    "the command is carried out, then it fails"},
    RuleKind{"midway",   "the first part of the blocks is carried out", at_command, Need::nothing, approximated, "the command goes over with fewer blocks"},
};

constexpr std::array actions{
    RuleKind{"take",       "how long the command takes", at_command, Need::nothing, approximated, "never shorter than the drive itself takes"},
    RuleKind{"fail",       "CHECK CONDITION with this sense", at_drive, Need::nothing, approximated, "the host sees it; drive and disc stay as they are"},
    RuleKind{"status",     "another status than GOOD or CHECK CONDITION", at_command},
    RuleKind{"host",       "how the command fared on its way", at_command},
    RuleKind{"errno",      "the system call fails", at_command | at_source | at_host},
    RuleKind{"busy",       "not ready for a time", at_drive, Need::nothing, approximated, "commands are refused; the drive itself is ready"},
    RuleKind{"hang",       "no answer, or a late one", at_command},
    RuleKind{"short",      "only some of the bytes go over", at_data | at_source},
    RuleKind{"torn",       "the first blocks of a write are recorded, the rest stays as it was", at_write, Need::nothing, impossible, drives_business},
    RuleKind{"corrupt",    "recorded or read bytes differ from those sent", at_data | at_source},
    RuleKind{"unreadable", "blocks do not read, or only after some tries", at_drive, Need::nothing, approximated, "reading fails on the way; the disc is as it was"},
    RuleKind{"lose",       "acknowledged and not recorded", at_write, Need::nothing, impossible, drives_business},
    RuleKind{"misplace",   "recorded behind its place", at_write, Need::nothing, impossible, drives_business},
    RuleKind{"stale",      "the reply is the one that the same command had the last time", at_reply},
    RuleKind{"report",     "a field of a reply is wrong", at_reply},
    RuleKind{"power-loss", "the drive's power goes", at_drive, Need::power, approximated, "by the power commands of a rig file; the command takes until the power is back"},
    RuleKind{"reset",      "a reset of the bus, the device, or from within", at_drive, Need::nothing, approximated, "the host sees the unit attention; the drive is not reset"},
    RuleKind{"unplug",     "the cable is out", at_drive, Need::nothing, approximated, "commands do not arrive; the drive keeps its connection"},
    RuleKind{"eject",      "the button is pressed, or the pin put in", at_drive, Need::nothing, impossible, no_hand},
    RuleKind{"swap",       "another medium lies in the tray", at_drive, Need::medium, impossible, no_hand},
    RuleKind{"drain",      "the write buffer runs empty", at_drive, Need::nothing, impossible, "stall the host instead"},
    RuleKind{"stall",      "the host waits before it sends the command, or its image comes late", at_command | at_source | at_host},
    RuleKind{"throttle",   "recording, reading, or the image at this rate", at_drive | at_source, Need::nothing, approximated, "commands are held back; never faster than the drive itself"},
    RuleKind{"signal",     "to the program that uses the device", anywhere, Need::host_node},
    RuleKind{"pause",      "until somebody tells the drive to go on", anywhere, Need::control},
    RuleKind{"log",        "a line for the trace", anywhere},
    RuleKind{"use-up",     "no entries are left in the calibration area or the program memory area", at_drive, Need::nothing, impossible, drives_business},
};
// clang-format on
static_assert(points.size() == std::variant_size_v<decltype(Point::what)>);
static_assert(qualifiers.size() == std::variant_size_v<decltype(Qualifier::what)>);
static_assert(actions.size() == std::variant_size_v<decltype(Action::what)>);

// "" when it is there.
std::string_view missing(Need need, const Backend& backend) {
    switch (need) {
    case Need::nothing:
        return "";
    case Need::source:
        return backend.source ? "" : "only 'burnrig burn' reads an image of its own";
    case Need::host_event:
        if (backend.kernel_node)
            return "the device of --via tcmu is the kernel's own, which does not tell who opens "
                   "and "
                   "closes it";
        [[fallthrough]];
    case Need::host_node:
        return backend.host_node ? "" : "only 'burnrig run' has a program that uses a device";
    case Need::control:
        return backend.control ? "" : "nobody could tell it to go on: 'burnrig run --socket' can";
    case Need::medium:
        return backend.find_medium ? "" : "no medium can be put in here";
    case Need::power:
        return backend.power || backend.target == Backend::Target::emulated_drive
                   ? ""
                   : "nobody can switch the drive's power: the rig file can name commands that do";
    }
    return "";
}

} // namespace

std::span<const RuleKind> point_kinds() {
    return points;
}
std::span<const RuleKind> qualifier_kinds() {
    return qualifiers;
}
std::span<const RuleKind> action_kinds() {
    return actions;
}

const RuleKind& kind_of(const Point& point) {
    return points[point.what.index()];
}
const RuleKind& kind_of(const Qualifier& qualifier) {
    return qualifiers[qualifier.what.index()];
}
const RuleKind& kind_of(const Action& action) {
    return actions[action.what.index()];
}

Support support_of(const RuleKind& kind, const Backend& backend) {
    const bool above = backend.target == Backend::Target::above_the_cable;
    if (above && kind.above_the_cable == impossible)
        return {impossible, kind.note};
    if (const auto reason = missing(kind.need, backend); !reason.empty())
        return {impossible, reason};
    if (above)
        return {kind.above_the_cable, kind.note};
    return {};
}

} // namespace burnrig::emulator::faults
