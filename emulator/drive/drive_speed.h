// SPDX-License-Identifier: Apache-2.0
// How fast a drive reads or records one kind of medium, and how the disc turns for it.
//
//     kB/s |        ______ p-cav         CLV: constant. CAV: the disc turns evenly, so the speed
//          |     __/                     grows with the radius. P-CAV: CAV up to a cap, then CLV.
//          |  __/    ____ z-clv          Z-CLV: constant within a zone, faster from zone to zone.
//          | /   ___|
//          |____|________ LBA
//
// The speed's name in commands is the fastest that it reaches. Plain data.
#pragma once

#include <cstdint>
#include <vector>

namespace burnrig::emulator {

enum class Rotation : std::uint8_t { clv, cav, p_cav, z_clv };

struct SpeedZone {
    std::int32_t from = 0;   ///< LBA
    std::uint32_t speed = 0; ///< kB/s
};

struct DriveSpeed {
    std::uint32_t speed = 0; ///< kB/s (1000 bytes)
    Rotation rotation = Rotation::clv;
    std::uint32_t start = 0;      ///< P-CAV: kB/s at the innermost block
    std::vector<SpeedZone> zones; ///< Z-CLV: ascending, the first one from LBA 0 on
};

/// Both lists: the fastest first.
struct MediumSpeeds {
    std::vector<DriveSpeed> read;
    std::vector<DriveSpeed> write;
};

} // namespace burnrig::emulator
