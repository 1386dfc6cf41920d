// SPDX-License-Identifier: Apache-2.0
#include "mmc/subchannel.h"

#include <algorithm>

#include "mmc/bytes.h"
#include "mmc/msf.h"

namespace burnrig::mmc {
namespace {

constexpr std::size_t crc_offset = 10;
constexpr std::size_t channel_bytes = 12;
constexpr std::size_t catalog_digits = 13;
constexpr std::size_t code_letters = 5;
constexpr std::size_t code_length = 12;

constexpr std::array<std::uint16_t, 256> make_crc_table() {
    constexpr unsigned polynomial = 0x1021;
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned value = byte << 8;
        for (int bit = 0; bit < 8; ++bit)
            value = value << 1 ^ (value & 0x8000 ? polynomial : 0);
        table[byte] = static_cast<std::uint16_t>(value);
    }
    return table;
}
constexpr auto crc_table = make_crc_table();

// spread[b]: bit 7 of b at bit 0 of byte 0, ... bit 0 of b at bit 0 of byte 7, byte 0 being the
// most significant one.
constexpr std::array<std::uint64_t, 256> make_spread() {
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t byte = 0; byte < 256; ++byte)
        for (unsigned bit = 0; bit < 8; ++bit)
            table[byte] |= (byte >> bit & 1) << (8 * bit);
    return table;
}
constexpr auto spread = make_spread();

void put_msf(std::uint8_t* at, Msf msf) {
    at[0] = to_bcd(msf.minute);
    at[1] = to_bcd(msf.second);
    at[2] = to_bcd(msf.frame);
}

QBytes start(std::uint8_t control, std::uint8_t adr) {
    QBytes q{};
    q[0] = static_cast<std::uint8_t>(control << 4 | adr);
    return q;
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Puts decimal digits into consecutive nibbles, the upper one first.
void put_digits(std::uint8_t* at, std::string_view digits) {
    for (std::size_t i = 0; i < digits.size(); ++i)
        at[i / 2] = static_cast<std::uint8_t>(at[i / 2] | (digits[i] - '0') << (i % 2 ? 0 : 4));
}

// Decimal digits out of nibbles; "" when one is none.
std::string digits_at(const std::uint8_t* at, std::size_t count) {
    std::string digits;
    for (std::size_t i = 0; i < count; ++i) {
        const int digit = at[i / 2] >> (i % 2 ? 0 : 4) & 15;
        if (digit > 9)
            return "";
        digits += static_cast<char>('0' + digit);
    }
    return digits;
}

// Six bits: 0-9 are 0-9, A-Z are 11h-2Ah; -1 for anything else.
int code_symbol(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 0x11;
    return -1;
}

} // namespace

std::uint16_t subchannel_crc(std::span<const std::uint8_t> bytes) {
    unsigned value = 0;
    for (const auto byte : bytes)
        value = (value << 8 & 0xFFFF) ^ crc_table[value >> 8 ^ byte];
    return static_cast<std::uint16_t>(~value);
}

bool crc_good(const QBytes& q) {
    return get16(&q[crc_offset]) == subchannel_crc({q.data(), crc_offset});
}

void put_crc(QBytes& q) {
    put16(&q[crc_offset], subchannel_crc({q.data(), crc_offset}));
}

QBytes q_position(const QPosition& position) {
    auto q = start(position.control, 1);
    q[1] = position.track == lead_out_track ? lead_out_track : to_bcd(position.track);
    q[2] = to_bcd(position.index);
    put_msf(&q[3], msf_from_frames(position.relative < 0 ? -position.relative : position.relative));
    put_msf(&q[7], msf_from_lba(position.lba));
    put_crc(q);
    return q;
}

QBytes q_table_entry(const QTableEntry& entry) {
    constexpr std::uint8_t last_track = 99;
    auto q = start(entry.control, entry.adr);
    q[2] = entry.point <= last_track ? to_bcd(entry.point) : entry.point;
    std::copy(entry.running.begin(), entry.running.end(), q.begin() + 3);
    q[6] = entry.zero;
    std::copy(entry.value.begin(), entry.value.end(), q.begin() + 7);
    put_crc(q);
    return q;
}

Result<QBytes> q_catalog_number(std::uint8_t control, std::string_view digits, std::int32_t lba) {
    if (digits.size() != catalog_digits || !all_digits(digits))
        return fail("the media catalogue number '{}' must have {} digits", digits, catalog_digits);
    auto q = start(control, 2);
    put_digits(&q[1], digits);
    q[9] = to_bcd(msf_from_lba(lba).frame);
    put_crc(q);
    return q;
}

Result<QBytes> q_recording_code(std::uint8_t control, std::string_view code, std::int32_t lba) {
    std::uint32_t symbols = 0; // five times six bits, then two zero bits
    bool good = code.size() == code_length && all_digits(code.substr(code_letters));
    for (std::size_t i = 0; good && i < code_letters; ++i) {
        const int symbol = code_symbol(code[i]);
        good = symbol >= 0;
        symbols = symbols << 6 | static_cast<std::uint32_t>(symbol & 0x3F);
    }
    if (!good)
        return fail("the recording code '{}' must be {} of A-Z and 0-9, then {} digits, as in "
                    "DEA000700001",
                    code, code_letters, code_length - code_letters);
    auto q = start(control, 3);
    put32(&q[1], symbols << 2);
    put_digits(&q[5], code.substr(code_letters));
    q[9] = to_bcd(msf_from_lba(lba).frame);
    put_crc(q);
    return q;
}

std::string catalog_number_of(const QBytes& q) {
    return (q[0] & 15) == 2 ? digits_at(&q[1], catalog_digits) : "";
}

std::string recording_code_of(const QBytes& q) {
    if ((q[0] & 15) != 3)
        return "";
    const auto symbols = get32(&q[1]) >> 2;
    std::string code;
    for (std::size_t i = 0; i < code_letters; ++i) {
        const auto symbol = symbols >> (6 * (code_letters - 1 - i)) & 0x3F;
        if (symbol > 9 && (symbol < 0x11 || symbol > 0x2A))
            return "";
        code += static_cast<char>(symbol <= 9 ? '0' + symbol : 'A' + (symbol - 0x11));
    }
    const auto digits = digits_at(&q[5], code_length - code_letters);
    return digits.empty() ? "" : code + digits;
}

QBytes q_of_raw(std::span<const std::uint8_t, raw_subchannel_size> raw) {
    QBytes q{};
    for (std::size_t i = 0; i < raw_subchannel_size; ++i)
        q[i / 8] = static_cast<std::uint8_t>(q[i / 8] | (raw[i] >> 6 & 1) << (7 - i % 8));
    return q;
}

void put_raw_subchannel(std::span<std::uint8_t, raw_subchannel_size> out, bool p, const QBytes& q) {
    const std::uint8_t p_bit = p ? 0x80 : 0;
    for (std::size_t i = 0; i < raw_subchannel_size; ++i) {
        const unsigned q_bit = q[i / 8] >> (7 - i % 8) & 1;
        out[i] = static_cast<std::uint8_t>(p_bit | q_bit << 6);
    }
}

void interleave(std::span<std::uint8_t, raw_subchannel_size> raw,
                std::span<const std::uint8_t, raw_subchannel_size> channels) {
    for (std::size_t byte = 0; byte < channel_bytes; ++byte) {
        std::uint64_t bits = 0; // byte k: what raw byte 8 * `byte` + k holds
        for (std::size_t channel = 0; channel < 8; ++channel)
            bits |= spread[channels[channel * channel_bytes + byte]] << (7 - channel);
        put32(&raw[byte * 8], static_cast<std::uint32_t>(bits >> 32));
        put32(&raw[byte * 8 + 4], static_cast<std::uint32_t>(bits));
    }
}

void deinterleave(std::span<std::uint8_t, raw_subchannel_size> channels,
                  std::span<const std::uint8_t, raw_subchannel_size> raw) {
    for (std::size_t byte = 0; byte < channel_bytes; ++byte) {
        std::uint64_t bits = 0; // byte c: the eight bits of channel c
        for (std::size_t i = 0; i < 8; ++i)
            bits |= spread[raw[byte * 8 + i]] << (7 - i);
        for (std::size_t channel = 0; channel < 8; ++channel)
            channels[channel * channel_bytes + byte] =
                static_cast<std::uint8_t>(bits >> (56 - 8 * channel));
    }
}

void put_formatted_q(std::span<std::uint8_t, formatted_q_size> out, bool p, const QBytes& q) {
    std::copy(q.begin(), q.end(), out.begin());
    std::fill(out.begin() + q.size(), out.end(), std::uint8_t{0});
    out[formatted_q_size - 1] = p ? 0x80 : 0;
}

} // namespace burnrig::mmc
