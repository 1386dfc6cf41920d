// SPDX-License-Identifier: Apache-2.0
// CD-TEXT packs: 18 bytes that the lead-in of a CD carries in its R to W channels.
//
//     type | track | sequence | block and position | 12 bytes of text | CRC 2
//
// Source: MMC-3 annex J. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <span>

namespace burnrig::mmc {

inline constexpr std::size_t cd_text_pack_size = 18;
/// A block's R to W hold four packs, each as 24 symbols of 6 bits: the low bits of 24 bytes.
inline constexpr std::size_t cd_text_packs_in_block = 4;
inline constexpr std::size_t cd_text_block_size = cd_text_packs_in_block * cd_text_pack_size;

using CdTextPack = std::span<const std::uint8_t, cd_text_pack_size>;

/// The CRC that belongs into the last two bytes.
std::uint16_t cd_text_crc(CdTextPack pack);

/// Whether it is there.
bool cd_text_crc_good(CdTextPack pack);

/// Where a list of packs goes wrong first: the index of the first pack with a bad CRC, or the
/// number of packs when all are good. Bytes behind the last whole pack are not looked at.
std::size_t first_bad_cd_text_pack(std::span<const std::uint8_t> packs);

/// The packs in the 96 bytes of sub-channel of one block (P and Q do not matter), and back: P and Q
/// stay as they are.
void take_cd_text(std::span<std::uint8_t, cd_text_block_size> packs,
                  std::span<const std::uint8_t, 96> subchannel);
void put_cd_text(std::span<std::uint8_t, 96> subchannel,
                 std::span<const std::uint8_t, cd_text_block_size> packs);

} // namespace burnrig::mmc
