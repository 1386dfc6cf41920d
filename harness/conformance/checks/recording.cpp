// SPDX-License-Identifier: Apache-2.0
#include "harness/conformance/checks/recording.h"

#include <algorithm>

#include <fmt/format.h>

namespace burnrig::harness::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t block_bytes = 2048;

} // namespace

Reply set_write_parameters(Trial& trial, const WriteParameters& wanted) {
    auto reply = trial.get(mode_sense(0x05, 0, 256), 256);
    const auto page_at = 8 + reply.word(6);
    const auto page_size = reply.byte(page_at + 1) + 2U;
    if (!reply.ok() || page_size < 32 || reply.size() < page_at + page_size)
        return reply;
    Bytes list(8);
    list.insert(list.end(), reply.data.begin() + page_at, reply.data.begin() + page_at + page_size);
    auto* page = &list[8];
    page[0] &= 0x3F;
    page[2] = static_cast<std::uint8_t>((page[2] & 0x40) | (wanted.test_write ? 0x10 : 0) |
                                        (wanted.link_size ? 0x20 : 0) | wanted.write_type);
    page[3] = static_cast<std::uint8_t>(wanted.multi_session << 6 |
                                        (wanted.fixed_packets ? 0x20 : 0) | wanted.track_mode);
    page[4] = wanted.block_type;
    page[5] = wanted.link_size;
    mmc::put32(page + 10, wanted.packet_size);
    Bytes cdb{0x55, 0x10, 0, 0, 0, 0, 0, 0, 0, 0};
    mmc::put16(&cdb[7], static_cast<std::uint32_t>(list.size()));
    return trial.send(cdb, list);
}

DiscInformation disc_information(Trial& trial) {
    DiscInformation disc;
    disc.reply = trial.get(read_disc_information(), 4096);
    const auto& reply = disc.reply;
    trial.good(reply, "READ DISC INFORMATION between the steps of a recording");
    disc.status = reply.byte(2) & 3U;
    disc.session_state = reply.byte(2) >> 2 & 3U;
    disc.erasable = (reply.byte(2) & 0x10) != 0;
    disc.sessions = reply.byte(4) + reply.byte(9) * 256U;
    disc.first_track = reply.byte(5) + reply.byte(10) * 256U;
    disc.last_track = reply.byte(6) + reply.byte(11) * 256U;
    disc.background = reply.byte(7) & 3U;
    return disc;
}

bool expect_disc(Trial& trial, std::string_view when, const DiscExpectation& expected) {
    const auto disc = disc_information(trial);
    bool right = disc.reply.ok();
    const auto check = [&](std::optional<unsigned> wanted, unsigned seen, std::string_view what) {
        if (wanted)
            right &= trial.equal(disc.reply, fmt::format("{}: {}", when, what), *wanted, seen);
    };
    check(expected.status, disc.status, "disc status (0 blank, 1 appendable, 2 complete)");
    check(expected.session_state, disc.session_state,
          "state of last session (0 empty, 1 incomplete, 3 complete)");
    check(expected.sessions, disc.sessions, "number of sessions");
    check(expected.last_track, disc.last_track, "last track in last session");
    return right;
}

Track track_information(Trial& trial, std::uint32_t number, std::uint8_t type) {
    Track track;
    track.reply = trial.get(read_track_information(type, number), 256);
    const auto& reply = track.reply;
    track.known = reply.ok();
    track.number = reply.byte(2) + reply.byte(32) * 256U;
    track.session = reply.byte(3) + reply.byte(33) * 256U;
    track.damaged = (reply.byte(5) & 0x20) != 0;
    track.reserved = (reply.byte(6) & 0x80) != 0;
    track.blank = (reply.byte(6) & 0x40) != 0;
    track.writable = (reply.byte(7) & 1) != 0;
    track.last_recorded_valid = (reply.byte(7) & 2) != 0;
    track.start = reply.address(8);
    track.next = reply.address(12);
    track.free = reply.quad(16);
    track.size = reply.quad(24);
    track.last_recorded = reply.address(28);
    return track;
}

Track open_track(Trial& trial) {
    const auto disc = disc_information(trial);
    auto track = track_information(trial, disc.last_track);
    trial.good(track.reply, "READ TRACK INFORMATION of the last track");
    return track;
}

std::int64_t next_writable(const Track& track) {
    return std::max(track.start, track.next);
}

Bytes pattern(std::int64_t lba, std::uint32_t count) {
    Bytes bytes(count * block_bytes);
    for (std::uint32_t block = 0; block < count; ++block) {
        const auto seed = static_cast<std::uint32_t>(lba + block) * 2654435761U;
        for (std::size_t i = 0; i < block_bytes; ++i)
            bytes[block * block_bytes + i] = static_cast<std::uint8_t>((seed >> (i & 24)) + i * 7);
    }
    return bytes;
}

// A full buffer may be told as 2/04/08: the same command again, later.
Reply write_once(Trial& trial, std::int64_t lba, std::uint32_t count) {
    const auto data = pattern(lba, count);
    auto reply = trial.send(ten(0x2A, lba, count), data);
    constexpr int most_tries = 2000;
    for (int tries = 0; tries < most_tries && (reply.is("2/04/08") || reply.is("2/04/01"));
         ++tries) {
        trial.sleep(40ms);
        reply = trial.send(ten(0x2A, lba, count), data);
    }
    return reply;
}

Reply write(Trial& trial, std::int64_t lba, std::uint32_t count, std::uint32_t chunk) {
    Reply reply;
    for (std::uint32_t done = 0; done < count; done += chunk) {
        reply = write_once(trial, lba + done, std::min(chunk, count - done));
        if (!trial.good(reply, fmt::format("WRITE(10) of block {}", lba + done)))
            return reply;
    }
    return reply;
}

bool read_back(Trial& trial, std::int64_t lba, std::uint32_t count) {
    constexpr std::uint32_t chunk = 16;
    for (std::uint32_t done = 0; done < count; done += chunk) {
        const auto part = std::min(chunk, count - done);
        const auto reply = trial.get(ten(0x28, lba + done, part), part * block_bytes);
        if (!trial.good(reply, fmt::format("READ(10) of block {}", lba + done)) ||
            !trial.same(reply, fmt::format("content from block {}", lba + done),
                        pattern(lba + done, part), reply.data))
            return false;
    }
    return true;
}

bool synchronize(Trial& trial) {
    const auto reply = trial.send(ten(0x35, 0, 0, 2));
    if (!trial.good(reply, "SYNCHRONIZE CACHE with IMMED"))
        return false;
    return trial.expect(trial.wait_until_done(), reply, "SYNCHRONIZE CACHE ends",
                        "ready in the end", "not ready for 4 hours");
}

Reply close(Trial& trial, CloseFunction function, unsigned track) {
    Bytes cdb{0x5B, 1, function, 0, 0, 0, 0, 0, 0, 0};
    mmc::put16(&cdb[4], track);
    auto reply = trial.send(cdb);
    if (reply.ok()) {
        expect_busy_manners(trial);
        trial.expect(trial.wait_until_done(), reply, "CLOSE TRACK/SESSION ends", "ready in the end",
                     "not ready for 4 hours");
    }
    return reply;
}

Reply blank(Trial& trial, std::uint8_t type) {
    auto reply = trial.send(twelve(0xA1, 0, 0, static_cast<std::uint8_t>(0x10 | type)));
    if (reply.ok())
        trial.expect(trial.wait_until_done(), reply, "BLANK ends", "ready in the end",
                     "not ready for 4 hours");
    return reply;
}

Bytes format_list(std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter,
                  std::uint8_t sub_type, bool immediate) {
    Bytes list(12);
    list[1] = immediate ? 0x82 : 0x80; // FOV, as hosts send it
    list[3] = 8;
    mmc::put32(&list[4], blocks);
    list[8] = static_cast<std::uint8_t>(type << 2 | sub_type);
    mmc::put24(&list[9], parameter);
    return list;
}

Reply format_unit(Trial& trial, std::uint8_t type, std::uint32_t blocks, std::uint32_t parameter,
                  std::uint8_t sub_type) {
    auto reply =
        trial.send({0x04, 0x11, 0, 0, 0, 0}, format_list(type, blocks, parameter, sub_type, true));
    if (reply.ok())
        trial.expect(trial.wait_until_done(), reply, "FORMAT UNIT ends", "ready in the end",
                     "not ready for 4 hours");
    return reply;
}

bool prepare_blank(Trial& trial, std::uint8_t blank_type) {
    // A DVD-RW that was blanked the quick way takes no incremental writing until blanked in full.
    const auto usable = [&] {
        const auto& mounted = trial.mounted();
        const bool sequential =
            mounted.is(mmc::Profile::dvd_minus_rw) || mounted.is(mmc::Profile::dvd_minus_rw_dl);
        const bool quickly = sequential && !mounted.current(0x0021);
        return mounted.blank() && (!quickly || blank_type != 0);
    };
    if (!usable() && trial.mounted().erasable && blank(trial, blank_type).ok()) {
        trial.settle();
        trial.look();
    }
    if (usable())
        return true;
    trial.skip("needs a blank disc");
    return false;
}

void expect_busy_manners(Trial& trial) {
    for (const auto& cdb :
         {inquiry(36), get_configuration(0, 0, 8), get_event(0x10), request_sense(18)})
        trial.good(trial.get_once(cdb, 64), "answered while an immediate operation runs");
    const auto ready = trial.send_once(test_unit_ready());
    if (!ready.ok())
        trial.refused(ready, {"2/04/04", "2/04/07", "2/04/08"},
                      "TEST UNIT READY while an operation runs");
    const auto disc = trial.get_once(read_disc_information(), 34);
    if (!disc.ok())
        trial.refused(disc, {"2/04/04", "2/04/07", "2/04/08"},
                      "READ DISC INFORMATION while an operation runs");
    std::uint32_t before = 0;
    for (int i = 0; i < 20; ++i) {
        const auto sense = trial.get_once(request_sense(18), 18);
        if (!trial.good(sense) || (sense.byte(15) & 0x80) == 0)
            return;
        trial.expect(sense.word(16) >= before, sense, "progress does not go back",
                     fmt::format("at least {}", before), fmt::format("{}", sense.word(16)));
        before = sense.word(16);
        trial.sleep(500ms);
    }
}

void expect_write_refused(Trial& trial, std::string_view when, std::int64_t lba,
                          std::initializer_list<std::string_view> allowed, std::uint32_t count) {
    const auto before = open_track(trial);
    const auto reply = write_once(trial, lba, count);
    trial.refused(reply, allowed, when);
    const auto after = open_track(trial);
    trial.equal(after.reply, fmt::format("{}: next writable address stays", when), before.next,
                after.next);
}

} // namespace burnrig::harness::conformance
