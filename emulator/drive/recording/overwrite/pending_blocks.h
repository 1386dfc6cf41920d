// SPDX-License-Identifier: Apache-2.0
// What was on the disc where blocks wait in the buffer to be burned. The disc takes blocks as they
// come; should power fail before the laser has reached them, what was there before is still there.
//
//     |  burned  | being burned: torn |  in the buffer: old content comes back |
//                ^ now
//
// Keeps at most as many blocks as the buffer holds; an older one is burned by then. Costs a copy
// only where something is written over. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/disc/disc.h"
#include "mmc/clock.h"

namespace burnrig::emulator {

class PendingBlocks {
public:
    /// For a buffer of so many blocks; nothing is pending.
    void restart(std::uint32_t capacity);

    /// Blocks [lba, lba + count) are about to be recorded; the last one is burned at `end`.
    void note(const Disc& disc, std::int32_t lba, std::int32_t count, mmc::Duration end,
              mmc::Duration block_time);

    /// Power fails: brings back what the laser did not reach. The block that it was burning, if it
    /// was burning one.
    std::optional<std::int32_t> roll_back(Disc& disc, mmc::Duration now);

private:
    static constexpr std::size_t block_bytes = 2048;

    struct Block {
        std::int32_t lba = 0;
        bool recorded = false; ///< something was there
        mmc::Duration begin{0};
        mmc::Duration end{0};
    };

    std::vector<Block> blocks_;       ///< a ring
    std::vector<std::uint8_t> bytes_; ///< what was there, in the places of the blocks
    std::size_t next_ = 0;            ///< place of the next block
    std::size_t count_ = 0;
};

} // namespace burnrig::emulator
