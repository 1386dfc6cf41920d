// SPDX-License-Identifier: Apache-2.0
// Any image that can become a disc, as a sheet (see mmc/sheet/sheet.h): what a .cue or a .toc says,
// an .iso, a dump of raw sectors. Thread-safe.
#pragma once

#include <filesystem>

#include "mmc/result.h"
#include "mmc/sheet/sheet.h"

namespace burnrig::emulator {

using mmc::Sheet;
using mmc::SheetTrack;

/// Reads PATH: .cue, .toc, .iso, .raw; the ending says which.
mmc::Result<Sheet> read_sheet(const std::filesystem::path& path);

/// Whole sectors of 2352 bytes beside a .sub, or of 2448 with the sub-channel in each.
mmc::Result<Sheet> read_raw_dump(const std::filesystem::path& path);

} // namespace burnrig::emulator
