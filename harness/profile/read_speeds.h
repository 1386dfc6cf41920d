// SPDX-License-Identifier: Apache-2.0
// The speeds a drive tells for the disc in it. One thread at a time.
#pragma once

#include "emulator/drive/drive_speed.h"
#include "harness/profile/asking.h"

namespace burnrig::harness::profile {

/// Mode page 2Ah with its two bytes of header; empty: there is none.
Bytes capabilities_page(Asker& asker);

/// Fastest first. The curve is told for the speed that is set; of the other write speeds only
/// whether the disc turns evenly, of the other read speeds nothing.
emulator::MediumSpeeds read_speeds(Asker& asker);

} // namespace burnrig::harness::profile
