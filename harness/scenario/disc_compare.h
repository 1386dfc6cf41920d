// SPDX-License-Identifier: Apache-2.0
// Discs side by side: copies to start every run from, and what is different afterwards. It looks at
// the emulator's own discs, not at what a drive or a driver says of them. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "emulator/disc/disc.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {

/// The same disc again, in memory. (The source is changed meanwhile and put back.)
mmc::Result<std::unique_ptr<emulator::Disc>> copy_of(emulator::Disc& source);

/// The same content onto a blank disc of the same medium. (The source is changed meanwhile and put
/// back.)
mmc::Result<void> copy_into(emulator::Disc& source, emulator::Disc& target);

/// The first block of [first, end) that a reader would find to be another one, or in another state.
std::optional<std::int32_t> first_difference(const emulator::Disc& one, const emulator::Disc& other,
                                             std::int32_t first, std::int32_t end);

/// What a user would see to be different: blocks, tracks, sessions, formats. Not the calibrations
/// that were used up, nor entries of the program memory area. "" when nothing is.
std::string visible_difference(const emulator::Disc& before, const emulator::Disc& after);

/// Why the disc does not hold these bytes from `lba` on; "" when it does. The last block may be
/// filled up with zeros.
std::string image_difference(const emulator::Disc& disc, std::int32_t lba,
                             std::span<const std::uint8_t> image);

} // namespace burnrig::harness::scenario
