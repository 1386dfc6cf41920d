// SPDX-License-Identifier: Apache-2.0
// What reading finds at an address: a run of blocks of one kind, or the reason why there is none.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/disc/disc.h"
#include "mmc/sense.h"

namespace burnrig::emulator {

/// Blocks that can be read one after the other; nothing wrong when `fault` is empty.
struct ReadableRun {
    std::optional<mmc::SenseCode> fault;
    BlockForm form = BlockForm::mode1;
    std::int32_t count = 0; ///< at least 1 without a fault
    const Track* track = nullptr;
};

/// Behind the last block that a READ may name: the lead-out, or the end of a track not closed yet.
std::int32_t readable_end(const Disc& disc);

ReadableRun readable_at(const Disc& disc, std::int32_t lba);

/// Where the 2048 user bytes of a READ begin in a block as it is kept; nothing when the block has
/// none (audio, mode 2 without form, form 2).
std::optional<std::size_t> user_data_offset(BlockForm form, std::span<const std::uint8_t> block);

} // namespace burnrig::emulator
