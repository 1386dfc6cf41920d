// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/former_content.h"

#include <algorithm>

namespace burnrig::emulator {

DamagedRange copy_of(const Disc& disc, std::int32_t first, std::int32_t end) {
    DamagedRange copy{first, end, DamageKind::lost, 0, 0};
    const auto run = disc.run_at(first);
    if (run.state != BlockState::readable || run.extent.end() < end)
        return copy;
    copy.form = run.extent.form;
    copy.bytes.resize(static_cast<std::size_t>(end - first) * block_size(copy.form));
    if (disc.read(first, copy.bytes))
        copy.kind = DamageKind::replaced;
    else
        copy.bytes.clear(); // kept as digests
    return copy;
}

FormerContent::FormerContent(const Disc& disc, std::int32_t first, std::int32_t end) {
    std::size_t kept = 0;
    for (const auto& range : disc.damage().ranges)
        kept += range.bytes.size();
    while (first < end) {
        const auto run = disc.run_at(first);
        const auto behind = std::min(end, first + std::max(run.extent.count, 1));
        const auto bytes = static_cast<std::size_t>(behind - first) * block_size(run.extent.form);
        if (run.state == BlockState::readable && kept + bytes <= most_bytes)
            runs_.push_back(copy_of(disc, first, behind));
        else if (run.state == BlockState::unreadable)
            runs_.push_back({first, behind, DamageKind::torn, 0, 0});
        else
            runs_.push_back({first, behind, DamageKind::lost, 0, 0});
        kept += runs_.back().bytes.size();
        first = behind;
    }
}

void FormerContent::lay_over(Disc& disc, std::int32_t first, std::int32_t end) const {
    Damage selected;
    selected.ranges = runs_;
    selected.heal(INT32_MIN, first);
    selected.heal(end, INT32_MAX);
    for (auto& range : selected.ranges)
        disc.damage().add(std::move(range));
}

} // namespace burnrig::emulator
