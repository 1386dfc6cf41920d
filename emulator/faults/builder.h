// SPDX-License-Identifier: Apache-2.0
// Fault rules in C++: the same rule as its text, checked by the compiler.
//
//     at(Opcode::send_opc_information).named("opc").take(8906ms).fail(sense::opc_failed)
//     opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03
//
// Qualifiers and actions stand in the rule in the order in which they are called. A RuleBuilder is
// a FaultRule wherever one is wanted. Plain data; one thread at a time.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

class RuleBuilder {
public:
    explicit RuleBuilder(Point point) { rule_.point = std::move(point); }
    operator FaultRule() const { return rule_; } // NOLINT: this is what it is for

    RuleBuilder& named(std::string name) {
        rule_.name = std::move(name);
        return *this;
    }

    // Qualifiers.
    RuleBuilder& nth(std::uint64_t number) { return when(qualifier::Index{number, number, 1}); }
    RuleBuilder& nth(std::uint64_t first, std::uint64_t last, std::uint64_t step = 1) {
        return when(qualifier::Index{first, last, step});
    }
    RuleBuilder& from_nth(std::uint64_t first, std::uint64_t step = 1) {
        return when(qualifier::Index{first, std::nullopt, step});
    }
    RuleBuilder& lba(std::int32_t first, std::int32_t last) {
        return when(qualifier::Blocks{{first, last}});
    }
    RuleBuilder& lba(std::int32_t block) { return lba(block, block); }
    RuleBuilder& phase(std::string word) { return when(qualifier::Phase{std::move(word)}); }
    RuleBuilder& buffer(Comparison comparison, double level) {
        return when(qualifier::BufferLevel{comparison, ratio(level)});
    }
    RuleBuilder& bytes(Comparison comparison, std::uint64_t size) {
        return when(qualifier::Bytes{comparison, size});
    }
    RuleBuilder& probability(double value) { return when(qualifier::Probability{ratio(value)}); }
    RuleBuilder& cdb(std::uint8_t index, Comparison comparison, std::uint8_t value) {
        return when(qualifier::CdbByte{index, comparison, value});
    }
    RuleBuilder& since(std::string rule) { return when(qualifier::Since{std::move(rule)}); }
    RuleBuilder& before() { return when(qualifier::Before{}); }
    RuleBuilder& after() { return when(qualifier::After{}); }
    RuleBuilder& midway() { return when(qualifier::Midway{}); }
    RuleBuilder& midway(double value) { return when(qualifier::Midway{ratio(value)}); }

    // Actions.
    RuleBuilder& take(mmc::Duration time) { return act(action::Take{time, false}); }
    RuleBuilder& take_more(mmc::Duration time) { return act(action::Take{time, true}); }
    RuleBuilder& fail(mmc::SenseCode code) { return act(action::Fail{code, false, false, {}}); }
    RuleBuilder& status(std::string word) { return act(action::Status{std::move(word)}); }
    RuleBuilder& host(std::string word) { return act(action::Host{std::move(word)}); }
    RuleBuilder& system_error(std::string word) { return act(action::Errno{std::move(word)}); }
    RuleBuilder& busy(mmc::Duration time, std::optional<mmc::SenseCode> code = std::nullopt) {
        return act(action::Busy{time, code});
    }
    RuleBuilder& hang(std::optional<mmc::Duration> time = std::nullopt) {
        return act(action::Hang{time});
    }
    RuleBuilder& short_transfer(std::uint64_t size) { return act(action::Short{size}); }
    RuleBuilder& torn(std::uint64_t blocks) { return act(action::Torn{blocks}); }
    RuleBuilder& corrupt(std::vector<std::string> words) {
        return act(action::Corrupt{std::move(words)});
    }
    RuleBuilder& unreadable(std::int32_t first, std::int32_t last,
                            std::optional<std::uint32_t> tries = std::nullopt) {
        return act(action::Unreadable{{first, last}, tries});
    }
    RuleBuilder& lose() { return act(action::Lose{}); }
    RuleBuilder& misplace(std::uint64_t blocks) { return act(action::Misplace{blocks}); }
    RuleBuilder& stale() { return act(action::Stale{}); }
    RuleBuilder& report(std::string field, std::string value) {
        return act(action::Report{std::move(field), std::move(value)});
    }
    RuleBuilder& power_loss(std::optional<mmc::Duration> back_after = std::nullopt) {
        return act(action::PowerLoss{back_after});
    }
    RuleBuilder& reset(std::string word) { return act(action::Reset{std::move(word)}); }
    RuleBuilder& unplug(std::optional<mmc::Duration> back_after = std::nullopt) {
        return act(action::Unplug{back_after});
    }
    RuleBuilder& eject(std::string word) { return act(action::Eject{std::move(word)}); }
    RuleBuilder& swap(std::string medium) { return act(action::Swap{std::move(medium)}); }
    RuleBuilder& drain() { return act(action::Drain{}); }
    RuleBuilder& stall(mmc::Duration time) { return act(action::Stall{time}); }
    RuleBuilder& throttle(std::uint64_t bytes_per_second) {
        return act(action::Throttle{bytes_per_second});
    }
    RuleBuilder& signal(std::string word) { return act(action::Signal{std::move(word)}); }
    RuleBuilder& pause() { return act(action::Pause{}); }
    RuleBuilder& log(std::string text) { return act(action::Log{std::move(text)}); }
    RuleBuilder& use_up(std::string area, std::optional<std::uint32_t> leaving = std::nullopt) {
        return act(action::UseUp{std::move(area), leaving});
    }

    // Of the last fail().
    RuleBuilder& deferred() {
        return of_fail([](auto& fail) { fail.deferred = true; });
    }
    RuleBuilder& descriptor() {
        return of_fail([](auto& fail) { fail.descriptor = true; });
    }
    RuleBuilder& info(std::uint32_t value) {
        return of_fail([value](auto& fail) { fail.information = value; });
    }
    RuleBuilder& sense_length(std::uint8_t value) {
        return of_fail([value](auto& fail) { fail.length = value; });
    }
    RuleBuilder& raw(std::vector<std::uint8_t> bytes) {
        return of_fail([&](auto& fail) { fail.raw = std::move(bytes); });
    }

    // The limit.
    RuleBuilder& once() { return limited(limit::Once{}); }
    RuleBuilder& times(std::uint64_t count) { return limited(limit::Times{count}); }
    RuleBuilder& always() { return limited(limit::Always{}); }
    RuleBuilder& lasting(mmc::Duration time) { return limited(limit::For{time}); }
    RuleBuilder& until(Point point) { return limited(limit::Until{std::move(point)}); }

private:
    static Ratio ratio(double value) {
        return {static_cast<std::uint32_t>(std::lround(value * Ratio::one))};
    }
    RuleBuilder& when(decltype(Qualifier::what) what) {
        rule_.qualifiers.push_back({std::move(what), {}});
        return *this;
    }
    RuleBuilder& act(decltype(Action::what) what) {
        rule_.actions.push_back({std::move(what), {}});
        return *this;
    }
    RuleBuilder& limited(decltype(Limit::what) what) {
        rule_.limit = Limit{std::move(what), {}};
        return *this;
    }
    template <class Change>
    RuleBuilder& of_fail(Change change) {
        if (!rule_.actions.empty())
            if (auto* fail = std::get_if<action::Fail>(&rule_.actions.back().what))
                change(*fail);
        return *this;
    }

    FaultRule rule_;
};

// Points, by themselves or as the beginning of a rule.
inline Point command(mmc::Opcode opcode) {
    return {point::Command{static_cast<std::uint8_t>(opcode)}, {}};
}
inline Point group(mmc::Group commands) {
    return {point::CommandGroup{commands}, {}};
}
inline Point any_command() {
    return {point::CommandGroup{}, {}};
}
inline Point source_event(std::string word) {
    return {point::Source{std::move(word)}, {}};
}
inline Point host_event(std::string word) {
    return {point::Host{std::move(word)}, {}};
}
inline Point drive_time(mmc::Duration time) {
    return {point::Time{time}, {}};
}
inline Point fired(std::string rule) {
    return {point::Fired{std::move(rule)}, {}};
}
inline Point drive_state(std::string word) {
    return {point::State{std::move(word)}, {}};
}

inline RuleBuilder at(Point point) {
    return RuleBuilder(std::move(point));
}
inline RuleBuilder at(mmc::Opcode opcode) {
    return at(command(opcode));
}
inline RuleBuilder at(mmc::Group commands) {
    return at(group(commands));
}

} // namespace burnrig::emulator::faults
