// SPDX-License-Identifier: Apache-2.0
// What reading finds at an address: a run of blocks of one kind, or the reason why there is none.
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/disc/disc.h"
#include "mmc/sense.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// Blocks that can be read one after the other; nothing wrong when `fault` is empty.
struct ReadableRun {
    std::optional<mmc::SenseCode> fault;
    BlockForm form = BlockForm::mode1;
    std::int32_t count = 0; ///< at least 1 without a fault
    const Track* track = nullptr;
    bool zeros = false; ///< nothing is recorded there, and yet it reads as zeros
};

ReadableRun readable_at(const LogicalUnit& unit, std::int32_t lba);

/// A command tries to read these blocks: weak ones count it.
void count_try(LogicalUnit& unit, std::int32_t lba, std::uint32_t blocks);

} // namespace burnrig::emulator
