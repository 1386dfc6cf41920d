// SPDX-License-Identifier: Apache-2.0
// The disc that a scenario begins with, in a physical drive. One thread at a time.
#pragma once

#include <optional>
#include <string>

#include "harness/scenario/drive_under_test.h"

namespace burnrig::harness::scenario {

/// Makes the disc in the drive what the scenario begins with: blank, or what overwriting begins
/// with. The drive must be allowed to write. Why that cannot be had, "" when it is: another medium,
/// one that is written once and is no longer blank, or none.
std::string make_blank(PhysicalDrive& drive, const std::optional<emulator::Medium>& medium);

/// The disc as it is now, to be held against what a run makes of it.
mmc::Result<DiscPointer> disc_in(PhysicalDrive& drive,
                                 const std::optional<emulator::Medium>& medium);

} // namespace burnrig::harness::scenario
