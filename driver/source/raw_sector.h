// SPDX-License-Identifier: Apache-2.0
// A sector of 2352 bytes as it goes to the disc, made from what a source has of it: the parts that
// are missing are added, and data are scrambled.
//
//     mode 1, 2048 bytes    sync, header, data, EDC, ECC; scrambled
//     mode 1, 2352 bytes    scrambled; nothing is changed, also no wrong EDC
//     audio                 as it is
#pragma once

#include <cstdint>
#include <span>

#include "driver/source/compilation.h"
#include "mmc/sector.h"

namespace burnrig::driver {

/// Whether sectors can be made of such blocks. `block_bytes` is without sub-channel.
bool makes_sectors(TrackKind kind, std::uint32_t block_bytes);

/// The sector before scrambling. `block` is one that makes_sectors() knows.
void build_sector(mmc::RawSector out, TrackKind kind, std::span<const std::uint8_t> block,
                  std::int32_t lba);

/// The same, scrambled.
void make_sector(mmc::RawSector out, TrackKind kind, std::span<const std::uint8_t> block,
                 std::int32_t lba);

/// A sector without data, as gaps, filling and lead-out have it.
void make_empty_sector(mmc::RawSector out, TrackKind kind, std::int32_t lba);

} // namespace burnrig::driver
