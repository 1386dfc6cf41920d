// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/cd_layout.h"

#include <algorithm>

namespace burnrig::emulator::cd {
std::uint16_t next_track_number(const Structure& structure) {
    const auto* last = last_track(structure);
    return last ? static_cast<std::uint16_t>(last->number + 1) : std::uint16_t{1};
}

std::int32_t next_track_start(const Structure& structure) {
    const auto& session = current_session(structure);
    if (const auto* last = last_track_of(structure, session.number))
        return std::max(last->end_with_run_out(), last->reserved_end) + mmc::pregap_blocks;
    if (const auto* before = last_complete_session(structure))
        return next_session_start(before->number, before->lead_out);
    return 0;
}

} // namespace burnrig::emulator::cd
