// SPDX-License-Identifier: Apache-2.0
// The rules of an engine, and which of them to ask on which occasion. Internal to emulator/faults;
// the engine sees to it that one thread is in here at a time, but for the atomics.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "emulator/faults/active_rule.h"
#include "emulator/faults/engine.h"

namespace burnrig::emulator::faults {

struct FaultEngine::State {
    /// A rule, and as what it was given.
    struct Added {
        FaultRule rule;
        std::size_t text_number = 1; ///< from 1, for messages
        bool from_preset = false;    ///< nobody wrote its columns
    };
    std::uint64_t seed = 0;
    Backend backend;
    mutable std::mutex mutex;
    std::vector<std::unique_ptr<ActiveRule>> rules; ///< in the order in which they are tried
    std::uint64_t rules_ever = 0;                   ///< for the names of those without one
    std::size_t texts_ever = 0;                     ///< for messages
    std::uint64_t event = 0;                        ///< occasions on which rules were asked

    // Made anew whenever the rules change.
    using List = std::vector<ActiveRule*>;
    std::array<List, 256> at_opcode;   ///< rules whose point is this command
    std::array<List, 256> ends_opcode; ///< rules that end at it
    List at_event;                     ///< at source.X, host.X, state X
    List ends_event;
    List at_fired;
    List by_time; ///< rules of the form "at time T" that have not come yet, ascending
    std::array<std::atomic<bool>, 256> watched{};    ///< any of at_opcode, ends_opcode
    std::array<std::atomic<bool>, 256> remembered{}; ///< any rule there answers with old replies
    std::atomic<bool> any_rule{false};
    std::atomic<bool> any_state{false};
    std::atomic<bool> any_source{false};

    /// All of them or none.
    mmc::Result<std::vector<std::string>> add(std::vector<Added> added);
    std::vector<std::string> names() const;
    mmc::Result<void> remove(std::string_view name);

    /// A command, or (nullptr) something else that happens at `point`.
    Decision ask_command(const CommandFacts& facts);
    Decision ask_event(const decltype(Point::what)& point, const Occasion& occasion);
    Decision ask_time(ActiveRule& rule);

private:
    void connect();
    const ActiveRule* find(std::string_view name) const;
    std::string stream_name(const FaultRule& rule) const;
    bool ready(const ActiveRule& rule) const;
    bool try_rule(ActiveRule& rule, const Occasion& occasion, Verdict& verdict);
    void follow_up(const Occasion& occasion, Verdict& verdict);
};

} // namespace burnrig::emulator::faults
