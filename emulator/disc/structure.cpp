// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/structure.h"

#include <algorithm>

namespace burnrig::emulator {
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

const Track* track_at(const Structure& structure, std::int32_t lba) {
    for (const auto& track : structure.tracks)
        if (lba >= track.start && lba < track.end_with_run_out())
            return &track;
    return nullptr;
}

const Track* track_around(const Structure& structure, std::int32_t lba) {
    for (const auto& track : structure.tracks)
        if (lba >= track.pregap && lba < track.end_with_run_out())
            return &track;
    return nullptr;
}

} // namespace burnrig::emulator
