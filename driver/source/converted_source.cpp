// SPDX-License-Identifier: Apache-2.0
#include "driver/source/converted_source.h"

#include <algorithm>
#include <array>

#include "driver/source/raw_sector.h"

namespace burnrig::driver {

std::optional<std::uint64_t> ConvertedSource::size() const {
    const auto all = next_.blocks();
    if (!all)
        return std::nullopt;
    return *all * block_bytes();
}

Supply ConvertedSource::supply() const {
    return next_.supply() == Supply::stream ? Supply::stream : Supply::computed;
}

mmc::Result<std::span<const std::uint8_t>> ConvertedSource::read(BlockRange range) {
    const auto blocks = next_.read(range);
    if (!blocks)
        return blocks;
    const std::size_t from = next_.block_bytes();
    const std::size_t count = blocks->size() / from;
    const std::size_t bytes = block_bytes();
    buffer_.resize(count * bytes);
    std::array<std::uint8_t, mmc::raw_sector_size> sector;
    for (std::size_t i = 0; i < count; ++i) {
        auto block = blocks->subspan(i * from, from);
        if (conversion_.built_from) {
            build_sector(sector, *conversion_.built_from, block, 0);
            block = sector;
        }
        std::copy_n(block.begin() + conversion_.first, bytes,
                    buffer_.begin() + static_cast<std::ptrdiff_t>(i * bytes));
    }
    return std::span<const std::uint8_t>(buffer_);
}

} // namespace burnrig::driver
