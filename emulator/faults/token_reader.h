// SPDX-License-Identifier: Apache-2.0
// What the parsers read tokens with: keeps the first error and then behaves as if the line had
// ended, so that grammar functions need no error paths of their own.
//
//     reader.expect_symbol("->");  ...  return reader.error() ? ... : rule;
//
// Internal to emulator/faults. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/faults/lexer.h"
#include "emulator/faults/quantity.h"

namespace burnrig::emulator::faults {

/// "; did you mean phase?" with the word of `known` that is nearest.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known);

/// "'word'", cut when long; "the end of the line" for the end.
std::string show(const Token& token);

class TokenReader {
public:
    explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    const Token& peek(std::size_t ahead = 0) const;
    Token take();

    bool at_end() const { return peek().kind == TokenKind::end; }
    bool at_word() const { return peek().kind == TokenKind::word; }
    bool at_word(std::string_view word) const { return at_word() && peek().text == word; }
    bool at_symbol(std::string_view symbol) const;
    /// At a word that begins with a digit.
    bool at_number() const;

    bool accept_word(std::string_view word);
    bool accept_symbol(std::string_view symbol);
    void expect_symbol(std::string_view symbol);

    std::string name();                    ///< NAME: letters, digits, _ and -, a letter first
    std::string word(std::string_view of); ///< WORD, or a string in its place
    std::vector<std::string> words(std::string_view of); ///< WORD { WORD }
    std::string string();
    std::uint64_t count(std::uint64_t maximum = UINT64_MAX);
    std::uint8_t hexadecimal_byte();
    mmc::Duration duration();
    std::uint64_t size();
    std::uint64_t rate();
    Ratio ratio();
    BlockRange range();
    Comparison comparison();
    mmc::SenseCode sense();

    /// Records the error unless there is one already.
    void fail(Column column, std::string message);
    /// "expected WHAT, found ..." at the next token.
    void fail_expected(std::string_view what);

    const std::optional<SyntaxError>& error() const { return error_; }

private:
    template <class T>
    T quantity(mmc::Result<T> (*parse)(std::string_view));
    std::int32_t block_address();

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::optional<SyntaxError> error_;
};

} // namespace burnrig::emulator::faults
