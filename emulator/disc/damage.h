// SPDX-License-Identifier: Apache-2.0
// Damage laid over a disc's pristine bytes, so that healing is exact.
//
//     unreadable   reading fails
//     corrupt      reading gives bytes with some bits turned, the same ones each time
//     torn         the block was being recorded when power failed: reading fails
//     lost         the block was acknowledged but never reached the disc: reads as if unrecorded
//
// Ranges are half open and in logical block addresses. Unreadable belongs to a place and stays
// there when blocks are recorded anew; the others belong to one recording and go with it.
// heal() takes all of it away. Plain data; one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace burnrig::emulator {

enum class DamageKind : std::uint8_t { unreadable, corrupt, lost, torn };

struct DamagedRange {
    std::int32_t first = 0;
    std::int32_t end = 0;
    DamageKind kind = DamageKind::unreadable;
    std::uint32_t bits = 0; ///< corrupt: how many bits are turned in each block
    std::uint64_t seed = 0; ///< corrupt: which ones

    bool operator==(const DamagedRange&) const = default;
};

struct Damage {
    std::vector<DamagedRange> ranges; ///< in the order they happened; a later one wins

    void add(DamagedRange range) { ranges.push_back(range); }
    void heal() { ranges.clear(); }
    /// Heals blocks [first, end) only.
    void heal(std::int32_t first, std::int32_t end);
    /// Blocks [first, end) were recorded anew or erased.
    void forget_recording(std::int32_t first, std::int32_t end);
    bool none() const { return ranges.empty(); }

    /// What lies over `lba`; nullptr when nothing does.
    const DamagedRange* at(std::int32_t lba) const;
    /// Where that changes next: the nearest beginning or end of a range behind `lba`, but not
    /// behind `limit`.
    std::int32_t next_change(std::int32_t lba, std::int32_t limit) const;
};

/// Turns range.bits different bits of the block at `lba` (all of them when it has fewer).
void corrupt(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range);

} // namespace burnrig::emulator
