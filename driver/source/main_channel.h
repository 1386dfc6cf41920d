// SPDX-License-Identifier: Apache-2.0
// A source of sectors with sub-channel, without the sub-channel: what READ CD gives back of it.
#pragma once

#include <vector>

#include "driver/source/source.h"

namespace burnrig::driver {

class MainChannel final : public Source {
public:
    /// `next` has 96 bytes of sub-channel at the end of each block, and outlives this.
    explicit MainChannel(Source& next) : next_(next) {}

    const std::string& name() const override { return next_.name(); }
    std::uint32_t block_bytes() const override;
    std::optional<std::uint64_t> size() const override;
    Supply supply() const override { return Supply::computed; }
    bool rewinds() const override { return next_.rewinds(); }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<void> intact() const override { return next_.intact(); }
    void stop() override { next_.stop(); }

private:
    Source& next_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace burnrig::driver
