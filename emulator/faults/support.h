// SPDX-License-Identifier: Apache-2.0
// What the engine can act on. Whatever the grammar allows beyond that is refused by its name, so
// that no rule is ever ignored in silence. Internal to emulator/faults. Thread-safe (no state).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "emulator/faults/lexer.h"
#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

/// How the actions that can decide a command's fate are named; a rule may have one of them.
bool is_outcome(const Action& action);

/// The first thing in the rule that cannot act, or contradicts itself; nothing when all is well.
std::optional<SyntaxError> find_refusal(const FaultRule& rule);

/// The same for what rules say of each other (`since`, `fired`, `until fired`). `names` holds the
/// name of each rule. Gives the index of the rule with the error.
struct RuleRefusal {
    std::size_t rule = 0;
    SyntaxError error;
};
std::optional<RuleRefusal> find_refusal(std::span<const FaultRule> rules,
                                        std::span<const std::string_view> names);

/// Whether the rule acts at a time rather than at a command, itself or through the rules whose
/// firing it waits for. The rules must have passed find_refusal().
bool is_timed(std::size_t rule, std::span<const FaultRule> rules,
              std::span<const std::string_view> names);

} // namespace burnrig::emulator::faults
