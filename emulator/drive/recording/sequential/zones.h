// SPDX-License-Identifier: Apache-2.0
// Where the next blocks can go: arithmetic over a disc's structure, nothing else.
//
//   | closed | gap | reserved, 32 of 96 recorded | reserved, empty | incomplete ...............|
//                                 ^ next           ^ next            ^ next                    ^
//                                                                                       capacity
//
// Every track that is not complete has a next writable address of its own. Behind the last track
// lies the incomplete one; while nothing is recorded in it, it has no entry in the structure and is
// called invisible (DVD-R) or blank. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/disc/disc.h"
#include "emulator/drive/recording/sequential/media.h"

namespace burnrig::emulator::sequential {

/// A place that takes blocks.
struct Zone {
    std::uint16_t number = 1; ///< of the track
    std::int32_t start = 0;
    std::int32_t next = 0;  ///< the only address that WRITE may have
    std::int32_t limit = 0; ///< behind the last block there is room for
    bool invisible = false; ///< no entry in the structure yet
    bool at_once = false;   ///< reserved for a disc at once

    std::int32_t free() const { return limit - next; }
};

/// Blocks that the medium's data zone, the host's choice of the layer break, or the format give.
std::int32_t recordable_end(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits);

/// Behind the last block that belongs to a track: data, reservation or padding.
std::int32_t occupied_end(const Track& track);

/// The track that is being recorded at the end of the disc; nullptr when that one is invisible.
const Track* incomplete_track(const Structure& structure);

std::uint16_t next_track_number(const Structure& structure);

/// Where the track behind the last one begins.
std::int32_t next_track_start(const Structure& structure, const MediumTraits& traits);

/// The zone of a track that is not complete; nothing when it is, or was cut off for good.
std::optional<Zone> zone_of(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits, const Track& track);

/// The incomplete or invisible track at the end of the disc; nothing when there is no room for one.
std::optional<Zone> last_zone(const Medium& medium, const Structure& structure,
                              const MediumTraits& traits);

/// The zone whose next writable address this is.
std::optional<Zone> zone_at(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits, std::int32_t lba);

/// nullptr when there is no such track.
Track* find_track(Structure& structure, std::uint16_t number);
const Track* find_track(const Structure& structure, std::uint16_t number);

/// Whole ECC blocks or clusters.
constexpr std::int32_t round_up(std::int32_t blocks, std::int32_t unit) {
    return blocks + (unit - blocks % unit) % unit;
}

} // namespace burnrig::emulator::sequential
