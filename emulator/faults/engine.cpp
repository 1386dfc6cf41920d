// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/engine.h"

#include <algorithm>

#include "emulator/faults/active_rule.h"
#include "emulator/faults/parser.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/printer.h"
#include "emulator/faults/support.h"

namespace burnrig::emulator::faults {
namespace {

tl::unexpected<mmc::Error> error_in(std::size_t rule, const SyntaxError& error) {
    return mmc::fail("rule {}, column {}: {}", rule + 1, error.column, error.message);
}

// Where a preset's rule is refused its column would say nothing: nobody wrote it.
std::optional<SyntaxError> find_refusal_of(const FaultRule& rule, std::string_view text) {
    auto refusal = find_refusal(rule);
    if (refusal && is_preset(text))
        refusal = SyntaxError{1, fmt::format("{} in '{}'", refusal->message, print(rule))};
    return refusal;
}

std::vector<std::string> names_of(const std::vector<FaultRule>& rules) {
    std::vector<std::string> names;
    names.reserve(rules.size());
    for (const auto& rule : rules)
        names.push_back(rule.name.empty() ? fmt::format("rule{}", names.size() + 1) : rule.name);
    return names;
}

// What a rule's luck depends on beside the seed: its name, or else what it says, so that a rule
// put in front of it changes nothing. The same unnamed rule twice has two streams.
std::string stream_name(const std::vector<FaultRule>& rules, std::size_t index) {
    const auto& rule = rules[index];
    if (!rule.name.empty())
        return rule.name;
    const auto end = rules.begin() + static_cast<std::ptrdiff_t>(index);
    return fmt::format("{} ({})", print(rule), std::count(rules.begin(), end, rule));
}

} // namespace

struct FaultEngine::State {
    std::vector<ActiveRule> rules;
    OpcodeSet watched;                ///< opcodes at which any rule acts or ends
    std::vector<std::size_t> by_time; ///< rules of the form "at time T", ascending
    std::size_t next_by_time = 0;
    std::uint64_t event = 0; ///< commands and times seen, from 1

    void add(FaultRule rule, std::string name, std::uint64_t seed);
    void connect();
    std::size_t find(std::string_view name) const;

    bool ready(const ActiveRule& rule) const;
    bool try_rule(std::size_t index, const CommandFacts* facts, mmc::Duration now,
                  Verdict& verdict);
    void follow_up(const CommandFacts* facts, mmc::Duration now, Verdict& verdict);
};

void FaultEngine::State::add(FaultRule rule, std::string name, std::uint64_t seed) {
    auto& added = rules.emplace_back(std::move(rule), std::move(name), seed);
    watched |= added.opcodes() | added.until_opcodes();
    if (added.time())
        by_time.push_back(rules.size() - 1);
}

std::size_t FaultEngine::State::find(std::string_view name) const {
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const ActiveRule& rule) { return rule.name() == name; });
    return static_cast<std::size_t>(found - rules.begin());
}

// Names become indexes once all rules are there.
void FaultEngine::State::connect() {
    for (auto& active : rules) {
        const auto& rule = active.rule();
        if (const auto* fired = std::get_if<point::Fired>(&rule.point.what))
            active.fired_point = find(fired->rule);
        for (const auto& q : rule.qualifiers)
            if (const auto* since = std::get_if<qualifier::Since>(&q.what))
                active.since.push_back(find(since->rule));
        const auto* until = rule.limit ? std::get_if<limit::Until>(&rule.limit->what) : nullptr;
        const auto* fired = until ? std::get_if<point::Fired>(&until->point.what) : nullptr;
        if (fired)
            active.until_fired = find(fired->rule);
    }
    std::stable_sort(by_time.begin(), by_time.end(), [&](std::size_t one, std::size_t other) {
        return *rules[one].time() < *rules[other].time();
    });
}

// `since` looks at what has fired before this command, so the order of the rules does not matter.
bool FaultEngine::State::ready(const ActiveRule& rule) const {
    return std::all_of(rule.since.begin(), rule.since.end(), [&](std::size_t index) {
        const auto fired = rules[index].fired_event;
        return fired != 0 && fired < event;
    });
}

bool FaultEngine::State::try_rule(std::size_t index, const CommandFacts* facts, mmc::Duration now,
                                  Verdict& verdict) {
    auto& rule = rules[index];
    if (rule.until_fired) {
        const auto fired = rules[*rule.until_fired].fired_event;
        rule.ended = rule.ended || (fired != 0 && fired < event);
    }
    if (!ready(rule) || !rule.qualifies(facts) || !rule.counts_in(now))
        return false;
    if (!rule.act(verdict, index, now))
        return false;
    if (rule.fired_event == 0)
        rule.fired_event = event;
    rule.last_event = event;
    return true;
}

// Rules at `fired NAME` act at the moment at which NAME fires. Each is tried once an event at most,
// so rules that set each other off come to an end.
void FaultEngine::State::follow_up(const CommandFacts* facts, mmc::Duration now, Verdict& verdict) {
    for (bool again = true; again;) {
        again = false;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            auto& rule = rules[i];
            const bool due = rule.fired_point && rules[*rule.fired_point].last_event == event &&
                             rule.tried_event != event;
            if (!due)
                continue;
            rule.tried_event = event;
            again = try_rule(i, facts, now, verdict) || again;
        }
    }
}

FaultEngine::FaultEngine() : state_(std::make_unique<State>()) {}
FaultEngine::~FaultEngine() = default;
FaultEngine::FaultEngine(FaultEngine&&) noexcept = default;
FaultEngine& FaultEngine::operator=(FaultEngine&&) noexcept = default;

mmc::Result<FaultEngine> FaultEngine::create(std::span<const std::string> texts,
                                             std::uint64_t seed) {
    std::vector<FaultRule> rules;
    std::vector<std::size_t> text_of; // of each rule, for messages
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto more = read_rules(texts[i], names_of(rules));
        if (!more)
            return error_in(i, more.error());
        for (auto& rule : *more) {
            if (const auto refusal = find_refusal_of(rule, texts[i]))
                return error_in(i, *refusal);
            rules.push_back(std::move(rule));
            text_of.push_back(i);
        }
    }
    const auto names = names_of(rules);
    for (auto name = names.begin(); name != names.end(); ++name)
        if (const auto first = std::find(names.begin(), name, *name); first != name)
            return error_in(
                text_of[static_cast<std::size_t>(name - names.begin())],
                {1, fmt::format("the name '{}' belongs to rule {} already", *name,
                                text_of[static_cast<std::size_t>(first - names.begin())] + 1)});
    const std::vector<std::string_view> views(names.begin(), names.end());
    if (const auto refusal = find_refusal(rules, views))
        return error_in(text_of[refusal->rule], refusal->error);

    FaultEngine engine;
    for (std::size_t i = 0; i < rules.size(); ++i)
        engine.state_->add(rules[i], names[i], stream_seed(seed, stream_name(rules, i)));
    engine.state_->connect();
    return engine;
}

Decision FaultEngine::decide(const CommandFacts& facts) {
    auto& state = *state_;
    if (state.rules.empty() || facts.cdb.empty() || !state.watched[facts.cdb[0]])
        return {};
    ++state.event;
    const auto opcode = facts.cdb[0];
    Verdict verdict;
    bool fired = false;
    for (std::size_t i = 0; i < state.rules.size(); ++i) {
        auto& rule = state.rules[i];
        if (rule.until_opcodes()[opcode])
            rule.ended = true;
        if (rule.opcodes()[opcode])
            fired = state.try_rule(i, &facts, facts.time, verdict) || fired;
    }
    if (fired)
        state.follow_up(&facts, facts.time, verdict);
    return std::move(verdict.decision);
}

std::vector<Decision> FaultEngine::due(mmc::Duration now) {
    auto& state = *state_;
    std::vector<Decision> decisions;
    while (state.next_by_time < state.by_time.size()) {
        const auto index = state.by_time[state.next_by_time];
        const auto time = *state.rules[index].time();
        if (time > now)
            break;
        ++state.next_by_time;
        ++state.event;
        Verdict verdict;
        if (!state.try_rule(index, nullptr, time, verdict))
            continue;
        state.follow_up(nullptr, time, verdict);
        decisions.push_back(std::move(verdict.decision));
    }
    return decisions;
}

std::optional<mmc::Duration> FaultEngine::next_due() const {
    if (state_->next_by_time == state_->by_time.size())
        return std::nullopt;
    return state_->rules[state_->by_time[state_->next_by_time]].time();
}

std::vector<RuleReport> FaultEngine::report() const {
    std::vector<RuleReport> reports;
    for (const auto& rule : state_->rules)
        reports.push_back({rule.name(), print(rule.rule()), rule.matched(), rule.fired(),
                           rule.lost_to ? state_->rules[*rule.lost_to].name() : ""});
    return reports;
}

bool FaultEngine::empty() const {
    return state_->rules.empty();
}

} // namespace burnrig::emulator::faults
