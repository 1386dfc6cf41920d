// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/bd_random_rules.h"

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/spare_area.h"

namespace burnrig::emulator {

bool BdRandomRules::feature_current(const LogicalUnit&, std::uint16_t feature) const {
    switch (feature) {
    case 0x0020: // random writable
    case 0x0024: // hardware defect management
    case 0x0040: // BD read
    case 0x0041: // BD write
        return true;
    default:
        return false;
    }
}

Answer BdRandomRules::format(LogicalUnit&, const FormatRequest&) {
    return refuse(mmc::sense::cannot_format_medium); // once in its life
}

bool BdRandomRules::verifies(const LogicalUnit&, const WriteRequest& request) const {
    return !request.streaming;
}

// A cluster that the last WRITE ended in is still in the buffer, and this one may go on in it.
Answer BdRandomRules::before_blocks(LogicalUnit& unit, std::int32_t first, std::int32_t end) {
    const auto& disc = *unit.disc;
    const auto size = disc.medium().write_unit();
    auto answer = good();
    auto at = first / size * size;
    if (at < first && goes_on_at(first))
        at += size;
    for (; at < end; at += size) {
        if (disc.run_at(at).state == BlockState::unrecorded)
            continue;
        auto used = use_spare(unit, at);
        if (!used.good())
            answer = used;
        if (!used.good() && used.sense->code == mmc::sense::no_spare_left)
            break;
    }
    return answer;
}

} // namespace burnrig::emulator
