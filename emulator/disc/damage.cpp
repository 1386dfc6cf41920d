// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/damage.h"

#include <algorithm>
#include <numeric>

namespace burnrig::emulator {

namespace {

// SplitMix64: one step of a generator whose output is well mixed even for neighbouring seeds.
std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
    value = (value ^ value >> 27) * 0x94D049BB133111EB;
    return value ^ value >> 31;
}

// What is left of the ranges when [first, end) is cut out of those of the kinds chosen.
template <class Chosen>
std::vector<DamagedRange> without(const std::vector<DamagedRange>& ranges, std::int32_t first,
                                  std::int32_t end, Chosen chosen) {
    std::vector<DamagedRange> left;
    for (const DamagedRange& range : ranges) {
        if (!chosen(range.kind)) {
            left.push_back(range);
            continue;
        }
        DamagedRange before = range;
        DamagedRange behind = range;
        before.end = std::min(range.end, first);
        behind.first = std::max(range.first, end);
        if (before.first < before.end) {
            left.push_back(before);
        }
        if (behind.first < behind.end) {
            left.push_back(behind);
        }
    }
    return left;
}

} // namespace

void Damage::heal(std::int32_t first, std::int32_t end) {
    ranges = without(ranges, first, end, [](DamageKind) { return true; });
}

void Damage::forget_recording(std::int32_t first, std::int32_t end) {
    const auto goes = [](DamageKind kind) { return kind != DamageKind::unreadable; };
    if (std::any_of(ranges.begin(), ranges.end(), [&](const DamagedRange& range) {
            return goes(range.kind) && range.first < end && first < range.end;
        })) {
        ranges = without(ranges, first, end, goes);
    }
}

const DamagedRange* Damage::at(std::int32_t lba) const {
    const auto found = std::find_if(ranges.rbegin(), ranges.rend(), [lba](const auto& range) {
        return range.first <= lba && lba < range.end;
    });
    return found == ranges.rend() ? nullptr : &*found;
}

std::int32_t Damage::next_change(std::int32_t lba, std::int32_t limit) const {
    std::int32_t next = limit;
    for (const DamagedRange& range : ranges) {
        for (const std::int32_t edge : {range.first, range.end}) {
            if (edge > lba) {
                next = std::min(next, edge);
            }
        }
    }
    return next;
}

// Walks over the block's bits with a stride that has no common factor with their number, so that
// no bit is met twice.
void corrupt(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range) {
    const std::uint64_t bits = block.size() * 8;
    if (bits == 0) {
        return;
    }
    const std::uint64_t random = mix(range.seed ^ mix(static_cast<std::uint32_t>(lba)));
    std::uint64_t position = random % bits;
    std::uint64_t stride = (random >> 32) % bits | 1;
    while (std::gcd(stride, bits) != 1) {
        stride += 2; // ends at the latest at a prime behind the greatest factor of `bits`
    }
    for (std::uint64_t turned = 0; turned < std::min<std::uint64_t>(range.bits, bits); ++turned) {
        block[position / 8] ^= static_cast<std::uint8_t>(1 << position % 8);
        position = (position + stride) % bits;
    }
}

} // namespace burnrig::emulator
