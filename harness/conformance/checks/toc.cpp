// SPDX-License-Identifier: Apache-2.0
// READ TOC/PMA/ATIP (MMC-3 5.23): each format by itself, and that the formats agree with each
// other, with READ TRACK INFORMATION, READ DISC INFORMATION and READ CAPACITY.
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"
#include "mmc/msf.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::size_t room = 4096;
constexpr std::uint8_t lead_out = 0xAA;

struct Entry {
    std::uint8_t number = 0;
    std::uint8_t control = 0;
    std::int32_t start = 0;
};

std::vector<Entry> entries(const Reply& reply) {
    std::vector<Entry> found;
    for (std::size_t at = 4; at + 8 <= reply.size(); at += 8)
        found.push_back({reply.byte(at + 2), static_cast<std::uint8_t>(reply.byte(at + 1) & 15),
                         reply.address(at + 4)});
    return found;
}

std::int32_t from_msf(const Reply& reply, std::size_t at) {
    return mmc::lba_from_msf({reply.byte(at), reply.byte(at + 1), reply.byte(at + 2)});
}

void length_is_right(Trial& trial, const Reply& reply) {
    trial.equal(reply, "bytes 0-1, data length", static_cast<std::int64_t>(reply.size()) - 2,
                reply.word(0));
}

void formatted(Trial& trial) {
    const auto reply = trial.get(read_toc(0), room);
    if (!trial.good(reply))
        return;
    length_is_right(trial, reply);
    trial.equal(reply, "(length of the reply - 4) modulo 8", 0,
                static_cast<std::int64_t>((reply.size() - 4) % 8));
    const auto list = entries(reply);
    if (!trial.at_least(reply, "descriptors", 2, static_cast<std::int64_t>(list.size())))
        return;
    trial.equal(reply, "byte 2, first track", list.front().number, reply.byte(2));
    trial.equal(reply, "byte 3, last track", list[list.size() - 2].number, reply.byte(3));
    trial.equal(reply, "the last descriptor is of the lead-out", lead_out, list.back().number);
    for (std::size_t i = 0; i + 1 < list.size(); ++i) {
        trial.expect(list[i].start < list[i + 1].start, reply, "start addresses ascend",
                     fmt::format("above {}", list[i].start), fmt::format("{}", list[i + 1].start));
        if (i + 2 < list.size())
            trial.equal(reply, "track numbers are consecutive", list[i].number + 1,
                        list[i + 1].number);
    }
    for (std::size_t i = 0; i < list.size(); ++i)
        trial.equal(reply, "bytes 0 and 3 of a descriptor, reserved", 0,
                    reply.byte(4 + 8 * i) | reply.byte(7 + 8 * i));
}

void msf_and_lba(Trial& trial) {
    const auto plain = trial.get(read_toc(0), room);
    const auto msf = trial.get(read_toc(0, true), room);
    if (!trial.good(plain) || !trial.good(msf))
        return;
    const auto list = entries(plain);
    trial.equal(msf, "descriptors, TIME bit set and not", static_cast<std::int64_t>(plain.size()),
                static_cast<std::int64_t>(msf.size()));
    for (std::size_t i = 0; i < list.size(); ++i)
        trial.equal(msf, fmt::format("start of {:02X}h as MSF and as LBA", list[i].number),
                    list[i].start, from_msf(msf, 4 + 8 * i + 5));
}

void starting_track(Trial& trial) {
    const auto whole = trial.get(read_toc(0), room);
    if (!trial.good(whole) || whole.size() < 20)
        return;
    const auto first = whole.byte(2);
    const auto last = whole.byte(3);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last - first); ++i) {
        const auto reply =
            trial.get(read_toc(0, false, static_cast<std::uint8_t>(first + i)), room);
        if (trial.good(reply))
            trial.same(reply, fmt::format("descriptors from track {} on", first + i),
                       whole.part(4 + 8 * i), reply.part(4));
    }
    const auto end = trial.get(read_toc(0, false, lead_out), room);
    if (trial.good(end, "track AAh asks for the lead-out alone"))
        trial.same(end, "the lead-out alone", whole.part(whole.size() - 8), end.part(4));
    for (const int beyond : {last + 1, 0xA9, 0xFF})
        if (beyond > last && beyond != lead_out)
            trial.refused(trial.get(read_toc(0, false, static_cast<std::uint8_t>(beyond)), room),
                          {"5/24/00"}, fmt::format("there is no track {}", beyond));
}

void sessions(Trial& trial) {
    const auto reply = trial.get(read_toc(1), room);
    const auto toc = trial.get(read_toc(0), room);
    if (!trial.good(reply) || !trial.good(toc))
        return;
    trial.equal(reply, "bytes 0-1, data length", 0x0A, reply.word(0));
    trial.equal(reply, "length of the reply", 12, static_cast<std::int64_t>(reply.size()));
    trial.expect(reply.byte(2) <= reply.byte(3), reply, "first session against last one",
                 fmt::format("at most {}", reply.byte(3)), fmt::format("{}", reply.byte(2)));
    for (const auto& entry : entries(toc))
        if (entry.number == reply.byte(6))
            trial.equal(reply, "start of the last complete session's first track, and format 0",
                        entry.start, reply.address(8));
}

void blank_has_none(Trial& trial) {
    for (const auto format : Values{0, 1}) {
        const auto reply = trial.get(read_toc(format), room);
        if (!reply.ok())
            trial.refused(reply, {"5/24/00", "3/57/00", "2/30/xx", "5/30/xx", "3/02/00"});
        else
            trial.note(
                fmt::format("format {} of a blank disc is GOOD, {} bytes", format, reply.size()));
    }
}

void reserved_formats(Trial& trial) {
    for (std::uint8_t format = 6; format < 16; ++format)
        trial.refused(trial.get(read_toc(format), room), {"5/24/00"},
                      fmt::format("format {} is reserved", format));
}

// Points of the full TOC against the formatted one.
void full_toc(Trial& trial) {
    const auto reply = trial.get(read_toc(2), room);
    const auto toc = trial.get(read_toc(0), room);
    if (!trial.good(reply) || !trial.good(toc))
        return;
    length_is_right(trial, reply);
    trial.equal(reply, "(length of the reply - 4) modulo 11", 0,
                static_cast<std::int64_t>((reply.size() - 4) % 11));
    const auto list = entries(toc);
    unsigned session = 0;
    std::int32_t last_lead_out = 0;
    for (std::size_t at = 4; at + 11 <= reply.size(); at += 11) {
        trial.expect(reply.byte(at) >= session, reply, "session numbers do not go back",
                     fmt::format("at least {}", session), fmt::format("{}", reply.byte(at)));
        session = reply.byte(at);
        const auto point = reply.byte(at + 3);
        const auto adr = reply.byte(at + 1) >> 4;
        if (adr != 1)
            continue;
        if (point == 0xA2)
            last_lead_out = from_msf(reply, at + 8);
        const auto known = std::find_if(list.begin(), list.end(),
                                        [&](const Entry& entry) { return entry.number == point; });
        if (point >= 1 && point <= 99 &&
            trial.expect(known != list.end(), reply, fmt::format("track {} in format 0", point),
                         "listed", "not listed"))
            trial.equal(reply, fmt::format("start of track {}", point), known->start,
                        from_msf(reply, at + 8));
    }
    trial.equal(reply, "byte 3, last complete session", session, reply.byte(3));
    if (!list.empty())
        trial.equal(reply, "point A2 of the last session, and the lead-out of format 0",
                    list.back().start, last_lead_out);
}

void full_toc_order(Trial& trial) {
    const auto reply = trial.get(read_toc(2), room);
    if (!trial.good(reply))
        return;
    unsigned session = 0;
    unsigned rank = 0;
    for (std::size_t at = 4; at + 11 <= reply.size(); at += 11) {
        if (reply.byte(at) != session)
            rank = 0;
        session = reply.byte(at);
        const unsigned point = reply.byte(at + 3);
        const unsigned adr = reply.byte(at + 1) >> 4;
        // A0, A1, A2, then tracks, then what is in mode 5.
        const unsigned now = adr == 5 ? 0x200 : point >= 0xA0 ? point - 0x9F : 0x100 + point;
        trial.expect(now >= rank, reply, fmt::format("order of the points in session {}", session),
                     "A0, A1, A2, tracks, B0, C0", fmt::format("point {:02X}h too late", point));
        rank = now;
        for (std::size_t i = 4; i < 11; ++i) // binary, so no value of 100 or more but FFh
            if (adr == 1 && point <= 99 && i != 7)
                trial.at_most(reply, "a minute, second or frame, binary", 99, reply.byte(at + i));
    }
}

void full_toc_from_session(Trial& trial) {
    const auto whole = trial.get(read_toc(2), room);
    if (!trial.good(whole))
        return;
    const auto last = whole.byte(3);
    const auto reply = trial.get(read_toc(2, false, last), room);
    if (trial.good(reply))
        for (std::size_t at = 4; at + 11 <= reply.size(); at += 11)
            trial.equal(reply, "session of a descriptor when the last one is asked for", last,
                        reply.byte(at));
}

void cd_formats_on_dvd(Trial& trial) {
    for (const auto format : Values{2, 3, 4}) {
        const auto reply = trial.get(read_toc(format), room);
        if (reply.ok())
            trial.at_most(reply, fmt::format("format {} on a DVD or BD: data length", format), 2,
                          reply.word(0));
        else
            trial.refused(reply, {"5/24/00", "5/30/xx", "5/64/00"});
    }
}

void atip(Trial& trial) {
    const auto reply = trial.get(read_toc(4), room);
    if (!trial.good(reply))
        return;
    length_is_right(trial, reply);
    trial.at_least(reply, "bytes 0-1, data length", 0x0E, reply.word(0));
    trial.equal(reply, "byte 4 bit 7 is 1", 1, reply.byte(4) >> 7);
    trial.equal(reply, "byte 5 bit 7 is 0", 0, reply.byte(5) >> 7);
    trial.equal(reply, "byte 6 bit 7 is 1", 1, reply.byte(6) >> 7);
    trial.equal(reply, "byte 6 bit 6, CD-RW", trial.mounted().is(mmc::Profile::cd_rw) ? 1 : 0,
                reply.byte(6) >> 6 & 1);
    trial.at_least(reply, "byte 8, minute of the lead-in start", 90, reply.byte(8));
    for (const std::size_t at : {std::size_t{8}, std::size_t{12}})
        trial.expect(
            reply.byte(at) < 100 && reply.byte(at + 1) < 60 && reply.byte(at + 2) < 75, reply,
            fmt::format("bytes {}-{} are a binary MSF", at, at + 2), "99:59:74 at most",
            fmt::format("{}:{}:{}", reply.byte(at), reply.byte(at + 1), reply.byte(at + 2)));
}

void atip_and_disc_information(Trial& trial) {
    const auto reply = trial.get(read_toc(4), room);
    const auto disc = trial.get(read_disc_information(), room);
    if (!trial.good(reply) || !trial.good(disc))
        return;
    const auto part = [](const Reply& from, std::size_t at) {
        return std::span(from.data).subspan(std::min(at, from.size()),
                                            std::min<std::size_t>(3, from.size() - at));
    };
    if (reply.size() < 16 || disc.size() < 24)
        return;
    trial.same(disc, "lead-in start of READ DISC INFORMATION and of the ATIP", part(reply, 8),
               part(disc, 17));
    trial.same(disc, "last lead-out start of READ DISC INFORMATION and of the ATIP",
               part(reply, 12), part(disc, 21));
    trial.equal(disc, "byte 7 bit 5, unrestricted use, and ATIP byte 5 bit 6",
                reply.byte(5) >> 6 & 1, disc.byte(7) >> 5 & 1);
}

void tracks(Trial& trial) {
    const auto toc = trial.get(read_toc(0), room);
    if (!trial.good(toc))
        return;
    const auto list = entries(toc);
    for (std::size_t i = 0; i + 1 < list.size(); ++i) {
        const auto track = trial.get(read_track_information(1, list[i].number), 256);
        if (!trial.good(track, "READ TRACK INFORMATION knows every track of the TOC"))
            continue;
        trial.equal(track, fmt::format("start of track {} and in the TOC", list[i].number),
                    list[i].start, track.address(8));
        if (trial.mounted().cd())
            trial.equal(track, fmt::format("control of track {} and in the TOC", list[i].number),
                        list[i].control, track.byte(5) & 15);
        // On a DVD the lead-out may stand behind what was written and the size count the padding.
        if (trial.mounted().cd() || list[i + 1].number != lead_out)
            trial.at_most(track, fmt::format("end of track {} and the next start", list[i].number),
                          list[i + 1].start, std::int64_t{track.address(8)} + track.quad(24));
    }
}

void capacity(Trial& trial) {
    const auto toc = trial.get(read_toc(0, false, lead_out), room);
    const auto size = trial.get(read_capacity(), 8);
    if (!trial.good(toc) || !trial.good(size))
        return;
    const auto end = toc.address(8);
    const auto blocks = std::int64_t{size.quad(0)} + 1;
    if (!trial.mounted().cd()) {
        if (blocks != end)
            trial.note(fmt::format("lead-out at {}, capacity {} blocks", end, blocks));
        return;
    }
    trial.expect(blocks == end || blocks == end - 2, size,
                 "READ CAPACITY and the lead-out (drives may leave out two run-out blocks)",
                 fmt::format("{} or {} blocks", end, end - 2), fmt::format("{} blocks", blocks));
}

void last_session(Trial& trial) {
    const auto toc = trial.get(read_toc(1), room);
    const auto disc = trial.get(read_disc_information(), room);
    if (!trial.good(toc) || !trial.good(disc))
        return;
    const auto sessions_on_disc = disc.byte(4) + disc.byte(9) * 256U;
    const bool last_complete = (disc.byte(2) >> 2 & 3) == 3;
    trial.equal(disc, "sessions, the empty or incomplete one counted, and READ TOC format 1",
                toc.byte(3) + (last_complete ? 0U : 1U), sessions_on_disc);
}

} // namespace

std::vector<Check> toc_checks() {
    constexpr auto name = "READ TOC/PMA/ATIP";
    constexpr auto command = "MMC-3 5.23";
    const Needs recorded{Inside::medium, DiscState::recorded};
    const Needs recorded_cd{Inside::cd, DiscState::recorded};
    const Needs recordable_cd{
        Inside::cd, DiscState::any, Touch::nothing, {mmc::Profile::cd_r, mmc::Profile::cd_rw}};
    Needs blank_cd = recordable_cd;
    blank_cd.state = DiscState::blank;
    return {
        {"read-toc/formatted", name, command, recorded, formatted},
        {"read-toc/msf", name, command, recorded_cd, msf_and_lba},
        {"read-toc/starting-track", name, command, recorded, starting_track},
        {"read-toc/sessions", name, command, recorded, sessions},
        {"read-toc/blank", name, command, {Inside::medium, DiscState::blank}, blank_has_none},
        {"read-toc/reserved-formats", name, command, {Inside::medium}, reserved_formats},
        {"read-toc/full", name, command, recorded_cd, full_toc},
        {"read-toc/full-order", name, command, recorded_cd, full_toc_order},
        {"read-toc/full-from-session", name, command, recorded_cd, full_toc_from_session},
        {"read-toc/cd-formats-on-dvd", name, command, {Inside::not_cd}, cd_formats_on_dvd},
        {"read-toc/atip", name, "MMC-3 5.23, format 0100b", recordable_cd, atip},
        {"read-toc/atip-disc-information", name, "MMC-3 5.23; MMC-5", blank_cd,
         atip_and_disc_information},
        {"read-toc/track-information", name, "MMC-5", recorded, tracks},
        {"read-toc/capacity", name, "MMC-5", recorded, capacity},
        {"read-toc/last-session", name, "MMC-5", recorded, last_session},
    };
}

} // namespace burnrig::harness::conformance
