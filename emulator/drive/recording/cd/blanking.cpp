// SPDX-License-Identifier: Apache-2.0
// BLANK on a CD-RW, in its seven types.
//
//     000 disc, 001 minimal      everything; the minimal one leaves old blocks behind, out of reach
//     010 track                  its blocks; of the session that is still open
//     011 unreserve              the last track of the open session, with its entry in the PMA
//     100 track tail             from an address to the end of a packet track
//     101 unclose                lead-in and lead-out of the last session: it is open again
//     110 session                the last session that holds anything
//
// In test-write mode the time passes and the disc stays as it is: simulation never touches it
// (whether drives do so or refuse is not known). Sources: MMC-3, BLANK; mmc-commands 11.4.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

enum BlankType : std::uint8_t {
    whole_disc = 0,
    minimal = 1,
    track = 2,
    unreserve = 3,
    track_tail = 4,
    unclose = 5,
    last_session = 6,
};

void make_blank(LogicalUnit& unit, bool whole) {
    auto& disc = *unit.disc;
    auto& structure = disc.structure();
    Session first;
    first.lead_in = mmc::lba_from_msf(disc.medium().atip.lead_in);
    structure.sessions.assign(1, first);
    structure.tracks.clear();
    structure.finalized = false;
    structure.rewritten = true;
    structure.format = {};
    structure.media_catalog_number.clear();
    structure.pma_entries_used = 0;
    if (whole)
        structure.calibrations_used = 0; // the count area is erased too
}

// Blocks go, and with them the damage that was recorded; scratches stay.
Answer erase_blocks(LogicalUnit& unit, std::int32_t first, std::int32_t end) {
    auto& disc = *unit.disc;
    const auto behind = std::min(end, disc.layout().end_address());
    return first < behind ? unit.saved(disc.erase(first, behind)) : good();
}

// The empty session that a closed one may be followed by.
void drop_empty_session(Structure& structure) {
    if (structure.sessions.size() > 1 && structure.sessions.back().state == SessionState::empty)
        structure.sessions.pop_back();
}

Answer erase_track(LogicalUnit& unit, Track& track) {
    const auto answer = erase_blocks(unit, track.start, cd::physical_end(track));
    track.reserved_end = cd::physical_end(track);
    track.end = track.start;
    track.run_out = 0;
    track.packet_size = 0;
    track.damaged = false;
    track.state = TrackState::reserved;
    return answer;
}

Answer drop_last_track(LogicalUnit& unit) {
    auto& structure = unit.disc->structure();
    const auto last = structure.tracks.back();
    structure.tracks.pop_back();
    if (last.in_pma && structure.pma_entries_used > 0)
        --structure.pma_entries_used;
    auto& session = current_session(structure);
    if (!first_track_of(structure, session.number))
        session.state = SessionState::empty;
    return erase_blocks(unit, last.pregap, cd::physical_end(last));
}

Answer erase_tail(LogicalUnit& unit, std::int32_t lba) {
    for (auto& track : unit.disc->structure().tracks) {
        if (lba < track.start || lba >= track.end)
            continue;
        const auto answer = erase_blocks(unit, lba, track.end);
        const bool links = track.packet_size == 0 && lba > track.start;
        track.end = links ? lba - cd::packet_link_blocks : lba;
        track.state = TrackState::open;
        track.run_out = 0;
        return answer;
    }
    return good();
}

void reopen_last_session(Structure& structure) {
    drop_empty_session(structure);
    auto& session = current_session(structure);
    session.state = SessionState::open;
    session.cd_text.clear();
    session.next_allowed = false;
    structure.finalized = false;
}

Answer erase_last_session(LogicalUnit& unit) {
    auto& structure = unit.disc->structure();
    drop_empty_session(structure);
    auto& session = current_session(structure);
    const auto number = session.number;
    auto answer = good();
    while (last_track(structure) && last_track(structure)->session == number && answer.good())
        answer = drop_last_track(unit);
    const auto lead_in = session.lead_in;
    session = {};
    session.number = number;
    session.lead_in = lead_in;
    structure.finalized = false;
    structure.format = {};
    if (number == 1)
        structure.media_catalog_number.clear();
    return answer;
}

std::size_t tracks_in_current_session(const Structure& structure) {
    const auto number = current_session(structure).number;
    return static_cast<std::size_t>(
        std::count_if(structure.tracks.begin(), structure.tracks.end(),
                      [&](const Track& one) { return one.session == number; }));
}

bool begins_packet(const Disc& disc, const Track& track, std::int32_t lba) {
    if (track.method != WriteMethod::packet)
        return false;
    if (track.packet_size > 0)
        return static_cast<std::uint32_t>(lba - track.start) % track.packet_size == 0;
    return lba == track.start || disc.run_at(lba - 1).state == BlockState::unrecorded;
}

// Whether there is what this type is to work on. What drives answer when there is not is in no
// source: 5/2C/00 for the types without an address (unreserve, unclose, last session) is a guess.
std::optional<Answer> nothing_to_blank(const Disc& disc, std::uint8_t type, std::int32_t address) {
    const auto& structure = disc.structure();
    const bool open_session = current_session(structure).state == SessionState::open &&
                              structure.format.kind == FormatKind::none;
    const auto in_session = open_session ? tracks_in_current_session(structure) : 0;
    const auto is_meant = [&](const Track& one) {
        if (one.session != current_session(structure).number)
            return false;
        return type == track ? one.number == address : address >= one.start && address < one.end;
    };
    const auto found = std::find_if(structure.tracks.begin(), structure.tracks.end(), is_meant);
    switch (type) {
    case track:
        return in_session > 0 && found != structure.tracks.end() ? std::nullopt
                                                                 : std::optional(refuse_cdb(2));
    case track_tail:
        if (in_session == 0 || found == structure.tracks.end())
            return refuse_at(mmc::sense::lba_out_of_range, address);
        if (!begins_packet(disc, *found, address))
            return refuse(mmc::sense::illegal_mode_for_track);
        return std::nullopt;
    case unreserve:
        return in_session > 0 ? std::nullopt : std::optional(refuse(mmc::sense::sequence_error));
    case unclose:
    case last_session: {
        const bool closed = last_complete_session(structure) != nullptr;
        const bool something = closed || (type == last_session && in_session > 0);
        const bool fits =
            type == last_session || (in_session == 0 && structure.format.kind == FormatKind::none);
        return something && fits ? std::nullopt : std::optional(refuse(mmc::sense::sequence_error));
    }
    default:
        return std::nullopt;
    }
}

Answer erase_part(LogicalUnit& unit, std::uint8_t type, std::int32_t address) {
    auto& structure = unit.disc->structure();
    switch (type) {
    case track:
        if (auto* found = cd::find_track(structure, static_cast<std::uint16_t>(address)))
            return erase_track(unit, *found);
        return good();
    case unreserve:
        return structure.tracks.empty() ? good() : drop_last_track(unit);
    case track_tail:
        return erase_tail(unit, address);
    case unclose:
        reopen_last_session(structure);
        return good();
    default:
        return erase_last_session(unit);
    }
}

} // namespace

Answer CdRules::erase_everything(LogicalUnit& unit, bool whole) {
    auto& disc = *unit.disc;
    make_blank(unit, whole);
    return erase_blocks(unit, disc.layout().first_address(), disc.layout().end_address());
}

// Nothing of the disc can be found again: one session that is neither empty nor complete.
void CdRules::damage_session(LogicalUnit& unit) {
    make_blank(unit, false);
    unit.disc->structure().sessions[0].state = SessionState::damaged;
}

mmc::Duration CdRules::blank_time(const LogicalUnit& unit, std::uint8_t type) const {
    const auto& timing = unit.model.timing;
    if (type != whole_disc)
        return unit.recording(timing.blank_minimal);
    return unit.recording(cd_time(unit.disc->medium().capacity(), unit.write_speed) +
                          timing.blank_extra);
}

Answer CdRules::blank(LogicalUnit& unit, std::uint8_t type, std::int32_t address, mmc::Duration now,
                      bool immediate) {
    if (kind_ != MediumKind::cd_rw || !drive_writes_class(unit))
        return refuse(mmc::sense::unwritable_medium);
    if (type > last_session)
        return refuse_cdb(1, std::uint8_t{2});
    const auto length = blank_time(unit, type);
    if (auto refused = nothing_to_blank(*unit.disc, type, address))
        return *refused;
    if (unit.pages.write_parameters().test_write)
        return unit.begin(OperationKind::blanking, now, length, immediate,
                          [](LogicalUnit&) { return good(); });
    cue_.reset();
    if (type == whole_disc || type == minimal) {
        damage_session(unit); // the PMA goes first: what a power cut would leave
        if (auto answer = unit.saved(unit.disc->save()); !answer.good())
            return answer;
    }
    return unit.begin(OperationKind::blanking, now, length, immediate,
                      [this, type, address](LogicalUnit& ended) {
                          const bool all = type == whole_disc || type == minimal;
                          auto answer = all ? erase_everything(ended, type == whole_disc)
                                            : erase_part(ended, type, address);
                          ended.features_changed = true;
                          ended.media_events.push(MediaEvent::new_media);
                          const auto flushed = ended.saved(ended.disc->flush());
                          return answer.good() ? flushed : answer;
                      });
}

} // namespace burnrig::emulator
