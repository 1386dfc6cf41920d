// SPDX-License-Identifier: Apache-2.0
// A block of the disc as the whole sector it is: what the disc does not keep (sync, header, EDC,
// ECC, sub-channel) is made from address and content.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "emulator/disc/disc.h"
#include "emulator/disc/track_q.h"
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

/// The sub-channel of one block: as the host recorded it, or as the drive makes it.
struct SubchannelImage {
    mmc::QBytes q{};
    bool p = false;
    bool has_rw = false; ///< `raw` came from the host; else R to W are zero and `raw` means nothing
    std::array<std::uint8_t, mmc::raw_subchannel_size> raw;
};

struct SectorImage {
    SectorType type = SectorType::mode1;
    std::array<std::uint8_t, mmc::raw_sector_size> bytes;
    SubchannelImage subchannel;
};

/// Reads one block and makes the sector of it; false when the disc's store fails, or for a block
/// that is none of the program area. `with_subchannel` says whether that is wanted too.
bool make_sector_image(const Disc& disc, const Track& track, std::int32_t lba, BlockForm form,
                       bool with_subchannel, SectorImage& image);

} // namespace burnrig::emulator
