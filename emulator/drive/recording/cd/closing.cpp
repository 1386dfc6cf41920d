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

constexpr std::uint8_t blank_disc = 0;
constexpr std::uint8_t blank_minimal = 1;
constexpr std::uint16_t incomplete_track_number = 0xFF;

// Damage that was recorded goes when the recording goes; scratches stay.
void forget_recorded_damage(Damage& damage) {
    std::erase_if(damage.ranges,
                  [](const DamagedRange& range) { return range.kind != DamageKind::unreadable; });
}

void make_blank(LogicalUnit& unit, bool whole) {
    auto& disc = *unit.disc;
    auto& structure = disc.structure();
    Session first;
    first.lead_in = mmc::lba_from_msf(disc.medium().atip.lead_in);
    structure.sessions.assign(1, first);
    structure.tracks.clear();
    structure.finalized = false;
    structure.rewritten = true;
    structure.media_catalog_number.clear();
    structure.pma_entries_used = 0;
    if (whole)
        structure.calibrations_used = 0; // the count area is erased too
}

} // namespace

Answer CdRules::finish_write(LogicalUnit& unit) {
    if (!write_)
        return good();
    auto answer = good();
    switch (write_->method) {
    case WriteMethod::track_at_once:
        answer = finish_track(unit);
        break;
    case WriteMethod::session_at_once:
        answer = finish_session(unit);
        break;
    case WriteMethod::raw:
        answer = finish_raw(unit);
        break;
    case WriteMethod::packet:
        break;
    }
    write_.reset();
    cue_.reset();
    return answer;
}

// A track can end anywhere; a session that is not complete is lost.
void CdRules::end_idle_write(LogicalUnit& unit, mmc::Duration now) {
    if (!write_)
        return;
    const bool unfinished = write_->method == WriteMethod::raw ? !raw_.in_lead_out(write_->next)
                                                               : write_->next < write_->limit;
    if (write_->method != WriteMethod::track_at_once && unfinished)
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
    if (write_) {
        if (write_->method != WriteMethod::track_at_once)
            return refuse(mmc::sense::sequence_error);
        return synchronize(unit, now, immediate);
    }
    auto& structure = unit.disc->structure();
    const auto invisible = cd::next_track_number(structure);
    if (number != incomplete_track_number && (number == 0 || number > invisible))
        return refuse_cdb(4);
    const auto* last = last_track(structure);
    const bool meant = last && (number == incomplete_track_number || number == last->number);
    if (!meant || last->state != TrackState::open)
        return good(); // complete or invisible: nothing to do
    return repair(unit, last->number, now, immediate);
}

// A track at once that was cut off gets its run-out; a session at once cannot be saved.
Answer CdRules::repair(LogicalUnit& unit, std::uint16_t number, mmc::Duration now, bool immediate) {
    const auto* last = last_track(unit.disc->structure());
    if (!last || last->state != TrackState::open)
        return good();
    if (number != last->number && number != incomplete_track_number)
        return refuse_cdb(4);
    if (last->method != WriteMethod::track_at_once)
        return refuse(mmc::sense::fixation_failed);
    return unit.begin(OperationKind::closing, now, unit.recording(unit.model.timing.close_track),
                      immediate, [this](LogicalUnit& ended) {
                          auto* track = last_track(ended.disc->structure());
                          if (!track)
                              return good();
                          WriteInProgress rest;
                          rest.limit = ended.disc->medium().capacity() - cd::run_out_blocks;
                          write_ = rest;
                          track->damaged = false;
                          return finish_write(ended);
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
    if (last->state == TrackState::open)
        return refuse(mmc::sense::incomplete_track);
    const auto lead_out = last->end_with_run_out();
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

Answer CdRules::blank(LogicalUnit& unit, std::uint8_t type, std::int32_t, mmc::Duration now,
                      bool immediate) {
    if (kind_ != MediumKind::cd_rw)
        return refuse(mmc::sense::unwritable_medium);
    if (type != blank_disc && type != blank_minimal)
        return refuse_cdb(1, std::uint8_t{2});
    const auto& timing = unit.model.timing;
    const auto whole_disc = cd_time(unit.disc->medium().capacity(), unit.write_speed);
    const bool whole = type == blank_disc;
    const auto length =
        unit.recording(whole ? whole_disc + timing.blank_extra : timing.blank_minimal);
    cue_.reset();
    damage_session(unit); // the PMA goes first: what a power cut would leave
    if (auto answer = unit.saved(unit.disc->save()); !answer.good())
        return answer;
    return unit.begin(OperationKind::blanking, now, length, immediate, [whole](LogicalUnit& ended) {
        auto& disc = *ended.disc;
        make_blank(ended, whole);
        // Minimal blanking leaves the old blocks on the disc, but no command can
        // reach them any more.
        auto answer =
            ended.saved(disc.erase(disc.layout().first_address(), disc.layout().end_address()));
        forget_recorded_damage(disc.damage());
        ended.features_changed = true;
        ended.media_events.push(MediaEvent::new_media);
        const auto flushed = ended.saved(disc.flush());
        return answer.good() ? flushed : answer;
    });
}

// Nothing of the disc can be found again: one session that is neither empty nor complete.
void CdRules::damage_session(LogicalUnit& unit) {
    auto& structure = unit.disc->structure();
    make_blank(unit, false);
    structure.sessions[0].state = SessionState::damaged;
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
    auto* track = last_track(structure);
    if (track && track->session == session) {
        track->end = std::max(track->start, burned_end);
        track->state = TrackState::open;
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
    if (!track || track->state != TrackState::open || track->damaged ||
        track->method == WriteMethod::packet)
        return;
    track->damaged = true;
    auto end = track->start; // what reached the disc behind what the structure knows
    while (disc.run_at(end).state != BlockState::unrecorded && end < disc.layout().end_address())
        end = disc.run_at(end).extent.end();
    track->end = end;
    if (track->method == WriteMethod::session_at_once || track->method == WriteMethod::raw)
        session.state = SessionState::damaged;
    (void)disc.save();
}

} // namespace burnrig::emulator
