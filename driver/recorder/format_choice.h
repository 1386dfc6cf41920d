// SPDX-License-Identifier: Apache-2.0
// From what a person wants a disc to be to the format that the drive offers for it.
#pragma once

#include "driver/recorder/operation.h"
#include "driver/recorder/recorder.h"

namespace burnrig::driver {

/// Fails when the medium has no such format, or is formatted already and not to be formatted again.
Outcome<FormatRequest> choose_format(const DiscSummary& disc, const FormatWish& wish);

} // namespace burnrig::driver
