// SPDX-License-Identifier: Apache-2.0
// READ TOC/PMA/ATIP: the table of contents in its several formats (MMC-3, 5.23).
#include <algorithm>

#include "emulator/drive/commands/commands.h"
#include "emulator/drive/recording/cd/cd_layout.h"

namespace burnrig::emulator::commands {
namespace {

constexpr unsigned adr_position = 1;
constexpr unsigned adr_mode_5 = 5;
constexpr std::uint8_t lead_out_number = 0xAA;

// Tracks that a table of contents lists: those of complete sessions.
bool in_toc(const Structure& structure, const Track& track) {
    const auto* session = last_complete_session(structure);
    return session && track.session <= session->number;
}

void put_msf(Reply& reply, std::int32_t lba) {
    const auto msf = mmc::msf_from_lba(lba);
    reply.byte(msf.minute).byte(msf.second).byte(msf.frame);
}

void put_address(Reply& reply, std::int32_t lba, bool as_msf) {
    if (as_msf) {
        reply.byte(0);
        put_msf(reply, lba);
    } else {
        reply.quad(static_cast<std::uint32_t>(lba));
    }
}

void set_length(Reply& reply) {
    mmc::put16(reply.at(0), static_cast<std::uint32_t>(reply.size() - 2));
}

void toc_entry(Reply& reply, unsigned control, std::uint8_t number, std::int32_t lba, bool msf) {
    reply.byte(0).byte(adr_position << 4 | control).byte(number).byte(0);
    put_address(reply, lba, msf);
}

// Format 0: tracks from a number on, then the lead-out of the last complete session.
Answer formatted_toc(const LogicalUnit& unit, const Request& request, Reply& reply) {
    const auto& structure = unit.disc->structure();
    const auto* session = last_complete_session(structure);
    if (!session)
        return refuse_cdb(2); // nothing that has a TOC
    const auto* last = last_track_of(structure, session->number);
    const auto* first = structure.tracks.empty() ? nullptr : &structure.tracks.front();
    if (!first || !last)
        return refuse(mmc::sense::no_toc);
    const std::uint8_t from = request[6];
    if (from > last->short_number() && from != lead_out_number)
        return refuse_cdb(6);
    const bool msf = request.bit(1, 1);
    reply.word(0).byte(first->short_number()).byte(last->short_number());
    for (const auto& track : structure.tracks)
        if (in_toc(structure, track) && track.short_number() >= from)
            toc_entry(reply, track.control, track.short_number(), track.start, msf);
    toc_entry(reply, last->control, lead_out_number, session->lead_out, msf);
    return good();
}

// Format 1: where the last complete session begins.
Answer session_information(const LogicalUnit& unit, const Request& request, Reply& reply) {
    const auto& structure = unit.disc->structure();
    const auto* session = last_complete_session(structure);
    const auto* first = session ? first_track_of(structure, session->number) : nullptr;
    if (!first)
        return refuse_cdb(2);
    reply.word(0).byte(1).byte(session->number);
    toc_entry(reply, first->control, first->short_number(), first->start, request.bit(1, 1));
    return good();
}

// One line of the lead-in's Q channel: session, ADR and CONTROL, POINT, running time, pointed time.
struct QEntry {
    std::uint16_t session = 1;
    unsigned adr = adr_position;
    unsigned control = 0;
    std::uint8_t point = 0;
    std::array<std::uint8_t, 4> time{};    ///< MIN SEC FRAME ZERO
    std::array<std::uint8_t, 3> pointed{}; ///< PMIN PSEC PFRAME
};

std::array<std::uint8_t, 3> msf_bytes(std::int32_t lba) {
    const auto msf = mmc::msf_from_lba(lba);
    return {msf.minute, msf.second, msf.frame};
}

void put_entry(Reply& reply, const QEntry& entry) {
    reply.byte(entry.session).byte(entry.adr << 4 | entry.control).byte(0).byte(entry.point);
    reply.bytes(entry.time).bytes(entry.pointed);
}

// Pointers of a disc that another session may follow.
void multi_session_entries(const LogicalUnit& unit, const Session& session, unsigned control,
                           Reply& reply) {
    const auto& medium = unit.disc->medium();
    const bool first = session.number == 1;
    const auto next = msf_bytes(cd::next_session_start(session.number, session.lead_out));
    const std::uint8_t pointers = first && medium.has_atip() ? 2 : 1;
    put_entry(reply, {session.number,
                      adr_mode_5,
                      control,
                      0xB0,
                      {next[0], next[1], next[2], pointers},
                      msf_bytes(medium.capacity())});
    if (first && medium.has_atip()) {
        const std::uint8_t power = static_cast<std::uint8_t>(medium.atip.writing_power << 5);
        put_entry(reply, {session.number,
                          adr_mode_5,
                          control,
                          0xC0,
                          {power, 0, 0, 0},
                          msf_bytes(mmc::lba_from_msf(medium.atip.lead_in))});
    }
}

// Format 2: every session's lead-in. Always MSF.
Answer full_toc(const LogicalUnit& unit, const Request& request, Reply& reply) {
    const auto& structure = unit.disc->structure();
    const auto* complete = last_complete_session(structure);
    if (!complete)
        return refuse_cdb(2);
    reply.word(0).byte(1).byte(complete->number);
    for (const auto& session : structure.sessions) {
        const auto* first = first_track_of(structure, session.number);
        const auto* last = last_track_of(structure, session.number);
        if (session.state != SessionState::complete || session.number < request[6] || !first ||
            !last)
            continue;
        put_entry(reply, {session.number,
                          adr_position,
                          first->control,
                          0xA0,
                          {},
                          {first->short_number(), session.disc_type, 0}});
        put_entry(
            reply,
            {session.number, adr_position, last->control, 0xA1, {}, {last->short_number(), 0, 0}});
        put_entry(
            reply,
            {session.number, adr_position, last->control, 0xA2, {}, msf_bytes(session.lead_out)});
        for (const auto& track : structure.tracks)
            if (track.session == session.number)
                put_entry(reply, {session.number,
                                  adr_position,
                                  track.control,
                                  track.short_number(),
                                  {},
                                  msf_bytes(track.start)});
        if (session.next_allowed)
            multi_session_entries(unit, session, first->control, reply);
    }
    return good();
}

// Format 3: what the program memory area holds: start and end of every registered track.
Answer pma(const LogicalUnit& unit, const Request&, Reply& reply) {
    reply.word(0).byte(0).byte(0);
    for (const auto& track : unit.disc->structure().tracks) {
        if (!track.in_pma)
            continue;
        const auto end = msf_bytes(cd::physical_end(track));
        put_entry(reply, {0,
                          adr_position,
                          track.control,
                          track.short_number(),
                          {end[0], end[1], end[2], 0},
                          msf_bytes(track.start)});
    }
    return good();
}

// Format 4: what is pressed into the groove, where there is one.
Answer atip(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& medium = unit.disc->medium();
    if (!medium.has_atip())
        return refuse_cdb(2);
    const auto& groove = medium.atip;
    reply.word(0).word(0);
    reply.byte(0x80U | static_cast<unsigned>(groove.writing_power & 7) << 4 |
               (groove.reference_speed & 7U));
    reply.byte(groove.unrestricted_use ? 0x40 : 0);
    unsigned valid = 0;
    for (std::size_t i = 0; i < groove.additional.size(); ++i)
        valid |= groove.additional[i] ? 4U >> i : 0U;
    reply.byte(0x80U | (medium.erasable() ? 0x40U : 0U) |
               static_cast<unsigned>(groove.sub_type & 7) << 3 | valid);
    reply.byte(0);
    reply.byte(groove.lead_in.minute)
        .byte(groove.lead_in.second)
        .byte(groove.lead_in.frame)
        .byte(0);
    reply.byte(groove.lead_out.minute).byte(groove.lead_out.second).byte(groove.lead_out.frame);
    reply.byte(0);
    for (const auto& values : groove.additional) {
        if (values)
            reply.bytes(*values);
        else
            reply.zeros(3);
        reply.byte(0);
    }
    return good();
}

// Format 5: CD-TEXT packs of the first session's lead-in; they may be longer than any other reply.
Answer cd_text(const LogicalUnit& unit, const Request& request) {
    static const std::vector<std::uint8_t> none;
    const auto& sessions = unit.disc->structure().sessions;
    const auto& packs = sessions.empty() ? none : sessions.front().cd_text;
    Reply header;
    header.word(static_cast<std::uint32_t>(packs.size() + 2)).word(0);
    const std::size_t room = std::min<std::size_t>(request.word(7), request.data_in.size());
    auto answer = header.deliver(request, room);
    if (room > header.size()) {
        const auto count = std::min(room - header.size(), packs.size());
        std::copy_n(packs.begin(), count,
                    request.data_in.begin() + static_cast<std::ptrdiff_t>(header.size()));
        answer.transferred += static_cast<std::uint32_t>(count);
    }
    return answer;
}

using Format = Answer (*)(const LogicalUnit&, const Request&, Reply&);
constexpr std::array<Format, 5> formats{formatted_toc, session_information, full_toc, pma, atip};

} // namespace

Answer read_toc_pma_atip(LogicalUnit& unit, const Request& request) {
    constexpr std::size_t cd_text_format = 5;
    std::size_t format = request[2] & 0x0F;
    if (format == 0)
        format = request[9] >> 6; // where ATAPI hosts of old put it (SFF-8020)
    if (unit.medium()->medium().family() != MediumFamily::cd)
        return fabricated_toc(unit, request, format);
    if (format == cd_text_format)
        return cd_text(unit, request);
    if (format >= formats.size())
        return refuse_cdb(2, std::uint8_t{3});
    Reply reply;
    if (auto answer = formats[format](unit, request, reply); !answer.good())
        return answer;
    set_length(reply);
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
