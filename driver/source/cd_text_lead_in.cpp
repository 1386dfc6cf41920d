// SPDX-License-Identifier: Apache-2.0
#include "driver/source/cd_text_lead_in.h"

#include <algorithm>
#include <array>

#include "driver/source/memory_source.h"
#include "mmc/cd_text.h"
#include "mmc/subchannel.h"

namespace burnrig::driver {
namespace {

constexpr std::uint32_t made_blocks_max = 512;

} // namespace

CdTextLeadIn::CdTextLeadIn(std::span<const std::uint8_t> packs, std::uint64_t blocks)
    : packs_(packs.begin(), packs.end()),
      blocks_(packs.size() < mmc::cd_text_pack_size ? 0 : blocks) {}

std::uint32_t CdTextLeadIn::block_bytes() const {
    return mmc::raw_subchannel_size;
}

std::optional<std::uint64_t> CdTextLeadIn::size() const {
    return blocks_ * block_bytes();
}

mmc::Result<std::span<const std::uint8_t>> CdTextLeadIn::read(BlockRange range) {
    if (range.count == 0 || range.first >= blocks_)
        return behind_the_end(*this, range);
    const std::uint64_t left = blocks_ - range.first;
    const auto count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>({range.count, left, made_blocks_max}));
    made_.assign(std::size_t{count} * block_bytes(), 0);
    const std::size_t packs = packs_.size() / mmc::cd_text_pack_size;
    for (std::uint32_t block = 0; block < count; ++block) {
        std::array<std::uint8_t, mmc::cd_text_block_size> four{};
        for (std::size_t i = 0; i < mmc::cd_text_packs_in_block; ++i) {
            const std::uint64_t number = (std::uint64_t{range.first} + block) * 4 + i;
            const std::size_t from = number % packs * mmc::cd_text_pack_size;
            std::copy_n(packs_.begin() + static_cast<std::ptrdiff_t>(from), mmc::cd_text_pack_size,
                        four.begin() + static_cast<std::ptrdiff_t>(i * mmc::cd_text_pack_size));
        }
        mmc::put_cd_text(
            std::span<std::uint8_t, 96>(made_.data() + std::size_t{block} * block_bytes(), 96),
            four);
    }
    return std::span<const std::uint8_t>(made_);
}

} // namespace burnrig::driver
