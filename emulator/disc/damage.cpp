// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/damage.h"

#include <algorithm>

#include "emulator/turned_bits.h"

namespace burnrig::emulator {

namespace {

// SplitMix64: one step of a generator whose output is well mixed even for neighbouring seeds.
std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
    value = (value ^ value >> 27) * 0x94D049BB133111EB;
    return value ^ value >> 31;
}

// Blocks [first, end) of a range, with their bytes.
DamagedRange part(const DamagedRange& range, std::int32_t first, std::int32_t end) {
    DamagedRange cut = range;
    cut.first = first;
    cut.end = end;
    if (!range.bytes.empty()) {
        const auto size = static_cast<std::ptrdiff_t>(block_size(range.form));
        cut.bytes.assign(range.bytes.begin() + (first - range.first) * size,
                         range.bytes.begin() + (end - range.first) * size);
    }
    return cut;
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
        if (const auto cut = std::min(range.end, first); range.first < cut) {
            left.push_back(part(range, range.first, cut));
        }
        if (const auto cut = std::max(range.first, end); cut < range.end) {
            left.push_back(part(range, cut, range.end));
        }
    }
    return left;
}

} // namespace

void Damage::heal(std::int32_t first, std::int32_t end) {
    ranges = without(ranges, first, end, [](DamageKind) { return true; });
}

void Damage::forget_recording(std::int32_t first, std::int32_t end) {
    const auto goes = [](DamageKind kind) { return !of_the_place(kind); };
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

void corrupt(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range) {
    turn_bits(block, range.bits, mix(range.seed ^ mix(static_cast<std::uint32_t>(lba))));
}

void lay_over(std::span<std::uint8_t> block, std::int32_t lba, const DamagedRange& range) {
    if (range.kind == DamageKind::corrupt) {
        corrupt(block, lba, range);
    } else if (range.kind == DamageKind::zeros) {
        std::fill(block.begin(), block.end(), std::uint8_t{0});
    } else if (range.kind == DamageKind::ones) {
        std::fill(block.begin(), block.end(), std::uint8_t{0xFF});
    } else if (range.kind == DamageKind::replaced && block_size(range.form) == block.size()) {
        const auto from = static_cast<std::size_t>(lba - range.first) * block.size();
        std::copy_n(range.bytes.begin() + static_cast<std::ptrdiff_t>(from), block.size(),
                    block.begin());
    }
}

} // namespace burnrig::emulator
