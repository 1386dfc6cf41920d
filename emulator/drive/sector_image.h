// SPDX-License-Identifier: Apache-2.0
// A block of the disc as the whole sector it is: what the disc does not keep (sync, header, EDC,
// ECC, Q channel) is made from address and content.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "emulator/disc/disc.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

/// Sector types in the order of READ CD's expected sector type field; 0 is "any".
enum class SectorType : std::uint8_t {
    any = 0,
    audio = 1,
    mode1 = 2,
    mode2 = 3, ///< without form
    form1 = 4,
    form2 = 5,
};

struct SectorImage {
    SectorType type = SectorType::mode1;
    std::array<std::uint8_t, mmc::raw_sector_size> bytes;
};

/// Reads one block and makes the sector of it; false when the disc's store fails.
/// `xa` says whether blocks of mode 2 have sub-headers.
bool make_sector_image(const Disc& disc, std::int32_t lba, BlockForm form, bool xa,
                       SectorImage& image);

/// The Q channel of a block of this track, and whether P is set (pause).
struct SubchannelImage {
    mmc::QBytes q;
    bool p = false;
};
SubchannelImage make_subchannel(const Track& track, std::int32_t lba);

} // namespace burnrig::emulator
