// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/cd_layout.h"

#include <algorithm>

namespace burnrig::emulator::cd {
namespace {

constexpr std::uint8_t data_bit = 4;            // of CONTROL
constexpr std::int32_t mode_change_blocks = 75; // of the old mode, in front of data behind audio

} // namespace

std::int32_t fixed_packet_blocks(std::int32_t space, std::uint32_t packet_size) {
    if (space <= 0 || packet_size == 0)
        return 0;
    const auto size = std::int64_t{packet_size};
    return static_cast<std::int32_t>(space / (size + packet_link_blocks) * size);
}

std::int32_t fixed_packet_space(std::int32_t blocks, std::uint32_t packet_size) {
    if (blocks <= 0 || packet_size == 0)
        return 0;
    const auto size = std::int64_t{packet_size};
    return static_cast<std::int32_t>((blocks + size - 1) / size * (size + packet_link_blocks));
}

std::int32_t physical_end(const Track& track) {
    const auto recorded =
        track.packet_size > 0
            ? track.start + fixed_packet_space(track.end - track.start, track.packet_size)
            : track.end_with_run_out();
    return std::max(recorded, track.reserved_end);
}

std::uint16_t next_track_number(const Structure& structure) {
    const auto* last = last_track(structure);
    return last ? static_cast<std::uint16_t>(last->number + 1) : std::uint16_t{1};
}

std::int32_t pregap_of(const Structure& structure, std::uint8_t control, std::int32_t audio_pause) {
    const auto* last = last_track_of(structure, current_session(structure).number);
    if (!last || !last->audio())
        return mmc::pregap_blocks;
    if ((control & data_bit) != 0)
        return mmc::pregap_blocks + mode_change_blocks;
    return std::max(audio_pause, mmc::pregap_blocks); // link and run-in need that much
}

std::int32_t next_track_start(const Structure& structure, std::uint8_t control,
                              std::int32_t audio_pause) {
    const auto& session = current_session(structure);
    if (const auto* last = last_track_of(structure, session.number))
        return physical_end(*last) + pregap_of(structure, control, audio_pause);
    if (const auto* before = last_complete_session(structure))
        return next_session_start(before->number, before->lead_out);
    return 0;
}

Track* find_track(Structure& structure, std::uint16_t number) {
    const auto found = std::find_if(structure.tracks.begin(), structure.tracks.end(),
                                    [&](const Track& track) { return track.number == number; });
    return found == structure.tracks.end() ? nullptr : &*found;
}

const Track* incomplete_track(const Structure& structure) {
    const auto* last = last_track_of(structure, current_session(structure).number);
    return last && last->state == TrackState::open && last->reserved_end == 0 ? last : nullptr;
}

std::int32_t next_writable(const Track& track) {
    const bool variable_packets = track.method == WriteMethod::packet && track.packet_size == 0;
    return variable_packets && track.end > track.start ? track.end + packet_link_blocks : track.end;
}

const Track* track_to_continue(const Structure& structure, std::int32_t lba) {
    const auto session = current_session(structure).number;
    for (const auto& track : structure.tracks)
        if (track.session == session && track.state != TrackState::complete && !track.damaged &&
            next_writable(track) == lba)
            return &track;
    return nullptr;
}

} // namespace burnrig::emulator::cd
