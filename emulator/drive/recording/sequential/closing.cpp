// SPDX-License-Identifier: Apache-2.0
// RESERVE TRACK, CLOSE TRACK/SESSION and REPAIR TRACK on sequentially recorded DVD and BD media.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/sequential/sequential_rules.h"
#include "emulator/drive/recording/write_stream.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {

using sequential::occupied_end;
using sequential::round_up;

namespace {

constexpr std::uint16_t incomplete_track_number = 0xFF;

bool is_reservation(const Track& track) {
    return track.state != TrackState::complete && track.reserved_end > 0;
}

} // namespace

// Notes a change of tracks where the drive finds it again: the RMA of a DVD-R.
Answer SequentialRules::update_management_area(LogicalUnit& unit) {
    if (traits_.management_entries == 0 || shadow_)
        return good();
    auto& used = unit.disc->structure().pma_entries_used;
    if (used >= traits_.management_entries)
        return refuse(mmc::sense::pma_full);
    ++used;
    return good();
}

Answer SequentialRules::reserve(LogicalUnit& unit, const Request& request) {
    if (!writable(*unit.disc) || current_session(structure(unit)).state == SessionState::damaged)
        return refuse(mmc::sense::unwritable_medium);
    const auto wanted = method(unit);
    if (auto answer = admit(unit, wanted); !answer.good())
        return answer;
    if (request.bit(1, 1)) // RMZ: this drive's management area cannot be extended
        return refuse_cdb(1, std::uint8_t{1});
    const bool by_address = request.bit(1, 0);
    const auto size = request.quad(5);
    if (!by_address && size == 0)
        return refuse_cdb(5);
    if (wanted.simulated && !shadow_)
        shadow_ = unit.disc->structure();
    auto answer = good();
    const auto zone = last_zone(unit);
    if (wanted.at_once)
        answer = by_address ? refuse_cdb(1, std::uint8_t{0}) : reserve_at_once(unit, size);
    else if (!zone)
        answer = refuse(mmc::sense::end_of_track);
    else if (by_address)
        answer = request.address(2) > zone->next && request.address(2) < zone->limit
                     ? split(unit, request.address(2))
                     : refuse_cdb(2);
    else if (!zone->invisible)
        answer = refuse(mmc::sense::sequence_error); // it is being recorded
    else
        answer = split(unit, static_cast<std::int64_t>(zone->start) + size);
    if (!answer.good())
        return answer;
    current_session(structure(unit)).state = SessionState::open;
    answer = shadow_ ? good() : unit.saved(unit.disc->flush());
    answer.time = unit.spin_up() + unit.recording(unit.medium_timing().close_track);
    return answer;
}

// The whole disc is one track, whose length the drive has to know before it begins.
Answer SequentialRules::reserve_at_once(LogicalUnit& unit, std::uint32_t blocks) {
    auto& all = structure(unit);
    if (!all.tracks.empty() || all.sessions.size() > 1)
        return refuse(mmc::sense::program_area_not_empty);
    const auto& zone = unit.disc->medium().data_zone;
    if (blocks > static_cast<std::uint32_t>(zone.blocks))
        return refuse(mmc::sense::end_of_track);
    if (auto answer = update_management_area(unit); !answer.good())
        return answer;
    const auto write_unit = unit.disc->medium().write_unit();
    Track track;
    track.state = TrackState::reserved;
    track.method = WriteMethod::session_at_once;
    track.control = traits_.control;
    track.pregap = 0;
    track.reserved_end = round_up(static_cast<std::int32_t>(blocks), write_unit);
    if (zone.layers > 1) // both layers are equally long
        all.layer_0_blocks = round_up((track.reserved_end + 1) / 2, write_unit);
    all.tracks.push_back(track);
    return good();
}

// Cuts the last track: what lies before `end` is a reservation, the rest is invisible again.
Answer SequentialRules::split(LogicalUnit& unit, std::int64_t end) {
    auto& all = structure(unit);
    const auto reservations = std::count_if(all.tracks.begin(), all.tracks.end(), is_reservation);
    if (reservations >= traits_.most_reserved)
        return refuse(mmc::sense::too_many_reservations);
    const auto zone = last_zone(unit);
    if (!zone || end > zone->limit)
        return refuse(mmc::sense::end_of_track);
    const auto rounded =
        std::min(zone->limit, zone->start + round_up(static_cast<std::int32_t>(end) - zone->start,
                                                     unit.disc->medium().write_unit()));
    if (auto answer = update_management_area(unit); !answer.good())
        return answer;
    if (auto* begun = sequential::find_track(all, zone->number)) {
        begun->reserved_end = rounded;
        return good();
    }
    Track track;
    track.number = zone->number;
    track.session = current_session(all).number;
    track.state = TrackState::reserved;
    track.method = WriteMethod::packet;
    track.control = traits_.control;
    track.pregap = track.start = track.end = zone->start;
    track.reserved_end = rounded;
    all.tracks.push_back(track);
    return good();
}

Answer SequentialRules::close(LogicalUnit& unit, std::uint8_t function, std::uint16_t track,
                              mmc::Duration now, bool immediate) {
    const auto action = close_action(unit, function);
    if (action == CloseAction::invalid)
        return refuse_cdb(2, std::uint8_t{2});
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    if (!stream_ && (shadow_ || method(unit).simulated))
        return good(); // what closes is simulated too
    if (action == CloseAction::close_track)
        return close_track(unit, track, now, immediate);
    if (stream_)
        return refuse(mmc::sense::incomplete_track);
    if (auto answer = unclosed_track(unit); !answer.good())
        return answer;
    const auto& all = unit.disc->structure();
    const bool empty = !first_track_of(all, current_session(all).number);
    const bool finalizes = action == CloseAction::finalize;
    if (empty && (all.tracks.empty() || !finalizes))
        return good(); // nothing to close
    const bool next_allowed = !finalizes && method(unit).next_session && !finalizes_by_itself(unit);
    return close_session(unit, next_allowed, now, immediate);
}

Answer SequentialRules::close_track(LogicalUnit& unit, std::uint16_t number, mmc::Duration now,
                                    bool immediate) {
    if (stream_ && stream_->method.at_once)
        return refuse(mmc::sense::sequence_error); // SYNCHRONIZE CACHE ends it
    const auto& all = structure(unit);
    if (number == incomplete_track_number && traits_.invisible_number) {
        const auto* incomplete = sequential::incomplete_track(all);
        number = incomplete ? incomplete->number : sequential::next_track_number(all);
    }
    const auto* track = sequential::find_track(all, number);
    const bool invisible = !track && number == sequential::next_track_number(all);
    if (!track && !invisible)
        return refuse_cdb(4);
    if (invisible || track->state == TrackState::complete)
        return good();
    auto length = unit.recording(unit.medium_timing().close_track);
    if (stream_)
        length += drain_time(unit, now);
    if (traits_.pads_reservations && track->reserved_end > 0)
        length += unit.recording(write_time(unit, track->end, track->reserved_end - track->end));
    return unit.begin(OperationKind::closing, now, length, immediate,
                      [this, number](LogicalUnit& ended) { return finish_track(ended, number); });
}

Answer SequentialRules::finish_track(LogicalUnit& unit, std::uint16_t number) {
    if (auto answer = finish_stream(unit); !answer.good())
        return answer;
    auto* track = sequential::find_track(structure(unit), number);
    if (!track || track->state == TrackState::complete)
        return good();
    if (auto answer = update_management_area(unit); !answer.good())
        return answer;
    if (track->reserved_end > 0 && traits_.pads_reservations)
        if (auto answer = pad(unit, *track, track->reserved_end); !answer.good())
            return answer;
    track->state = TrackState::complete;
    track->damaged = false;
    return shadow_ ? good() : unit.saved(unit.disc->flush());
}

// Why the session cannot be closed yet.
Answer SequentialRules::unclosed_track(const LogicalUnit& unit) const {
    const auto& all = unit.disc->structure();
    bool reservation = false;
    for (const auto& track : all.tracks) {
        if (track.state == TrackState::complete)
            continue;
        if (!is_reservation(track))
            return refuse(mmc::sense::incomplete_track);
        reservation = true;
    }
    return reservation ? refuse(mmc::sense::reserved_track_empty) : good();
}

// A first session that is too short for a reader to find its end is filled up.
std::int32_t SequentialRules::padded_session_end(const Structure& all) const {
    const auto& session = current_session(all);
    const auto* last = last_track_of(all, session.number);
    if (!last)
        return 0;
    const auto end = occupied_end(*last);
    return session.number == 1 ? std::max(end, traits_.shortest_first_session) : end;
}

Answer SequentialRules::close_session(LogicalUnit& unit, bool next_allowed, mmc::Duration now,
                                      bool immediate) {
    auto& all = unit.disc->structure();
    auto& session = current_session(all);
    const auto* last = last_track_of(all, session.number);
    const auto padding = last ? padded_session_end(all) - occupied_end(*last) : 0;
    const auto gap = session.number == 1 ? traits_.first_gap : traits_.later_gap;
    const auto& timing = unit.medium_timing();
    const auto length = unit.recording(write_time(unit, padded_session_end(all), padding + gap) +
                                       (next_allowed ? timing.close_session : timing.finalize));
    if (auto answer = update_management_area(unit); !answer.good())
        return answer;
    if (last)
        session.state = SessionState::damaged; // until it is done: what a power cut would leave
    if (auto answer = unit.saved(unit.disc->save()); !answer.good())
        return answer;
    return unit.begin(OperationKind::closing, now, length, immediate,
                      [this, next_allowed](LogicalUnit& ended) {
                          complete_session(ended, next_allowed);
                          return ended.saved(ended.disc->flush());
                      });
}

// A DVD+R shows the fragments of a closed session as one track.
void SequentialRules::join_fragments(Structure& all, std::uint16_t session) const {
    const auto* first = first_track_of(all, session);
    const auto* last = last_track_of(all, session);
    if (!first || first == last)
        return;
    Track joined = *first;
    joined.end = last->end;
    joined.reserved_end = last->reserved_end;
    std::erase_if(all.tracks, [&](const Track& track) { return track.session == session; });
    all.tracks.push_back(joined);
}

void SequentialRules::complete_session(LogicalUnit& unit, bool next_allowed) {
    auto& all = structure(unit);
    auto& session = current_session(all);
    const auto number = session.number;
    const auto padded_end = padded_session_end(all);
    if (auto* last = last_track(all); last && last->session == number) {
        last->state = TrackState::complete;
        session.lead_out = last->end;
        if (padded_end > last->end)
            last->reserved_end = padded_end;
        session.state = SessionState::complete;
        if (traits_.joins_fragments)
            join_fragments(all, number);
    } else {
        all.sessions.pop_back(); // empty: the one before it is the last now
    }
    const auto gap = number == 1 ? traits_.first_gap : traits_.later_gap;
    const auto least = std::max(traits_.finalized_below, unit.disc->medium().write_unit());
    const bool room = padded_end + gap <= recordable_end(unit) - least;
    if (next_allowed && room && number < traits_.most_sessions) {
        current_session(all).next_allowed = true;
        Session next;
        next.number = static_cast<std::uint16_t>(number + 1);
        next.lead_in = padded_end;
        all.sessions.push_back(next);
    } else {
        all.finalized = true;
    }
    if (shadow_)
        return;
    unit.features_changed = true;
    unit.media_events.push(MediaEvent::new_media); // hosts read the new capacity on this
}

bool SequentialRules::finalizes_by_itself(const LogicalUnit&) const {
    return false;
}

// The end of a recording that was cut off is made readable; the track goes on behind it.
Answer SequentialRules::repair(LogicalUnit& unit, std::uint16_t number, mmc::Duration now,
                               bool immediate) {
    if (!writable(*unit.disc))
        return refuse(mmc::sense::unwritable_medium);
    if (number == incomplete_track_number && traits_.invisible_number)
        if (const auto* incomplete = sequential::incomplete_track(unit.disc->structure()))
            number = incomplete->number;
    const auto* track = sequential::find_track(unit.disc->structure(), number);
    if (!track)
        return refuse_cdb(4);
    if (!track->damaged)
        return good();
    if (track->method == WriteMethod::session_at_once)
        return refuse(mmc::sense::fixation_failed);
    return unit.begin(OperationKind::closing, now, unit.recording(unit.medium_timing().close_track),
                      immediate, [number](LogicalUnit& ended) {
                          auto& disc = *ended.disc;
                          if (auto* repaired = sequential::find_track(disc.structure(), number))
                              repaired->damaged = false;
                          return ended.saved(disc.flush());
                      });
}

} // namespace burnrig::emulator
