// SPDX-License-Identifier: Apache-2.0
// Going on with a recording that was interrupted: is what lies on the disc before the next writable
// address the end of what was sent of this source?
#pragma once

#include "driver/recorder/operation.h"
#include "driver/recorder/plan.h"

namespace burnrig::driver {

/// Compares the last blocks before the extent with the source. Blocks that cannot be read, as those
/// of an open track in some drives, are a warning.
Outcome<void> compare_seam(Operation& operation, Source& source, const Extent& extent);

} // namespace burnrig::driver
