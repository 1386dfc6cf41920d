// SPDX-License-Identifier: Apache-2.0
// Track at once: the drive makes pre-gap, run-in and run-out; the host sends a track's blocks from
// the next writable address on and ends it with SYNCHRONIZE CACHE.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

Answer CdRules::plan_track(const LogicalUnit& unit, const WriteRequest& request,
                           WriteInProgress& plan) const {
    const auto& structure = unit.disc->structure();
    const auto& parameters = unit.pages.write_parameters();
    const auto form = form_of(parameters.data_block_type, parameters.audio());
    if (!form || cd::incomplete_track(structure)) // a track of packets is open
        return refuse(mmc::sense::illegal_mode_for_track);
    const auto* reserved = cd::track_to_continue(structure, request.lba);
    if (reserved && reserved->state != TrackState::reserved)
        return refuse(mmc::sense::illegal_mode_for_track);
    if (!reserved)
        if (auto answer = room_for_track(structure); !answer.good())
            return answer;
    plan.method = WriteMethod::track_at_once;
    plan.track = reserved ? *reserved : invisible_track(unit);
    auto& track = plan.track;
    track.state = TrackState::open;
    track.method = WriteMethod::track_at_once;
    track.control = parameters.track_mode;
    track.form = *form;
    track.isrc = parameters.isrc;
    plan.next = track.start;
    plan.limit = track_limit(unit, track);
    return good();
}

// Blocks of a track at once, or of packets.
Answer CdRules::record_track(LogicalUnit& unit, const WriteRequest& request) {
    auto& track = write_->track;
    if (!write_->simulated) {
        const auto bytes = request.data.first(host_bytes(*write_, request.blocks));
        if (!unit.disc->write(write_->next, track.form, bytes))
            return refuse_at(mmc::sense::write_error, write_->next);
    }
    write_->next += static_cast<std::int32_t>(request.blocks);
    track.end = write_->next;
    if (!write_->simulated)
        if (auto* recorded = cd::find_track(unit.disc->structure(), track.number))
            recorded->end = track.end;
    return good();
}

} // namespace burnrig::emulator
