// SPDX-License-Identifier: Apache-2.0
// A source of a CD's blocks in another size: what page 05h or a cue sheet has a name for.
//
//     Mode 1, 2352 bytes        ->  2048, the user data           track at once
//     Mode 2 form 1, 2048 bytes ->  2336: sub-header, user data,  session at once
//                                   EDC and ECC
#pragma once

#include <optional>
#include <vector>

#include "driver/source/compilation.h"
#include "driver/source/source.h"

namespace burnrig::driver {

/// What becomes of one block.
struct BlockConversion {
    std::optional<TrackKind> built_from{}; ///< a whole sector of this kind is made of it first
    std::uint32_t first = 0;               ///< byte of it that comes first
    std::uint32_t bytes = 0;
};

class ConvertedSource final : public Source {
public:
    /// `next` outlives this.
    ConvertedSource(Source& next, BlockConversion conversion)
        : next_(next), conversion_(conversion) {}

    const std::string& name() const override { return next_.name(); }
    std::uint32_t block_bytes() const override { return conversion_.bytes; }
    std::optional<std::uint64_t> size() const override;
    Supply supply() const override;
    bool rewinds() const override { return next_.rewinds(); }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Duration available_at(mmc::Duration now) const override { return next_.available_at(now); }
    mmc::Result<void> intact() const override { return next_.intact(); }
    void stop() override { next_.stop(); }

private:
    Source& next_;
    BlockConversion conversion_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace burnrig::driver
