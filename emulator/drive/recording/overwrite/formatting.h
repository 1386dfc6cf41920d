// SPDX-License-Identifier: Apache-2.0
// FORMAT UNIT as an operation: what it does to the disc, whatever the medium.
//
//     request -> offered? -> the medium is unformatted from here on -> time passes -> formatted
//                               what a power cut leaves: 3/31/00
//
// Source: MMC-5, 6.5 (FORMAT UNIT) and 6.24 (READ FORMAT CAPACITIES).
#pragma once

#include "emulator/drive/recording/recording_rules.h"

namespace burnrig::emulator {

/// Accepted instead of a number of blocks: all.
inline constexpr std::uint32_t all_blocks = 0xFFFFFFFF;

struct FormatPlan {
    Formatting result;
    mmc::Duration length{0};
    bool keeps_data = false; ///< until it has ended, the disc stays as it was
    bool new_kind = false;   ///< other rules are for the disc then
};

/// Begins the operation.
Answer begin_format(LogicalUnit& unit, const FormatRequest& request, const FormatPlan& plan);

/// Refuses a format that the list does not have: no such type, or no such size when `any_size` is
/// false, else more blocks than the largest one.
Answer check_offered(const FormatCapacities& capacities, const FormatRequest& request,
                     bool any_size);

/// A format that writes little, and one that goes over all blocks `passes` times.
mmc::Duration quick_format_time(const LogicalUnit& unit);
mmc::Duration full_format_time(const LogicalUnit& unit, std::int32_t blocks, int passes);

} // namespace burnrig::emulator
