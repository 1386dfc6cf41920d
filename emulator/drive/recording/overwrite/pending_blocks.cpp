// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/pending_blocks.h"

#include <algorithm>
#include <span>

namespace burnrig::emulator {

void PendingBlocks::restart(std::uint32_t capacity) {
    blocks_.resize(std::max<std::uint32_t>(capacity, 1));
    next_ = count_ = 0;
}

void PendingBlocks::note(const Disc& disc, std::int32_t lba, std::int32_t count, mmc::Duration end,
                         mmc::Duration block_time) {
    for (std::int32_t i = 0; i < count; ++i) {
        const auto left = block_time * (count - 1 - i);
        auto& block = blocks_[next_];
        block = {lba + i, false, end - left - block_time, end - left};
        const auto found = disc.run_at(block.lba);
        if (found.state == BlockState::readable && found.extent.form == BlockForm::mode1) {
            bytes_.resize(blocks_.size() * block_bytes);
            block.recorded =
                disc.read(block.lba, std::span(bytes_).subspan(next_ * block_bytes, block_bytes))
                    .has_value();
        }
        next_ = (next_ + 1) % blocks_.size();
        count_ = std::min(count_ + 1, blocks_.size());
    }
}

std::optional<std::int32_t> PendingBlocks::roll_back(Disc& disc, mmc::Duration now) {
    std::optional<std::int32_t> burning;
    for (; count_ > 0; --count_) {
        next_ = (next_ + blocks_.size() - 1) % blocks_.size();
        const auto& block = blocks_[next_];
        if (block.end <= now)
            break; // burned, and so is all before it
        if (block.begin <= now) {
            burning = block.lba;
            break;
        }
        if (block.recorded)
            (void)disc.write(block.lba, BlockForm::mode1,
                             std::span(bytes_).subspan(next_ * block_bytes, block_bytes));
        else
            (void)disc.erase(block.lba, block.lba + 1);
    }
    count_ = 0;
    return burning;
}

} // namespace burnrig::emulator
