// SPDX-License-Identifier: Apache-2.0
// A medium that FORMAT UNIT makes writable at random: how big it is then, and what its structure
// looks like.
//
//     unformatted | one empty session, no track, no user blocks
//     formatted   | one complete session with one track over all user blocks; the track's end is
//                 | behind the last block that was ever recorded
//
//     all blocks of the medium = user blocks + spare blocks (DVD-RAM, BD with spare areas)
//
// Sources: READ FORMAT CAPACITIES lists of real drives (mmc-recording 1.4, mmc-commands 6.2).
#pragma once

#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator {

/// One format that a medium can have.
struct FormatSize {
    std::int32_t blocks = 0;
    std::uint32_t spares = 0; ///< replacement units: ECC blocks of a DVD, clusters of a BD
};

/// DVD-RAM: as sold; without the supplementary spare area; and with it made longer (0, 1 or 2
/// steps). The primary spare area lies outside the data zone.
FormatSize dvd_ram_size(const Medium& medium);
FormatSize dvd_ram_largest_size(const Medium& medium);
FormatSize dvd_ram_expanded_size(const Medium& medium, int steps);

/// BD: so many clusters set aside.
FormatSize bd_size(const Medium& medium, std::uint32_t spare_clusters);
/// What drives offer on one layer, times the number of layers; for more than one a guess.
std::uint32_t bd_default_spares(const Medium& medium);
std::uint32_t bd_fewest_spares(const Medium& medium);
std::uint32_t bd_re_most_spares(const Medium& medium);

/// DVD-RW: blocks that drives let be formatted or written incrementally.
std::int32_t dvd_minus_rw_blocks(const Medium& medium);

/// The structure of a disc with this format. Tracks that are there keep what is recorded in them.
void set_formatted(Structure& structure, const Formatting& format);
/// As sold or as blanked; `interrupted`: a format that did not come to its end.
void set_unformatted(Structure& structure, bool interrupted);
/// A format was begun and did not come to its end.
bool format_interrupted(const Structure& structure);

} // namespace burnrig::emulator
