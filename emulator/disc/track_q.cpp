// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/track_q.h"

#include <algorithm>

namespace burnrig::emulator {

std::uint8_t index_at(const Track& track, std::int32_t lba) {
    if (lba < track.start)
        return 0;
    const auto behind = std::upper_bound(track.indexes.begin(), track.indexes.end(), lba);
    return static_cast<std::uint8_t>(1 + (behind - track.indexes.begin()));
}

mmc::QBytes make_q(const Structure& structure, const Track& track, std::int32_t lba) {
    constexpr std::int32_t period = 100; // ECMA-130: at least one of a hundred blocks
    constexpr std::int32_t catalog_number_at = 40;
    constexpr std::int32_t recording_code_at = 80;
    const auto place = (lba % period + period) % period;
    if (place == catalog_number_at && !structure.media_catalog_number.empty())
        if (const auto q =
                mmc::q_catalog_number(track.control, structure.media_catalog_number, lba))
            return *q;
    if (place == recording_code_at && !track.isrc.empty() && lba >= track.start)
        if (const auto q = mmc::q_recording_code(track.control, track.isrc, lba))
            return *q;
    mmc::QPosition position;
    position.control = track.control;
    position.track = track.short_number();
    position.index = index_at(track, lba);
    position.relative = lba - track.start;
    position.lba = lba;
    return mmc::q_position(position);
}

} // namespace burnrig::emulator
