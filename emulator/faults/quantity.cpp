// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/quantity.h"

#include <array>
#include <charconv>
#include <numeric>
#include <optional>
#include <span>

namespace burnrig::emulator::faults {
namespace {

constexpr std::size_t most_decimals = 9;

struct Unit {
    std::string_view suffix;
    std::uint64_t factor;
};
constexpr std::array duration_units{
    Unit{"ns", 1},
    Unit{"us", 1'000},
    Unit{"ms", 1'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"min", 60'000'000'000},
    Unit{"h", 3'600'000'000'000},
};
constexpr std::array size_units{
    Unit{"", 1},
    Unit{"B", 1},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"KiB", 1ULL << 10},
    Unit{"MiB", 1ULL << 20},
    Unit{"GiB", 1ULL << 30},
};
constexpr std::array ratio_units{Unit{"", Ratio::one}, Unit{"%", Ratio::one / 100}};

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "12.5" at the front of text, which is moved behind it: 125 tenths.
struct Decimal {
    std::uint64_t digits = 0;
    std::uint64_t scale = 1;
};
std::optional<Decimal> take_decimal(std::string_view& text) {
    Decimal value;
    std::size_t at = 0;
    std::size_t decimals = 0;
    bool fraction = false;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !fraction)); ++at) {
        if (text[at] == '.') {
            fraction = true;
            continue;
        }
        if (fraction && ++decimals > most_decimals)
            return std::nullopt;
        if (__builtin_mul_overflow(value.digits, 10, &value.digits) ||
            __builtin_add_overflow(value.digits, text[at] - '0', &value.digits))
            return std::nullopt;
        if (fraction)
            value.scale *= 10;
    }
    const bool digit_at_each_end = at > 0 && is_digit(text[0]) && is_digit(text[at - 1]);
    if (!digit_at_each_end)
        return std::nullopt;
    text.remove_prefix(at);
    while (value.scale > 1 && value.digits % 10 == 0) { // "1.50" is "1.5"
        value.digits /= 10;
        value.scale /= 10;
    }
    return value;
}

// The value in the smallest unit; nothing when the text is none, too large or too fine.
std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
    const auto decimal = take_decimal(text);
    if (!decimal)
        return std::nullopt;
    for (const auto& unit : units) {
        if (unit.suffix != text)
            continue;
        // Reduced first, so that only what is truly too large overflows.
        const auto common = std::gcd(unit.factor, decimal->scale);
        const auto scale = decimal->scale / common;
        std::uint64_t scaled = 0;
        if (__builtin_mul_overflow(decimal->digits, unit.factor / common, &scaled) ||
            scaled % scale != 0)
            return std::nullopt;
        return scaled / scale;
    }
    return std::nullopt;
}

// value / scale with just the decimals it needs.
std::string print_decimal(std::uint64_t value, std::uint64_t scale) {
    std::string text = fmt::format("{}", value / scale);
    std::uint64_t rest = value % scale;
    if (rest == 0)
        return text;
    text += '.';
    for (std::uint64_t place = scale / 10; rest != 0; place /= 10) {
        text += static_cast<char>('0' + rest / place);
        rest %= place;
    }
    return text;
}

} // namespace

mmc::Result<mmc::Duration> parse_duration(std::string_view text) {
    const auto value = parse_quantity(text, duration_units);
    if (!value || *value > static_cast<std::uint64_t>(longest_duration.count()))
        return mmc::fail("a duration such as 8.906s, 400ms or 2min (a year at most)");
    return mmc::Duration{static_cast<std::int64_t>(*value)};
}

mmc::Result<std::uint64_t> parse_size(std::string_view text) {
    const auto value = parse_quantity(text, size_units);
    if (!value)
        return mmc::fail("a size such as 20MiB, 64KiB or 512B");
    return *value;
}

mmc::Result<std::uint64_t> parse_rate(std::string_view text) {
    std::optional<std::uint64_t> value;
    if (text.ends_with("/s"))
        value = parse_quantity(text.substr(0, text.size() - 2), size_units);
    if (!value)
        return mmc::fail("a rate such as 4MiB/s");
    return *value;
}

mmc::Result<Ratio> parse_ratio(std::string_view text) {
    const auto value = parse_quantity(text, ratio_units);
    if (!value || *value > Ratio::one)
        return mmc::fail("a ratio from 0 to 1 such as 0.5, with up to 9 decimals");
    return Ratio{static_cast<std::uint32_t>(*value)};
}

mmc::Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t maximum) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end || value > maximum)
        return mmc::fail("a number from 0 to {}", maximum);
    return value;
}

std::string print_duration(mmc::Duration duration) {
    const auto value = static_cast<std::uint64_t>(duration.count());
    if (value >= 1'000'000'000 || value == 0)
        return print_decimal(value, 1'000'000'000) + "s";
    if (value >= 1'000'000)
        return print_decimal(value, 1'000'000) + "ms";
    if (value >= 1'000)
        return print_decimal(value, 1'000) + "us";
    return print_decimal(value, 1) + "ns";
}

std::string print_size(std::uint64_t size) {
    constexpr std::array units{Unit{"GiB", 1ULL << 30}, Unit{"MiB", 1ULL << 20},
                               Unit{"KiB", 1ULL << 10}};
    for (const auto& unit : units)
        if (size != 0 && size % unit.factor == 0)
            return fmt::format("{}{}", size / unit.factor, unit.suffix);
    return fmt::format("{}B", size);
}

std::string print_ratio(Ratio ratio) {
    return print_decimal(ratio.billionths, Ratio::one);
}

} // namespace burnrig::emulator::faults
