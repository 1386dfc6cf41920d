// SPDX-License-Identifier: Apache-2.0
// The 2352 bytes of a CD sector, made from user data: sync, header, error detection (EDC) and error
// correction (ECC) codes, scrambling.
//
//     Mode 1        sync 12 | header 4 | user 2048 | EDC 4 | zero 8 | P 172 | Q 104
//     Mode 2        sync 12 | header 4 | user 2336
//     XA form 1     sync 12 | header 4 | sub-header 8 | user 2048 | EDC 4 | P 172 | Q 104
//     XA form 2     sync 12 | header 4 | sub-header 8 | user 2324 | EDC 4
//
// Everything is written straight into the caller's 2352 bytes; the user data may already be at its
// place in them. Source: ECMA-130 clause 14 (layout), annex A (ECC), annex B (scrambler); System
// Description CD-ROM XA for the two forms. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <span>

namespace burnrig::mmc {

inline constexpr std::size_t raw_sector_size = 2352;
inline constexpr std::size_t sync_size = 12;
inline constexpr std::size_t sector_header_offset = 12;
inline constexpr std::size_t mode_user_offset = 16; ///< user data of Mode 1 and Mode 2
inline constexpr std::size_t xa_user_offset = 24;   ///< user data of both XA forms

inline constexpr std::size_t mode1_user_size = 2048;
inline constexpr std::size_t mode2_user_size = 2336;
inline constexpr std::size_t xa_form1_user_size = 2048;
inline constexpr std::size_t xa_form2_user_size = 2324;

using RawSector = std::span<std::uint8_t, raw_sector_size>;

/// The four bytes that stand twice in front of XA user data.
struct SubHeader {
    static constexpr std::uint8_t form2_bit = 0x20; ///< of submode

    std::uint8_t file = 0;
    std::uint8_t channel = 0;
    std::uint8_t submode = 0; ///< 7 EOF, 6 real time, 5 form 2, 4 trigger, 3 data, 2 audio, 1 video
    std::uint8_t coding = 0;

    constexpr bool operator==(const SubHeader&) const = default;
};

/// Sync and header: address in BCD, mode 0, 1 or 2. Addresses are those of the program area and
/// the pre-gap, -150 and above.
void put_sync_and_header(RawSector sector, std::int32_t lba, std::uint8_t mode);

/// Mode 0: all zero behind the header.
void build_mode0(RawSector sector, std::int32_t lba);
void build_mode1(RawSector sector, std::int32_t lba,
                 std::span<const std::uint8_t, mode1_user_size> user);
void build_mode2(RawSector sector, std::int32_t lba,
                 std::span<const std::uint8_t, mode2_user_size> user);
/// The form bit of the sub-header is cleared in form 1 and set in form 2.
void build_xa_form1(RawSector sector, std::int32_t lba, SubHeader sub_header,
                    std::span<const std::uint8_t, xa_form1_user_size> user);
void build_xa_form2(RawSector sector, std::int32_t lba, SubHeader sub_header,
                    std::span<const std::uint8_t, xa_form2_user_size> user);

/// Scrambles, or descrambles: doing it twice changes nothing. Audio is never scrambled.
void scramble(RawSector sector);

/// The error detection code of these bytes; stored with its least significant byte first.
std::uint32_t edc(std::span<const std::uint8_t> bytes);

/// Computes P and Q parity over bytes 12 to 2075 and puts them at 2076 and 2248.
void put_ecc(RawSector sector);

} // namespace burnrig::mmc
