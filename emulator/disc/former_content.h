// SPDX-License-Identifier: Apache-2.0
// What was on blocks before they are written over, for writes that never reach the disc: the drive
// records them, and then lays over them what a reader still finds.
//
//     before   | old old old |          FormerContent former(disc, 32, 64)
//     recorded | new new new |          the drive's business
//     reads as | old old old |          former.lay_over(disc, 32, 64)
//
// The new bytes stay beneath, so healing gives them back exactly. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/disc/disc.h"

namespace burnrig::emulator {

class FormerContent {
public:
    /// Remembers blocks [first, end) as a reader finds them now.
    FormerContent(const Disc& disc, std::int32_t first, std::int32_t end);

    /// From now on blocks [first, end) of those read as they did. Where nothing was recorded, or
    /// more bytes than a disc keeps twice, they read as unrecorded.
    void lay_over(Disc& disc, std::int32_t first, std::int32_t end) const;

private:
    /// Of bytes that damage replaces on one disc: beyond it old content is forgotten.
    static constexpr std::size_t most_bytes = 16U << 20;

    std::vector<DamagedRange> runs_; ///< lost or replaced, ascending
};

/// The blocks as recorded, for reading elsewhere; empty when they do not all read as one form.
DamagedRange copy_of(const Disc& disc, std::int32_t first, std::int32_t end);

} // namespace burnrig::emulator
