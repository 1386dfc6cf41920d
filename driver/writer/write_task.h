// SPDX-License-Identifier: Apache-2.0
// What the writer is to write where: a stretch of the disc, filled from one source.
//
//     zeros | source | zeros up to blocks_min and to a multiple
//     first_lba --------------------------------------------->
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "driver/source/source.h"

namespace burnrig::driver {

struct WriteTask {
    Source& source;
    std::int32_t first_lba = 0;
    std::uint64_t leading_zero_blocks = 0;
    std::uint64_t source_first = 0; ///< block of the source that comes first
    /// Nothing: until the stream ends.
    std::optional<std::uint64_t> source_blocks{};
    std::uint64_t trailing_zero_blocks = 0;
    std::uint32_t transfer_bytes = 64 * 1024; ///< the most that one WRITE carries
    std::uint32_t block_bytes = data_block_bytes;
    /// Blocks. Every WRITE carries a multiple of it; only the last may carry less.
    std::uint32_t multiple = 1;
    bool streaming = false; ///< WRITE(12) with its Streaming bit

    // For a stream whose size is not known; with source_blocks the trailing zeros say it all.
    std::uint64_t fill_to_multiple_of = 1; ///< blocks; zeros are added up to it
    std::uint64_t blocks_min = 0;          ///< zeros are added up to it
    std::uint64_t blocks_max = UINT64_MAX; ///< what there is room for; a longer stream fails

    /// By which READ TRACK INFORMATION tells the next writable address. Nothing: the blocks can be
    /// written as often as one likes.
    std::optional<std::uint16_t> track{};

    /// All that will be written; nothing while the end of the stream is not known.
    std::optional<std::uint64_t> blocks() const {
        if (!source_blocks)
            return std::nullopt;
        return leading_zero_blocks + *source_blocks + trailing_zero_blocks;
    }
};

/// Blocks that one WRITE of the task carries, with `bytes` at the most.
inline std::uint32_t transfer_blocks(const WriteTask& task, std::uint32_t bytes) {
    constexpr std::uint32_t blocks_max = 512; // no drive's buffer is large enough for more
    const std::uint32_t fit = std::clamp<std::uint32_t>(bytes / task.block_bytes, 1, blocks_max);
    return fit > task.multiple ? fit - fit % task.multiple : fit;
}

} // namespace burnrig::driver
