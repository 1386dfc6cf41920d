// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/block_digests.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace burnrig::driver {

void BlockDigests::add(std::span<const std::uint8_t> blocks, std::uint32_t block_bytes) {
    for (; blocks.size() >= block_bytes; blocks = blocks.subspan(block_bytes))
        digests_.push_back(XXH3_64bits(blocks.data(), block_bytes));
}

bool BlockDigests::matches(std::uint64_t index, std::span<const std::uint8_t> block) const {
    return digests_[index] == XXH3_64bits(block.data(), block.size());
}

} // namespace burnrig::driver
