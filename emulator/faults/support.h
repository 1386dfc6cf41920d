// SPDX-License-Identifier: Apache-2.0
// Whether rules can act where they are to act. What cannot is refused by its name and with the
// reason, so that no rule is ever ignored in silence. Internal to emulator/faults. Thread-safe (no
// state).
#pragma once

#include <bitset>
#include <optional>
#include <span>
#include <string_view>

#include "emulator/faults/lexer.h"
#include "emulator/faults/rule.h"
#include "emulator/faults/rule_kinds.h"

namespace burnrig::emulator::faults {

using OpcodeSet = std::bitset<256>;

/// The opcodes at which a point stands; empty for a point that is not of commands.
OpcodeSet opcodes_of(const Point& point);

/// The opcodes of commands on which the action can do anything.
OpcodeSet acts_on(const Action& action);

/// How the actions that can decide a command's fate are named; a rule may have one of them.
bool is_outcome(const Action& action);

/// The first thing in the rule that cannot act on that backend, or contradicts itself; nothing when
/// all is well.
std::optional<SyntaxError> find_refusal(const FaultRule& rule, const Backend& backend);

/// The same for what rules say of each other (`since`, `fired`, `until fired`). `names` holds the
/// name of each rule. Gives the index of the rule with the error.
struct RuleRefusal {
    std::size_t rule = 0;
    SyntaxError error;
};
std::optional<RuleRefusal> find_refusal(std::span<const FaultRule> rules,
                                        std::span<const std::string_view> names);

} // namespace burnrig::emulator::faults
