// SPDX-License-Identifier: Apache-2.0
// The disc that a scenario begins with, in a physical drive. One thread at a time.
#pragma once

#include <optional>
#include <string>

#include "harness/scenario/drive_under_test.h"

namespace burnrig::harness::scenario {

/// Why the disc in the drive cannot become what the scenario begins with, "" when it can: another
/// medium, one that is written once and is no longer blank, or none. Only asks.
std::string unfit(PhysicalDrive& drive, const std::optional<emulator::Medium>& medium);

/// Makes a disc that is not unfit what the scenario begins with: blank, or what overwriting begins
/// with. The drive must be allowed to write. Why that went wrong, or "".
std::string make_blank(PhysicalDrive& drive);

/// The disc as it is now, to be held against what a run makes of it.
mmc::Result<DiscPointer> disc_in(PhysicalDrive& drive,
                                 const std::optional<emulator::Medium>& medium);

} // namespace burnrig::harness::scenario
