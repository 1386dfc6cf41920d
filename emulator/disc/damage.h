// SPDX-License-Identifier: Apache-2.0
// Damage laid over a disc's pristine bytes, so that healing is exact.
//
//     unreadable   reading fails
//     corrupt      reading gives bytes with some bits turned, the same ones each time
//     lost         the block was acknowledged but never reached the disc: reads as if unrecorded
//
// Ranges are half open and in logical block addresses. Plain data; one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace burnrig::emulator {

enum class DamageKind : std::uint8_t { unreadable, corrupt, lost };

struct DamagedRange {
    std::int32_t first = 0;
    std::int32_t end = 0;
    DamageKind kind = DamageKind::unreadable;
    std::uint32_t bits = 0; ///< corrupt: how many bits are turned in each block
    std::uint64_t seed = 0; ///< corrupt: which ones
};

struct Damage {
    std::vector<DamagedRange> ranges; ///< in the order they happened; a later one wins

    void add(DamagedRange range) { ranges.push_back(range); }
    void heal() { ranges.clear(); }
    bool none() const { return ranges.empty(); }
};

} // namespace burnrig::emulator
