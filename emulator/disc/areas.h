// SPDX-License-Identifier: Apache-2.0
// What lies where on a disc, ascending, from the first lead-in to the end of what can be recorded:
//
//     lead-in | pregap | track 1 | gap | track 2 | lead-out | lead-in | ... | free
//
// From the disc's structure; whether blocks are recorded in an area is not asked. Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "emulator/disc/disc.h"

namespace burnrig::emulator {

enum class AreaKind : std::uint8_t { lead_in, pregap, track, run_out, gap, lead_out, free };

struct Area {
    AreaKind kind = AreaKind::free;
    std::int32_t first = 0;
    std::int32_t end = 0;
    std::uint16_t session = 0; ///< 0: of none
    std::uint16_t track = 0;

    bool operator==(const Area&) const = default;
};

std::vector<Area> areas_of(const Disc& disc);

} // namespace burnrig::emulator
