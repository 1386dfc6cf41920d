// SPDX-License-Identifier: Apache-2.0
// A DVD-RW is a sequential disc or a restricted overwrite disc, and commands change it from one to
// the other; after that other recording rules are for it (LogicalUnit::rules_outdated).
//
//                       FORMAT UNIT
//     sequential  --------------------->  restricted overwrite
//     (0014h)     <---------------------  (0013h)
//                         BLANK
//
// Both kinds of rules call these functions, so that the change is written once.
#pragma once

#include <cstdint>

#include "emulator/drive/recording/recording_rules.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// BLANK types 0 (all) and 1 (quick: only a disc at once can be recorded then); others 5/24/00.
Answer blank_dvd_rw(LogicalUnit& unit, std::uint8_t type, mmc::Duration now, bool immediate);

/// READ FORMAT CAPACITIES of a DVD-RW as it is, sequential or not.
FormatCapacities dvd_rw_format_capacities(const LogicalUnit& unit);

/// FORMAT UNIT; the result is a disc in restricted overwrite.
Answer format_dvd_rw(LogicalUnit& unit, const FormatRequest& request);

} // namespace burnrig::emulator
