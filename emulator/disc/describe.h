// SPDX-License-Identifier: Apache-2.0
// What is on a disc, as JSON for `burnrig disc info --json` and for reports: from the disc's own
// state, not from what a drive says about it.
//
//     {"medium": {...}, "state": "appendable", "sessions": [...], "tracks": [...],
//      "calibrations": {"used": 1, "total": 100}, "damage": [...], ...}
//
// Addresses are logical block addresses, ranges half open. One thread at a time.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "emulator/disc/disc.h"

namespace burnrig::emulator {

/// Text that a host put on the disc need not be text.
std::string printable(std::string text);

/// "blank", "appendable", "complete"; "damaged" when recording was cut off and not repaired.
std::string_view disc_state(const Disc& disc);

/// Blocks of the program area (LBA 0 and behind) that are recorded.
std::int32_t recorded_blocks(const Disc& disc);

nlohmann::ordered_json describe(const Disc& disc);

} // namespace burnrig::emulator
