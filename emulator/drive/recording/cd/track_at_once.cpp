// SPDX-License-Identifier: Apache-2.0
// Track at once: the drive makes pre-gap, run-in and run-out; the host sends a track's blocks from
// the next writable address on and ends it with SYNCHRONIZE CACHE.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

Answer CdRules::plan_track(const LogicalUnit& unit, const WriteRequest&,
                           WriteInProgress& plan) const {
    const auto& structure = unit.disc->structure();
    const auto& parameters = unit.pages.write_parameters();
    const auto form = form_of(parameters.data_block_type, parameters.audio());
    if (!form)
        return refuse(mmc::sense::illegal_mode_for_track);
    if (cd::next_track_number(structure) > cd::last_track_number)
        return refuse(mmc::sense::end_of_track);
    plan.method = WriteMethod::track_at_once;
    plan.next = cd::next_track_start(structure);
    plan.limit = unit.disc->medium().capacity() - cd::run_out_blocks;
    plan.limit = std::max(plan.limit, plan.next);
    auto& track = plan.track;
    track.number = cd::next_track_number(structure);
    track.session = current_session(structure).number;
    track.state = TrackState::open;
    track.method = WriteMethod::track_at_once;
    track.control = parameters.track_mode;
    track.form = *form;
    track.pregap = plan.next - mmc::pregap_blocks;
    track.start = track.end = plan.next;
    track.isrc = parameters.isrc;
    return good();
}

void CdRules::open_track(LogicalUnit& unit) {
    open_session(unit);
    unit.disc->structure().tracks.push_back(write_->track);
}

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
        last_track(unit.disc->structure())->end = track.end;
    return good();
}

// The last block is burned: padding to the shortest length, run-out, entry in the PMA.
Answer CdRules::finish_track(LogicalUnit& unit) {
    if (write_->simulated)
        return good();
    auto& disc = *unit.disc;
    auto& track = *last_track(disc.structure());
    const auto shortest = std::min(track.start + cd::shortest_track, write_->limit);
    auto answer = good();
    if (track.end < shortest) {
        answer = unit.saved(disc.write_zeros(track.end, track.form, shortest - track.end));
        track.end = shortest;
    }
    track.run_out = cd::run_out_blocks;
    track.state = TrackState::complete;
    track.in_pma = true;
    ++disc.structure().pma_entries_used;
    const auto flushed = unit.saved(disc.flush());
    return answer.good() ? flushed : answer;
}

} // namespace burnrig::emulator
