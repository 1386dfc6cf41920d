// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/rule_parser.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "emulator/faults/parser.h"

namespace burnrig::emulator::faults {
namespace {

constexpr std::uint64_t last_cdb_byte = 15;

struct QualifierEntry {
    std::string_view word;
    decltype(Qualifier::what) (*read)(TokenReader&);
};
struct ActionEntry {
    std::string_view word;
    decltype(Action::what) (*read)(TokenReader&);
};
struct LimitEntry {
    std::string_view word;
    decltype(Limit::what) (*read)(TokenReader&);
};

std::optional<mmc::Duration> optional_duration(TokenReader& in) {
    return in.at_word() ? std::optional(in.duration()) : std::nullopt;
}

// ---------------------------------------------------------------------------------- points

Point unknown_point(TokenReader& in) {
    const auto token = in.peek();
    if (token.text.starts_with("0x")) {
        in.fail_expected("an operation code from 0x00 to 0xFF");
        return {};
    }
    std::vector<std::string_view> known{"time", "fired", "state"};
    for (const auto& info : mmc::opcodes()) {
        known.push_back(info.name);
        if (!info.alias.empty())
            known.push_back(info.alias);
    }
    std::string capitals = token.text; // "opc" is nearest to OPC, whatever the case
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    in.fail(token.column,
            fmt::format("unknown command {}{}", show(token), did_you_mean(capitals, known)));
    return {};
}

point::CommandGroup read_group(TokenReader& in) {
    const auto at_sign = in.take().column;
    static constexpr std::array<std::string_view, 7> groups{"@any",    "@read", "@write", "@close",
                                                            "@status", "@tray", "@setup"};
    if (in.accept_word("any"))
        return {};
    if (!in.at_word()) {
        in.fail_expected("a group of commands such as @write");
        return {};
    }
    auto token = in.peek();
    const auto group = mmc::parse_group(token.text);
    if (!group) {
        token.text.insert(0, "@");
        in.fail(at_sign, fmt::format("unknown group {}{}", show(token),
                                     did_you_mean(token.text, {groups.begin(), groups.end()})));
        return {};
    }
    in.take();
    return {group};
}

// "source.read" and "host.open": the event behind the dot.
std::optional<std::string> event_of(const Token& token, std::string_view prefix) {
    if (token.kind != TokenKind::word || !token.text.starts_with(prefix))
        return std::nullopt;
    return token.text.substr(prefix.size());
}

// ------------------------------------------------------------------------------ qualifiers

qualifier::Index read_index(TokenReader& in) {
    const auto column = in.peek().column;
    qualifier::Index index;
    index.first = in.count();
    index.last = index.first;
    if (in.accept_symbol(".."))
        index.last = in.count();
    const bool range = index.last != index.first;
    if (in.accept_symbol("+")) {
        if (!range)
            index.last.reset();
        if (in.at_number())
            index.step = in.count();
    }
    if (index.first == 0)
        in.fail(column, "commands are counted from #1");
    else if (index.last && *index.last < index.first)
        in.fail(column,
                fmt::format("the range #{}..{} ends before it begins", index.first, *index.last));
    else if (index.step == 0)
        in.fail(column, "the step behind '+' must be at least 1");
    return index;
}

qualifier::CdbByte read_cdb_byte(TokenReader& in) {
    qualifier::CdbByte byte;
    in.expect_symbol("[");
    byte.index = static_cast<std::uint8_t>(in.count(last_cdb_byte));
    in.expect_symbol("]");
    byte.comparison = in.comparison();
    byte.value = in.hexadecimal_byte();
    return byte;
}

using Q = decltype(Qualifier::what);
constexpr std::array qualifier_table{
    QualifierEntry{"lba", [](TokenReader& in) -> Q { return qualifier::Blocks{in.range()}; }},
    QualifierEntry{"phase",
                   [](TokenReader& in) -> Q { return qualifier::Phase{in.word("phase")}; }},
    QualifierEntry{"buffer",
                   [](TokenReader& in) -> Q {
                       const auto comparison = in.comparison();
                       return qualifier::BufferLevel{comparison, in.ratio()};
                   }},
    QualifierEntry{"bytes",
                   [](TokenReader& in) -> Q {
                       const auto comparison = in.comparison();
                       return qualifier::Bytes{comparison, in.size()};
                   }},
    QualifierEntry{"p", [](TokenReader& in) -> Q { return qualifier::Probability{in.ratio()}; }},
    QualifierEntry{"cdb", [](TokenReader& in) -> Q { return read_cdb_byte(in); }},
    QualifierEntry{"since", [](TokenReader& in) -> Q { return qualifier::Since{in.name()}; }},
    QualifierEntry{"before", [](TokenReader&) -> Q { return qualifier::Before{}; }},
    QualifierEntry{"after", [](TokenReader&) -> Q { return qualifier::After{}; }},
    QualifierEntry{"midway",
                   [](TokenReader& in) -> Q {
                       return in.at_number() ? qualifier::Midway{in.ratio()} : qualifier::Midway{};
                   }},
};

bool is_position(const Qualifier& qualifier) {
    return std::holds_alternative<qualifier::Before>(qualifier.what) ||
           std::holds_alternative<qualifier::After>(qualifier.what) ||
           std::holds_alternative<qualifier::Midway>(qualifier.what);
}

// Two of these could never both have a say.
bool excludes(const Qualifier& one, const Qualifier& other) {
    if (is_position(one) && is_position(other))
        return true;
    const bool single = std::holds_alternative<qualifier::Index>(one.what) ||
                        std::holds_alternative<qualifier::Probability>(one.what) ||
                        std::holds_alternative<qualifier::Phase>(one.what);
    return single && one.what.index() == other.what.index();
}

// --------------------------------------------------------------------------------- actions

action::Take read_take(TokenReader& in) {
    action::Take take;
    take.more = in.accept_symbol("+");
    take.duration = in.duration();
    return take;
}

action::Busy read_busy(TokenReader& in) {
    action::Busy busy{in.duration(), std::nullopt};
    if (in.at_word())
        busy.code = in.sense();
    return busy;
}

action::Unreadable read_unreadable(TokenReader& in) {
    action::Unreadable area;
    area.range = in.range();
    if (!in.accept_word("tries"))
        return area;
    const auto column = in.peek().column;
    area.tries = static_cast<std::uint32_t>(in.count(UINT32_MAX));
    if (*area.tries < 2)
        in.fail(column, "an area that reads at the first try is not damaged: expected at least 2");
    return area;
}

action::UseUp read_use_up(TokenReader& in) {
    action::UseUp used{in.word("use-up"), std::nullopt};
    if (in.accept_word("leaving"))
        used.leaving = static_cast<std::uint32_t>(in.count(UINT32_MAX));
    return used;
}

action::Report read_report(TokenReader& in) {
    action::Report report;
    report.field = in.word("report");
    in.expect_symbol("=");
    report.value = in.word("=");
    return report;
}

limit::Times read_times(TokenReader& in) {
    const auto column = in.peek().column;
    const limit::Times times{in.count()};
    if (times.count == 0)
        in.fail(column, "a rule that acts 0 times does nothing: expected at least 1");
    return times;
}

using A = decltype(Action::what);
using L = decltype(Limit::what);
// clang-format off
constexpr std::array action_table{
    ActionEntry{"take",       [](TokenReader& in) -> A { return read_take(in); }},
    ActionEntry{"fail",       [](TokenReader& in) -> A { return read_fail(in); }},
    ActionEntry{"status",     [](TokenReader& in) -> A { return action::Status{in.word("status")}; }},
    ActionEntry{"host",       [](TokenReader& in) -> A { return action::Host{in.word("host")}; }},
    ActionEntry{"errno",      [](TokenReader& in) -> A { return action::Errno{in.word("errno")}; }},
    ActionEntry{"busy",       [](TokenReader& in) -> A { return read_busy(in); }},
    ActionEntry{"hang",       [](TokenReader& in) -> A { return action::Hang{optional_duration(in)}; }},
    ActionEntry{"short",      [](TokenReader& in) -> A { return action::Short{in.size()}; }},
    ActionEntry{"torn",       [](TokenReader& in) -> A { return action::Torn{in.count()}; }},
    ActionEntry{"corrupt",    [](TokenReader& in) -> A { return action::Corrupt{in.words("corrupt")}; }},
    ActionEntry{"unreadable", [](TokenReader& in) -> A { return read_unreadable(in); }},
    ActionEntry{"lose",       [](TokenReader&) -> A { return action::Lose{}; }},
    ActionEntry{"misplace",   [](TokenReader& in) -> A { return action::Misplace{in.count()}; }},
    ActionEntry{"stale",      [](TokenReader&) -> A { return action::Stale{}; }},
    ActionEntry{"report",     [](TokenReader& in) -> A { return read_report(in); }},
    ActionEntry{"power-loss", [](TokenReader& in) -> A { return action::PowerLoss{optional_duration(in)}; }},
    ActionEntry{"reset",      [](TokenReader& in) -> A { return action::Reset{in.word("reset")}; }},
    ActionEntry{"unplug",     [](TokenReader& in) -> A { return action::Unplug{optional_duration(in)}; }},
    ActionEntry{"eject",      [](TokenReader& in) -> A { return action::Eject{in.word("eject")}; }},
    ActionEntry{"swap",       [](TokenReader& in) -> A { return action::Swap{in.word("swap")}; }},
    ActionEntry{"drain",      [](TokenReader&) -> A { return action::Drain{}; }},
    ActionEntry{"stall",      [](TokenReader& in) -> A { return action::Stall{in.duration()}; }},
    ActionEntry{"throttle",   [](TokenReader& in) -> A { return action::Throttle{in.rate()}; }},
    ActionEntry{"signal",     [](TokenReader& in) -> A { return action::Signal{in.word("signal")}; }},
    ActionEntry{"pause",      [](TokenReader&) -> A { return action::Pause{}; }},
    ActionEntry{"log",        [](TokenReader& in) -> A { return action::Log{in.string()}; }},
    ActionEntry{"use-up",     [](TokenReader& in) -> A { return read_use_up(in); }},
};
static_assert(action_table.size() == std::variant_size_v<A>, "an action without a word");

constexpr std::array limit_table{
    LimitEntry{"once",   [](TokenReader&) -> L { return limit::Once{}; }},
    LimitEntry{"times",  [](TokenReader& in) -> L { return read_times(in); }},
    LimitEntry{"always", [](TokenReader&) -> L { return limit::Always{}; }},
    LimitEntry{"for",    [](TokenReader& in) -> L { return limit::For{in.duration()}; }},
    LimitEntry{"until",  [](TokenReader& in) -> L { return limit::Until{read_point(in)}; }},
};
// clang-format on
static_assert(limit_table.size() == std::variant_size_v<L>, "a limit without a word");

// ------------------------------------------------------------------------------- the rule

void read_qualifiers(TokenReader& in, std::vector<Qualifier>& out) {
    while (!in.at_end() && !in.at_symbol("->")) {
        const auto token = in.take();
        Qualifier qualifier{Q{}, token.column};
        if (token.kind == TokenKind::symbol && token.text == "#") {
            qualifier.what = read_index(in);
        } else if (token.kind != TokenKind::word || find_entry(action_table, token.text)) {
            in.fail(token.column, fmt::format("expected '->', found {}", show(token)));
        } else if (const auto* entry = find_entry(qualifier_table, token.text)) {
            qualifier.what = entry->read(in);
        } else {
            in.fail(token.column, unknown("qualifier", token, qualifier_table));
        }
        for (const auto& earlier : out)
            if (excludes(earlier, qualifier))
                in.fail(token.column, fmt::format("{} cannot stand beside column {}: a rule has "
                                                  "only one of its kind",
                                                  show(token), earlier.column.value));
        out.push_back(std::move(qualifier));
    }
}

void read_actions(TokenReader& in, std::vector<Action>& out) {
    do {
        const auto token = in.peek();
        const auto* entry =
            token.kind == TokenKind::word ? find_entry(action_table, token.text) : nullptr;
        if (entry) {
            in.take();
            out.push_back({entry->read(in), token.column});
        } else if (token.kind == TokenKind::word) {
            in.fail(token.column, unknown("action", token, action_table));
        } else {
            in.fail_expected("an action such as take, fail or hang");
        }
    } while (in.accept_symbol(","));
}

Limit read_limit(TokenReader& in) {
    const auto token = in.peek();
    const auto* entry =
        token.kind == TokenKind::word ? find_entry(limit_table, token.text) : nullptr;
    if (entry) {
        in.take();
        return {entry->read(in), token.column};
    }
    if (token.kind == TokenKind::word)
        in.fail(token.column, unknown("limit", token, limit_table));
    else
        in.fail_expected("a limit such as once, times 3 or always");
    return {};
}

} // namespace

Point read_point(TokenReader& in) {
    const auto token = in.peek();
    if (in.at_symbol("@"))
        return {read_group(in), token.column};
    if (token.kind != TokenKind::word) {
        in.fail_expected("a command such as SEND_OPC_INFORMATION or @write");
        return {};
    }
    if (const auto opcode = mmc::parse_opcode(token.text)) {
        in.take();
        return {point::Command{*opcode}, token.column};
    }
    if (auto event = event_of(token, "source.")) {
        in.take();
        return {point::Source{*std::move(event)}, token.column};
    }
    if (auto event = event_of(token, "host.")) {
        in.take();
        return {point::Host{*std::move(event)}, token.column};
    }
    if (in.accept_word("time"))
        return {point::Time{in.duration()}, token.column};
    if (in.accept_word("fired"))
        return {point::Fired{in.name()}, token.column};
    if (in.accept_word("state"))
        return {point::State{in.word("state")}, token.column};
    return unknown_point(in);
}

FaultRule read_rule(TokenReader& in) {
    FaultRule rule;
    if (in.peek(1).kind == TokenKind::symbol && in.peek(1).text == ":") {
        rule.name = in.name();
        in.expect_symbol(":");
    }
    if (!in.accept_word("at"))
        in.fail_expected("'at'");
    rule.point = read_point(in);
    read_qualifiers(in, rule.qualifiers);
    in.expect_symbol("->");
    read_actions(in, rule.actions);
    if (in.accept_symbol(";"))
        rule.limit = read_limit(in);
    if (!in.at_end())
        in.fail_expected(rule.limit ? "the end of the line" : "',', ';' or the end of the line");
    return rule;
}

tl::expected<FaultRule, SyntaxError> parse_rule(std::string_view line) {
    auto tokens = read_tokens(line);
    if (!tokens)
        return tl::unexpected(tokens.error());
    TokenReader in(*std::move(tokens));
    const bool named_fault = in.peek(1).kind == TokenKind::symbol && in.peek(1).text == ":";
    if (!named_fault)
        in.accept_word("fault");
    auto rule = read_rule(in);
    if (in.error())
        return tl::unexpected(*in.error());
    return rule;
}

} // namespace burnrig::emulator::faults
