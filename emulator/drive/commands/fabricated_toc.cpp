// SPDX-License-Identifier: Apache-2.0
// READ TOC/PMA/ATIP on a DVD or BD, which has none of them: the drive makes up what a host needs to
// find tracks and the last session (MMC-5, 6.26). Formats 0 and 1 only; the others are for CDs.
#include <algorithm>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {
namespace {

constexpr unsigned adr_position = 1;
constexpr std::uint8_t lead_out_number = 0xAA;
constexpr std::uint16_t last_track_number = 99; // a descriptor has no room for more

// The tracks that are shown: [first, end) of the disc's, and the session they end with.
struct Shown {
    std::span<const Track> tracks;
    std::uint16_t session = 0;
    std::int32_t lead_out = 0;
};

Shown shown(const LogicalUnit& unit) {
    const auto& structure = unit.disc->structure();
    const bool open_too = unit.rules->open_session_in_toc(unit);
    const auto* session = open_too ? &current_session(structure) : last_complete_session(structure);
    Shown result;
    if (!session)
        return result;
    const auto end =
        std::find_if(structure.tracks.begin(), structure.tracks.end(), [&](const Track& track) {
            return track.session > session->number || track.number > last_track_number;
        });
    result.tracks = {structure.tracks.begin(), end};
    result.session = session->number;
    result.lead_out = open_too ? unit.rules->capacity(unit) : session->lead_out;
    return result;
}

void put_address(Reply& reply, std::int32_t lba, bool as_msf) {
    if (!as_msf) {
        reply.quad(static_cast<std::uint32_t>(lba));
        return;
    }
    const auto msf = mmc::msf_from_lba(lba);
    reply.byte(0).byte(msf.minute).byte(msf.second).byte(msf.frame);
}

void entry(Reply& reply, const Track& track, std::uint8_t number, std::int32_t lba, bool msf) {
    reply.byte(0).byte(adr_position << 4 | track.control).byte(number).byte(0);
    put_address(reply, lba, msf);
}

} // namespace

Answer fabricated_toc(LogicalUnit& unit, const Request& request, std::size_t format) {
    enum : std::size_t { tracks = 0, sessions = 1 };
    if (format > sessions)
        return refuse_cdb(2, std::uint8_t{3});
    const auto toc = shown(unit);
    if (toc.tracks.empty())
        return refuse_cdb(2); // nothing that has a table of contents
    const bool msf = request.bit(1, 1);
    const auto& last = toc.tracks.back();
    Reply reply;
    if (format == sessions) {
        const auto first =
            std::find_if(toc.tracks.begin(), toc.tracks.end(),
                         [&](const Track& track) { return track.session == last.session; });
        reply.word(10).byte(1).byte(toc.session);
        entry(reply, *first, first->short_number(), first->start, msf);
        return reply.deliver(request, request.word(7));
    }
    const std::uint8_t from = request[6];
    if (from > last.number && from != lead_out_number)
        return refuse_cdb(6);
    reply.word(0).byte(toc.tracks.front().short_number()).byte(last.short_number());
    for (const auto& track : toc.tracks)
        if (track.number >= from)
            entry(reply, track, track.short_number(), track.start, msf);
    entry(reply, last, lead_out_number, toc.lead_out, msf);
    mmc::put16(reply.at(0), static_cast<std::uint32_t>(reply.size() - 2));
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
