// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/areas.h"

#include <algorithm>

#include "emulator/disc/cd_sessions.h"
#include "emulator/disc/layers.h"

namespace burnrig::emulator {

namespace {

class AreaList {
public:
    explicit AreaList(const Disc& disc) : disc_(disc) {}

    std::vector<Area> make() && {
        const Structure& structure = disc_.structure();
        for (const Session& session : structure.sessions) {
            add_session(session);
        }
        const Formatting& format = structure.format;
        const std::int32_t end = format.blocks > 0 ? format.blocks // spares are behind
                                                   : usable_blocks(disc_.medium(), structure);
        if (areas_.empty()) {
            next_ = 0;
        }
        if (!structure.finalized && next_ < end) {
            add(AreaKind::free, end, 0, 0);
        }
        return std::move(areas_);
    }

private:
    void add_session(const Session& session) {
        const Track* first = first_track_of(disc_.structure(), session.number);
        if (first == nullptr) {
            return;
        }
        const bool cd = disc_.medium().family() == MediumFamily::cd;
        const std::int32_t lead_in = cd ? session.lead_in : first->pregap;
        next_ = areas_.empty() ? lead_in : std::max(next_, lead_in);
        add(AreaKind::lead_in, first->pregap, session.number, 0);
        for (const Track& track : disc_.structure().tracks) {
            if (track.session == session.number) {
                add_track(track);
            }
        }
        if (session.state == SessionState::complete && cd) {
            add(AreaKind::gap, session.lead_out, session.number, 0);
            add(AreaKind::lead_out, session.lead_out + cd::lead_out_blocks(session.number),
                session.number, 0);
        }
    }

    void add_track(const Track& track) {
        add(AreaKind::gap, track.pregap, track.session, 0);
        add(AreaKind::pregap, track.start, track.session, track.number);
        add(AreaKind::track, std::max(track.end, track.reserved_end), track.session, track.number);
        add(AreaKind::run_out, track.end_with_run_out(), track.session, track.number);
    }

    // The next area, when there is anything of it.
    void add(AreaKind kind, std::int32_t end, std::uint16_t session, std::uint16_t track) {
        if (next_ < end) {
            areas_.push_back({kind, next_, end, session, track});
            next_ = end;
        }
    }

    const Disc& disc_;
    std::vector<Area> areas_;
    std::int32_t next_ = 0;
};

} // namespace

std::vector<Area> areas_of(const Disc& disc) {
    return AreaList(disc).make();
}

} // namespace burnrig::emulator
