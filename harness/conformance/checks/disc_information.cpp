// SPDX-License-Identifier: Apache-2.0
// READ DISC INFORMATION, READ TRACK INFORMATION, READ FORMAT CAPACITIES, READ CAPACITY (MMC-5):
// each by itself, and that they tell the same of the disc.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/recording.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::size_t room = 4096;

void disc_form(Trial& trial) {
    const auto reply = trial.get(read_disc_information(), room);
    if (!trial.good(reply) ||
        !trial.at_least(reply, "length of the reply", 34, static_cast<std::int64_t>(reply.size())))
        return;
    trial.equal(reply, "bytes 0-1, length: 32 and 8 for each OPC table", 32 + 8 * reply.byte(33),
                reply.word(0));
    trial.equal(reply, "bytes that came", reply.word(0) + 2,
                static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "byte 2 bits 7-5, data type", 0, reply.byte(2) >> 5);
    trial.equal(reply, "byte 3, first track on the disc", 1, reply.byte(3));
}

void disc_numbers(Trial& trial) {
    const auto disc = disc_information(trial);
    trial.at_least(disc.reply, "number of sessions", 1, disc.sessions);
    trial.at_least(disc.reply, "first track of the last session", 1, disc.first_track);
    trial.at_least(disc.reply, "last track against the first one of the last session",
                   disc.first_track, disc.last_track);
    if (disc.status == 0) {
        trial.equal(disc.reply, "blank: number of sessions", 1, disc.sessions);
        trial.equal(disc.reply, "blank: state of the last session", 0, disc.session_state);
    }
    if (disc.status == 2)
        trial.expect(disc.session_state != 0, disc.reply, "complete: state of the last session",
                     "not empty", "empty");
}

void disc_erasable(Trial& trial) {
    const auto disc = disc_information(trial);
    using mmc::Profile;
    constexpr std::array once{Profile::cd_r,        Profile::dvd_minus_r,   Profile::dvd_minus_r_dl,
                              Profile::dvd_plus_r,  Profile::dvd_plus_r_dl, Profile::bd_r,
                              Profile::dvd_download};
    constexpr std::array rewritable{
        Profile::cd_rw,           Profile::dvd_minus_rw, Profile::dvd_minus_rw_overwrite,
        Profile::dvd_minus_rw_dl, Profile::dvd_plus_rw,  Profile::dvd_plus_rw_dl};
    const auto is = [&](Profile profile) { return trial.mounted().is(profile); };
    if (std::any_of(once.begin(), once.end(), is))
        trial.expect(!disc.erasable, disc.reply, "byte 2 bit 4, erasable, of a write-once disc",
                     "0", "1");
    else if (std::any_of(rewritable.begin(), rewritable.end(), is))
        trial.expect(disc.erasable, disc.reply, "byte 2 bit 4, erasable, of a rewritable disc", "1",
                     "0");
}

void disc_types(Trial& trial) {
    for (std::uint8_t type = 3; type < 8; ++type)
        trial.refused(trial.get(read_disc_information(type), room), {"5/24/00"},
                      fmt::format("data type {} is reserved", type));
    const auto resources = trial.get(read_disc_information(1), room);
    if (!resources.ok()) {
        trial.refused(resources, {"5/24/00"}, "track resources, if the drive has none");
    } else {
        trial.equal(resources, "track resources: bytes 0-1, length", 10, resources.word(0));
        trial.equal(resources, "track resources: byte 2 bits 7-5, data type", 1,
                    resources.byte(2) >> 5);
    }
    const auto overwrite = trial.get(read_disc_information(2), room);
    if (!trial.mounted().current(0x0038))
        trial.refused(overwrite, {"5/24/00"},
                      "pseudo-overwrite resources without pseudo-overwrite");
    else if (trial.good(overwrite))
        trial.equal(overwrite, "pseudo-overwrite resources: bytes 0-1, length", 14,
                    overwrite.word(0));
}

void complete_disc(Trial& trial) {
    const auto disc = disc_information(trial);
    if (disc.status != 2 || disc.erasable || !trial.mounted().cd())
        return trial.skip("needs a complete CD-R");
    for (const std::size_t at : {std::size_t{17}, std::size_t{21}})
        trial.same(disc.reply, fmt::format("bytes {}-{} of a complete disc", at, at + 2),
                   Bytes{0xFF, 0xFF, 0xFF}, disc.reply.part(at, 3));
}

// Each track from the first to the last.
std::vector<Track> tracks(Trial& trial) {
    const auto disc = disc_information(trial);
    std::vector<Track> found;
    for (unsigned number = 1; number <= std::min(disc.last_track, 99U); ++number) {
        found.push_back(track_information(trial, number));
        if (!trial.good(found.back().reply, fmt::format("track {} is known", number)))
            found.pop_back();
    }
    return found;
}

void track_form(Trial& trial) {
    for (const auto& track : tracks(trial)) {
        const auto& reply = track.reply;
        trial.at_least(reply, "bytes 0-1, length", 0x1A, reply.word(0));
        trial.equal(reply, "bytes that came", reply.word(0) + 2,
                    static_cast<std::int64_t>(reply.size()));
        trial.equal(reply, "number of the track that was asked for", reply.cdb[5], track.number);
        trial.at_least(reply, "session of the track", 1, track.session);
    }
}

void track_order(Trial& trial) {
    std::int64_t end = 0;
    unsigned session = 1;
    for (const auto& track : tracks(trial)) {
        trial.at_least(track.reply, fmt::format("start of track {}", track.number), end,
                       track.start);
        trial.at_least(track.reply, fmt::format("session of track {}", track.number), session,
                       track.session);
        end = track.start + track.size;
        session = track.session;
    }
}

void track_writable(Trial& trial) {
    for (const auto& track : tracks(trial)) {
        if (track.writable) {
            trial.expect(track.next >= track.start - 150 && track.next <= track.start + track.size,
                         track.reply,
                         fmt::format("next writable address of track {}", track.number),
                         fmt::format("{} to {}", track.start, track.start + track.size),
                         fmt::format("{}", track.next));
            trial.at_most(track.reply, fmt::format("free blocks of track {}", track.number),
                          track.size + 150, track.free);
        }
        if (track.last_recorded_valid)
            trial.at_most(track.reply,
                          fmt::format("last recorded address of track {}", track.number),
                          track.start + track.size - 1, track.last_recorded);
        if (track.blank && track.last_recorded_valid)
            trial.note(
                fmt::format("track {} is blank and has a last recorded address", track.number));
    }
}

void track_by_address(Trial& trial) {
    for (const auto& track : tracks(trial)) {
        if (track.size == 0)
            continue;
        for (const auto lba :
             {track.start, track.start + track.size / 2, track.start + track.size - 1}) {
            const auto found = track_information(trial, static_cast<std::uint32_t>(lba), 0);
            if (trial.good(found.reply, fmt::format("block {} lies in a track", lba)))
                trial.equal(found.reply, fmt::format("track of block {}", lba), track.number,
                            found.number);
        }
    }
}

void track_by_session(Trial& trial) {
    const auto all = tracks(trial);
    for (const auto& track : all) {
        const auto first = std::find_if(all.begin(), all.end(), [&](const Track& each) {
            return each.session == track.session;
        });
        const auto found = track_information(trial, track.session, 2);
        if (trial.good(found.reply, fmt::format("session {} is known", track.session)))
            trial.equal(found.reply, fmt::format("first track of session {}", track.session),
                        first->number, found.number);
    }
}

void track_refused(Trial& trial) {
    const auto disc = disc_information(trial);
    trial.refused(trial.get(read_track_information(3, 1), 64), {"5/24/00"},
                  "address type 11b is reserved");
    for (const std::uint32_t number : {disc.last_track + 1, 0x7FFFFFFFU})
        if (number != 0xFF)
            trial.refused(trial.get(read_track_information(1, number), 64), {"5/24/00"},
                          fmt::format("there is no track {}", number));
    trial.refused(trial.get(read_track_information(2, disc.sessions + 1), 64), {"5/24/00"},
                  fmt::format("there is no session {}", disc.sessions + 1));
    trial.refused(trial.get(read_track_information(0, 0x7FFFFFF0), 64), {"5/24/00", "5/21/00"},
                  "no disc is that large");
}

void invisible_track(Trial& trial) {
    using mmc::Profile;
    const auto reply = trial.get(read_track_information(1, 0xFF), 64);
    const auto& mounted = trial.mounted();
    const bool knows = mounted.is(Profile::cd_r) || mounted.is(Profile::cd_rw) ||
                       mounted.is(Profile::dvd_plus_r) || mounted.is(Profile::dvd_plus_r_dl);
    if (!knows || mounted.status == 2 || mounted.status == 3) {
        if (reply.ok())
            trial.note("track FFh answers, which only CD and DVD+R promise");
        else
            trial.refused(reply, {"5/24/00"}, "track FFh");
        return;
    }
    if (!trial.good(reply, "track FFh: the invisible or incomplete one"))
        return;
    const auto disc = disc_information(trial);
    trial.equal(reply, "number of track FFh and the last track of READ DISC INFORMATION",
                disc.last_track, reply.byte(2));
}

// --- sizes ---------------------------------------------------------------------------------------

void capacity_form(Trial& trial) {
    const auto reply = trial.get(read_capacity(), 64);
    if (!reply.ok() && trial.mounted().blank()) {
        trial.refused(reply, {"5/30/xx", "3/xx/xx", "2/30/xx", "5/24/00"}, "a blank disc");
        return;
    }
    if (!trial.good(reply))
        return;
    trial.equal(reply, "length of the reply", 8, static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "bytes 4-7, block length", 2048, reply.quad(4));
    trial.refused(trial.get({0x25, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 8), {"5/24/00"},
                  "PMI is not supported");
}

void format_form(Trial& trial) {
    const auto reply = trial.get(read_format_capacities(), room);
    if (!trial.good(reply))
        return;
    trial.equal(reply, "byte 3, capacity list length", static_cast<std::int64_t>(reply.size()) - 4,
                reply.byte(3));
    trial.equal(reply, "byte 3 modulo 8", 0, reply.byte(3) % 8);
    trial.at_least(reply, "byte 3: the current/maximum descriptor at least", 8, reply.byte(3));
    trial.equal(reply, "bytes 0-2, reserved", 0, reply.quad(0) >> 8);
    const auto type = reply.byte(8) & 3;
    trial.expect(type != 0, reply, "byte 8 bits 1-0, descriptor type", "1, 2 or 3", "0");
    if (!trial.mounted().ready)
        trial.equal(reply, "descriptor type without a disc", 3, type);
    trial.equal(reply, "bytes 9-11, block length", 2048, reply.quad(8) & 0xFFFFFF);
}

// Which format types belong to which medium.
bool allowed_on(const Mounted& mounted, unsigned type) {
    using mmc::Profile;
    struct Row {
        Profile profile;
        std::array<std::uint8_t, 8> types;
    };
    constexpr std::uint8_t no = 0xFF;
    constexpr std::array rows{
        Row{Profile::cd_rw, {0x00, 0x10, 0x11, 0x12, 0x24, no, no, no}},
        Row{Profile::dvd_minus_rw, {0x00, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, no}},
        Row{Profile::dvd_minus_rw_overwrite, {0x00, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, no}},
        Row{Profile::dvd_minus_rw_dl, {0x00, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, no}},
        Row{Profile::dvd_plus_rw, {0x00, 0x26, no, no, no, no, no, no}},
        Row{Profile::dvd_plus_rw_dl, {0x00, 0x26, no, no, no, no, no, no}},
        Row{Profile::dvd_ram, {0x00, 0x01, no, no, no, no, no, no}},
        Row{Profile::bd_r, {0x00, 0x32, no, no, no, no, no, no}},
        Row{Profile::bd_r_random, {0x00, 0x32, no, no, no, no, no, no}},
        Row{Profile::bd_re, {0x00, 0x01, 0x30, 0x31, no, no, no, no}},
    };
    for (const auto& row : rows)
        if (mounted.is(row.profile))
            return std::find(row.types.begin(), row.types.end(), type) != row.types.end();
    return false;
}

void format_types(Trial& trial) {
    const auto reply = trial.get(read_format_capacities(), room);
    if (!trial.good(reply))
        return;
    for (std::size_t at = 12; at + 8 <= reply.size(); at += 8) {
        const unsigned type = reply.byte(at + 4) >> 2;
        trial.expect(allowed_on(trial.mounted(), type), reply, "a format type that is offered",
                     "one of this medium", fmt::format("{:02X}h", type));
    }
    if (!trial.mounted().feature(0x0023) || !trial.mounted().current(0x0023))
        trial.equal(reply, "formats offered without feature 0023h current", 8, reply.byte(3));
}

void format_and_disc(Trial& trial) {
    const auto reply = trial.get(read_format_capacities(), room);
    const auto disc = disc_information(trial);
    if (!trial.good(reply))
        return;
    const unsigned type = reply.byte(8) & 3;
    if (disc.status == 0 && !trial.mounted().is(mmc::Profile::bd_re))
        trial.equal(reply, "descriptor type of a blank disc: unformatted or blank", 1, type);
    const auto size = trial.get(read_capacity(), 8);
    if (type == 2 && size.ok() && trial.mounted().current(0x0020))
        trial.equal(size, "READ CAPACITY and the formatted capacity", reply.quad(4) - 1,
                    size.quad(0));
}

void random_writable_and_capacity(Trial& trial) {
    const auto* feature = trial.mounted().feature(0x0020);
    const auto size = trial.get(read_capacity(), 8);
    if (!feature || !feature->current || !size.ok())
        return trial.skip("needs a randomly writable disc");
    trial.equal(size, "READ CAPACITY and the last block of feature 0020h", feature->quad(4),
                size.quad(0));
}

} // namespace

std::vector<Check> disc_information_checks() {
    constexpr auto disc = "READ DISC INFORMATION";
    constexpr auto track = "READ TRACK INFORMATION";
    constexpr auto formats = "READ FORMAT CAPACITIES";
    const Needs medium{Inside::medium};
    return {
        {"read-disc-information/form", disc, "MMC-5", medium, disc_form},
        {"read-disc-information/numbers", disc, "MMC-5", medium, disc_numbers},
        {"read-disc-information/erasable", disc, "MMC-5", medium, disc_erasable},
        {"read-disc-information/data-types", disc, "MMC-5", medium, disc_types},
        {"read-disc-information/complete", disc, "MMC-5", medium, complete_disc},
        {"read-track-information/form", track, "MMC-5", medium, track_form},
        {"read-track-information/order", track, "MMC-5", medium, track_order},
        {"read-track-information/writable", track, "MMC-5", medium, track_writable},
        {"read-track-information/by-address", track, "MMC-5", medium, track_by_address},
        {"read-track-information/by-session", track, "MMC-5", medium, track_by_session},
        {"read-track-information/refused", track, "MMC-5", medium, track_refused},
        {"read-track-information/invisible", track, "MMC-5", medium, invisible_track},
        {"read-capacity/form", "READ CAPACITY", "MMC-5", medium, capacity_form},
        {"read-format-capacities/form", formats, "MMC-5", {}, format_form},
        {"read-format-capacities/types", formats, "MMC-5", medium, format_types},
        {"read-format-capacities/disc", formats, "MMC-5", medium, format_and_disc},
        {"read-capacity/random-writable", "READ CAPACITY", "MMC-5", medium,
         random_writable_and_capacity},
    };
}

} // namespace burnrig::harness::conformance
