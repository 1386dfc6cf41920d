// SPDX-License-Identifier: Apache-2.0
// One line of the rule language, cut into words, strings and symbols.
//
//     opc: at @write #3..7 -> take 8.906s      # a comment
//     word : word @ word # word .. word -> word word
//
// A word is a run of letters, digits and _ with single - . / between them, so names, durations,
// sizes, sense triples and "source.read" are one word each; the parser looks inside. A # starts a
// comment unless a digit follows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

/// What is wrong with a line, and where.
struct SyntaxError {
    std::size_t column = 0;
    std::string message;
};

enum class TokenKind : std::uint8_t { word, string, symbol, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text; ///< of a string: what it stands for
    Column column;
};

/// The last token is always of kind `end`.
tl::expected<std::vector<Token>, SyntaxError> read_tokens(std::string_view line);

/// Words of a setting: cut at blanks only, or quoted. Same comments.
tl::expected<std::vector<Token>, SyntaxError> read_setting_words(std::string_view line);

/// Whether the text is read back as one word as it is, and needs no quotes.
bool is_word(std::string_view text);
bool is_setting_word(std::string_view text);

/// The text in double quotes; \" and \\ stand for " and \, any other backslash for itself.
std::string quote(std::string_view text);

} // namespace burnrig::emulator::faults
