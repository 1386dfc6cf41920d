// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/extent_map.h"

#include <algorithm>
#include <cassert>

namespace burnrig::emulator {

namespace {

constexpr auto ends_at_or_before = [](std::int32_t lba, const Extent& extent) {
    return lba < extent.end();
};

} // namespace

std::vector<Extent>::iterator ExtentMap::first_ending_behind(std::int32_t lba) {
    return std::upper_bound(extents_.begin(), extents_.end(), lba, ends_at_or_before);
}

const Extent* ExtentMap::at_or_behind(std::int32_t lba) const {
    const auto found = std::upper_bound(extents_.begin(), extents_.end(), lba, ends_at_or_before);
    return found == extents_.end() ? nullptr : &*found;
}

void ExtentMap::record(std::int32_t first, std::int32_t end, BlockForm form) {
    assert(first < end);
    if (!extents_.empty() && extents_.back().end() == first && extents_.back().form == form) {
        extents_.back().count += end - first;
        return;
    }
    if (extents_.empty() || extents_.back().end() <= first) {
        extents_.push_back({first, end - first, form});
        return;
    }
    auto at = first_ending_behind(first);
    if (at != extents_.end() && at->form == form && at->first <= first && end <= at->end()) {
        return;
    }
    forget(first, end);
    at = extents_.insert(first_ending_behind(first), {first, end - first, form});
    if (const auto next = at + 1;
        next != extents_.end() && next->first == end && next->form == form) {
        at->count += next->count;
        extents_.erase(next);
    }
    if (at != extents_.begin() && (at - 1)->end() == first && (at - 1)->form == form) {
        (at - 1)->count += at->count;
        extents_.erase(at);
    }
}

void ExtentMap::forget(std::int32_t first, std::int32_t end) {
    if (first >= end) {
        return;
    }
    auto at = first_ending_behind(first);
    if (at == extents_.end()) {
        return;
    }
    if (at->first < first) {
        const Extent tail{end, at->end() - end, at->form};
        at->count = first - at->first;
        ++at;
        if (tail.count > 0) {
            extents_.insert(at, tail);
            return;
        }
    }
    auto last = at;
    while (last != extents_.end() && last->end() <= end) {
        ++last;
    }
    if (last != extents_.end() && last->first < end) {
        last->count = last->end() - end;
        last->first = end;
    }
    extents_.erase(at, last);
}

} // namespace burnrig::emulator
