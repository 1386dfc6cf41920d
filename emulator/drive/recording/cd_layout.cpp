// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd_layout.h"

#include <algorithm>

namespace burnrig::emulator::cd {
namespace {

// A disc always has a session (emulator/disc/disc.cpp); this one stands in should a file say else.
const Session no_session{};

} // namespace

const Session& current_session(const Structure& structure) {
    return structure.sessions.empty() ? no_session : structure.sessions.back();
}

Session& current_session(Structure& structure) {
    if (structure.sessions.empty())
        structure.sessions.emplace_back();
    return structure.sessions.back();
}

const Session* last_complete_session(const Structure& structure) {
    const Session* last = nullptr;
    for (const auto& session : structure.sessions)
        if (session.state == SessionState::complete)
            last = &session;
    return last;
}

const Track* last_track(const Structure& structure) {
    return structure.tracks.empty() ? nullptr : &structure.tracks.back();
}

Track* last_track(Structure& structure) {
    return structure.tracks.empty() ? nullptr : &structure.tracks.back();
}

const Track* first_track_of(const Structure& structure, std::uint16_t session) {
    const auto found = std::find_if(structure.tracks.begin(), structure.tracks.end(),
                                    [&](const Track& track) { return track.session == session; });
    return found == structure.tracks.end() ? nullptr : &*found;
}

const Track* last_track_of(const Structure& structure, std::uint16_t session) {
    const auto found = std::find_if(structure.tracks.rbegin(), structure.tracks.rend(),
                                    [&](const Track& track) { return track.session == session; });
    return found == structure.tracks.rend() ? nullptr : &*found;
}

std::uint8_t next_track_number(const Structure& structure) {
    const auto* last = last_track(structure);
    return last ? static_cast<std::uint8_t>(last->number + 1) : std::uint8_t{1};
}

std::int32_t next_track_start(const Structure& structure) {
    const auto& session = current_session(structure);
    if (const auto* last = last_track_of(structure, session.number))
        return std::max(last->end_with_run_out(), last->reserved_end) + mmc::pregap_blocks;
    if (const auto* before = last_complete_session(structure))
        return next_session_start(before->number, before->lead_out);
    return 0;
}

const Track* track_at(const Structure& structure, std::int32_t lba) {
    for (const auto& track : structure.tracks)
        if (lba >= track.start && lba < track.end_with_run_out())
            return &track;
    return nullptr;
}

} // namespace burnrig::emulator::cd
