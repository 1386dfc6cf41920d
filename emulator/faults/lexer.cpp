// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/lexer.h"

#include <array>

#include <fmt/format.h>

namespace burnrig::emulator::faults {
namespace {

// Longer ones first: the first that fits is taken.
constexpr std::array<std::string_view, 19> symbols{"->", "..", "==", "!=", "<=", ">=", "<",
                                                   ">",  "=",  "~",  ",",  ";",  ":",  "@",
                                                   "#",  "+",  "-",  "[",  "]"};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
// Bytes from 80h on are parts of UTF-8 letters.
constexpr bool is_word_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

bool starts_comment(std::string_view text) {
    return text.starts_with('#') && !(text.size() > 1 && is_digit(text[1]));
}

// Length of the word at the front of text, 0 when there is none.
std::size_t word_length(std::string_view text) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (is_word_char(c) || (c == '%' && at > 0))
            continue;
        const bool joint = c == '-' || c == '.' || c == '/';
        if (!joint || at == 0 || at + 1 >= text.size() || !is_word_char(text[at + 1]))
            break;
    }
    return at;
}

std::size_t setting_word_length(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && !is_blank(text[at]) && !is_control(text[at]) &&
           !starts_comment(text.substr(at)))
        ++at;
    return at;
}

// Walks along a line and remembers the column, which counts letters, not bytes.
class Reader {
public:
    explicit Reader(std::string_view line) : rest_(line) {}

    std::string_view rest() const { return rest_; }
    Column column() const { return {column_}; }

    std::string_view take(std::size_t length) {
        const auto taken = rest_.substr(0, length);
        for (const char c : taken)
            column_ += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
        rest_.remove_prefix(length);
        return taken;
    }

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_[0]))
            take(1);
        if (starts_comment(rest_))
            rest_ = {}; // the column stays: what is missing is missing in front of the comment
    }

    tl::expected<Token, SyntaxError> take_string() {
        Token token{TokenKind::string, "", column()};
        take(1);
        while (!rest_.empty() && rest_[0] != '"') {
            if (is_control(rest_[0]))
                return unexpected_character();
            const bool escape =
                rest_[0] == '\\' && rest_.size() > 1 && (rest_[1] == '"' || rest_[1] == '\\');
            if (escape)
                take(1);
            token.text += take(1);
        }
        if (rest_.empty())
            return tl::unexpected(
                SyntaxError{token.column.value, "this string has no closing quote"});
        take(1);
        return token;
    }

    tl::unexpected<SyntaxError> unexpected_character() const {
        const auto code = static_cast<unsigned char>(rest_[0]);
        return tl::unexpected(
            SyntaxError{column_, is_control(rest_[0])
                                     ? fmt::format("unexpected control character {:02X}h", code)
                                     : fmt::format("unexpected character '{}'", rest_[0])});
    }

private:
    std::string_view rest_;
    std::size_t column_ = 1;
};

std::size_t symbol_length(std::string_view text) {
    for (const auto symbol : symbols)
        if (text.starts_with(symbol))
            return symbol.size();
    return 0;
}

// Strings are the same everywhere; what a bare word is, `bare_length` decides.
template <class Length>
tl::expected<std::vector<Token>, SyntaxError> read(std::string_view line, Length bare_length,
                                                   bool with_symbols) {
    std::vector<Token> tokens;
    Reader reader(line);
    for (reader.skip_blanks(); !reader.rest().empty(); reader.skip_blanks()) {
        const auto column = reader.column();
        if (reader.rest()[0] == '"') {
            auto string = reader.take_string();
            if (!string)
                return tl::unexpected(string.error());
            tokens.push_back(*std::move(string));
        } else if (const auto length = bare_length(reader.rest()); length != 0) {
            tokens.push_back({TokenKind::word, std::string(reader.take(length)), column});
        } else if (const auto size = with_symbols ? symbol_length(reader.rest()) : 0; size != 0) {
            tokens.push_back({TokenKind::symbol, std::string(reader.take(size)), column});
        } else {
            return reader.unexpected_character();
        }
    }
    tokens.push_back({TokenKind::end, "", reader.column()});
    return tokens;
}

} // namespace

tl::expected<std::vector<Token>, SyntaxError> read_tokens(std::string_view line) {
    return read(line, word_length, true);
}

tl::expected<std::vector<Token>, SyntaxError> read_setting_words(std::string_view line) {
    return read(line, setting_word_length, false);
}

bool is_word(std::string_view text) {
    return !text.empty() && word_length(text) == text.size();
}

bool is_setting_word(std::string_view text) {
    return !text.empty() && text[0] != '"' && setting_word_length(text) == text.size();
}

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

} // namespace burnrig::emulator::faults
