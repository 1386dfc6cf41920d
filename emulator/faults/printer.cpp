// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/printer.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/faults/lexer.h"
#include "emulator/faults/quantity.h"

namespace burnrig::emulator::faults {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>; // clang 14 does not deduce it by itself

std::string word(const std::string& text) {
    return is_word(text) ? text : quote(text);
}

std::string words(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& text : list)
        out += (out.empty() ? "" : " ") + word(text);
    return out;
}

std::string_view symbol(Comparison comparison) {
    constexpr std::array<std::string_view, 6> symbols{"==", "!=", "<", "<=", ">", ">="};
    return symbols[static_cast<std::size_t>(comparison)];
}

std::string range(BlockRange blocks) {
    return fmt::format("{}..{}", blocks.first, blocks.last);
}

std::string_view group_word(std::optional<mmc::Group> group) {
    if (!group)
        return "any";
    for (const std::string_view name : {"read", "write", "close", "status", "tray", "setup"})
        if (mmc::parse_group(name) == group)
            return name;
    return "any";
}

std::string index(const qualifier::Index& index) {
    std::string text = fmt::format("#{}", index.first);
    if (index.last == index.first)
        return text;
    if (index.last)
        text += fmt::format("..{}", *index.last);
    if (index.step != 1)
        return text + fmt::format("+{}", index.step);
    return index.last ? text : text + "+";
}

std::string fail(const action::Fail& fail) {
    std::string text = "fail " + mmc::to_string(fail.code);
    if (fail.deferred)
        text += " deferred";
    if (fail.descriptor)
        text += " descriptor";
    if (fail.information)
        text += fmt::format(" info {}", *fail.information);
    if (fail.length)
        text += fmt::format(" length 0x{:02X}", *fail.length);
    if (!fail.raw.empty())
        text += fmt::format(" raw \"{:02X}\"", fmt::join(fail.raw, " "));
    return text;
}

std::string unreadable(const action::Unreadable& area) {
    auto text = "unreadable " + range(area.range);
    return area.tries ? text + fmt::format(" tries {}", *area.tries) : text;
}

std::string use_up(const action::UseUp& action) {
    auto text = "use-up " + word(action.area);
    return action.leaving ? text + fmt::format(" leaving {}", *action.leaving) : text;
}

std::string with_duration(std::string_view word, const std::optional<mmc::Duration>& duration) {
    return duration ? fmt::format("{} {}", word, print_duration(*duration)) : std::string(word);
}

std::string busy(const action::Busy& busy) {
    auto text = "busy " + print_duration(busy.duration);
    return busy.code ? text + " " + mmc::to_string(*busy.code) : text;
}

std::string setting(const Setting& setting) {
    std::string text = setting.key;
    for (const auto& part : setting.words)
        text += " " + (is_setting_word(part) ? part : quote(part));
    return text;
}

std::string expect(const Expectation& expectation) {
    using namespace expectation;
    return std::visit(
        Overloaded{
            [](const Outcome& e) { return "outcome " + word(e.word); },
            [](const Cause& e) { return "cause " + e.name; },
            [](const Sense& e) { return "sense " + mmc::to_string(e.code); },
            [](const Message& e) { return "message ~ " + quote(e.pattern); },
            [](const Tray& e) { return "tray " + word(e.word); },
            [](const Within& e) { return "within " + print_duration(e.duration); },
            [](const Medium& e) { return "medium " + words(e.words); },
            [](const Session& e) { return fmt::format("session {} {}", e.number, word(e.word)); },
            [](const Fired& e) {
                return fmt::format("fired {} {} {}", e.rule, symbol(e.comparison), e.count);
            },
            [](const Commands& e) {
                return fmt::format("commands {} {} {}", print(e.point), symbol(e.comparison),
                                   e.count);
            },
            [](const Exit& e) { return fmt::format("exit {}", e.code); },
        },
        expectation.what);
}

} // namespace

std::string print(const Point& point) {
    using namespace point;
    return std::visit(
        Overloaded{
            [](const Command& p) { return mmc::opcode_name(p.opcode); },
            [](const CommandGroup& p) { return fmt::format("@{}", group_word(p.group)); },
            [](const Source& p) { return "source." + p.event; },
            [](const Host& p) { return "host." + p.event; },
            [](const Time& p) { return "time " + print_duration(p.time); },
            [](const Fired& p) { return "fired " + p.rule; },
            [](const State& p) { return "state " + word(p.state); },
        },
        point.what);
}

std::string print(const Qualifier& qualifier) {
    using namespace qualifier;
    return std::visit(
        Overloaded{
            [](const Index& q) { return index(q); },
            [](const Blocks& q) { return "lba " + range(q.range); },
            [](const Phase& q) { return "phase " + word(q.phase); },
            [](const BufferLevel& q) {
                return fmt::format("buffer {} {}", symbol(q.comparison), print_ratio(q.level));
            },
            [](const Bytes& q) {
                return fmt::format("bytes {} {}", symbol(q.comparison), print_size(q.size));
            },
            [](const Probability& q) { return "p " + print_ratio(q.ratio); },
            [](const CdbByte& q) {
                return fmt::format("cdb[{}] {} 0x{:02X}", q.index, symbol(q.comparison), q.value);
            },
            [](const Since& q) { return "since " + q.rule; },
            [](const Before&) { return std::string("before"); },
            [](const After&) { return std::string("after"); },
            [](const Midway& q) {
                return q.ratio ? "midway " + print_ratio(*q.ratio) : std::string("midway");
            },
        },
        qualifier.what);
}

std::string print(const Action& action) {
    using namespace action;
    return std::visit(
        Overloaded{
            [](const Take& a) {
                return fmt::format("take {}{}", a.more ? "+" : "", print_duration(a.duration));
            },
            [](const Fail& a) { return fail(a); },
            [](const Status& a) { return "status " + word(a.word); },
            [](const Host& a) { return "host " + word(a.word); },
            [](const Errno& a) { return "errno " + word(a.word); },
            [](const Busy& a) { return busy(a); },
            [](const Hang& a) { return with_duration("hang", a.duration); },
            [](const Short& a) { return "short " + print_size(a.size); },
            [](const Torn& a) { return fmt::format("torn {}", a.count); },
            [](const Corrupt& a) { return "corrupt " + words(a.words); },
            [](const Unreadable& a) { return unreadable(a); },
            [](const Lose&) { return std::string("lose"); },
            [](const Misplace& a) { return fmt::format("misplace {}", a.count); },
            [](const Stale&) { return std::string("stale"); },
            [](const Report& a) {
                return fmt::format("report {} = {}", word(a.field), word(a.value));
            },
            [](const PowerLoss& a) { return with_duration("power-loss", a.back_after); },
            [](const Reset& a) { return "reset " + word(a.word); },
            [](const Unplug& a) { return with_duration("unplug", a.back_after); },
            [](const Eject& a) { return "eject " + word(a.word); },
            [](const Swap& a) { return "swap " + word(a.word); },
            [](const Drain&) { return std::string("drain"); },
            [](const Stall& a) { return "stall " + print_duration(a.duration); },
            [](const Throttle& a) { return "throttle " + print_size(a.bytes_per_second) + "/s"; },
            [](const Signal& a) { return "signal " + word(a.word); },
            [](const Pause&) { return std::string("pause"); },
            [](const Log& a) { return "log " + quote(a.text); },
            [](const UseUp& a) { return use_up(a); },
        },
        action.what);
}

std::string print(const Limit& limit) {
    using namespace limit;
    return std::visit(Overloaded{
                          [](const Once&) { return std::string("once"); },
                          [](const Times& l) { return fmt::format("times {}", l.count); },
                          [](const Always&) { return std::string("always"); },
                          [](const For& l) { return "for " + print_duration(l.duration); },
                          [](const Until& l) { return "until " + print(l.point); },
                      },
                      limit.what);
}

std::string print(const FaultRule& rule) {
    std::string text = rule.name.empty() ? "" : rule.name + ": ";
    text += "at " + print(rule.point);
    for (const auto& qualifier : rule.qualifiers)
        text += " " + print(qualifier);
    text += " ->";
    std::string_view before = " ";
    for (const auto& action : rule.actions) {
        text += before;
        text += print(action);
        before = ", ";
    }
    return rule.limit ? text + " ; " + print(*rule.limit) : text;
}

std::string print(const Statement& statement) {
    return std::visit(Overloaded{
                          [](const Setting& s) { return setting(s); },
                          [](const FaultRule& s) { return "fault " + print(s); },
                          [](const Expectation& s) { return "expect " + expect(s); },
                          [](const Include& s) { return "include " + quote(s.path); },
                      },
                      statement);
}

} // namespace burnrig::emulator::faults
