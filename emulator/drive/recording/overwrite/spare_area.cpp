// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/spare_area.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

// The first block of [first, end) in a place that fails.
std::optional<std::int32_t> first_defect(const Damage& damage, std::int32_t first,
                                         std::int32_t end) {
    std::optional<std::int32_t> found;
    for (const auto& range : damage.ranges) {
        const auto at = std::max(range.first, first);
        if (range.kind == DamageKind::unreadable && at < std::min(range.end, end))
            found = std::min(found.value_or(at), at);
    }
    return found;
}

} // namespace

Answer use_spare(LogicalUnit& unit, std::int32_t lba) {
    auto& format = unit.disc->structure().format;
    if (format.spares_used >= format.spares)
        return refuse_at(mmc::sense::no_spare_left, lba);
    ++format.spares_used;
    // When drives begin to warn is in no source; here it is the last spare.
    return format.spares_used == format.spares ? refuse_at(mmc::sense::spares_exhausted, lba)
                                               : good();
}

Answer replace_defects(LogicalUnit& unit, std::int32_t lba, std::int32_t blocks) {
    auto& disc = *unit.disc;
    auto answer = good();
    if (disc.damage().none())
        return answer;
    const auto end = lba + blocks;
    const auto size = disc.medium().write_unit();
    while (const auto defect = first_defect(disc.damage(), lba, end)) {
        const auto unit_begin = *defect / size * size;
        auto used = use_spare(unit, *defect);
        if (!used.good() && used.sense->code == mmc::sense::no_spare_left)
            return used;
        if (!used.good())
            answer = used;
        disc.damage().heal(unit_begin, unit_begin + size);
        if (auto saved = unit.saved(disc.save()); !saved.good())
            return saved;
    }
    return answer;
}

} // namespace burnrig::emulator
