// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/corruption.h"

#include <algorithm>

#include "emulator/faults/random.h"
#include "emulator/turned_bits.h"

namespace burnrig::emulator::faults {
namespace {

void corrupt(std::span<std::uint8_t> block, std::int32_t lba, const Corruption& how) {
    switch (how.pattern) {
    case CorruptPattern::bits:
        turn_bits(block, how.bits, scramble(how.seed ^ scramble(static_cast<std::uint32_t>(lba))));
        break;
    case CorruptPattern::zeros:
        std::fill(block.begin(), block.end(), std::uint8_t{0x00});
        break;
    case CorruptPattern::ones:
        std::fill(block.begin(), block.end(), std::uint8_t{0xFF});
        break;
    }
}

} // namespace

void corrupt_blocks(std::span<std::uint8_t> bytes, std::size_t block_bytes, std::int32_t first,
                    const BlockEffect& effect) {
    if (block_bytes == 0)
        return;
    const auto blocks = static_cast<std::int64_t>(bytes.size() / block_bytes);
    const auto begin = std::max<std::int64_t>(std::int64_t{effect.first} - first, 0);
    const auto end = std::min<std::int64_t>(std::int64_t{effect.last} - first + 1, blocks);
    for (auto block = begin; block < end; ++block)
        corrupt(bytes.subspan(static_cast<std::size_t>(block) * block_bytes, block_bytes),
                static_cast<std::int32_t>(first + block), effect.corruption);
}

} // namespace burnrig::emulator::faults
