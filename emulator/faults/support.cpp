// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/support.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/faults/action_words.h"
#include "emulator/faults/printer.h"
#include "emulator/faults/reply_fields.h"
#include "emulator/faults/token_reader.h"
#include "emulator/faults/words.h"
#include "mmc/opcode.h"

namespace burnrig::emulator::faults {
namespace {

using Refusal = std::optional<SyntaxError>;

template <class... Whats>
bool is_any(const auto& node) {
    return (std::holds_alternative<Whats>(node.what) || ...);
}

std::string first_word(const std::string& text) {
    return text.substr(0, text.find_first_of(" [#"));
}

std::string shown(const Qualifier& qualifier) {
    return is_any<qualifier::Index>(qualifier) ? print(qualifier) : first_word(print(qualifier));
}

// Nothing for what acts there, exactly or nearly so.
Refusal check_support(Column column, const std::string& text, const RuleKind& kind,
                      const Backend& backend) {
    const auto support = support_of(kind, backend);
    if (support.fidelity != Fidelity::impossible)
        return std::nullopt;
    return SyntaxError{column.value, fmt::format("'{}' cannot act here: {}", text, support.reason)};
}

Refusal check_point(const Point& point, const Backend& backend) {
    if (const auto* p = std::get_if<point::State>(&point.what))
        if (auto refusal = check_word(point.column, "state", p->state, states))
            return refusal;
    if (const auto* p = std::get_if<point::Source>(&point.what))
        if (auto refusal = check_word(point.column, "event of a source", p->event, source_events))
            return refusal;
    if (const auto* p = std::get_if<point::Host>(&point.what))
        if (auto refusal = check_word(point.column, "event of a host", p->event, host_events))
            return refusal;
    return check_support(point.column, print(point), kind_of(point), backend);
}

Refusal check_action(const Action& action, const Backend& backend) {
    if (auto refusal =
            check_support(action.column, first_word(print(action)), kind_of(action), backend))
        return refusal;
    return check_action_words(action, backend);
}

Refusal check_qualifier(const Qualifier& qualifier, const Backend& backend) {
    if (const auto* phase = std::get_if<qualifier::Phase>(&qualifier.what))
        if (auto refusal = check_word(qualifier.column, "phase", phase->phase, phases))
            return refusal;
    return check_support(qualifier.column, shown(qualifier), kind_of(qualifier), backend);
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

// Has an effect on the bytes that go over, so they must go.
bool needs_bytes(const Action& action) {
    return (kind_of(action).places & (at_write | at_reply)) != 0;
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
                           fmt::format("'{}' needs something that strikes there: fail (not "
                                       "deferred), status, host, errno, hang, power-loss or unplug",
                                       where)};
    for (const auto& action : rule.actions)
        if (where == "before" && needs_bytes(action))
            return SyntaxError{action.column.value,
                               fmt::format("'{}' needs the command to be carried out, and "
                                           "'before' says that it is not",
                                           first_word(print(action)))};
    return std::nullopt;
}

Place place_of(const Point& root) {
    if (is_any<point::Time, point::State>(root))
        return at_moment;
    if (is_any<point::Source>(root))
        return at_source;
    return is_any<point::Host>(root) ? at_host : at_command;
}

std::string_view place_name(const Point& root) {
    if (is_any<point::State>(root))
        return "when the drive comes into a state";
    return is_any<point::Time>(root) ? "at a time" : "where no command is";
}

// What has no command cannot look at one, nor change it; a failure comes as news with the next one.
Refusal check_place(const FaultRule& rule, const Point& root) {
    const auto place = place_of(root);
    const bool plain_time = is_any<point::Time>(rule.point);
    for (const auto& q : rule.qualifiers)
        if ((kind_of(q).places & place) == 0 || (plain_time && !is_any<qualifier::Probability>(q)))
            return SyntaxError{q.column.value,
                               fmt::format("'{}' cannot stand here: the rule acts {}, not at a "
                                           "command",
                                           shown(q), place_name(root))};
    for (const auto& action : rule.actions)
        if (place != at_command && (kind_of(action).places & place) == 0)
            return SyntaxError{action.column.value,
                               fmt::format("'{}' needs a command, and this rule acts {}",
                                           first_word(print(action)), place_name(root))};
    if (plain_time && rule.limit && !is_any<limit::Once>(*rule.limit))
        return SyntaxError{rule.limit->column.value, "a time comes only once"};
    return std::nullopt;
}

// An action must have something to act on among the commands at which the rule stands.
Refusal check_commands(const FaultRule& rule, const Point& root) {
    if (place_of(root) != at_command)
        return std::nullopt;
    const auto stands_at = opcodes_of(root);
    for (const auto& action : rule.actions) {
        if ((stands_at & acts_on(action)).any())
            continue;
        const auto word = first_word(print(action));
        const auto* report = std::get_if<action::Report>(&action.what);
        const auto places = kind_of(action).places;
        const auto needed = report               ? mmc::opcode_name(static_cast<std::uint8_t>(
                                         find_reply_field(report->field)->opcode))
                            : places == at_write ? std::string("a command that writes blocks")
                            : places == at_reply ? std::string("a command that answers with data")
                                                 : std::string("a command with data");
        return SyntaxError{action.column.value,
                           fmt::format("'{}' needs {}, and {} is none",
                                       report ? print(action) : word, needed, print(root))};
    }
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
    const auto& root = rules[*root_of(rule, rules, names)].point;
    if (auto refusal = check_place(rules[rule], root))
        return refusal;
    return check_commands(rules[rule], root);
}

} // namespace

OpcodeSet opcodes_of(const Point& point) {
    OpcodeSet set;
    if (const auto* command = std::get_if<point::Command>(&point.what))
        set.set(command->opcode);
    if (const auto* group = std::get_if<point::CommandGroup>(&point.what))
        for (std::size_t opcode = 0; opcode < set.size(); ++opcode)
            set[opcode] =
                !group->group || mmc::in_group(static_cast<std::uint8_t>(opcode), *group->group);
    return set;
}

OpcodeSet acts_on(const Action& action) {
    OpcodeSet set;
    const auto places = kind_of(action).places;
    if ((places & at_command) != 0)
        return set.set();
    if (const auto* report = std::get_if<action::Report>(&action.what)) {
        if (const auto* field = find_reply_field(report->field))
            set.set(static_cast<std::uint8_t>(field->opcode));
        return set;
    }
    for (const auto& info : mmc::opcodes()) {
        const bool writes = (info.groups & static_cast<std::uint8_t>(mmc::Group::write)) != 0;
        const bool answers = info.direction == mmc::DataDirection::from_drive;
        const bool sends = info.direction == mmc::DataDirection::to_drive;
        set[static_cast<std::uint8_t>(info.opcode)] = ((places & at_write) != 0 && writes) ||
                                                      ((places & at_reply) != 0 && answers) ||
                                                      (is_any<action::Short>(action) && sends);
    }
    return set;
}

bool is_outcome(const Action& action) {
    return is_any<action::Fail, action::Status, action::Host, action::Errno, action::Hang,
                  action::PowerLoss, action::Unplug>(action);
}

std::optional<SyntaxError> find_refusal(const FaultRule& rule, const Backend& backend) {
    if (auto refusal = check_point(rule.point, backend))
        return refusal;
    for (const auto& q : rule.qualifiers)
        if (auto refusal = check_qualifier(q, backend))
            return refusal;
    for (const auto& action : rule.actions)
        if (auto refusal = check_action(action, backend))
            return refusal;
    if (rule.limit)
        if (const auto* until = std::get_if<limit::Until>(&rule.limit->what))
            if (auto refusal = check_point(until->point, backend))
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

} // namespace burnrig::emulator::faults
