// SPDX-License-Identifier: Apache-2.0
// A track's life beside its blocks: reserved, opened, padded, registered in the program memory
// area.
//
//     RESERVE TRACK        reserved, PMA entry     several at once; each has its own next address
//     first WRITE          open
//     SYNC (track at once), CLOSE TRACK            padded to the reservation or to 300 blocks,
//     complete
//
// Sources: MMC-3, RESERVE TRACK and CLOSE TRACK/SESSION; mmc-recording sections 4 and 5.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/calibration.h"
#include "emulator/drive/recording/cd/cd_layout.h"
#include "emulator/drive/recording/cd/cd_rules.h"

namespace burnrig::emulator {

std::uint32_t CdRules::management_entries() const {
    return cd::pma_entries;
}

Answer CdRules::room_for_track(const Structure& structure) const {
    if (cd::next_track_number(structure) > cd::last_track_number)
        return refuse(mmc::sense::end_of_track);
    if (structure.pma_entries_used >= cd::pma_entries)
        return refuse(mmc::sense::pma_full);
    return good();
}

Track CdRules::invisible_track(const LogicalUnit& unit) const {
    const auto& structure = unit.disc->structure();
    const auto& parameters = unit.pages.write_parameters();
    Track track;
    track.number = cd::next_track_number(structure);
    track.session = current_session(structure).number;
    track.state = TrackState::open;
    track.control = parameters.track_mode;
    track.start = track.end = next_start(unit);
    track.pregap =
        track.start - cd::pregap_of(structure, parameters.track_mode, parameters.audio_pause);
    return track;
}

std::int32_t CdRules::next_start(const LogicalUnit& unit) const {
    const auto& parameters = unit.pages.write_parameters();
    return cd::next_track_start(unit.disc->structure(), parameters.track_mode,
                                parameters.audio_pause);
}

// The track being written stands in the structure from its first block on.
void CdRules::open_track(LogicalUnit& unit) {
    open_session(unit);
    auto& structure = unit.disc->structure();
    if (auto* reserved = cd::find_track(structure, write_->track.number))
        *reserved = write_->track;
    else
        structure.tracks.push_back(write_->track);
}

Answer CdRules::reserve(LogicalUnit& unit, const Request& request) {
    auto& structure = unit.disc->structure();
    if (!writable(*unit.disc) || structure.finalized)
        return refuse(mmc::sense::unwritable_medium);
    if (request.bit(1, 1)) // RMZ: DVD+
        return refuse_cdb(1, std::uint8_t{1});
    // That test write is refused this way too is a guess: a reservation would stay on the disc.
    if (write_ || cd::incomplete_track(structure) || unit.pages.write_parameters().test_write)
        return refuse(mmc::sense::sequence_error);
    if (cd::next_track_number(structure) > cd::last_track_number)
        return refuse(mmc::sense::too_many_reservations);
    if (auto answer = room_for_track(structure); !answer.good())
        return answer;
    auto track = invisible_track(unit);
    // By address (ARSV): where the next track begins, its pre-gap in front. That the pre-gap is not
    // part of the reservation is a guess.
    const bool by_address = request.bit(1, 0);
    const std::int64_t size =
        by_address ? std::int64_t{request.address(2)} - mmc::pregap_blocks - track.start
                   : std::int64_t{request.quad(5)};
    if (size <= 0)
        return refuse_cdb(by_address ? 2 : 5);
    const auto blocks = std::max<std::int64_t>(size, cd::shortest_track);
    if (blocks > unit.disc->medium().capacity() - track.start)
        return refuse(mmc::sense::end_of_track);
    auto calibrated = calibrate_before_recording(unit);
    if (!calibrated.good())
        return calibrated;
    track.state = TrackState::reserved;
    track.reserved_end = track.start + static_cast<std::int32_t>(blocks);
    open_session(unit);
    structure.tracks.push_back(track);
    auto answer = register_track(structure, structure.tracks.back());
    if (auto saved = unit.saved(unit.disc->flush()); !saved.good())
        answer = saved;
    answer.time = unit.recording(calibrated.time + unit.model.timing.close_track);
    return answer;
}

// An entry in the program memory area. The track has it also when the answer is the warning that
// few are left.
Answer CdRules::register_track(Structure& structure, Track& track) {
    if (track.in_pma)
        return good();
    track.in_pma = true;
    ++structure.pma_entries_used;
    return structure.pma_entries_used + cd::few_pma_entries > cd::pma_entries
               ? refuse(mmc::sense::pma_almost_full)
               : good();
}

// Zeros to the end of the reservation, or to the shortest length a track may have; then the PMA.
Answer CdRules::complete_track(LogicalUnit& unit, std::uint16_t number) {
    auto& disc = *unit.disc;
    auto* track = cd::find_track(disc.structure(), number);
    if (!track || track->state == TrackState::complete)
        return good();
    if (track->state == TrackState::reserved) { // empty: the write parameters say what it becomes
        const auto& parameters = unit.pages.write_parameters();
        const bool packets = parameters.write_type == static_cast<std::uint8_t>(WriteType::packet);
        track->method = packets ? WriteMethod::packet : WriteMethod::track_at_once;
        track->packet_size = packets && parameters.fixed_packets ? parameters.packet_size : 0;
        track->form =
            form_of(parameters.data_block_type, parameters.audio()).value_or(BlockForm::mode1);
        track->control = parameters.track_mode;
    }
    const auto limit = track_limit(unit, *track);
    auto end = limit;
    if (track->reserved_end == 0) {
        const auto size = static_cast<std::int32_t>(std::max<std::uint32_t>(track->packet_size, 1));
        const auto shortest = (cd::shortest_track + size - 1) / size * size;
        end = std::min(limit, std::max(track->end, track->start + shortest));
    }
    auto answer = good();
    const bool packet = track->method == WriteMethod::packet;
    if (const auto from = packet ? cd::next_writable(*track) : track->end;
        track->end < end && from < end) {
        answer = unit.saved(disc.write_zeros(from, track->form, end - from));
        track->end = end;
    }
    if (track->audio() && answer.good()) // what runs out behind audio is silence, and can be played
        answer = unit.saved(disc.write_zeros(track->end, track->form, cd::run_out_blocks));
    track->run_out = track->packet_size > 0 ? std::uint8_t{0} : cd::run_out_blocks;
    track->state = TrackState::complete;
    track->damaged = false;
    const auto registered = register_track(disc.structure(), *track);
    if (auto flushed = unit.saved(disc.flush()); answer.good())
        answer = flushed.good() ? registered : flushed;
    return answer;
}

} // namespace burnrig::emulator
