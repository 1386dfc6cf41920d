// SPDX-License-Identifier: Apache-2.0
#include "driver/source/source.h"

#include <algorithm>
#include <cstring>

namespace burnrig::driver {

std::optional<std::uint64_t> Source::blocks() const {
    const auto bytes = size();
    if (!bytes)
        return std::nullopt;
    return *bytes / block_bytes() + (*bytes % block_bytes() != 0 ? 1 : 0);
}

mmc::Result<std::size_t> Source::fill(std::uint32_t first, std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (out.size() - done >= block_bytes()) {
        const auto at = first + static_cast<std::uint32_t>(done / block_bytes());
        if (const auto all = blocks(); all && at >= *all)
            break;
        const auto count = static_cast<std::uint32_t>((out.size() - done) / block_bytes());
        const auto data = read({.first = at, .count = count});
        if (!data)
            return tl::unexpected(data.error());
        if (data->empty())
            break;
        std::memcpy(out.data() + done, data->data(), data->size());
        done += data->size();
    }
    return done;
}

} // namespace burnrig::driver
