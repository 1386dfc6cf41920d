// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/engine_state.h"

#include <algorithm>

#include "emulator/faults/printer.h"
#include "emulator/faults/support.h"

namespace burnrig::emulator::faults {
namespace {

tl::unexpected<mmc::Error> error_in(std::size_t text_number, const SyntaxError& error) {
    return mmc::fail("rule {}, column {}: {}", text_number, error.column, error.message);
}

// Where a preset's rule is refused its column would say nothing: nobody wrote it.
SyntaxError in_preset(const SyntaxError& refusal, const FaultRule& rule) {
    return {1, fmt::format("{} in '{}'", refusal.message, print(rule))};
}

const Point* until_of(const FaultRule& rule) {
    const auto* until = rule.limit ? std::get_if<limit::Until>(&rule.limit->what) : nullptr;
    return until ? &until->point : nullptr;
}

bool is_event(const Point& point) {
    return std::holds_alternative<point::Source>(point.what) ||
           std::holds_alternative<point::Host>(point.what) ||
           std::holds_alternative<point::State>(point.what);
}

const std::string* fired_name(const Point* point) {
    const auto* fired = point ? std::get_if<point::Fired>(&point->what) : nullptr;
    return fired ? &fired->rule : nullptr;
}

} // namespace

const ActiveRule* FaultEngine::State::find(std::string_view name) const {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const auto& rule) { return rule->name() == name; });
    return found == rules.end() ? nullptr : found->get();
}

// What a rule's luck depends on beside the seed: its name, or else what it says, so that a rule
// put in front of it changes nothing. The same unnamed rule twice has two streams.
std::string FaultEngine::State::stream_name(const FaultRule& rule) const {
    if (!rule.name.empty())
        return rule.name;
    return fmt::format("{} ({})", print(rule),
                       std::count_if(rules.begin(), rules.end(),
                                     [&](const auto& other) { return other->rule() == rule; }));
}

std::vector<std::string> FaultEngine::State::names() const {
    std::vector<std::string> all;
    for (const auto& rule : rules)
        all.push_back(rule->name());
    return all;
}

mmc::Result<std::vector<std::string>> FaultEngine::State::add(std::vector<Added> added) {
    for (const auto& one : added)
        if (const auto refusal = find_refusal(one.rule, backend))
            return error_in(one.text_number,
                            one.from_preset ? in_preset(*refusal, one.rule) : *refusal);
    std::vector<FaultRule> all;
    std::vector<std::size_t> text_of;
    for (const auto& rule : rules) {
        all.push_back(rule->rule());
        text_of.push_back(rule->text_number);
    }
    auto given = names();
    auto number = rules_ever;
    for (const auto& one : added) {
        ++number;
        all.push_back(one.rule);
        text_of.push_back(one.text_number);
        given.push_back(one.rule.name.empty() ? fmt::format("rule{}", number) : one.rule.name);
    }
    for (std::size_t i = 0; i < given.size(); ++i)
        if (const auto first = static_cast<std::size_t>(
                std::find(given.begin(), given.end(), given[i]) - given.begin());
            first != i)
            return error_in(text_of[i], {1, fmt::format("the name '{}' belongs to rule {} already",
                                                        given[i], text_of[first])});
    const std::vector<std::string_view> views(given.begin(), given.end());
    if (const auto refusal = find_refusal(all, views))
        return error_in(text_of[refusal->rule], refusal->error);
    given.erase(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(rules.size()));
    for (std::size_t i = 0; i < added.size(); ++i) {
        const auto stream = stream_seed(seed, stream_name(added[i].rule));
        rules.push_back(std::make_unique<ActiveRule>(std::move(added[i].rule), given[i], stream));
        rules.back()->text_number = added[i].text_number;
        texts_ever = std::max(texts_ever, added[i].text_number);
    }
    rules_ever = number;
    connect();
    return given;
}

mmc::Result<void> FaultEngine::State::remove(std::string_view name) {
    const auto* rule = find(name);
    if (!rule)
        return mmc::fail("there is no rule '{}'", name);
    for (const auto& other : rules) {
        const bool waits = other->fired_point == rule || other->until_fired == rule ||
                           std::count(other->since.begin(), other->since.end(), rule) > 0;
        if (waits && other.get() != rule)
            return mmc::fail("the rule '{}' waits for '{}': remove it first", other->name(), name);
    }
    std::erase_if(rules, [rule](const auto& other) { return other.get() == rule; });
    connect();
    return {};
}

// Names become pointers, points become lists.
void FaultEngine::State::connect() {
    for (auto* lists : {&at_opcode, &ends_opcode})
        for (auto& list : *lists)
            list.clear();
    for (auto* list : {&at_event, &ends_event, &at_fired, &by_time})
        list->clear();
    bool states_watched = false;
    bool sources_watched = false;
    for (const auto& active : rules) {
        const auto& rule = active->rule();
        const auto* until = until_of(rule);
        const auto opcodes = opcodes_of(rule.point);
        const auto until_opcodes = until ? opcodes_of(*until) : OpcodeSet{};
        for (std::size_t opcode = 0; opcode < opcodes.size(); ++opcode) {
            if (opcodes[opcode])
                at_opcode[opcode].push_back(active.get());
            if (until_opcodes[opcode])
                ends_opcode[opcode].push_back(active.get());
        }
        if (is_event(rule.point))
            at_event.push_back(active.get());
        if (until && is_event(*until))
            ends_event.push_back(active.get());
        states_watched = states_watched || std::holds_alternative<point::State>(rule.point.what) ||
                         (until && std::holds_alternative<point::State>(until->what));
        sources_watched = sources_watched || std::holds_alternative<point::Source>(rule.point.what);
        if (active->time() && !active->came)
            by_time.push_back(active.get());
        active->since.clear();
        if (const auto* fired = fired_name(&rule.point)) {
            active->fired_point = find(*fired);
            at_fired.push_back(active.get());
        }
        if (const auto* fired = fired_name(until))
            active->until_fired = find(*fired);
        for (const auto& q : rule.qualifiers)
            if (const auto* since = std::get_if<qualifier::Since>(&q.what))
                active->since.push_back(find(since->rule));
    }
    std::stable_sort(by_time.begin(), by_time.end(), [](const auto* one, const auto* other) {
        return *one->time() < *other->time();
    });
    for (std::size_t opcode = 0; opcode < watched.size(); ++opcode)
        watched[opcode] = !at_opcode[opcode].empty() || !ends_opcode[opcode].empty();
    for (std::size_t opcode = 0; opcode < remembered.size(); ++opcode)
        remembered[opcode] = std::any_of(rules.begin(), rules.end(),
                                         [&](const auto& rule) { return rule->stale_at(opcode); });
    any_state = states_watched;
    any_source = sources_watched;
    any_rule = !rules.empty();
}

// `since` looks at what has fired before this occasion, so the order of the rules does not matter.
bool FaultEngine::State::ready(const ActiveRule& rule) const {
    return std::all_of(rule.since.begin(), rule.since.end(), [&](const ActiveRule* other) {
        return other->fired_event != 0 && other->fired_event < event;
    });
}

bool FaultEngine::State::try_rule(ActiveRule& rule, const Occasion& occasion, Verdict& verdict) {
    if (rule.until_fired) {
        const auto fired = rule.until_fired->fired_event;
        rule.ended = rule.ended || (fired != 0 && fired < event);
    }
    if (!ready(rule) || !rule.qualifies(occasion) || !rule.counts_in(occasion.now))
        return false;
    if (!rule.act(verdict, occasion))
        return false;
    if (rule.fired_event == 0)
        rule.fired_event = event;
    rule.last_event = event;
    return true;
}

// Rules at `fired NAME` act at the moment at which NAME fires. Each is tried once an event at most,
// so rules that set each other off come to an end.
void FaultEngine::State::follow_up(const Occasion& occasion, Verdict& verdict) {
    for (bool again = true; again;) {
        again = false;
        for (auto* rule : at_fired) {
            const bool due = rule->fired_point->last_event == event && rule->tried_event != event;
            if (!due)
                continue;
            rule->tried_event = event;
            again = try_rule(*rule, occasion, verdict) || again;
        }
    }
}

Decision FaultEngine::State::ask_command(const CommandFacts& facts) {
    const auto opcode = facts.cdb[0];
    const Occasion occasion{facts.time, &facts, nullptr};
    ++event;
    Verdict verdict;
    bool fired = false;
    for (auto* rule : ends_opcode[opcode])
        rule->ended = true;
    for (auto* rule : at_opcode[opcode])
        fired = try_rule(*rule, occasion, verdict) || fired;
    if (fired)
        follow_up(occasion, verdict);
    return std::move(verdict.decision);
}

Decision FaultEngine::State::ask_event(const decltype(Point::what)& point,
                                       const Occasion& occasion) {
    ++event;
    Verdict verdict;
    bool fired = false;
    for (auto* rule : ends_event)
        rule->ended = rule->ended || until_of(rule->rule())->what == point;
    for (auto* rule : at_event)
        if (rule->rule().point.what == point)
            fired = try_rule(*rule, occasion, verdict) || fired;
    if (fired)
        follow_up(occasion, verdict);
    return std::move(verdict.decision);
}

Decision FaultEngine::State::ask_time(ActiveRule& rule) {
    const Occasion occasion{*rule.time(), nullptr, nullptr};
    rule.came = true;
    ++event;
    Verdict verdict;
    if (try_rule(rule, occasion, verdict))
        follow_up(occasion, verdict);
    return std::move(verdict.decision);
}

} // namespace burnrig::emulator::faults
