// SPDX-License-Identifier: Apache-2.0
// Discs that are written in order, from blank to complete: DVD-R and DVD-RW (incremental, disc at
// once), DVD+R, BD-R (MMC-5).
//
//     blank -> write at the next writable address -> sync -> close track -> close session
//           -> appendable -> write -> sync -> close -> finalize -> complete
#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/recording.h"

namespace burnrig::harness::conformance {
namespace {

using mmc::Profile;

/// What differs between the families.
struct Family {
    std::uint32_t unit = 16;     ///< blocks that are written together: ECC block or cluster
    bool obeys_page_05 = false;  ///< multi-session bits decide whether a disc stays appendable
    std::uint8_t blank_type = 0; ///< BLANK that brings back incremental writing
    std::int64_t gap = -1;       ///< from the end of a session to the next track; -1: any
    CloseFunction finalize = conformance::finalize;
};

constexpr Family dvd_minus{.unit = 16, .obeys_page_05 = true, .finalize = close_session};
constexpr Family dvd_plus{.unit = 16, .gap = 2048};
constexpr Family bd_r{.unit = 32};

bool set_incremental(Trial& trial, const Family& family, std::uint8_t multi_session) {
    if (!family.obeys_page_05)
        return true;
    return trial.good(set_write_parameters(trial, {.write_type = 0,
                                                   .multi_session = multi_session,
                                                   .track_mode = 5,
                                                   .fixed_packets = true,
                                                   .packet_size = 16,
                                                   .link_size = 16}),
                      "MODE SELECT of incremental writing");
}

bool starts_blank(Trial& trial, const Family& family) {
    if (!prepare_blank(trial, family.blank_type))
        return false;
    expect_disc(trial, "blank disc",
                {.status = 0, .session_state = 0, .sessions = 1, .last_track = 1});
    const auto track = open_track(trial);
    trial.expect(track.blank && track.writable, track.reply, "track 1 of a blank disc",
                 "Blank and NWA_V set",
                 fmt::format("Blank {}, NWA_V {}", track.blank, track.writable));
    trial.equal(track.reply, "start of track 1 of a blank disc", 0, track.start);
    trial.equal(track.reply, "next writable address of a blank disc", 0, track.next);
    trial.at_least(track.reply, "free blocks of a blank disc", 100000, track.free);
    return true;
}

// Some units at the next writable address; where they begin.
std::int64_t record(Trial& trial, const Family& family, std::uint32_t units) {
    const auto open = open_track(trial);
    const auto first = open.next;
    const auto blocks = units * family.unit;
    if (!trial.good(write(trial, first, blocks, family.unit), "the track is written"))
        return first;
    const auto middle = open_track(trial);
    if (middle.writable)
        trial.equal(middle.reply, "next writable address counts what was taken", first + blocks,
                    middle.next);
    synchronize(trial);
    const auto done = track_information(trial, open.number);
    if (!trial.good(done.reply, "the track is known after SYNCHRONIZE CACHE"))
        return first;
    trial.equal(done.reply, "start of the track", open.start, done.start);
    trial.expect(!done.damaged, done.reply, "Damage bit of a good track", "0", "1");
    if (done.last_recorded_valid)
        trial.at_least(done.reply, "last recorded address", first + blocks - 1, done.last_recorded);
    return first;
}

void close_open_track(Trial& trial) {
    const auto track = open_track(trial);
    const auto wrong = close(trial, close_track, 77);
    trial.refused(wrong, {"5/24/00", "5/21/xx", "5/72/xx", "5/2C/00"},
                  "CLOSE TRACK of a track that is not there");
    trial.good(close(trial, close_track, track.number), "CLOSE TRACK");
}

void refused_when_complete(Trial& trial, std::int64_t lba, const Family& family) {
    trial.refused(write_once(trial, lba, family.unit),
                  {"5/30/05", "5/30/04", "5/30/00", "7/27/xx", "5/21/02", "5/21/00", "5/63/00",
                   "5/64/00", "5/2C/00"},
                  "WRITE on a complete disc");
}

void finish(Trial& trial, const Family& family, unsigned sessions) {
    if (!set_incremental(trial, family, 0))
        return;
    const auto first = record(trial, family, 4);
    close_open_track(trial);
    trial.good(close(trial, family.finalize), "the disc is finalized");
    trial.settle();
    expect_disc(trial, "finalized", {.status = 2, .session_state = 3, .sessions = sessions});
    read_back(trial, first, 4 * family.unit);
    refused_when_complete(trial, first + 1000 * family.unit, family);
}

// Two sessions, then no more.
void sessions(Trial& trial, const Family& family) {
    if (!starts_blank(trial, family) || !set_incremental(trial, family, 3))
        return;
    expect_write_refused(trial, "WRITE elsewhere than at the next writable address",
                         100 * family.unit, {"5/21/02"}, family.unit);
    const auto first = record(trial, family, 10);
    expect_write_refused(trial, "WRITE at an address that was written already", first,
                         {"5/21/02", "5/2C/00"}, family.unit);
    expect_disc(trial, "one track, session open", {.status = 1, .session_state = 1, .sessions = 1});
    close_open_track(trial);
    trial.good(close(trial, close_session), "CLOSE SESSION");
    trial.settle();
    expect_disc(trial, "first session closed",
                {.status = 1, .session_state = 0, .sessions = 2, .last_track = 2});
    read_back(trial, first, 10 * family.unit);
    const auto closed = track_information(trial, 1);
    const auto next = open_track(trial);
    trial.at_least(next.reply, "start of the next session's track", closed.start + closed.size,
                   next.start);
    if (family.gap >= 0)
        trial.equal(next.reply, "blocks between the sessions", family.gap,
                    next.start - closed.start - closed.size);
    trial.equal(next.reply, "next writable address of a new track is its start", next.start,
                next.next);
    finish(trial, family, 2);
}

// One session and no more: what dual-layer DVD-R has in practice.
void one_session(Trial& trial, const Family& family) {
    if (starts_blank(trial, family))
        finish(trial, family, 1);
}

void reserved_functions(Trial& trial) {
    trial.refused(trial.send({0x5B, 1, 7, 0, 0, 0, 0, 0, 0, 0}), {"5/24/00", "5/30/05"},
                  "close function 111b is reserved");
}

Reply reserve(Trial& trial, std::uint32_t blocks) {
    Bytes cdb{0x53, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put32(&cdb[5], blocks);
    return trial.send(cdb);
}

void reservation(Trial& trial, const Family& family) {
    if (!starts_blank(trial, family) || !set_incremental(trial, family, 3))
        return;
    const auto all = open_track(trial);
    trial.refused(reserve(trial, 0x7FFFFFF0), {"5/63/00", "5/24/00", "5/72/05", "5/21/00"},
                  "RESERVE TRACK of more than there is");
    const std::uint32_t size = 40 * family.unit;
    if (!trial.good(reserve(trial, size), "RESERVE TRACK"))
        return;
    const auto track = track_information(trial, 1);
    trial.equal(track.reply, "size of the reserved track", size, track.size);
    trial.equal(track.reply, "free blocks of the reserved track", size, track.free);
    const auto rest = track_information(trial, 2);
    if (trial.good(rest.reply, "what is left is the next track"))
        trial.expect(rest.start >= size && rest.free < all.free, rest.reply,
                     "the next track begins behind the reserved one and has what is left",
                     fmt::format("start from {}, free under {}", size, all.free),
                     fmt::format("start {}, free {}", rest.start, rest.free));
    trial.good(write(trial, 0, 2 * family.unit, family.unit), "WRITE in the reserved track");
    trial.refused(write_once(trial, size - family.unit, 2 * family.unit),
                  {"5/21/02", "5/63/00", "5/64/00", "5/21/00"}, "WRITE past the reserved track");
    synchronize(trial);
    trial.good(close(trial, close_track, 1), "CLOSE TRACK of the reserved track");
    const auto closed = track_information(trial, 1);
    trial.equal(closed.reply, "the closed track keeps its size", size, closed.size);
    trial.equal(closed.reply, "free blocks of the closed track", 0, closed.free);
    read_back(trial, 0, 2 * family.unit);
}

void disc_at_once(Trial& trial) {
    if (!starts_blank(trial, dvd_minus))
        return;
    if (!trial.good(set_write_parameters(trial, {.write_type = 2, .track_mode = 5}),
                    "MODE SELECT of disc at once"))
        return;
    constexpr std::uint32_t size = 40 * 16;
    if (!trial.good(reserve(trial, size), "RESERVE TRACK of the whole recording"))
        return;
    trial.refused(write_once(trial, 160, 16), {"5/21/02"}, "WRITE that does not begin at 0");
    if (!trial.good(write(trial, 0, size), "the disc is written"))
        return;
    trial.refused(write_once(trial, size, 16),
                  {"5/21/02", "5/63/00", "5/30/05", "5/2C/00", "5/64/00", "5/21/00", "7/27/xx"},
                  "WRITE past the reserved size");
    synchronize(trial);
    trial.settle();
    expect_disc(trial, "disc at once", {.status = 2, .session_state = 3, .sessions = 1});
    read_back(trial, 0, size);
}

void quick_blanking(Trial& trial) {
    if (!prepare_blank(trial, 0))
        return;
    set_incremental(trial, dvd_minus, 3);
    record(trial, dvd_minus, 4);
    trial.refused(trial.send(twelve(0xA1, 0, 0, 0x17)), {"5/24/00"}, "BLANK type 7 is reserved");
    const auto reply = trial.send(twelve(0xA1, 0, 0, 0x11));
    if (!trial.good(reply, "BLANK type 1 with IMMED"))
        return;
    expect_busy_manners(trial);
    trial.refused(trial.get_once(ten(0x28, 0, 1), 2048),
                  {"2/04/xx", "5/2C/00", "6/xx/xx", "5/21/00"}, "READ while the disc is blanked");
    trial.expect(trial.wait_until_done(), reply, "BLANK ends", "ready", "not for 4 hours");
    trial.settle();
    expect_disc(trial, "after a minimal BLANK", {.status = 0, .sessions = 1, .last_track = 1});
    trial.look();
    if (trial.mounted().current(0x0021)) {
        trial.note("feature 0021h is still current after a minimal BLANK");
        return;
    }
    if (set_incremental(trial, dvd_minus, 3))
        trial.refused(write_once(trial, 0, 16), {"5/64/00"},
                      "incremental WRITE after a minimal BLANK");
}

void blank_write_once(Trial& trial) {
    trial.refused(trial.send(twelve(0xA1, 0, 0, 0x11)),
                  {"5/30/xx", "5/64/00", "5/24/00", "5/20/00"}, "BLANK of a write-once disc");
}

// --- BD-R with a format --------------------------------------------------------------------------

constexpr std::uint8_t with_spares = 0x32;

std::uint32_t offered_blocks(Trial& trial, std::uint8_t type) {
    const auto reply = trial.get(read_format_capacities(), 4096);
    for (std::size_t at = 12; at + 8 <= reply.size(); at += 8)
        if (reply.byte(at + 4) >> 2 == type)
            return reply.quad(at);
    return 0;
}

void bd_r_spares(Trial& trial) {
    const auto blocks = offered_blocks(trial, with_spares);
    if (!trial.mounted().blank() || blocks == 0)
        return trial.skip("needs a blank BD-R on which format 32h is offered");
    trial.refused(format_unit(trial, 0x26, blocks, 0), {"5/26/xx", "5/30/06"},
                  "FORMAT UNIT of a type that is for other media");
    constexpr std::uint8_t without_overwrite = 1;
    if (!trial.good(format_unit(trial, with_spares, blocks, 0, without_overwrite),
                    "FORMAT UNIT 32h, SRM without pseudo-overwrite"))
        return;
    trial.settle();
    const auto track = open_track(trial);
    trial.equal(track.reply, "free blocks after formatting", blocks, track.free);
    trial.refused(format_unit(trial, with_spares, blocks, 0, without_overwrite), {"5/xx/xx"},
                  "a second FORMAT UNIT");
    const auto first = record(trial, bd_r, 4);
    read_back(trial, first, 4 * bd_r.unit);
}

void bd_r_pseudo_overwrite(Trial& trial) {
    const auto blocks = offered_blocks(trial, 0x00);
    if (!trial.mounted().blank() || blocks == 0 || !trial.mounted().feature(0x0038))
        return trial.skip("needs a blank BD-R and a drive with pseudo-overwrite");
    if (!trial.good(format_unit(trial, 0x00, blocks, 0x3000), "FORMAT UNIT 00h, SRM+POW"))
        return;
    trial.settle();
    trial.look();
    trial.expect(trial.mounted().current(0x0038), open_track(trial).reply,
                 "feature 0038h after formatting", "current", "not current");
    const auto first = record(trial, bd_r, 4);
    const auto before = trial.get(read_disc_information(2), 64);
    const auto other = pattern(first + 5000, bd_r.unit);
    if (!trial.good(trial.send(ten(0x2A, first, bd_r.unit), other), "WRITE over what is written"))
        return;
    synchronize(trial);
    const auto after = trial.get(read_disc_information(2), 64);
    if (trial.good(before) && trial.good(after))
        trial.expect(after.quad(4) < before.quad(4), after, "remaining replacements",
                     fmt::format("under {}", before.quad(4)), fmt::format("{}", after.quad(4)));
    const auto read = trial.get(ten(0x28, first, bd_r.unit), bd_r.unit * 2048);
    if (trial.good(read))
        trial.same(read, "content after the overwrite", other, read.data);
    read_back(trial, first + bd_r.unit, bd_r.unit);
}

} // namespace

std::vector<Check> sequential_life_cycle_checks() {
    const auto needs = [](std::vector<Profile> profiles) {
        return Needs{Inside::not_cd, DiscState::any, Touch::disc, std::move(profiles)};
    };
    const Needs minus = needs({Profile::dvd_minus_r, Profile::dvd_minus_rw, Profile::dvd_download});
    const Needs plus = needs({Profile::dvd_plus_r, Profile::dvd_plus_r_dl});
    const Needs bd = needs({Profile::bd_r});
    const Needs once = needs({Profile::dvd_minus_r, Profile::dvd_minus_r_dl, Profile::dvd_plus_r,
                              Profile::dvd_plus_r_dl, Profile::bd_r, Profile::dvd_download});
    const Needs rewritable = needs({Profile::dvd_minus_rw, Profile::dvd_minus_rw_dl});
    const Needs dual = needs({Profile::dvd_minus_r_dl, Profile::dvd_minus_rw_dl});
    const auto with = [](void (*check)(Trial&, const Family&), const Family& family) {
        return [check, &family](Trial& trial) { check(trial, family); };
    };
    return {
        {"dvd/blank-write-once", "BLANK", "MMC-5", once, blank_write_once},
        {"dvd/close-function", "CLOSE TRACK/SESSION", "MMC-5", once, reserved_functions},
        {"dvd-r/reservation", "RESERVE TRACK", "MMC-5", minus, with(reservation, dvd_minus)},
        {"dvd-rw/quick-blanking", "BLANK", "MMC-5; DVD-RW", rewritable, quick_blanking},
        {"dvd-r/disc-at-once", "WRITE(10)", "MMC-5", minus, disc_at_once},
        {"dvd-r/incremental", "WRITE(10)", "MMC-5", minus, with(sessions, dvd_minus)},
        {"dvd-r-dl/one-session", "WRITE(10)", "MMC-5", dual, with(one_session, dvd_minus)},
        {"dvd+r/reservation", "RESERVE TRACK", "MMC-5", plus, with(reservation, dvd_plus)},
        {"dvd+r/sessions", "WRITE(10)", "MMC-5", plus, with(sessions, dvd_plus)},
        {"bd-r/spares", "FORMAT UNIT", "MMC-5, type 32h", bd, bd_r_spares},
        {"bd-r/pseudo-overwrite", "FORMAT UNIT", "MMC-5, feature 0038h", bd, bd_r_pseudo_overwrite},
        {"bd-r/reservation", "RESERVE TRACK", "MMC-5", bd, with(reservation, bd_r)},
        {"bd-r/sessions", "WRITE(10)", "MMC-5", bd, with(sessions, bd_r)},
    };
}

} // namespace burnrig::harness::conformance
