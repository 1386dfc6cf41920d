// SPDX-License-Identifier: Apache-2.0
// Ending a recording: writing out the drive's buffer, closing track and session.
//
// On DVD and BD the drive is told to answer at once and is then asked until it is done, since that
// can take ten minutes, and a drive that hangs should not be waited for that long.
#pragma once

#include <vector>

#include "driver/recorder/operation.h"
#include "driver/recorder/plan.h"

namespace burnrig::driver {

/// SYNCHRONIZE CACHE until everything is on the disc.
Outcome<void> flush_buffer(Operation& operation, MediumFamily family);

struct Closing {
    std::vector<CloseStep> steps;
    std::uint16_t track = invisible_track;
    MediumFamily family = MediumFamily::cd;
};
/// The steps in order, each waited for.
Outcome<void> close_disc(Operation& operation, const Closing& closing);

} // namespace burnrig::driver
