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

using CdTextPack = std::span<const std::uint8_t, cd_text_pack_size>;

/// The CRC that belongs into the last two bytes.
std::uint16_t cd_text_crc(CdTextPack pack);

/// Whether it is there.
bool cd_text_crc_good(CdTextPack pack);

/// Where a list of packs goes wrong first: the index of the first pack with a bad CRC, or the
/// number of packs when all are good. Bytes behind the last whole pack are not looked at.
std::size_t first_bad_cd_text_pack(std::span<const std::uint8_t> packs);

} // namespace burnrig::mmc
