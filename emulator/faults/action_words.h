// SPDX-License-Identifier: Apache-2.0
// Whether the words and numbers of one action mean anything: `status BSUY` does not. Internal to
// emulator/faults. Thread-safe (no state).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/faults/lexer.h"
#include "emulator/faults/rule.h"
#include "emulator/faults/rule_kinds.h"

namespace burnrig::emulator::faults {

/// Nothing when `word` is one of `known`; else "unknown WHAT 'word'; did you mean ...?".
std::optional<SyntaxError> check_word(Column column, std::string_view what, const std::string& word,
                                      std::span<const std::string_view> known);

std::optional<SyntaxError> check_action_words(const Action& action, const Backend& backend);

} // namespace burnrig::emulator::faults
