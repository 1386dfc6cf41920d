// SPDX-License-Identifier: Apache-2.0
#include "driver/source/memory_source.h"

#include <algorithm>
#include <utility>

namespace burnrig::driver {

BlockView::BlockView(std::span<const std::uint8_t> bytes, std::uint32_t block_bytes)
    : bytes_(bytes), block_bytes_(block_bytes) {}

std::span<const std::uint8_t> BlockView::blocks(BlockRange range) const {
    const std::uint64_t from = std::uint64_t{range.first} * block_bytes_;
    const std::uint64_t whole = (bytes_.size() - from) / block_bytes_;
    if (whole > 0)
        return bytes_.subspan(from, std::min<std::uint64_t>(whole, range.count) * block_bytes_);
    tail_.assign(block_bytes_, 0);
    std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(from), bytes_.end(), tail_.begin());
    return tail_;
}

MemorySource::MemorySource(std::span<const std::uint8_t> bytes, std::string name,
                           std::uint32_t block_bytes)
    : view_(bytes, block_bytes), name_(std::move(name)) {}

mmc::Result<std::span<const std::uint8_t>> MemorySource::read(BlockRange range) {
    if (range.count == 0 || range.first >= *blocks())
        return behind_the_end(*this, range);
    return view_.blocks(range);
}

tl::unexpected<mmc::Error> behind_the_end(const Source& source, BlockRange range) {
    return mmc::fail("{}: {} blocks from block {} on are asked for, which is behind the end",
                     source.name(), range.count, range.first);
}

mmc::Result<std::span<const std::uint8_t>> read_by_filling(Source& source, BlockRange range,
                                                           std::vector<std::uint8_t>& buffer) {
    constexpr std::uint32_t chunk_bytes_max = 1U << 20;
    const std::uint32_t count = std::min(range.count, chunk_bytes_max / source.block_bytes());
    buffer.resize(std::size_t{count} * source.block_bytes());
    return source.fill(range.first, buffer).map([&buffer](std::size_t bytes) {
        return std::span<const std::uint8_t>(buffer).first(bytes);
    });
}

} // namespace burnrig::driver
