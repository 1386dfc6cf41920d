// SPDX-License-Identifier: Apache-2.0
// "fail": a sense code, and in which form the drive brings it.
//
//     fail 03/73/03 deferred descriptor info 624
//     fail 03/73/03 length 0x13
//     fail 03/73/03 raw "70 00 03 00 00 00 00 0A 00 00 15 12 73 03 00 00"
//
// Raw bytes are what a real drive was seen to send; they must not say another thing than the other
// words. Without "deferred" bytes that begin with 71h come at once.
#include <array>
#include <charconv>

#include "emulator/faults/rule_parser.h"

namespace burnrig::emulator::faults {
namespace {

// Bytes of sense data in front of what the additional length counts, and up to the qualifier.
constexpr std::uint8_t counted_from = 8;
constexpr std::uint8_t shortest_with_code = 6;
constexpr auto longest = static_cast<std::uint8_t>(mmc::SenseBytes::capacity - counted_from);

struct FailOption {
    std::string_view word;
    void (*read)(TokenReader&, action::Fail&);
};

// Decimal, or hexadecimal behind 0x as sense data are quoted.
std::uint8_t read_length(TokenReader& in) {
    const auto column = in.peek().column;
    const bool hexadecimal = in.at_word() && in.peek().text.starts_with("0x");
    const auto length =
        hexadecimal ? in.hexadecimal_byte() : static_cast<std::uint8_t>(in.count(UINT8_MAX));
    if (length < shortest_with_code || length > longest)
        in.fail(column, fmt::format("expected an additional sense length from {} (the code must "
                                    "fit) to {}, found {}",
                                    shortest_with_code, longest, length));
    return length;
}

std::optional<std::vector<std::uint8_t>> hexadecimal_bytes(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (text.empty())
            return bytes;
        const auto digits = text.substr(0, text.find(' '));
        std::uint8_t value = 0;
        const auto* end = digits.data() + digits.size();
        const auto result = std::from_chars(digits.data(), end, value, 16);
        if (result.ec != std::errc{} || result.ptr != end || digits.size() > 2)
            return std::nullopt;
        bytes.push_back(value);
        text.remove_prefix(digits.size());
    }
}

std::vector<std::uint8_t> read_raw(TokenReader& in) {
    const auto column = in.peek().column;
    const auto bytes = hexadecimal_bytes(in.string());
    if (bytes && bytes->size() <= mmc::SenseBytes::capacity && mmc::decode_sense(*bytes))
        return *bytes;
    in.fail(column, fmt::format("expected sense data in hexadecimal such as \"70 00 03 00 00 00 00 "
                                "0A 00 00 00 00 73 03\", with a code in it and {} bytes at most",
                                mmc::SenseBytes::capacity));
    return {};
}

constexpr std::array fail_options{
    FailOption{"deferred", [](TokenReader&, action::Fail& fail) { fail.deferred = true; }},
    FailOption{"descriptor", [](TokenReader&, action::Fail& fail) { fail.descriptor = true; }},
    FailOption{"info",
               [](TokenReader& in, action::Fail& fail) {
                   fail.information = static_cast<std::uint32_t>(in.count(UINT32_MAX));
               }},
    FailOption{"length",
               [](TokenReader& in, action::Fail& fail) { fail.length = read_length(in); }},
    FailOption{"raw", [](TokenReader& in, action::Fail& fail) { fail.raw = read_raw(in); }},
};

// What is said twice must be said alike; "" when it is.
std::string disagreement(const action::Fail& fail) {
    if (fail.length && fail.descriptor)
        return "'length' is of the fixed format; give a descriptor's bytes with 'raw'";
    if (fail.raw.empty())
        return "";
    if (fail.length)
        return "the raw bytes have their own length: leave out 'length'";
    const auto said = mmc::decode_sense(fail.raw);
    if (!said || said->code != fail.code)
        return fmt::format("the raw bytes say {}, and the rule says {}",
                           said ? mmc::to_string(said->code) : "nothing",
                           mmc::to_string(fail.code));
    if ((fail.deferred && !said->deferred) || (fail.descriptor && !said->descriptor))
        return fmt::format("the raw bytes begin with {:02X}: leave out '{}' (71h and 73h are "
                           "deferred, 72h and 73h in descriptor format)",
                           fail.raw[0],
                           fail.deferred && !said->deferred ? "deferred" : "descriptor");
    if (fail.information && fail.information != said->information)
        return fmt::format("the raw bytes do not have the information {}", *fail.information);
    return "";
}

} // namespace

action::Fail read_fail(TokenReader& in) {
    action::Fail fail;
    fail.code = in.sense();
    const auto column = in.peek().column;
    while (in.at_word()) {
        const auto option = in.take();
        if (const auto* entry = find_entry(fail_options, option.text))
            entry->read(in, fail);
        else
            in.fail(option.column, unknown("option of fail", option, fail_options));
    }
    if (auto wrong = disagreement(fail); !in.error() && !wrong.empty())
        in.fail(column, std::move(wrong));
    return fail;
}

} // namespace burnrig::emulator::faults
