// SPDX-License-Identifier: Apache-2.0
// Speeds in kB/s (1000 bytes) as commands give them: 1x of a CD is 176.4. A request is rounded down
// to the next speed that drive and medium share (MMC-3, SET CD SPEED).
//
// What a drive can do comes from its fixture, by kind of medium; the medium says what it stands.
// How fast the disc really passes under the head at an address follows from the rotation and the
// radius there: r(LBA)² grows evenly from the inner to the outer edge, and back again on every
// other layer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "emulator/drive/drive_speed.h"
#include "mmc/clock.h"

namespace burnrig::emulator {

class Disc;
struct DriveModel;
struct LogicalUnit;
struct Medium;

/// In a request: the fastest there is.
inline constexpr std::uint32_t fastest_speed = 0xFFFF;

/// The write speeds that drive and medium share, fastest first. Without a medium those for a CD-R,
/// for which the commands were made; for a kind the fixture says nothing about, those of the
/// medium; when they share none, the drive's slowest: a drive tries rather than refuses (a guess).
/// None for what the drive only reads.
std::vector<DriveSpeed> shared_write_speeds(const DriveModel& model, const Medium* medium);

/// The read speeds for this medium, fastest first; without one those for a CD-ROM. Never empty.
std::vector<DriveSpeed> read_speeds(const DriveModel& model, const Medium* medium);

/// The fastest listed speed that is not above the request; below the slowest, the slowest. FFFFh is
/// the fastest. So is 0: the drive of the forum report sets 10x when wodim asks for speed 0.
std::uint32_t round_speed(std::span<const DriveSpeed> fastest_first, std::uint32_t requested);

/// The listed speed of that name; one with constant linear velocity when it is not listed.
DriveSpeed find_speed(std::span<const DriveSpeed> listed, std::uint32_t speed);

/// kB/s at which the block passes under the head.
double speed_at(const DriveSpeed& speed, const Disc& disc, std::int32_t lba);

/// How long `blocks` of a CD take at a constant speed.
mmc::Duration cd_time(std::int64_t blocks, std::uint32_t speed);

/// How long the medium in the tray takes for `blocks` from `lba` on: recorded at the drive's write
/// speed, read at its read speed.
mmc::Duration write_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks);
mmc::Duration read_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks);

/// Zones of the write speed that begin within the blocks: at each the drive stops, turns to the new
/// speed and links.
std::uint32_t zone_borders(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks);

/// A stretch of the disc along which the speed changes evenly, for GET PERFORMANCE.
struct SpeedStretch {
    std::int32_t first = 0;
    std::uint32_t first_speed = 0;
    std::int32_t last = 0; ///< its last block
    std::uint32_t last_speed = 0;
};
/// All stretches of blocks 0 to `end`, ascending.
std::vector<SpeedStretch> stretches(const DriveSpeed& speed, const Disc& disc, std::int32_t end);

} // namespace burnrig::emulator
