// SPDX-License-Identifier: Apache-2.0
// What a sequentially recorded disc looks like to READ DISC INFORMATION, READ TRACK INFORMATION and
// READ CAPACITY.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/sequential/sequential_rules.h"

namespace burnrig::emulator {

using sequential::occupied_end;

DiscView SequentialRules::disc_view(const LogicalUnit& unit) const {
    const auto& all = structure(unit);
    const auto& session = current_session(all);
    const auto* first = first_track_of(all, session.number);
    const auto* last = last_track_of(all, session.number);
    const auto zone = last_zone(unit);
    const auto next = sequential::next_track_number(all);
    DiscView view;
    view.erasable = unit.disc->medium().erasable();
    view.sessions = static_cast<std::uint16_t>(all.sessions.size());
    view.disc_type = 0;
    view.first_track_of_last = first ? first->number : next;
    view.last_track_of_last = zone ? zone->number : last ? last->number : next;
    if (all.finalized) {
        view.last_session = LastSession::complete;
        view.status = DiscStatus::complete;
        return view;
    }
    const bool damaged = session.state == SessionState::damaged;
    view.last_session = damaged ? LastSession::damaged
                        : last  ? LastSession::incomplete
                                : LastSession::empty;
    const bool untouched = !last && !damaged && session.number == 1;
    view.status = untouched ? DiscStatus::blank : DiscStatus::appendable;
    view.lead_in = session.lead_in;
    view.lead_out = recordable_end(unit);
    return view;
}

// RT, Blank and Packet follow the table of track states in MMC-5, 6.27.3.
TrackView SequentialRules::track_view(const LogicalUnit& unit, const Track& track) const {
    const auto& medium = unit.disc->medium();
    const bool complete = track.state == TrackState::complete;
    const bool at_once = track.method == WriteMethod::session_at_once;
    const bool reservation = !complete && track.reserved_end > 0;
    TrackView view;
    view.number = track.number;
    view.session = track.session;
    view.damaged = track.damaged;
    view.blank = track.state == TrackState::reserved;
    view.packet = traits_.packets && !at_once;
    if (complete)
        view.reserved = traits_.complete_is_rt;
    else // an open fragment shows RT too; a disc at once only until it is begun
        view.reserved = view.blank || (reservation && !at_once) || !traits_.packets;
    view.data_mode = 1;
    view.packet_size = static_cast<std::uint32_t>(medium.write_unit());
    view.start = track.start;
    view.size = occupied_end(track) - track.start;
    if (!complete && !reservation)
        view.size = recordable_end(unit) - track.start;
    if (const auto zone = sequential::zone_of(medium, structure(unit), traits_, track)) {
        view.next_writable = zone->next;
        view.free = zone->free();
    }
    if (track.end > track.start)
        view.last_recorded = track.end - 1;
    view.read_compatibility = traits_.read_compatibility;
    return view;
}

std::optional<TrackView> SequentialRules::next_track(const LogicalUnit& unit) const {
    if (const auto* begun = sequential::incomplete_track(structure(unit)))
        return track_view(unit, *begun); // even when it is full
    const auto zone = last_zone(unit);
    if (!zone)
        return std::nullopt;
    if (const auto* reserved = sequential::find_track(structure(unit), zone->number))
        return track_view(unit, *reserved); // for a disc at once
    TrackView view;
    view.number = zone->number;
    view.session = current_session(structure(unit)).number;
    view.blank = true;
    view.packet = traits_.packets && !method(unit).at_once;
    view.data_mode = 1;
    view.packet_size = static_cast<std::uint32_t>(unit.disc->medium().write_unit());
    view.start = zone->start;
    view.next_writable = zone->next;
    view.free = view.size = zone->free();
    view.read_compatibility = traits_.read_compatibility;
    return view;
}

// The end of the last complete session. What pads a short one is not counted (seen on a DVD-R).
std::int32_t SequentialRules::capacity(const LogicalUnit& unit) const {
    const auto* session = last_complete_session(structure(unit));
    return session ? session->lead_out : 0;
}

// A recorder also reads what is not in a complete session yet.
std::int32_t SequentialRules::readable_end(const LogicalUnit& unit) const {
    auto end = capacity(unit);
    for (const auto& track : unit.disc->structure().tracks)
        end = std::max(end, track.end);
    return end;
}

std::optional<mmc::SenseCode> SequentialRules::unrecorded_fault(const LogicalUnit& unit,
                                                                std::int32_t lba) const {
    for (const auto& track : unit.disc->structure().tracks) {
        if (lba < track.start || lba >= occupied_end(track))
            continue;
        if (lba < track.end)
            return mmc::sense::unrecovered_read; // acknowledged once, but not there
        if (track.state == TrackState::complete)
            return std::nullopt; // padding
    }
    return mmc::sense::lba_out_of_range; // between sessions, or not recorded yet
}

FormatCapacities SequentialRules::format_capacities(const LogicalUnit& unit) const {
    const auto readable = capacity(unit);
    FormatCapacities capacities;
    capacities.type =
        readable > 0 ? FormatCapacities::Type::formatted : FormatCapacities::Type::unformatted;
    capacities.blocks = static_cast<std::uint32_t>(readable > 0 ? readable : recordable_end(unit));
    return capacities;
}

RecordingRules::TrackResources SequentialRules::track_resources(const LogicalUnit& unit) const {
    const auto& tracks = structure(unit).tracks;
    const auto open = std::count_if(tracks.begin(), tracks.end(), [](const Track& track) {
        return track.state != TrackState::complete;
    });
    const auto zone = last_zone(unit);
    TrackResources resources;
    resources.most_tracks = traits_.most_tracks;
    resources.assigned = static_cast<std::uint16_t>(tracks.size());
    resources.most_appendable = static_cast<std::uint16_t>(traits_.most_reserved + 1);
    resources.appendable = static_cast<std::uint16_t>(open + (zone && zone->invisible ? 1 : 0));
    return resources;
}

} // namespace burnrig::emulator
