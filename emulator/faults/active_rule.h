// SPDX-License-Identifier: Apache-2.0
// One rule at work: what the parser read, in the form that is quick to ask, and its counters.
//
//     occasion -> qualifiers? -> counted -> index and limit? -> actions into the Decision
//
// Whether the occasion is at the rule's point is the engine's business: it has a list of rules for
// each. Internal to emulator/faults. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/faults/decision.h"
#include "emulator/faults/random.h"
#include "emulator/faults/rule.h"
#include "emulator/faults/support.h"

namespace burnrig::emulator::faults {

/// What rules are asked about: a command, an event of the source, or nothing but a moment.
struct Occasion {
    mmc::Duration now{0};
    const CommandFacts* command = nullptr;
    const SourceFacts* source = nullptr;
};

class ActiveRule;

/// A decision in the making.
struct Verdict {
    Decision decision;
    const ActiveRule* winner = nullptr;  ///< the rule whose outcome it has
    const ActiveRule* ejector = nullptr; ///< the rule that takes the disc out
};

class ActiveRule {
public:
    ActiveRule(FaultRule rule, std::string name, std::uint64_t random_seed);

    /// Whether the qualifiers hold (all but `#` and `since`). Advances the rule's random stream
    /// when all else holds.
    bool qualifies(const Occasion& occasion);

    /// Counts a match; true when its index and the limit let the rule act.
    bool counts_in(mmc::Duration now);

    /// Adds what the rule does to the verdict; whether it did anything.
    bool act(Verdict& verdict, const Occasion& occasion);

    // What the engine settles, since it concerns other rules.
    std::size_t text_number = 0;          ///< of what it was given as, from 1
    std::vector<const ActiveRule*> since; ///< rules that must have fired before
    const ActiveRule* fired_point = nullptr;
    const ActiveRule* until_fired = nullptr;
    bool ended = false;            ///< its `until` has come
    bool came = false;             ///< its time has
    std::uint64_t fired_event = 0; ///< event number at which it first fired; 0: never
    std::uint64_t last_event = 0;  ///< ... at which it last fired
    std::uint64_t tried_event = 0; ///< ... at which its `fired` point was last tried

    std::optional<mmc::Duration> time() const { return time_; }
    /// Whether it could answer this command with the reply of the last time.
    bool stale_at(std::size_t opcode) const;
    const std::string& name() const { return name_; }
    const FaultRule& rule() const { return rule_; }
    std::uint64_t matched() const { return matched_; }
    std::uint64_t fired() const { return fired_; }
    /// The rule that won over this one's outcome, the last time; "" when none did.
    const std::string& suppressed_by() const { return suppressed_by_; }

private:
    void compile_qualifiers();
    void compile_limit();
    bool touches(const CommandFacts& facts) const;
    bool exhausted(mmc::Duration now) const;

    // rule_actions.cpp
    bool apply(const Action& action, Verdict& verdict);
    bool apply_departure(const Action& action, Verdict& verdict);
    bool apply_outcome(const Action& action, Verdict& verdict);
    void apply_to_drive(const Action& action, Decision& decision) const;
    void apply_to_bytes(const Action& action, Decision& decision) const;
    void apply_around(const Action& action, Decision& decision) const;
    void add_effect(Decision& decision, BlockEffect added) const;
    bool lost_to(const ActiveRule* winner);

    // What every occasion asks for stands together, for the cache.
    std::uint64_t matched_ = 0;
    std::uint64_t fired_ = 0;
    std::uint64_t most_fires_ = UINT64_MAX;
    std::optional<BlockRange> range_;
    std::optional<Ratio> probability_;
    std::vector<Qualifier> filters_; ///< what else must be asked of each occasion
    std::optional<qualifier::Index> index_;
    std::optional<mmc::Duration> until_time_;
    std::optional<mmc::Duration> lasts_;
    mmc::Duration first_fired_{0};

    FaultRule rule_;
    std::string name_;
    std::uint64_t random_seed_;
    RandomStream random_;

    struct Part {
        Action action;
        OpcodeSet acts_on; ///< at other commands this one does nothing
    };
    std::vector<Part> parts_;

    std::optional<mmc::Duration> time_;
    std::optional<Position> position_;
    Ratio midway_{Ratio::one / 2};
    std::string suppressed_by_;
};

} // namespace burnrig::emulator::faults
