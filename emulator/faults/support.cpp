// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/support.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/faults/printer.h"
#include "emulator/faults/token_reader.h"

namespace burnrig::emulator::faults {
namespace {

using Refusal = std::optional<SyntaxError>;

constexpr std::array<std::string_view, 6> phases{"idle",     "writing",    "closing",
                                                 "blanking", "formatting", "loading"};
constexpr std::array<std::string_view, 2> ejections{"request", "emergency"};
constexpr std::uint64_t most_corrupt_bits = 2352 * 8; // all of a raw sector

template <class... Whats>
bool is_any(const auto& node) {
    return (std::holds_alternative<Whats>(node.what) || ...);
}

std::string first_word(const std::string& text) {
    return text.substr(0, text.find_first_of(" ["));
}

Refusal not_supported(Column column, std::string_view what) {
    return SyntaxError{column.value, fmt::format("'{}' is not supported yet", what)};
}

template <std::size_t N>
Refusal check_word(Column column, std::string_view what, const std::string& word,
                   const std::array<std::string_view, N>& known) {
    if (std::find(known.begin(), known.end(), word) != known.end())
        return std::nullopt;
    return SyntaxError{column.value, fmt::format("unknown {} '{}'{}", what, word,
                                                 did_you_mean(word, {known.begin(), known.end()}))};
}

Refusal check_point(const Point& point) {
    if (is_any<point::State>(point))
        return not_supported(point.column, "state");
    if (is_any<point::Source, point::Host>(point))
        return not_supported(point.column, print(point));
    return std::nullopt;
}

Refusal check_corrupt(const action::Corrupt& corrupt, Column column) {
    if (corrupt.words.front() != "bits")
        return not_supported(column, fmt::format("corrupt {}", corrupt.words.front()));
    if (corrupt.words.size() == 1)
        return std::nullopt;
    const auto bits = parse_count(corrupt.words[1], most_corrupt_bits);
    if (corrupt.words.size() > 2 || !bits || *bits == 0)
        return SyntaxError{
            column.value,
            fmt::format("expected 'corrupt bits N' with N from 1 to {}", most_corrupt_bits)};
    return std::nullopt;
}

Refusal check_action(const Action& action) {
    const bool acts =
        is_any<action::Take, action::Fail, action::Busy, action::Hang, action::Corrupt,
               action::Lose, action::PowerLoss, action::Eject>(action);
    if (!acts)
        return not_supported(action.column, first_word(print(action)));
    if (const auto* corrupt = std::get_if<action::Corrupt>(&action.what))
        return check_corrupt(*corrupt, action.column);
    if (const auto* eject = std::get_if<action::Eject>(&action.what))
        return check_word(action.column, "way to eject", eject->word, ejections);
    return std::nullopt;
}

Refusal check_one_outcome(const FaultRule& rule) {
    const Action* outcome = nullptr;
    for (const auto& action : rule.actions) {
        if (!is_outcome(action))
            continue;
        if (outcome)
            return SyntaxError{action.column.value,
                               fmt::format("'{}' cannot follow '{}': a command has one outcome",
                                           first_word(print(action)), first_word(print(*outcome)))};
        outcome = &action;
    }
    return std::nullopt;
}

bool is_deferred(const Action& action) {
    const auto* fail = std::get_if<action::Fail>(&action.what);
    return fail && fail->deferred;
}

// An action that leaves open how much of the command is done.
bool takes_position(const Action& action) {
    return is_outcome(action) && !is_deferred(action);
}

// `before` and `midway` say how much of the command is done when something strikes: there must be
// something, and it must not need the whole command.
Refusal check_position(const FaultRule& rule) {
    const auto position =
        std::find_if(rule.qualifiers.begin(), rule.qualifiers.end(), [](const Qualifier& q) {
            return is_any<qualifier::Before, qualifier::Midway>(q);
        });
    if (position == rule.qualifiers.end())
        return std::nullopt;
    const auto where = first_word(print(*position));
    if (std::none_of(rule.actions.begin(), rule.actions.end(), takes_position))
        return SyntaxError{position->column.value,
                           fmt::format("'{}' needs a fail (not deferred), hang or power-loss "
                                       "that strikes there",
                                       where)};
    for (const auto& action : rule.actions)
        if (where == "before" && is_any<action::Lose, action::Corrupt>(action))
            return SyntaxError{action.column.value,
                               fmt::format("'{}' needs the command to be carried out, and "
                                           "'before' says that it is not",
                                           first_word(print(action)))};
    return std::nullopt;
}

// What has no command cannot look at one, nor change it; a failure comes as news with the next one.
Refusal check_timed(const FaultRule& rule) {
    const bool plain = is_any<point::Time>(rule.point);
    for (const auto& q : rule.qualifiers)
        if (!is_any<qualifier::Probability>(q) && (plain || !is_any<qualifier::Index>(q)))
            return SyntaxError{q.column.value,
                               fmt::format("'{}' cannot stand here: the rule acts at a time, not "
                                           "at a command",
                                           first_word(print(q)))};
    for (const auto& action : rule.actions)
        if (!is_any<action::Eject, action::PowerLoss, action::Busy, action::Fail>(action))
            return SyntaxError{action.column.value,
                               fmt::format("'{}' needs a command, and this rule acts at a time",
                                           first_word(print(action)))};
    if (plain && rule.limit && !is_any<limit::Once>(*rule.limit))
        return SyntaxError{rule.limit->column.value, "a time comes only once"};
    return std::nullopt;
}

std::size_t find_name(std::string_view name, std::span<const std::string_view> names) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

// `self` is the name of the rule that speaks of `name`: no good advice for what it may have meant.
Refusal check_name(Column column, const std::string& name, std::string_view self,
                   std::span<const std::string_view> names) {
    if (find_name(name, names) != names.size())
        return std::nullopt;
    std::vector<std::string_view> others(names.begin(), names.end());
    std::erase(others, self);
    return SyntaxError{column.value,
                       fmt::format("unknown rule '{}'{}", name, did_you_mean(name, others))};
}

Refusal check_names(const FaultRule& rule, std::string_view self,
                    std::span<const std::string_view> names) {
    if (const auto* fired = std::get_if<point::Fired>(&rule.point.what))
        if (auto refusal = check_name(rule.point.column, fired->rule, self, names))
            return refusal;
    for (const auto& q : rule.qualifiers)
        if (const auto* since = std::get_if<qualifier::Since>(&q.what))
            if (auto refusal = check_name(q.column, since->rule, self, names))
                return refusal;
    if (rule.limit)
        if (const auto* until = std::get_if<limit::Until>(&rule.limit->what))
            if (const auto* fired = std::get_if<point::Fired>(&until->point.what))
                return check_name(until->point.column, fired->rule, self, names);
    return std::nullopt;
}

// Follows `fired NAME` to the rule that starts it all; nothing when they wait for each other.
std::optional<std::size_t> root_of(std::size_t rule, std::span<const FaultRule> rules,
                                   std::span<const std::string_view> names) {
    for (std::size_t steps = 0; steps <= rules.size(); ++steps) {
        const auto* fired = std::get_if<point::Fired>(&rules[rule].point.what);
        if (!fired)
            return rule;
        rule = find_name(fired->rule, names);
    }
    return std::nullopt;
}

Refusal check_chain(std::size_t rule, std::span<const FaultRule> rules,
                    std::span<const std::string_view> names) {
    if (!root_of(rule, rules, names))
        return SyntaxError{rules[rule].point.column.value,
                           fmt::format("the rule '{}' waits for itself", names[rule])};
    for (const auto& q : rules[rule].qualifiers)
        if (const auto* since = std::get_if<qualifier::Since>(&q.what))
            if (since->rule == names[rule])
                return SyntaxError{q.column.value,
                                   fmt::format("the rule '{}' waits for itself", names[rule])};
    return is_timed(rule, rules, names) ? check_timed(rules[rule]) : std::nullopt;
}

} // namespace

bool is_outcome(const Action& action) {
    return is_any<action::Fail, action::Status, action::Host, action::Errno, action::Hang,
                  action::PowerLoss>(action);
}

std::optional<SyntaxError> find_refusal(const FaultRule& rule) {
    if (auto refusal = check_point(rule.point))
        return refusal;
    for (const auto& q : rule.qualifiers)
        if (const auto* phase = std::get_if<qualifier::Phase>(&q.what))
            if (auto refusal = check_word(q.column, "phase", phase->phase, phases))
                return refusal;
    for (const auto& action : rule.actions)
        if (auto refusal = check_action(action))
            return refusal;
    if (rule.limit)
        if (const auto* until = std::get_if<limit::Until>(&rule.limit->what))
            if (auto refusal = check_point(until->point))
                return refusal;
    if (auto refusal = check_one_outcome(rule))
        return refusal;
    return check_position(rule);
}

std::optional<RuleRefusal> find_refusal(std::span<const FaultRule> rules,
                                        std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (auto refusal = check_names(rules[i], names[i], names))
            return RuleRefusal{i, *std::move(refusal)};
    for (std::size_t i = 0; i < rules.size(); ++i)
        if (auto refusal = check_chain(i, rules, names))
            return RuleRefusal{i, *std::move(refusal)};
    return std::nullopt;
}

bool is_timed(std::size_t rule, std::span<const FaultRule> rules,
              std::span<const std::string_view> names) {
    const auto root = root_of(rule, rules, names);
    return root && is_any<point::Time>(rules[*root].point);
}

} // namespace burnrig::emulator::faults
