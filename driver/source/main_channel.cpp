// SPDX-License-Identifier: Apache-2.0
#include "driver/source/main_channel.h"

#include <algorithm>

#include "mmc/subchannel.h"

namespace burnrig::driver {

std::uint32_t MainChannel::block_bytes() const {
    return next_.block_bytes() - std::uint32_t{mmc::raw_subchannel_size};
}

std::optional<std::uint64_t> MainChannel::size() const {
    const auto all = next_.blocks();
    if (!all)
        return std::nullopt;
    return *all * block_bytes();
}

mmc::Result<std::span<const std::uint8_t>> MainChannel::read(BlockRange range) {
    const auto whole = next_.read(range);
    if (!whole)
        return whole;
    const std::size_t from = next_.block_bytes();
    const std::size_t bytes = block_bytes();
    buffer_.resize(whole->size() / from * bytes);
    for (std::size_t block = 0; block < whole->size() / from; ++block)
        std::copy_n(whole->begin() + static_cast<std::ptrdiff_t>(block * from), bytes,
                    buffer_.begin() + static_cast<std::ptrdiff_t>(block * bytes));
    return std::span<const std::uint8_t>(buffer_);
}

} // namespace burnrig::driver
