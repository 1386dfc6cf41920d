// SPDX-License-Identifier: Apache-2.0
// Which commands of a long burn stand for all of them. In the middle of an area one WRITE is as the
// next: the same command, in the same state of driver and drive. So of a name with many commands
// these are kept:
//
//     lead-in .............|pre-gap|data .................|lead-out ..........
//     12  (buffer full) 34 5|6    7|8    (8 drawn by seed) 9|...           last
//
// the first two and the last, those on each side of a boundary (an area's, the drive's buffer full
// for the first time), and some drawn by the seed. Short burns are kept whole.
//
// Thread-safe (no state).
#pragma once

#include <string>

#include "harness/sweep/subject.h"

namespace burnrig::harness::sweep {

struct KeptPoints {
    std::vector<bool> kept; ///< by point
    std::string told;       ///< "25 of 2093 WRITE_10, ..."; "" when all are kept
};

KeptPoints kept_points(const Ground& ground, std::uint64_t seed);

} // namespace burnrig::harness::sweep
