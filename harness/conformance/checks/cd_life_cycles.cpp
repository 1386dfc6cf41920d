// SPDX-License-Identifier: Apache-2.0
// CD-R and CD-RW from blank to complete: track at once in two sessions, session at once with a cue
// sheet, blanking (MMC-3; Orange Book for the gaps).
//
//     blank -> write -> sync -> close (next session allowed) -> write -> sync -> close -> complete
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/recording.h"
#include "mmc/msf.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::uint32_t blocks = 320;             // more than the 300 that a track has at least
constexpr std::int64_t first_session_gap = 11400; // lead-out 6750, lead-in 4500, pre-gap 150

WriteParameters track_at_once(std::uint8_t multi_session) {
    return {.write_type = 1, .multi_session = multi_session};
}

bool starts_blank(Trial& trial) {
    if (!prepare_blank(trial))
        return false;
    expect_disc(trial, "blank disc",
                {.status = 0, .session_state = 0, .sessions = 1, .last_track = 1});
    const auto track = open_track(trial);
    trial.expect(track.blank && track.writable, track.reply, "track 1 of a blank disc",
                 "Blank and NWA_V set",
                 fmt::format("Blank {}, NWA_V {}", track.blank, track.writable));
    trial.equal(track.reply, "start of track 1 of a blank disc", 0, track.start);
    trial.expect(track.next == 0 || track.next == -150, track.reply,
                 "next writable address of a blank disc", "0 or -150",
                 fmt::format("{}", track.next));
    trial.at_least(track.reply, "free blocks of a blank disc", 1, track.free);
    const auto capacity = trial.get(read_capacity(), 8);
    if (capacity.ok())
        trial.equal(capacity, "capacity of a blank disc: last block", 0, capacity.quad(0));
    return true;
}

// One track from the next writable address; what the drive tells of it is compared.
std::int64_t record_track(Trial& trial, unsigned number) {
    const auto open = open_track(trial);
    const auto first = next_writable(open);
    if (!trial.good(write(trial, first, blocks), "the track is written"))
        return first;
    const auto middle = track_information(trial, number);
    if (middle.known && middle.writable)
        trial.equal(middle.reply, "next writable address counts what was taken", first + blocks,
                    middle.next);
    expect_write_refused(trial, "WRITE at an address that was written already", first,
                         {"5/21/02", "5/2C/00"});
    synchronize(trial);
    const auto done = track_information(trial, number);
    if (!trial.good(done.reply, "the track is known after SYNCHRONIZE CACHE"))
        return first;
    trial.equal(done.reply, "start of the track", first, done.start);
    trial.expect(done.size == blocks || done.size == blocks + 2, done.reply,
                 "size of the track, its two run-out blocks counted or not",
                 fmt::format("{} or {}", blocks, blocks + 2), fmt::format("{}", done.size));
    trial.equal(done.reply, "track mode: data", 4, done.reply.byte(5) & 0x0C);
    trial.expect(!done.damaged, done.reply, "Damage bit of a good track", "0", "1");
    return first;
}

void second_session(Trial& trial) {
    const auto reply = set_write_parameters(trial, track_at_once(0));
    if (!trial.good(reply, "MODE SELECT of track at once, no next session"))
        return;
    const auto first = record_track(trial, 2);
    trial.good(close(trial, close_session), "CLOSE SESSION of the last session");
    expect_disc(trial, "closed for good", {.status = 2, .session_state = 3, .sessions = 2});
    const auto disc = disc_information(trial);
    trial.same(disc.reply, "last possible lead-out start of a complete disc",
               Bytes{0xFF, 0xFF, 0xFF}, disc.reply.part(21, 3));
    read_back(trial, first, blocks - 20);
    trial.refused(
        write_once(trial, first + blocks + 200, 16),
        {"5/30/05", "5/30/04", "5/30/00", "7/27/xx", "5/21/02", "5/21/00", "5/64/00", "5/2C/00"},
        "WRITE on a complete disc");
}

void track_at_once_sessions(Trial& trial) {
    if (!starts_blank(trial))
        return;
    const auto set = set_write_parameters(trial, track_at_once(3));
    if (!trial.good(set, "MODE SELECT of track at once, next session allowed"))
        return;
    expect_write_refused(trial, "WRITE elsewhere than at the next writable address", 5000,
                         {"5/21/02"});
    const auto first = record_track(trial, 1);
    expect_disc(trial, "one track, session open",
                {.status = 1, .session_state = 1, .sessions = 1, .last_track = 2});
    trial.good(close(trial, close_session), "CLOSE SESSION, next session allowed");
    expect_disc(trial, "first session closed",
                {.status = 1, .session_state = 0, .sessions = 2, .last_track = 2});
    read_back(trial, first, blocks - 20);
    const auto lead_out = trial.get(read_toc(0, false, 0xAA), 12);
    const auto next = open_track(trial);
    if (trial.good(lead_out))
        trial.equal(next.reply, "next session's first block against the lead-out start",
                    lead_out.address(8) + first_session_gap, next_writable(next));
    second_session(trial);
}

// Pre-gap, one data track, lead-out.
Bytes cue_sheet(std::int32_t end_lba, std::int32_t first_lba = 0) {
    const auto end = mmc::msf_from_lba(end_lba);
    const auto first = mmc::msf_from_lba(first_lba);
    return {0x41,
            0,
            0,
            0x14,
            0,
            0,
            0,
            0, //
            0x41,
            1,
            0,
            0x10,
            0,
            0,
            0,
            0, //
            0x41,
            1,
            1,
            0x10,
            0,
            first.minute,
            first.second,
            first.frame, //
            0x41,
            0xAA,
            1,
            0x14,
            0,
            end.minute,
            end.second,
            end.frame};
}

Reply send_cue_sheet(Trial& trial, const Bytes& sheet) {
    Bytes cdb{0x5D, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put24(&cdb[6], static_cast<std::uint32_t>(sheet.size()));
    return trial.send(cdb, sheet);
}

void wrong_cue_sheets(Trial& trial) {
    auto cut = cue_sheet(400);
    cut.resize(cut.size() - 3);
    trial.refused(send_cue_sheet(trial, cut), {"5/1A/00", "5/26/00", "5/24/00"},
                  "SEND CUE SHEET of a length that is no multiple of 8");
    trial.refused(send_cue_sheet(trial, cue_sheet(100)), {"5/26/00", "5/26/02"},
                  "a cue sheet with a track of under 300 blocks");
    trial.refused(send_cue_sheet(trial, cue_sheet(-20)), {"5/26/00", "5/26/02"},
                  "a cue sheet whose times go back");
    auto no_index_0 = cue_sheet(400);
    no_index_0[1] = 1; // no lead-in entry
    trial.refused(send_cue_sheet(trial, no_index_0), {"5/26/00", "5/26/02"},
                  "a cue sheet without lead-in");
    Bytes huge(8 * 2000, 0x41);
    trial.refused(send_cue_sheet(trial, huge), {"5/1A/00", "5/26/00", "5/26/02", "5/24/00"},
                  "a cue sheet longer than feature 002Eh allows");
}

void session_at_once(Trial& trial) {
    if (!starts_blank(trial))
        return;
    const auto set =
        set_write_parameters(trial, {.write_type = 2, .multi_session = 0, .block_type = 8});
    if (set.is("5/26/xx"))
        return trial.skip("the drive has no session at once");
    if (!trial.good(set, "MODE SELECT of session at once"))
        return;
    trial.refused(write_once(trial, -150, 16), {"5/2C/00"}, "WRITE without a cue sheet");
    wrong_cue_sheets(trial);
    constexpr std::int32_t size = 400;
    if (!trial.good(send_cue_sheet(trial, cue_sheet(size)), "SEND CUE SHEET of one data track"))
        return;
    trial.refused(write_once(trial, 0, 16), {"5/21/02", "5/2C/00"},
                  "WRITE that does not begin with the pre-gap");
    if (!trial.good(write(trial, -150, 150 + size), "the session is written"))
        return;
    trial.refused(write_once(trial, size, 16), {"5/21/02", "5/21/00", "5/63/00", "5/2C/00"},
                  "WRITE beyond the lead-out of the cue sheet");
    synchronize(trial);
    expect_disc(trial, "session at once, complete",
                {.status = 2, .session_state = 3, .sessions = 1, .last_track = 1});
    const auto capacity = trial.get(read_capacity(), 8);
    if (trial.good(capacity))
        trial.equal(capacity, "last block: session at once has no run-out", size - 1,
                    capacity.quad(0));
    const auto track = track_information(trial, 1);
    trial.equal(track.reply, "size of the track", size, track.size);
    read_back(trial, 0, size);
}

void cue_sheet_of_other_write_type(Trial& trial) {
    if (!prepare_blank(trial))
        return;
    if (!trial.good(set_write_parameters(trial, track_at_once(0)), "MODE SELECT of track at once"))
        return;
    trial.refused(send_cue_sheet(trial, cue_sheet(400)), {"5/2C/00", "5/26/00", "5/24/00"},
                  "SEND CUE SHEET while page 05h says track at once");
}

void record_something(Trial& trial) {
    trial.good(set_write_parameters(trial, track_at_once(3)), "MODE SELECT of track at once");
    write(trial, 0, blocks);
    synchronize(trial);
}

void blanking(Trial& trial) {
    if (!prepare_blank(trial))
        return;
    record_something(trial);
    expect_disc(trial, "before BLANK", {.status = 1, .session_state = 1});
    trial.refused(trial.send(twelve(0xA1, 0, 0, 0x17)), {"5/24/00"}, "BLANK type 7 is reserved");
    for (const std::uint8_t type : Values{1, 0}) {
        const auto reply = trial.send(twelve(0xA1, 0, 0, static_cast<std::uint8_t>(0x10 | type)));
        if (!trial.good(reply, fmt::format("BLANK type {} with IMMED", type)))
            return;
        expect_busy_manners(trial);
        const auto read = trial.get_once(ten(0x28, 0, 1), 2048);
        trial.refused(read, {"2/04/xx", "5/2C/00", "6/xx/xx", "5/21/00"},
                      "READ while the disc is blanked");
        if (!trial.expect(trial.wait_until_done(), reply, "BLANK ends", "ready", "not for 4 hours"))
            return;
        expect_disc(trial, "after BLANK",
                    {.status = 0, .session_state = 0, .sessions = 1, .last_track = 1});
        const auto read_after = trial.get(ten(0x28, 0, 1), 2048);
        trial.refused(read_after,
                      {"5/21/00", "8/xx/xx", "3/11/xx", "5/64/00", "5/30/xx", "3/xx/xx"},
                      "READ of a blank disc");
        if (type == 1)
            record_something(trial);
    }
}

void blank_write_once(Trial& trial) {
    trial.refused(trial.send(twelve(0xA1, 0, 0, 0x11)),
                  {"5/30/05", "5/30/06", "5/64/00", "5/24/00", "5/20/00", "5/30/00"},
                  "BLANK of a CD-R");
}

void test_write(Trial& trial) {
    if (!prepare_blank(trial))
        return;
    auto parameters = track_at_once(0);
    parameters.test_write = true;
    const auto set = set_write_parameters(trial, parameters);
    if (set.is("5/26/xx"))
        return trial.skip("the drive has no test write");
    if (!trial.good(set, "MODE SELECT with Test Write"))
        return;
    write(trial, 0, blocks);
    synchronize(trial);
    trial.good(set_write_parameters(trial, track_at_once(0)), "MODE SELECT without Test Write");
    expect_disc(trial, "after a test write nothing is on the disc", {.status = 0});
}

} // namespace

std::vector<Check> cd_life_cycle_checks() {
    const auto cycle = [](std::vector<mmc::Profile> profiles) {
        return Needs{Inside::cd, DiscState::any, Touch::disc, std::move(profiles)};
    };
    const auto both = cycle({mmc::Profile::cd_r, mmc::Profile::cd_rw});
    return {
        {"cd/test-write", "WRITE(10)", "MMC-3, page 05h Test Write", both, test_write},
        {"cd/blank-write-once", "BLANK", "MMC-3", cycle({mmc::Profile::cd_r}), blank_write_once},
        {"cd/blanking", "BLANK", "MMC-3", cycle({mmc::Profile::cd_rw}), blanking},
        {"cd/cue-sheet-write-type", "SEND CUE SHEET", "MMC-3", both, cue_sheet_of_other_write_type},
        {"cd/session-at-once", "SEND CUE SHEET", "MMC-3", both, session_at_once},
        {"cd/track-at-once", "WRITE(10)", "MMC-3; Orange Book", both, track_at_once_sessions},
    };
}

} // namespace burnrig::harness::conformance
