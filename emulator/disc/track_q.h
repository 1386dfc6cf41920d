// SPDX-License-Identifier: Apache-2.0
// What the Q channel of a CD says in the program area, made from the tracks. Thread-safe.
#pragma once

#include <cstdint>

#include "emulator/disc/structure.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

/// Index of a block of this track: 0 in the pre-gap.
std::uint8_t index_at(const Track& track, std::int32_t lba);

/// The Q channel that the drive makes for a block: mostly where it is (ADR 1); in one block of a
/// hundred the catalogue number (ADR 2), in another the track's ISRC (ADR 3), if there are any.
mmc::QBytes make_q(const Structure& structure, const Track& track, std::int32_t lba);

} // namespace burnrig::emulator
