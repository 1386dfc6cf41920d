// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/engine.h"

#include "emulator/faults/engine_state.h"
#include "emulator/faults/printer.h"

namespace burnrig::emulator::faults {

FaultEngine::FaultEngine() : state_(std::make_unique<State>()) {}
FaultEngine::~FaultEngine() = default;
FaultEngine::FaultEngine(FaultEngine&&) noexcept = default;
FaultEngine& FaultEngine::operator=(FaultEngine&&) noexcept = default;

mmc::Result<FaultEngine> FaultEngine::create(std::span<const std::string> texts, std::uint64_t seed,
                                             Backend backend) {
    FaultEngine engine;
    engine.state_->seed = seed;
    engine.state_->backend = std::move(backend);
    std::vector<State::Added> rules;
    std::vector<std::string> taken;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto read = read_rules(texts[i], taken);
        if (!read)
            return mmc::fail("rule {}, column {}: {}", i + 1, read.error().column,
                             read.error().message);
        for (auto& rule : *read) {
            taken.push_back(rule.name.empty() ? fmt::format("rule{}", taken.size() + 1)
                                              : rule.name);
            rules.push_back({std::move(rule), i + 1, is_preset(texts[i])});
        }
    }
    if (auto added = engine.state_->add(std::move(rules)); !added)
        return tl::unexpected(added.error());
    return engine;
}

mmc::Result<FaultEngine> FaultEngine::create(std::vector<FaultRule> rules, std::uint64_t seed,
                                             Backend backend) {
    FaultEngine engine;
    engine.state_->seed = seed;
    engine.state_->backend = std::move(backend);
    std::vector<State::Added> added;
    for (auto& rule : rules)
        added.push_back({std::move(rule), added.size() + 1, false});
    if (auto done = engine.state_->add(std::move(added)); !done)
        return tl::unexpected(done.error());
    return engine;
}

mmc::Result<std::vector<std::string>> FaultEngine::add(std::string_view text) {
    const std::lock_guard lock(state_->mutex);
    const auto number = state_->texts_ever + 1;
    auto rules = read_rules(text, state_->names());
    if (!rules)
        return mmc::fail("rule {}, column {}: {}", number, rules.error().column,
                         rules.error().message);
    std::vector<State::Added> added;
    for (auto& rule : *rules)
        added.push_back({std::move(rule), number, is_preset(text)});
    return state_->add(std::move(added));
}

mmc::Result<std::string> FaultEngine::add(FaultRule rule) {
    const std::lock_guard lock(state_->mutex);
    std::vector<State::Added> added;
    added.push_back({std::move(rule), state_->texts_ever + 1, false});
    return state_->add(std::move(added)).map([](const auto& names) { return names.front(); });
}

mmc::Result<void> FaultEngine::remove(std::string_view name) {
    const std::lock_guard lock(state_->mutex);
    return state_->remove(name);
}

Decision FaultEngine::decide(const CommandFacts& facts) {
    if (facts.cdb.empty() || !watches(facts.cdb[0]))
        return {};
    const std::lock_guard lock(state_->mutex);
    return state_->ask_command(facts);
}

Decision FaultEngine::decide_source(const SourceFacts& facts) {
    if (empty())
        return {};
    const std::lock_guard lock(state_->mutex);
    return state_->ask_event(point::Source{std::string(facts.event)},
                             {facts.time, nullptr, &facts});
}

Decision FaultEngine::decide_host(const HostFacts& facts) {
    if (empty())
        return {};
    const std::lock_guard lock(state_->mutex);
    return state_->ask_event(point::Host{std::string(facts.event)}, {facts.time, nullptr, nullptr});
}

Decision FaultEngine::enter_state(std::string_view state, mmc::Duration now) {
    if (!watches_states())
        return {};
    const std::lock_guard lock(state_->mutex);
    return state_->ask_event(point::State{std::string(state)}, {now, nullptr, nullptr});
}

std::vector<Decision> FaultEngine::due(mmc::Duration now) {
    std::vector<Decision> decisions;
    const std::lock_guard lock(state_->mutex);
    while (!state_->by_time.empty() && *state_->by_time.front()->time() <= now) {
        auto& rule = *state_->by_time.front();
        state_->by_time.erase(state_->by_time.begin());
        if (auto decision = state_->ask_time(rule); !decision.nothing())
            decisions.push_back(std::move(decision));
    }
    return decisions;
}

std::optional<mmc::Duration> FaultEngine::next_due() const {
    if (empty())
        return std::nullopt;
    const std::lock_guard lock(state_->mutex);
    return state_->by_time.empty() ? std::nullopt : state_->by_time.front()->time();
}

std::vector<RuleReport> FaultEngine::report() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<RuleReport> reports;
    for (const auto& rule : state_->rules)
        reports.push_back({rule->name(), print(rule->rule()), rule->matched(), rule->fired(),
                           rule->suppressed_by()});
    return reports;
}

std::uint64_t FaultEngine::fired() const {
    if (empty())
        return 0;
    const std::lock_guard lock(state_->mutex);
    std::uint64_t total = 0;
    for (const auto& rule : state_->rules)
        total += rule->fired();
    return total;
}

bool FaultEngine::empty() const {
    return !state_->any_rule.load(std::memory_order_relaxed);
}

bool FaultEngine::watches(std::uint8_t opcode) const {
    return state_->watched[opcode].load(std::memory_order_relaxed);
}

bool FaultEngine::needs_replies_of(std::uint8_t opcode) const {
    return state_->remembered[opcode].load(std::memory_order_relaxed);
}

bool FaultEngine::watches_states() const {
    return state_->any_state.load(std::memory_order_relaxed);
}

bool FaultEngine::watches_sources() const {
    return state_->any_source.load(std::memory_order_relaxed);
}

} // namespace burnrig::emulator::faults
