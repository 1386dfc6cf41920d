// SPDX-License-Identifier: Apache-2.0
// How fast a drive reads and records, and telling it: GET PERFORMANCE (ACh, write speeds), SET
// STREAMING (B6h), SET CD SPEED (BBh).
//
// Speeds are in kB/s of 1000 bytes: of raw CD on CD, of user data elsewhere.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/commands/channel.h"

namespace burnrig::driver {

struct WriteSpeed {
    std::uint8_t rotation = 0; ///< 0 constant linear velocity or the medium's own, 1 angular
    std::uint32_t end_lba = 0;
    std::uint32_t read_kb = 0;
    std::uint32_t write_kb = 0;
};

/// ACh, type 3: what the drive offers for the medium that is in, in the drive's order.
Reply<std::vector<WriteSpeed>> get_write_speeds(Channel& channel);

/// B6h: one of the offered speeds for the whole medium.
Reply<void> set_streaming(Channel& channel, const WriteSpeed& speed);

/// Speeds in kB/s of raw CD; FFFFh: as fast as possible (BBh).
struct SpeedSetting {
    std::uint16_t read_kb = 0xFFFF;
    std::uint16_t write_kb = 0xFFFF;
};
Reply<void> set_cd_speed(Channel& channel, SpeedSetting speed);

} // namespace burnrig::driver
