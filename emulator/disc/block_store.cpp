// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/block_store.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace burnrig::emulator {

mmc::Result<std::size_t> BlockStore::equal_blocks(std::int32_t lba, BlockForm form,
                                                  std::span<const std::uint8_t> bytes) const {
    constexpr std::size_t chunk_blocks = 32;
    const std::size_t size = block_size(form);
    std::vector<std::uint8_t> kept(std::min(bytes.size(), chunk_blocks * size));
    std::size_t equal = 0;
    while (equal * size < bytes.size()) {
        const auto part =
            bytes.subspan(equal * size, std::min(kept.size(), bytes.size() - equal * size));
        const auto mine = std::span(kept).first(part.size());
        if (auto got = read(lba + static_cast<std::int32_t>(equal), form, mine); !got) {
            return tl::unexpected(got.error());
        }
        for (std::size_t at = 0; at < part.size(); at += size, ++equal) {
            if (std::memcmp(part.data() + at, mine.data() + at, size) != 0) {
                return equal;
            }
        }
    }
    return equal;
}

} // namespace burnrig::emulator
