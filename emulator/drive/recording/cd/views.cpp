// SPDX-License-Identifier: Apache-2.0
// What a CD looks like to READ DISC INFORMATION and READ TRACK INFORMATION.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {
namespace {

std::uint8_t data_mode(BlockForm form) {
    switch (form) {
    case BlockForm::mode1:
        return 1;
    case BlockForm::mode2:
    case BlockForm::xa_form1:
    case BlockForm::xa_form1_header:
    case BlockForm::xa_form2:
    case BlockForm::xa_mixed:
        return 2;
    default:
        return 0x0F; // audio, or the host's own sectors: unknown
    }
}

} // namespace

DiscView CdRules::disc_view(const LogicalUnit& unit) const {
    const auto& disc = *unit.disc;
    const auto& structure = disc.structure();
    const auto& session = current_session(structure);
    DiscView view;
    view.erasable = disc.medium().erasable();
    view.unrestricted_use = disc.medium().atip.unrestricted_use;
    view.sessions = static_cast<std::uint16_t>(structure.sessions.size());
    const auto* first = first_track_of(structure, session.number);
    const auto* last = last_track_of(structure, session.number);
    const auto next = cd::next_track_number(structure);
    view.first_track_of_last = first ? first->number : next;
    const bool ends_with_last = last && (structure.finalized || last->state == TrackState::open);
    view.last_track_of_last = ends_with_last ? last->number : next;
    if (!structure.tracks.empty() || session.number > 1)
        view.disc_type = structure.sessions.front().disc_type;
    if (structure.finalized) {
        view.last_session = LastSession::complete;
        view.status = DiscStatus::complete;
        return view;
    }
    if (session.state == SessionState::damaged) {
        view.last_session = LastSession::damaged;
        view.status = DiscStatus::complete; // cannot be appended to
        return view;
    }
    if (last || write_) {
        view.last_session = LastSession::incomplete;
        view.status = DiscStatus::appendable;
    } else {
        view.last_session = LastSession::empty;
        view.status = session.number > 1 ? DiscStatus::appendable : DiscStatus::blank;
    }
    view.lead_in = session.lead_in;
    view.lead_out = disc.medium().capacity();
    return view;
}

TrackView CdRules::track_view(const LogicalUnit&, const Track& track) const {
    TrackView view;
    view.number = track.number;
    view.session = track.session;
    view.damaged = track.damaged;
    view.copy = (track.control & 2) != 0;
    view.track_mode = track.control;
    view.reserved =
        track.state == TrackState::complete; // RT is set on recorded tracks of a CD-R/RW
    view.packet = track.method == WriteMethod::packet;
    view.fixed_packets = view.packet && track.packet_size > 0;
    view.packet_size = track.packet_size;
    view.data_mode = data_mode(track.form);
    view.start = track.start;
    view.size = track.end_with_run_out() - track.start;
    if (write_ && write_->method == WriteMethod::track_at_once &&
        track.number == write_->track.number) {
        view.next_writable = write_->next;
        view.free = write_->limit - write_->next;
        view.size = write_->limit - track.start;
    }
    return view;
}

std::optional<TrackView> CdRules::next_track(const LogicalUnit& unit) const {
    const auto& disc = *unit.disc;
    const auto& structure = disc.structure();
    if (write_ && write_->method == WriteMethod::track_at_once)
        return track_view(unit, write_->track);
    const auto* last = last_track(structure);
    if (!write_ && last && last->state == TrackState::open)
        return track_view(unit, *last); // damaged
    if (!writable(disc))
        return std::nullopt;
    TrackView view;
    view.number = cd::next_track_number(structure);
    view.session = current_session(structure).number;
    view.blank = true;
    view.track_mode = unit.pages.write_parameters().track_mode;
    view.start = cd::next_track_start(structure);
    view.next_writable = view.start;
    view.free = std::max(0, disc.medium().capacity() - cd::run_out_blocks - view.start);
    if (write_ || cue_) { // session at once begins in the first pre-gap and has no run-out
        view.number = last ? last->number : view.number;
        view.next_writable = write_ ? write_->next : cue_->program_first();
        view.free = disc.medium().capacity() - view.start;
    }
    view.size = view.free;
    if (view.free == 0)
        view.next_writable.reset();
    return view;
}

bool CdRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x001D: // multi-read
    case 0x001E: // CD read
        return true;
    case 0x0021: // incremental streaming writable
    case 0x002D: // track at once
    case 0x002E: // mastering
        return writable(*unit.disc);
    case 0x0037: // CD-RW media write support
        return kind_ == MediumKind::cd_rw;
    default:
        return false;
    }
}

// The last complete session; the run-out blocks of its last track are counted.
std::int32_t CdRules::capacity(const LogicalUnit& unit) const {
    const auto* session = last_complete_session(unit.disc->structure());
    return session ? session->lead_out : 0;
}

std::int32_t CdRules::readable_end(const LogicalUnit& unit) const {
    const auto* last = last_track(unit.disc->structure());
    return std::max(capacity(unit), last ? last->end_with_run_out() : 0);
}

std::optional<mmc::SenseCode> CdRules::unrecorded_fault(const LogicalUnit& unit,
                                                        std::int32_t lba) const {
    for (const auto& track : unit.disc->structure().tracks) {
        if (lba < track.pregap || lba >= track.end_with_run_out())
            continue;
        if (lba >= track.end || lba < track.start)
            return mmc::sense::illegal_mode_for_track; // run-out, run-in and link blocks
        return mmc::sense::unrecovered_read;           // acknowledged once, but not there
    }
    return mmc::sense::lba_out_of_range; // lead-out, lead-in, or behind an open track
}

FormatCapacities CdRules::format_capacities(const LogicalUnit& unit) const {
    const auto readable = capacity(unit);
    FormatCapacities capacities;
    capacities.type =
        readable > 0 ? FormatCapacities::Type::formatted : FormatCapacities::Type::unformatted;
    capacities.blocks =
        static_cast<std::uint32_t>(readable > 0 ? readable : unit.disc->medium().capacity());
    return capacities;
}

} // namespace burnrig::emulator
