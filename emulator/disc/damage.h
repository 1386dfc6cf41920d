// SPDX-License-Identifier: Apache-2.0
// Damage laid over a disc's pristine bytes, so that healing is exact.
//
//     unreadable   reading fails
//     corrupt      reading gives bytes with some bits turned, the same ones each time
//     torn         the block was being recorded when power failed: reading fails
//     lost         the block was acknowledged but never reached the disc: reads as if unrecorded
//     weak         reading succeeds only at a certain try (the drive counts)
//     replaced     reading gives other bytes: what was there before, or what belongs elsewhere
//     zeros, ones  all bytes 00h, or FFh
//
// Ranges are half open and in logical block addresses. Unreadable and weak belong to a place and
// stay there when blocks are recorded anew; the others belong to one recording and go with it.
// heal() takes all of it away. Plain data; one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "emulator/disc/structure.h"

namespace burnrig::emulator {

enum class DamageKind : std::uint8_t {
    unreadable,
    corrupt,
    lost,
    torn,
    weak,
    replaced,
    zeros,
    ones,
};

/// Whether the damage belongs to the place, and not to what is recorded there.
constexpr bool of_the_place(DamageKind kind) {
    return kind == DamageKind::unreadable || kind == DamageKind::weak;
}

struct DamagedRange {
    std::int32_t first = 0;
    std::int32_t end = 0;
    DamageKind kind = DamageKind::unreadable;
    std::uint32_t bits = 0;            ///< corrupt: how many bits are turned in each block
    std::uint64_t seed = 0;            ///< corrupt: which ones
    std::uint32_t tries = 0;           ///< weak: the one that succeeds
    BlockForm form = BlockForm::mode1; ///< replaced: of the bytes
    std::vector<std::uint8_t> bytes{}; ///< replaced: whole blocks, from the first one on

    bool operator==(const DamagedRange&) const = default;
};

struct Damage {
    std::vector<DamagedRange> ranges; ///< in the order they happened; a later one wins
    /// Entries that the service areas have lost for good, beside those that were used.
    std::uint32_t calibrations_lost = 0;
    std::uint32_t pma_entries_lost = 0;

    void add(DamagedRange range) { ranges.push_back(std::move(range)); }
    void heal() { *this = {}; }
    /// Heals blocks [first, end) only.
    void heal(std::int32_t first, std::int32_t end);
    /// Blocks [first, end) were recorded anew or erased.
    void forget_recording(std::int32_t first, std::int32_t end);
    /// Of the blocks; the service areas do not count.
    bool none() const { return ranges.empty(); }

    /// What lies over `lba`; nullptr when nothing does.
    const DamagedRange* at(std::int32_t lba) const;
    /// Where that changes next: the nearest beginning or end of a range behind `lba`, but not
    /// behind `limit`.
    std::int32_t next_change(std::int32_t lba, std::int32_t limit) const;
};

/// Turns range.bits different bits of the block at `lba` (all of them when it has fewer).
void corrupt(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range);

/// What reading the block at `lba` gives under a damage that leaves it readable: corrupt, replaced,
/// zeros, ones. The block comes in as recorded.
void lay_over(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range);

} // namespace burnrig::emulator
