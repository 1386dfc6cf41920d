// SPDX-License-Identifier: Apache-2.0
// Turns some bits of a block, the same ones for the same number: what a damaged disc or a bad cable
// does to bytes. Thread-safe (no state).
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>

namespace burnrig::emulator {

/// Turns `count` different bits, all when there are not so many. Walks over the bits with a stride
/// that has no common factor with their number, so that none is met twice.
inline void turn_bits(std::span<std::uint8_t> bytes, std::uint64_t count, std::uint64_t random) {
    const std::uint64_t bits = bytes.size() * 8;
    if (bits == 0)
        return;
    std::uint64_t position = random % bits;
    std::uint64_t stride = (random >> 32) % bits | 1;
    while (std::gcd(stride, bits) != 1)
        stride += 2; // ends at the latest at a prime behind the greatest factor of `bits`
    for (std::uint64_t turned = 0; turned < std::min(count, bits); ++turned) {
        bytes[position / 8] ^= static_cast<std::uint8_t>(1 << position % 8);
        position = (position + stride) % bits;
    }
}

} // namespace burnrig::emulator
