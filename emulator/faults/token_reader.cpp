// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/token_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "mmc/nearest.h"

namespace burnrig::emulator::faults {
namespace {

constexpr std::size_t longest_shown = 40;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name(std::string_view text) {
    return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-';
    });
}

// Decimal, or as reports quote it: 0x1680.
std::optional<std::int64_t> parse_address(std::string_view text, std::int64_t maximum) {
    const bool hexadecimal = text.starts_with("0x");
    if (hexadecimal)
        text.remove_prefix(2);
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
    if (result.ec != std::errc{} || result.ptr != end || value < 0 || value > maximum)
        return std::nullopt;
    return value;
}

struct ComparisonSymbol {
    std::string_view symbol;
    Comparison comparison;
};
constexpr std::array comparison_symbols{
    ComparisonSymbol{"==", Comparison::equal},
    ComparisonSymbol{"!=", Comparison::not_equal},
    ComparisonSymbol{"<", Comparison::less},
    ComparisonSymbol{"<=", Comparison::less_or_equal},
    ComparisonSymbol{">", Comparison::greater},
    ComparisonSymbol{">=", Comparison::greater_or_equal},
};

} // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
    const auto best = mmc::nearest(word.substr(0, longest_shown), known);
    return best.empty() ? "" : fmt::format("; did you mean {}?", best);
}

std::string show(const Token& token) {
    if (token.kind == TokenKind::end)
        return "the end of the line";
    if (token.text.size() <= longest_shown)
        return fmt::format("'{}'", token.text);
    return fmt::format("'{}...'", token.text.substr(0, longest_shown));
}

const Token& TokenReader::peek(std::size_t ahead) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token TokenReader::take() {
    Token token = peek();
    if (next_ + 1 < tokens_.size())
        ++next_;
    return token;
}

bool TokenReader::at_symbol(std::string_view symbol) const {
    return peek().kind == TokenKind::symbol && peek().text == symbol;
}

bool TokenReader::at_number() const {
    return at_word() && is_digit(peek().text[0]);
}

bool TokenReader::accept_word(std::string_view word) {
    if (!at_word(word))
        return false;
    take();
    return true;
}

bool TokenReader::accept_symbol(std::string_view symbol) {
    if (!at_symbol(symbol))
        return false;
    take();
    return true;
}

void TokenReader::expect_symbol(std::string_view symbol) {
    if (!accept_symbol(symbol))
        fail_expected(fmt::format("'{}'", symbol));
}

std::string TokenReader::name() {
    if (!at_word() || !is_name(peek().text)) {
        fail_expected("the name of a rule");
        return {};
    }
    return take().text;
}

std::string TokenReader::word(std::string_view of) {
    if (!at_word() && peek().kind != TokenKind::string) {
        fail_expected(fmt::format("a word after '{}'", of));
        return {};
    }
    return take().text;
}

std::vector<std::string> TokenReader::words(std::string_view of) {
    std::vector<std::string> list{word(of)};
    while (at_word() || peek().kind == TokenKind::string)
        list.push_back(take().text);
    return list;
}

std::string TokenReader::string() {
    if (peek().kind != TokenKind::string) {
        fail_expected("a string in double quotes");
        return {};
    }
    return take().text;
}

std::uint64_t TokenReader::count(std::uint64_t maximum) {
    const auto value = parse_count(at_word() ? peek().text : "", maximum);
    if (!value) {
        fail_expected(maximum == UINT64_MAX ? "a number" : value.error().message);
        return 0;
    }
    take();
    return *value;
}

std::uint8_t TokenReader::hexadecimal_byte() {
    std::string_view digits = at_word() ? std::string_view(peek().text) : "";
    if (digits.starts_with("0x"))
        digits.remove_prefix(2);
    std::uint8_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, value, 16);
    if (digits.empty() || result.ec != std::errc{} || result.ptr != end) {
        fail_expected("a byte in hexadecimal such as 0x02");
        return 0;
    }
    take();
    return value;
}

template <class T>
T TokenReader::quantity(mmc::Result<T> (*parse)(std::string_view)) {
    const auto value = parse(at_word() ? peek().text : "");
    if (!value) {
        fail_expected(value.error().message);
        return {};
    }
    take();
    return *value;
}

mmc::Duration TokenReader::duration() {
    return quantity(parse_duration);
}
std::uint64_t TokenReader::size() {
    return quantity(parse_size);
}
std::uint64_t TokenReader::rate() {
    return quantity(parse_rate);
}
Ratio TokenReader::ratio() {
    return quantity(parse_ratio);
}

std::int32_t TokenReader::block_address() {
    constexpr std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
    const bool negative = accept_symbol("-");
    const std::string_view text = at_word() ? std::string_view(peek().text) : "";
    const auto value = parse_address(text, maximum);
    if (!value) {
        fail_expected("a block address such as 4096");
        return 0;
    }
    const auto address = static_cast<std::int32_t>(*value);
    take();
    return negative ? -address : address;
}

BlockRange TokenReader::range() {
    const auto column = peek().column;
    BlockRange range;
    range.first = range.last = block_address();
    if (accept_symbol(".."))
        range.last = block_address();
    if (range.last < range.first)
        fail(column,
             fmt::format("the range {}..{} ends before it begins", range.first, range.last));
    return range;
}

Comparison TokenReader::comparison() {
    for (const auto& entry : comparison_symbols)
        if (accept_symbol(entry.symbol))
            return entry.comparison;
    fail_expected("a comparison (== != < <= > >=)");
    return {};
}

mmc::SenseCode TokenReader::sense() {
    const auto code = at_word() ? mmc::parse_sense(peek().text) : std::nullopt;
    if (code) {
        take();
        return *code;
    }
    if (!at_word() || peek().text.find('/') != std::string::npos) {
        fail_expected("a sense code such as 03/73/03 or opc-failed");
        return {};
    }
    std::vector<std::string_view> known;
    for (const auto& entry : mmc::named_senses())
        known.push_back(entry.name);
    fail(peek().column,
         fmt::format("unknown sense {}{}", show(peek()), did_you_mean(peek().text, known)));
    return {};
}

void TokenReader::fail(Column column, std::string message) {
    if (!error_)
        error_ = SyntaxError{column.value, std::move(message)};
    next_ = tokens_.size() - 1;
}

void TokenReader::fail_expected(std::string_view what) {
    fail(peek().column, fmt::format("expected {}, found {}", what, show(peek())));
}

} // namespace burnrig::emulator::faults
