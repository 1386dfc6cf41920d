// SPDX-License-Identifier: Apache-2.0
#include "mmc/sense.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "mmc/bytes.h"

namespace burnrig::mmc {
namespace {

constexpr std::uint8_t fixed_length = 18;
constexpr std::uint8_t smallest_with_code = 14;

// The three sense-key-specific bytes: progress or field pointer.
void put_key_specific(const Sense& sense, std::uint8_t* at) {
    if (sense.progress) {
        at[0] = 0x80;
        put16(at + 1, *sense.progress);
    } else if (sense.field) {
        at[0] = static_cast<std::uint8_t>(0x80 | (sense.field->in_cdb ? 0x40 : 0));
        if (sense.field->bit)
            at[0] = static_cast<std::uint8_t>(at[0] | 0x08 | (*sense.field->bit & 7));
        put16(at + 1, sense.field->byte);
    }
}

void get_key_specific(const std::uint8_t* at, Sense& sense) {
    if (!(at[0] & 0x80))
        return;
    if (sense.code.key == SenseKey::illegal_request) {
        FieldPointer field{(at[0] & 0x40) != 0, get16(at + 1), std::nullopt};
        if (at[0] & 0x08)
            field.bit = at[0] & 7;
        sense.field = field;
    } else if (sense.code.key == SenseKey::no_sense || sense.code.key == SenseKey::not_ready) {
        sense.progress = get16(at + 1);
    }
}

SenseBytes encode_fixed(const Sense& sense) {
    SenseBytes out;
    auto& b = out.bytes;
    b[0] = sense.deferred ? 0x71 : 0x70;
    if (sense.information) {
        b[0] |= 0x80;
        put32(&b[3], *sense.information);
    }
    b[2] = static_cast<std::uint8_t>(sense.code.key);
    b[7] = fixed_length - 8;
    b[12] = sense.code.asc;
    b[13] = sense.code.ascq;
    put_key_specific(sense, &b[15]);
    out.length = fixed_length;
    return out;
}

SenseBytes encode_descriptor(const Sense& sense) {
    SenseBytes out;
    auto& b = out.bytes;
    b[0] = sense.deferred ? 0x73 : 0x72;
    b[1] = static_cast<std::uint8_t>(sense.code.key);
    b[2] = sense.code.asc;
    b[3] = sense.code.ascq;
    std::size_t end = 8;
    if (sense.information) { // information descriptor: 00, 0A, VALID, 0, 8 bytes
        b[end + 1] = 0x0A;
        b[end + 2] = 0x80;
        put32(&b[end + 8], *sense.information);
        end += 12;
    }
    if (sense.progress || sense.field) { // sense key specific descriptor: 02, 06, 0, 0, 3 bytes, 0
        b[end] = 0x02;
        b[end + 1] = 0x06;
        put_key_specific(sense, &b[end + 4]);
        end += 8;
    }
    b[7] = static_cast<std::uint8_t>(end - 8);
    out.length = static_cast<std::uint8_t>(end);
    return out;
}

void decode_descriptors(std::span<const std::uint8_t> bytes, Sense& sense) {
    const std::size_t end = std::min<std::size_t>(bytes.size(), 8U + bytes[7]);
    for (std::size_t at = 8; at + 2 <= end; at += 2U + bytes[at + 1]) {
        const auto* d = &bytes[at];
        const std::size_t size = 2U + d[1];
        if (at + size > end)
            return;
        if (d[0] == 0x00 && size >= 12 && (d[2] & 0x80))
            sense.information = get32(d + 8);
        else if (d[0] == 0x02 && size >= 8)
            get_key_specific(d + 4, sense);
    }
}

constexpr std::array<std::string_view, 16> key_texts{
    "NO SENSE",
    "RECOVERED ERROR",
    "NOT READY",
    "MEDIUM ERROR",
    "HARDWARE ERROR",
    "ILLEGAL REQUEST",
    "UNIT ATTENTION",
    "DATA PROTECT",
    "BLANK CHECK",
    "VENDOR SPECIFIC",
    "COPY ABORTED",
    "ABORTED COMMAND",
    "",
    "VOLUME OVERFLOW",
    "MISCOMPARE",
    "",
};

// One or two hexadecimal digits up to `stop` (or the end, when stop is 0); moves text behind them.
std::optional<std::uint8_t> take_hex(std::string_view& text, char stop) {
    const auto length = stop ? text.find(stop) : text.size();
    if (length == std::string_view::npos || length == 0 || length > 2)
        return std::nullopt;
    std::uint8_t value = 0;
    const auto* end = text.data() + length;
    const auto result = std::from_chars(text.data(), end, value, 16);
    if (result.ec != std::errc{} || result.ptr != end)
        return std::nullopt;
    text.remove_prefix(stop ? length + 1 : length);
    return value;
}

} // namespace

SenseBytes encode(const Sense& sense) {
    return sense.descriptor ? encode_descriptor(sense) : encode_fixed(sense);
}

std::optional<Sense> decode_sense(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < 8)
        return std::nullopt;
    Sense sense;
    const int response = bytes[0] & 0x7F;
    sense.deferred = response == 0x71 || response == 0x73;
    sense.descriptor = response == 0x72 || response == 0x73;
    if (sense.descriptor) {
        sense.code = {static_cast<SenseKey>(bytes[1] & 15), bytes[2], bytes[3]};
        decode_descriptors(bytes, sense);
        return sense;
    }
    if ((response != 0x70 && response != 0x71) || bytes.size() < smallest_with_code)
        return std::nullopt;
    sense.code = {static_cast<SenseKey>(bytes[2] & 15), bytes[12], bytes[13]};
    if (bytes[0] & 0x80)
        sense.information = get32(&bytes[3]);
    if (bytes.size() >= fixed_length)
        get_key_specific(&bytes[15], sense);
    return sense;
}

std::string_view sense_key_text(SenseKey key) {
    return key_texts[static_cast<std::size_t>(key) & 15];
}

std::string to_string(SenseCode code) {
    return fmt::format("{:02X}/{:02X}/{:02X}", static_cast<int>(code.key), code.asc, code.ascq);
}

std::string describe(SenseCode code) {
    const auto text = sense_text(code.asc, code.ascq);
    return fmt::format("{} {}{}{}", to_string(code), sense_key_text(code.key),
                       text.empty() ? "" : ", ", text);
}

std::optional<SenseCode> find_sense(std::string_view name) {
    for (const auto& entry : named_senses())
        if (entry.name == name)
            return entry.code;
    return std::nullopt;
}

std::string_view sense_name(SenseCode code) {
    for (const auto& entry : named_senses())
        if (entry.code == code)
            return entry.name;
    return "";
}

std::optional<SenseCode> parse_sense(std::string_view text) {
    auto rest = text;
    if (const auto key = take_hex(rest, '/'); key && *key < 16)
        if (const auto asc = take_hex(rest, '/'))
            if (const auto ascq = take_hex(rest, 0))
                return SenseCode{static_cast<SenseKey>(*key), *asc, *ascq};
    return find_sense(text);
}

} // namespace burnrig::mmc
