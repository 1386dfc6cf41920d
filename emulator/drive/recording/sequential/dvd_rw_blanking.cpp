// SPDX-License-Identifier: Apache-2.0
// BLANK of a DVD-RW, whatever was recorded on it and how.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/dvd_rw_states.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t blank_disc = 0;
constexpr std::uint8_t blank_minimal = 1;

// As the factory made it, but for the calibrations when only the quick blanking was done.
void forget_recordings(Disc& disc, bool whole) {
    Structure fresh;
    fresh.sessions.emplace_back();
    fresh.rewritten = true;
    fresh.minimally_blanked = !whole;
    fresh.write_protected = disc.structure().write_protected;
    fresh.calibrations_used = whole ? 0 : disc.structure().calibrations_used;
    disc.structure() = std::move(fresh);
}

Answer finish(LogicalUnit& unit, bool whole) {
    auto& disc = *unit.disc;
    forget_recordings(disc, whole);
    // Quick blanking leaves the old blocks on the disc, but no command can reach them any more.
    auto answer =
        unit.saved(disc.erase(disc.layout().first_address(), disc.layout().end_address()));
    unit.rules_outdated = true;
    unit.features_changed = true;
    unit.media_events.push(MediaEvent::new_media);
    const auto flushed = unit.saved(disc.flush());
    return answer.good() ? flushed : answer;
}

} // namespace

Answer blank_dvd_rw(LogicalUnit& unit, std::uint8_t type, mmc::Duration now, bool immediate) {
    if (type != blank_disc && type != blank_minimal)
        return refuse_cdb(1, std::uint8_t{2});
    auto& disc = *unit.disc;
    const bool whole = type == blank_disc;
    const auto length = unit.recording(whole ? write_time(unit, 0, disc.medium().data_zone.blocks) +
                                                   unit.model.timing.blank_extra
                                             : unit.medium_timing().blank_minimal);
    // The RMA goes first. Until the end the disc is one whose session is neither empty nor
    // complete: what a power cut would leave.
    forget_recordings(disc, false);
    disc.structure().sessions.front().state = SessionState::damaged;
    if (auto answer = unit.saved(disc.save()); !answer.good())
        return answer;
    return unit.begin(OperationKind::blanking, now, length, immediate,
                      [whole](LogicalUnit& ended) { return finish(ended, whole); });
}

} // namespace burnrig::emulator
