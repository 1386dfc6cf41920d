// SPDX-License-Identifier: Apache-2.0
// Which blocks are recorded, and in which form: extents, ascending, never overlapping, and never
// touching when of one form.
//
//     record(0, 100, mode1)   0....100
//     record(40, 60, raw)     0..40 mode1 | 40..60 raw | 60..100 mode1
//     forget(0, 50)                              50..60 raw | 60..100 mode1
//
// Recording behind the last extent takes constant time, finding logarithmic, anything else linear
// time. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/disc/structure.h"

namespace burnrig::emulator {

/// Blocks of one form, one behind the other.
struct Extent {
    std::int32_t first = 0;
    std::int32_t count = 0;
    BlockForm form = BlockForm::mode1;

    std::int32_t end() const { return first + count; }
    bool operator==(const Extent&) const = default;
};

class ExtentMap {
public:
    /// Blocks [first, end) are recorded in this form now, whatever they were. first < end.
    void record(std::int32_t first, std::int32_t end, BlockForm form);
    /// Blocks [first, end) are not recorded any more.
    void forget(std::int32_t first, std::int32_t end);

    /// The extent that holds `lba`, or the next behind it; nullptr when there is none.
    const Extent* at_or_behind(std::int32_t lba) const;

    const std::vector<Extent>& all() const { return extents_; }
    bool empty() const { return extents_.empty(); }

private:
    std::vector<Extent>::iterator first_ending_behind(std::int32_t lba);

    std::vector<Extent> extents_;
};

} // namespace burnrig::emulator
