// SPDX-License-Identifier: Apache-2.0
// Any text as fault rules: every text is either taken or refused with a message that says where,
// and what is taken prints and parses to itself and can be asked about commands. Ends the process
// when that is broken.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace burnrig::fuzz {

/// Whether a drive would take it.
bool try_rule_text(std::string_view text);

/// A text made of the words of the rule language, as the bytes say, with some letters spoilt.
std::string rule_text_of(std::span<const std::uint8_t> bytes);

} // namespace burnrig::fuzz
