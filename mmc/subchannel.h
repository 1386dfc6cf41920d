// SPDX-License-Identifier: Apache-2.0
// The sub-channel of a CD: what the Q channel says in the program area, and how P to W lie in the
// 96 bytes of a block.
//
//     Q      CONTROL<<4|ADR | nine bytes by ADR | CRC 2
//     ADR 1  where the block is: track, index, time in the track, time on the disc
//     ADR 2  the media catalogue number          ADR 3  the recording code (ISRC) of the track
//     raw    96 bytes, one bit of each channel in each: bit 7 P, bit 6 Q ... bit 0 W
//
// Source: ECMA-130 clause 22; MMC-3, READ CD. Thread-safe (no state).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mmc/result.h"

namespace burnrig::mmc {

inline constexpr std::size_t raw_subchannel_size = 96;
inline constexpr std::size_t formatted_q_size = 16;
inline constexpr std::uint8_t lead_out_track = 0xAA;

using QBytes = std::array<std::uint8_t, 12>;

/// CRC-16 as Q and CD-TEXT have it: x^16+x^12+x^5+1, register cleared, result inverted.
std::uint16_t subchannel_crc(std::span<const std::uint8_t> bytes);

/// Whether the last two bytes are the CRC of the ten before.
bool crc_good(const QBytes& q);
/// Puts it there.
void put_crc(QBytes& q);

/// Where a block of the program area is.
struct QPosition {
    std::uint8_t control = 0;  ///< 4 bits: 4 data, 0 audio
    std::uint8_t track = 1;    ///< 1..99, or lead_out_track
    std::uint8_t index = 1;    ///< 0..99
    std::int32_t relative = 0; ///< blocks from index 1; in index 0 negative, counting up to it
    std::int32_t lba = 0;
};
/// ADR 1. In the pre-gap the printed time counts down to 0, as on a disc.
QBytes q_position(const QPosition& position);

/// An entry of the table of contents, as the Q channel of the lead-in has it three times in a row.
struct QTableEntry {
    std::uint8_t control = 0;
    std::uint8_t adr = 1;
    std::uint8_t point = 0;                ///< 1..99 a track, or A0h, A1h, A2h, B0h, C0h as it is
    std::array<std::uint8_t, 3> running{}; ///< bytes 3 to 5, as they go to the disc
    std::uint8_t zero = 0;
    std::array<std::uint8_t, 3> value{}; ///< PMIN, PSEC, PFRAME, as they go to the disc
};
QBytes q_table_entry(const QTableEntry& entry);

/// ADR 2: 13 digits, and the frame of the block's address.
Result<QBytes> q_catalog_number(std::uint8_t control, std::string_view digits, std::int32_t lba);

/// ADR 3: 5 of A-Z 0-9, then 7 digits; and the frame of the block's address.
Result<QBytes> q_recording_code(std::uint8_t control, std::string_view code, std::int32_t lba);

/// Back from ADR 2: 13 digits, or "" when the Q channel says something else; and from ADR 3.
std::string catalog_number_of(const QBytes& q);
std::string recording_code_of(const QBytes& q);

/// Q out of 96 raw bytes, CRC as it is there.
QBytes q_of_raw(std::span<const std::uint8_t, raw_subchannel_size> raw);

/// Raw P-W, R to W zero.
void put_raw_subchannel(std::span<std::uint8_t, raw_subchannel_size> out, bool p, const QBytes& q);

/// Raw P-W from the eight channels one after the other, 12 bytes each, P first; and back.
void interleave(std::span<std::uint8_t, raw_subchannel_size> raw,
                std::span<const std::uint8_t, raw_subchannel_size> channels);
void deinterleave(std::span<std::uint8_t, raw_subchannel_size> channels,
                  std::span<const std::uint8_t, raw_subchannel_size> raw);

/// READ CD's 16 bytes: Q, three zero bytes, P in bit 7 of the last.
void put_formatted_q(std::span<std::uint8_t, formatted_q_size> out, bool p, const QBytes& q);

} // namespace burnrig::mmc
