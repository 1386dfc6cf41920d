// SPDX-License-Identifier: Apache-2.0
// How recording on a CD ends: SYNCHRONIZE CACHE, CLOSE TRACK/SESSION, BLANK, and what is left when
// it is cut off.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint16_t incomplete_track_number = 0xFF;

// Behind the last of the recorded blocks that follow each other from `first` on.
std::int32_t recorded_end(const Disc& disc, std::int32_t first) {
    while (first < disc.layout().end_address()) {
        const auto run = disc.run_at(first);
        if (run.state == BlockState::unrecorded)
            break;
        first = run.extent.end();
    }
    return first;
}

// What reached the disc of a track behind what the structure knows; variable packets have gaps.
std::int32_t recorded_end(const Disc& disc, Track track) {
    for (;;) {
        auto end = recorded_end(disc, track.end);
        if (end == track.end)
            end = recorded_end(disc, cd::next_writable(track));
        if (end <= cd::next_writable(track))
            return track.end;
        track.end = end;
    }
}

} // namespace

Answer CdRules::finish_write(LogicalUnit& unit) {
    if (!write_)
        return good();
    auto answer = good();
    switch (write_->method) {
    case WriteMethod::track_at_once:
        if (!write_->simulated)
            answer = complete_track(unit, write_->track.number);
        break;
    case WriteMethod::session_at_once:
        answer = finish_session(unit);
        break;
    case WriteMethod::raw:
        answer = finish_raw(unit);
        break;
    case WriteMethod::packet:
        if (!write_->simulated)
            answer = unit.saved(unit.disc->flush());
        break;
    }
    if (!answer.good() && answer.sense->code == mmc::sense::pma_almost_full)
        answer.sense.reset(); // CLOSE TRACK says it, not the end of a write
    write_.reset();
    cue_.reset();
    return answer;
}

// A track can end anywhere; a session that is not complete is lost.
void CdRules::end_idle_write(LogicalUnit& unit, mmc::Duration now) {
    if (!write_)
        return;
    const bool session_unfinished =
        write_->method == WriteMethod::raw               ? !raw_.in_lead_out(write_->next)
        : write_->method == WriteMethod::session_at_once ? write_->next < write_->limit
                                                         : false;
    if (session_unfinished)
        cut_off(unit, now);
    else
        (void)finish_write(unit);
}

Answer CdRules::synchronize(LogicalUnit& unit, mmc::Duration now, bool immediate) {
    if (!write_)
        return good();
    auto length = drain_time(unit, now);
    if (write_->method == WriteMethod::track_at_once) {
        length += unit.recording(unit.model.timing.close_track);
    } else if (write_->method == WriteMethod::session_at_once) {
        const auto number = current_session(unit.disc->structure()).number;
        const auto missing = write_->limit - write_->next;
        length += unit.recording(cd_time(missing + cd::lead_out_blocks(number), unit.write_speed) +
                                 unit.model.timing.close_session_extra);
    }
    return unit.begin(OperationKind::synchronizing, now, length, immediate,
                      [this](LogicalUnit& ended) { return finish_write(ended); });
}

Answer CdRules::close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track,
                      mmc::Duration now, bool immediate) {
    if (function == 1)
        return close_track(unit, track, now, immediate);
    if (function == 2)
        return close_session(unit, now, immediate);
    return refuse_cdb(2, std::uint8_t{2});
}

Answer CdRules::close_track(LogicalUnit& unit, std::uint16_t number, mmc::Duration now,
                            bool immediate) {
    auto& structure = unit.disc->structure();
    const bool into_session = write_ && (write_->method == WriteMethod::session_at_once ||
                                         write_->method == WriteMethod::raw);
    if (into_session)
        return refuse(mmc::sense::sequence_error);
    if (write_ && write_->simulated)
        return synchronize(unit, now, immediate);
    const auto invisible = cd::next_track_number(structure);
    if (number != incomplete_track_number && (number == 0 || number > invisible))
        return refuse_cdb(4);
    if (number == incomplete_track_number) {
        const auto* incomplete = cd::incomplete_track(structure);
        number = write_ ? write_->track.number : incomplete ? incomplete->number : invisible;
    }
    const auto* track = cd::find_track(structure, number);
    if (!track || track->state == TrackState::complete || unit.pages.write_parameters().test_write)
        return good(); // complete or invisible: nothing to do
    if (track->damaged && track->method != WriteMethod::packet)
        return repair(unit, number, now, immediate);
    const auto padding = track->reserved_end != 0 ? track->reserved_end - track->end : 0;
    const auto length = drain_time(unit, now) + unit.recording(cd_time(padding, unit.write_speed) +
                                                               unit.model.timing.close_track);
    return unit.begin(OperationKind::closing, now, length, immediate,
                      [this, number](LogicalUnit& ended) {
                          if (auto answer = finish_write(ended); !answer.good())
                              return answer;
                          return complete_track(ended, number);
                      });
}

// A track at once that was cut off gets its run-out, a packet its end, so that the next one can
// follow; a session at once cannot be saved.
Answer CdRules::repair(LogicalUnit& unit, std::uint16_t number, mmc::Duration now, bool immediate) {
    auto& structure = unit.disc->structure();
    const auto* incomplete = cd::incomplete_track(structure);
    if (number == incomplete_track_number && incomplete)
        number = incomplete->number;
    const auto* track = cd::find_track(structure, number);
    if (!track)
        return structure.tracks.empty() || number == incomplete_track_number ? good()
                                                                             : refuse_cdb(4);
    if (!track->damaged)
        return good();
    if (track->method == WriteMethod::session_at_once || track->method == WriteMethod::raw)
        return refuse(mmc::sense::fixation_failed);
    return unit.begin(OperationKind::closing, now, unit.recording(unit.model.timing.close_track),
                      immediate, [this, number](LogicalUnit& ended) {
                          auto* repaired = cd::find_track(ended.disc->structure(), number);
                          if (!repaired)
                              return good();
                          repaired->damaged = false;
                          if (repaired->method == WriteMethod::track_at_once)
                              return complete_track(ended, number);
                          return ended.saved(ended.disc->flush());
                      });
}

Answer CdRules::close_session(LogicalUnit& unit, mmc::Duration now, bool immediate) {
    if (write_)
        return refuse(mmc::sense::incomplete_track);
    auto& structure = unit.disc->structure();
    if (structure.finalized)
        return refuse(mmc::sense::unwritable_medium);
    if (unit.pages.write_parameters().test_write)
        return good(); // lead-in and lead-out are simulated
    auto& session = current_session(structure);
    const auto* last = last_track_of(structure, session.number);
    if (!last)
        return session.state == SessionState::damaged ? refuse(mmc::sense::unwritable_medium)
                                                      : good();
    for (const auto& track : structure.tracks)
        if (track.session == session.number && track.state != TrackState::complete)
            return refuse(track.reserved_end != 0 ? mmc::sense::reserved_track_empty
                                                  : mmc::sense::incomplete_track);
    const auto lead_out = cd::physical_end(*last);
    const bool next_allowed = unit.pages.write_parameters().next_session_allowed();
    const auto lead_in_blocks =
        session.number == 1 ? -mmc::pregap_blocks - session.lead_in : cd::later_lead_in_blocks;
    const auto length = unit.recording(
        cd_time(lead_in_blocks + cd::lead_out_blocks(session.number), unit.write_speed) +
        unit.model.timing.close_session_extra);
    session.state = SessionState::damaged; // until it is done: what a power cut would leave
    if (auto answer = unit.saved(unit.disc->save()); !answer.good())
        return answer;
    return unit.begin(OperationKind::closing, now, length, immediate,
                      [this, lead_out, next_allowed](LogicalUnit& ended) {
                          complete_session(ended, lead_out, next_allowed);
                          return ended.saved(ended.disc->flush());
                      });
}

void CdRules::complete_session(LogicalUnit& unit, std::int32_t lead_out, bool next_allowed) {
    auto& structure = unit.disc->structure();
    auto& session = current_session(structure);
    session.state = SessionState::complete;
    session.lead_out = lead_out;
    const auto next_start = cd::next_session_start(session.number, lead_out);
    const bool room = next_start + cd::shortest_track < unit.disc->medium().capacity() &&
                      cd::next_track_number(structure) <= cd::last_track_number;
    session.next_allowed = next_allowed && room;
    if (session.next_allowed) {
        Session next;
        next.number = static_cast<std::uint16_t>(session.number + 1);
        next.lead_in = lead_out + cd::lead_out_blocks(session.number);
        structure.sessions.push_back(next);
    } else {
        structure.finalized = true;
        unit.features_changed = true;
    }
    unit.media_events.push(MediaEvent::new_media); // hosts read the new capacity on this
}

void CdRules::cut_off(LogicalUnit& unit, mmc::Duration now) {
    cue_.reset();
    if (!write_)
        return;
    const auto write = std::move(*write_);
    write_.reset();
    if (write.simulated)
        return;
    auto& disc = *unit.disc;
    auto& structure = disc.structure();
    const auto lost = static_cast<std::int32_t>(unit.buffer.level(now));
    const auto burned_end = std::max(write.next - lost, disc.layout().first_address());
    if (write.method == WriteMethod::packet)
        return cut_off_packet(unit, write, burned_end);
    (void)disc.erase(burned_end, std::min(write.next, disc.layout().end_address()));
    const auto session = current_session(structure).number;
    if (write.method == WriteMethod::raw)
        take_raw_tracks(unit, burned_end, write.track.form);
    if (write.method != WriteMethod::track_at_once) {
        std::erase_if(structure.tracks, [&](const Track& track) {
            return track.session == session && track.pregap >= burned_end;
        });
        current_session(structure).state = SessionState::damaged;
    }
    auto* track = write.method == WriteMethod::track_at_once
                      ? cd::find_track(structure, write.track.number)
                      : last_track(structure);
    if (track && track->session == session) {
        track->end = std::max(track->start, burned_end);
        track->state = TrackState::open;
        track->damaged = true;
    }
    (void)disc.save();
}

// Packets that ended before are whole; of fixed ones, the torn one is gone altogether.
void CdRules::cut_off_packet(LogicalUnit& unit, const WriteInProgress& write,
                             std::int32_t burned_end) {
    auto& disc = *unit.disc;
    auto end = std::max(burned_end, write.first);
    if (const auto size = static_cast<std::int32_t>(write.track.packet_size); size > 0)
        end -= (end - write.track.start) % size;
    if (end < write.next)
        (void)disc.erase(end, write.next);
    auto* track = cd::find_track(disc.structure(), write.track.number);
    if (track && !write.overwrite) {
        track->end = end;
        track->damaged = true;
    }
    (void)disc.save();
}

void CdRules::recover(LogicalUnit& unit) {
    auto& disc = *unit.disc;
    auto& session = current_session(disc.structure());
    auto* track = last_track(disc.structure());
    if (session.state == SessionState::open && (!track || track->session != session.number)) {
        session.state = SessionState::damaged; // power went while the lead-in was written
        (void)disc.save();
        return;
    }
    bool changed = false;
    for (auto& one : disc.structure().tracks) {
        if (one.state != TrackState::open || one.damaged)
            continue;
        const auto end = recorded_end(disc, one);
        if (one.method == WriteMethod::packet && end == one.end)
            continue; // nothing was being written
        one.damaged = changed = true;
        one.end = end;
        if (one.method == WriteMethod::session_at_once || one.method == WriteMethod::raw)
            session.state = SessionState::damaged;
    }
    if (changed)
        (void)disc.save();
}

} // namespace burnrig::emulator
