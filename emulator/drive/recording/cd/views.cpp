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
    const bool ends_with_last = last && (structure.finalized || cd::incomplete_track(structure));
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

TrackView CdRules::track_view(const LogicalUnit& unit, const Track& track) const {
    const bool complete = track.state == TrackState::complete;
    TrackView view;
    view.number = track.number;
    view.session = track.session;
    view.damaged = track.damaged;
    view.copy = (track.control & 2) != 0;
    view.track_mode = track.control;
    view.reserved = complete || track.reserved_end != 0; // RT: it has an entry in the PMA
    view.blank = track.state == TrackState::reserved;
    view.packet = track.method == WriteMethod::packet && !view.blank;
    view.fixed_packets = view.packet && track.packet_size > 0;
    view.packet_size = track.packet_size;
    view.data_mode = view.blank ? std::uint8_t{0x0F} : data_mode(track.form);
    view.start = track.start;
    view.size = track.end_with_run_out() - track.start;
    const bool in_progress =
        write_ && write_->track.number == track.number &&
        (write_->method == WriteMethod::track_at_once || write_->method == WriteMethod::packet);
    if (complete || (track.damaged && !in_progress))
        return view;
    const auto limit = track_limit(unit, track);
    view.next_writable = in_progress && !packet_has_ended(unit, unit.clock.now())
                             ? write_->next
                             : cd::next_writable(track);
    view.free = std::max(0, limit - *view.next_writable);
    view.size = (track.reserved_end != 0 ? track.reserved_end : limit) - track.start;
    if (view.free == 0)
        view.next_writable.reset();
    return view;
}

std::optional<TrackView> CdRules::next_track(const LogicalUnit& unit) const {
    const auto& disc = *unit.disc;
    const auto& structure = disc.structure();
    const bool into_track =
        write_ && !write_->overwrite && write_->track.reserved_end == 0 &&
        (write_->method == WriteMethod::track_at_once || write_->method == WriteMethod::packet);
    if (into_track)
        return track_view(unit, write_->track);
    const bool into_session = write_ && (write_->method == WriteMethod::session_at_once ||
                                         write_->method == WriteMethod::raw);
    const auto* incomplete = cd::incomplete_track(structure);
    if (incomplete && !into_session)
        return track_view(unit, *incomplete); // packets, or damaged
    if (!writable(disc) || structure.finalized)
        return std::nullopt;
    const auto* last = last_track(structure);
    TrackView view;
    view.number = cd::next_track_number(structure);
    view.session = current_session(structure).number;
    view.blank = true;
    view.track_mode = unit.pages.write_parameters().track_mode;
    view.start = next_start(unit);
    view.next_writable = view.start;
    view.free = std::max(0, disc.medium().capacity() - cd::run_out_blocks - view.start);
    if (into_session || cue_) { // begins in the first pre-gap and has no run-out
        view.number = last && into_session ? last->number : view.number;
        view.next_writable = into_session ? write_->next : cue_->program_first();
        view.free = std::max(0, disc.medium().capacity() - view.start);
    }
    view.size = view.free;
    if (view.free == 0)
        view.next_writable.reset();
    return view;
}

RecordingRules::TrackResources CdRules::track_resources(const LogicalUnit& unit) const {
    auto resources = RecordingRules::track_resources(unit);
    resources.most_appendable = resources.most_tracks; // the PMA is the limit
    return resources;
}

bool CdRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    const bool formatted = unit.disc->structure().format.kind == FormatKind::fixed_packets;
    switch (feature) {
    case 0x001D: // multi-read
    case 0x001E: // CD read
        return true;
    case 0x0021: // incremental streaming writable
    case 0x002D: // track at once
    case 0x002E: // mastering
        return writable(*unit.disc) && !formatted;
    case 0x0026: // restricted overwrite
        return formatted;
    case 0x0023: // formattable
    case 0x0037: // CD-RW media write support
        return kind_ == MediumKind::cd_rw;
    default:
        return false;
    }
}

// The last complete session; the run-out blocks of its last track are counted.
std::int32_t CdRules::capacity(const LogicalUnit& unit) const {
    const auto& structure = unit.disc->structure();
    const auto* session = last_complete_session(structure);
    const auto* last = session ? last_track_of(structure, session->number) : nullptr;
    if (last && last->packet_size > 0)
        return last->end; // the links of fixed packets have no addresses (method 2)
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
        const bool links = track.method == WriteMethod::packet && track.packet_size == 0;
        if (lba >= track.end || lba < track.start || links)
            return mmc::sense::illegal_mode_for_track; // run-out, run-in and link blocks
        return mmc::sense::unrecovered_read;           // acknowledged once, but not there
    }
    return mmc::sense::lba_out_of_range; // lead-out, lead-in, or behind an open track
}

} // namespace burnrig::emulator
