// SPDX-License-Identifier: Apache-2.0
// The lead-in of a CD as far as its CD-TEXT goes: 96 bytes of sub-channel R to W for each block,
// four packs in each, the packs over and over again.
#pragma once

#include <span>
#include <vector>

#include "driver/source/source.h"

namespace burnrig::driver {

class CdTextLeadIn final : public Source {
public:
    /// `packs` are 18 bytes each.
    CdTextLeadIn(std::span<const std::uint8_t> packs, std::uint64_t blocks);

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override;
    std::optional<std::uint64_t> size() const override;
    Supply supply() const override { return Supply::computed; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;

private:
    std::string name_ = "CD-TEXT";
    std::vector<std::uint8_t> packs_;
    std::uint64_t blocks_;
    std::vector<std::uint8_t> made_;
};

} // namespace burnrig::driver
