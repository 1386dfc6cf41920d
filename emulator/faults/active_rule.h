// SPDX-License-Identifier: Apache-2.0
// One rule at work: what the parser read, in the form that is quick to ask, and its counters.
//
//     command -> point? -> qualifiers? -> counted -> index and limit? -> actions into the Decision
//
// Internal to emulator/faults. One thread at a time.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/faults/decision.h"
#include "emulator/faults/random.h"
#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

using OpcodeSet = std::bitset<256>;

/// The opcodes at which a point stands; empty for a point that is not of commands.
OpcodeSet opcodes_of(const Point& point);

/// A decision in the making.
struct Verdict {
    Decision decision;
    std::optional<std::size_t> winner;  ///< the rule whose outcome it has
    std::optional<std::size_t> ejector; ///< the rule that ejects
};

class ActiveRule {
public:
    ActiveRule(FaultRule rule, std::string name, std::uint64_t random_seed);

    /// Whether the qualifiers hold (all but `#` and `since`); `facts` is nullptr at a time.
    /// Advances the rule's random stream when all else holds.
    bool qualifies(const CommandFacts* facts);

    /// Counts a match; true when its index and the limit let the rule act.
    bool counts_in(mmc::Duration now);

    /// Adds what the rule does to the verdict; whether it did anything.
    bool act(Verdict& verdict, std::size_t own_index, mmc::Duration now);

    // What the engine settles, since it concerns other rules.
    std::vector<std::size_t> since; ///< rules that must have fired before
    std::optional<std::size_t> fired_point;
    std::optional<std::size_t> until_fired;
    bool ended = false; ///< its `until` has come
    std::optional<std::size_t>
        lost_to;                   ///< the rule that won over this one's outcome, the last time
    std::uint64_t fired_event = 0; ///< event number at which it first fired; 0: never
    std::uint64_t last_event = 0;  ///< ... at which it last fired
    std::uint64_t tried_event = 0; ///< ... at which its `fired` point was last tried

    const OpcodeSet& opcodes() const { return opcodes_; }
    const OpcodeSet& until_opcodes() const { return until_opcodes_; }
    std::optional<mmc::Duration> time() const { return time_; }
    const std::string& name() const { return name_; }
    const FaultRule& rule() const { return rule_; }
    std::uint64_t matched() const { return matched_; }
    std::uint64_t fired() const { return fired_; }

private:
    void compile_qualifiers();
    void compile_limit();
    bool exhausted(mmc::Duration now) const;
    bool apply(const Action& action, Verdict& verdict, std::size_t own_index);
    void add_effect(Decision& decision, std::optional<Corruption> corruption) const;
    void apply_effect(const Action& action, Decision& decision) const;
    bool apply_eject(const action::Eject& eject, Verdict& verdict, std::size_t own_index);
    bool apply_outcome(const Action& action, Verdict& verdict, std::size_t own_index);
    void set_position(Decision& decision, bool deferred) const;

    FaultRule rule_;
    std::string name_;
    std::uint64_t random_seed_;
    RandomStream random_;

    OpcodeSet opcodes_;
    OpcodeSet until_opcodes_;
    std::optional<mmc::Duration> time_;
    std::optional<mmc::Duration> until_time_;
    std::optional<mmc::Duration> lasts_;
    std::optional<qualifier::Index> index_;
    std::optional<Ratio> probability_;
    std::vector<Qualifier> filters_; ///< what must be asked of each command
    std::optional<Position> position_;
    Ratio midway_{Ratio::one / 2};
    std::uint64_t most_fires_ = UINT64_MAX;

    std::uint64_t matched_ = 0;
    std::uint64_t fired_ = 0;
    mmc::Duration first_fired_{0};
};

} // namespace burnrig::emulator::faults
