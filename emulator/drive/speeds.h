// SPDX-License-Identifier: Apache-2.0
// Speeds in kB/s (1000 bytes) as commands give them: 1x of a CD is 176.4. A request is rounded down
// to the next speed that drive and medium share (MMC-3, SET CD SPEED).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mmc/clock.h"

namespace burnrig::emulator {

struct DriveModel;
struct LogicalUnit;
struct Medium;

/// The write speeds that drive and medium share, fastest first. Without a medium the drive's own;
/// when they share none, the drive's slowest: a drive tries rather than refuses (a guess).
std::vector<std::uint32_t> shared_write_speeds(const DriveModel& model, const Medium* medium);

/// The fastest listed speed that is not above the request; below the slowest, the slowest. FFFFh is
/// the fastest. So is 0: the drive of the forum report sets 10x when wodim asks for speed 0.
std::uint32_t round_speed(std::span<const std::uint32_t> fastest_first, std::uint32_t requested);

/// How long `blocks` of a CD take.
mmc::Duration cd_time(std::int64_t blocks, std::uint32_t speed);

/// How long the medium in the tray takes for `blocks` from `lba` on: recorded at the drive's write
/// speed, read at its read speed.
mmc::Duration write_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks);
mmc::Duration read_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks);

} // namespace burnrig::emulator
