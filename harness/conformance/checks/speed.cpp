// SPDX-License-Identifier: Apache-2.0
// Speeds and the buffer: GET PERFORMANCE, SET STREAMING, SET CD SPEED, READ BUFFER CAPACITY, READ
// BUFFER (MMC-5), and that they agree with page 2Ah and feature 0107h.
#include <algorithm>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::size_t room = 8 + 16 * 64;

std::vector<std::uint32_t> write_speeds(const Reply& reply) {
    std::vector<std::uint32_t> speeds;
    for (std::size_t at = 8; at + 16 <= reply.size(); at += 16)
        speeds.push_back(reply.quad(at + 12));
    return speeds;
}

void performance_form(Trial& trial) {
    for (const std::uint8_t type : Values{0x00, 0x03}) {
        const auto byte1 = static_cast<std::uint8_t>(type == 0 ? 0x10 : 0);
        const auto reply = trial.get(get_performance(type, byte1, 64), room);
        if (reply.is("5/20/00"))
            return trial.skip("the drive does not know the command");
        if (!trial.good(reply, fmt::format("GET PERFORMANCE type {}", type)))
            continue;
        trial.equal(reply, "bytes 0-3, data length", static_cast<std::int64_t>(reply.size()) - 4,
                    reply.quad(0));
        trial.equal(reply, "(length - 8) modulo 16", 0,
                    static_cast<std::int64_t>((reply.size() - 8) % 16));
        const auto header = trial.get(get_performance(type, byte1, 0), room);
        if (trial.good(header, "no descriptor asked for"))
            trial.equal(header, "length with 0 descriptors: the header alone", 8,
                        static_cast<std::int64_t>(header.size()));
        const auto one = trial.get(get_performance(type, byte1, 1), room);
        if (reply.size() >= 24 && trial.good(one, "one descriptor asked for"))
            trial.same(one, "the first descriptor", reply.part(8, 16), one.part(8));
    }
}

void unknown_type(Trial& trial) {
    const auto reply = trial.get(get_performance(0x7F, 0, 4), room);
    if (!reply.is("5/20/00"))
        trial.refused(reply, {"5/24/00"}, "performance type 7Fh is reserved");
}

void write_speed_descriptors(Trial& trial) {
    const auto reply = trial.get(get_performance(3, 0, 64), room);
    if (!trial.good(reply))
        return;
    const auto speeds = write_speeds(reply);
    for (std::size_t i = 1; i < speeds.size(); ++i)
        trial.expect(speeds[i] <= speeds[i - 1], reply, "write speeds, fastest first",
                     fmt::format("at most {}", speeds[i - 1]), fmt::format("{}", speeds[i]));
    for (const auto speed : speeds)
        trial.expect(speed > 0 && speed < 1000000, reply, "a write speed in kB/s", "above 0",
                     fmt::format("{}", speed));
    const auto page = trial.get(mode_sense(0x2A), 4096);
    const std::size_t at = 8 + page.word(6);
    if (!page.ok() || page.byte(at + 1) < 30 || speeds.empty())
        return;
    const auto count = page.word(at + 30);
    if (trial.at_least(page, "write speeds in page 2Ah, where GET PERFORMANCE lists some", 1,
                       count))
        trial.equal(page, "the fastest write speed, page 2Ah and GET PERFORMANCE", speeds.front(),
                    page.word(at + 34));
}

void nominal(Trial& trial) {
    const auto reply = trial.get(get_performance(0, 0x10, 64), room);
    if (!trial.good(reply))
        return;
    trial.at_least(reply, "descriptors", 1, static_cast<std::int64_t>((reply.size() - 8) / 16));
    std::int64_t before = -1;
    for (std::size_t at = 8; at + 16 <= reply.size(); at += 16) {
        trial.expect(reply.quad(at) > before || before == -1, reply, "stretches ascend",
                     fmt::format("above {}", before), fmt::format("{}", reply.quad(at)));
        trial.expect(reply.quad(at + 8) >= reply.quad(at), reply, "end of a stretch",
                     fmt::format("at least {}", reply.quad(at)),
                     fmt::format("{}", reply.quad(at + 8)));
        trial.expect(reply.quad(at + 4) > 0, reply, "speed of a stretch", "above 0", "0");
        before = reply.quad(at + 8);
    }
    trial.equal(reply, "byte 4 bits 1-0, Write and Except, of read performance", 0,
                reply.byte(4) & 3);
}

std::uint32_t current_write_speed(Trial& trial) {
    const auto page = trial.get(mode_sense(0x2A), 4096);
    return page.word(8 + page.word(6) + 28);
}

// A request is rounded down to a speed of the list; below the lowest it is the lowest.
void set_cd_speed(Trial& trial) {
    const auto speeds = write_speeds(trial.get(get_performance(3, 0, 64), room));
    const auto before = current_write_speed(trial);
    if (speeds.empty() || before == 0)
        return trial.skip("the drive lists no write speeds");
    const auto request = [&](std::uint32_t speed) {
        Bytes cdb{0xBB, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0};
        mmc::put16(&cdb[4], speed);
        return trial.send(cdb);
    };
    if (speeds.front() < 0xFFF0) {
        struct Case {
            std::uint32_t asked;
            std::uint32_t expected;
        };
        for (const auto& [asked, expected] :
             {Case{0xFFFF, speeds.front()}, Case{speeds.back() + 1, speeds.back()},
              Case{1, speeds.back()}, Case{speeds.front(), speeds.front()}}) {
            const auto reply = request(asked);
            if (trial.good(reply, "SET CD SPEED"))
                trial.equal(reply,
                            fmt::format("write speed of page 2Ah after {} was asked for", asked),
                            expected, current_write_speed(trial));
        }
    }
    trial.refused(trial.send({0xBB, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0}), {"5/24/00"},
                  "rotational control 11b is reserved");
    request(before);
}

void set_streaming(Trial& trial) {
    const auto send = [&](Bytes list, std::uint32_t length) {
        Bytes cdb{0xB6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        mmc::put16(&cdb[9], length);
        return trial.send(cdb, list);
    };
    Bytes descriptor(28);
    mmc::put32(&descriptor[8], trial.mounted().last_block);
    mmc::put32(&descriptor[12], 1000000);
    mmc::put32(&descriptor[20], 1000000);
    const auto short_list = send(Bytes(20), 20);
    if (short_list.is("5/20/00"))
        return trial.skip("the drive does not know the command");
    trial.refused(short_list, {"5/1A/00"}, "a performance descriptor of the wrong length");
    trial.refused(send(descriptor, 28), {"5/26/00"}, "a read time of 0");
    mmc::put32(&descriptor[16], 1000);
    mmc::put32(&descriptor[24], 1000);
    trial.good(send(descriptor, 28), "SET STREAMING as fast as the drive can");
    descriptor[0] = 4; // RDD
    trial.good(send(descriptor, 28), "SET STREAMING: restore the defaults");
}

void real_time_streaming(Trial& trial) {
    const auto* feature = trial.mounted().feature(0x0107);
    if (!feature)
        return trial.skip("the drive has no feature 0107h");
    const auto promises = feature->byte(4);
    if ((promises & 0x02) != 0)
        trial.good(trial.get(get_performance(3, 0, 8), room), "bit WSPD: GET PERFORMANCE type 3");
    if ((promises & 0x08) != 0)
        trial.expect(!trial.get(with_length(0x5C, 0, 0, 12), 12).is("5/20/00"),
                     trial.send({0xBB, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0}),
                     "bit SCS: SET CD SPEED", "GOOD", "5/20/00");
    if ((promises & 0x10) != 0)
        trial.good(trial.get(with_length(0x5C, 1, 0, 12), 12),
                   "bit RBCB: READ BUFFER CAPACITY in blocks");
    const auto page = trial.get(mode_sense(0x2A), 4096);
    if ((promises & 0x04) != 0)
        trial.at_least(page, "bit MP2A: page 2Ah is long enough for write speed descriptors", 30,
                       page.byte(8 + page.word(6) + 1));
}

void buffer_capacity(Trial& trial) {
    const auto reply = trial.get(with_length(0x5C, 0, 0, 64), 64);
    if (reply.is("5/20/00"))
        return trial.skip("the drive does not know the command");
    if (!trial.good(reply))
        return;
    trial.equal(reply, "length of the reply", 12, static_cast<std::int64_t>(reply.size()));
    trial.equal(reply, "bytes 0-1, data length", 10, reply.word(0));
    trial.equal(reply, "byte 3 bit 0, Block", 0, reply.byte(3) & 1);
    trial.at_least(reply, "bytes 4-7, length of the buffer", 1, reply.quad(4));
    trial.at_most(reply, "bytes 8-11, free bytes", reply.quad(4), reply.quad(8));
    const auto page = trial.get(mode_sense(0x2A), 4096);
    const auto told = page.word(8 + page.word(6) + 12) * 1024;
    if (told != reply.quad(4))
        trial.note(fmt::format("page 2Ah tells of {} bytes of buffer, READ BUFFER CAPACITY of {}",
                               told, reply.quad(4)));
}

void buffer_descriptor(Trial& trial) {
    const auto reply = trial.get({0x3C, 3, 0, 0, 0, 0, 0, 0, 4, 0}, 4);
    if (!reply.ok()) {
        trial.refused(reply, {"5/20/00", "5/24/00"}, "READ BUFFER, if the drive has none");
        return;
    }
    trial.equal(reply, "length of a buffer descriptor", 4, static_cast<std::int64_t>(reply.size()));
    trial.refused(trial.get({0x3C, 0x1F, 0, 0, 0, 0, 0, 0, 4, 0}, 4), {"5/24/00"},
                  "READ BUFFER mode 1Fh is reserved");
}

void region(Trial& trial) {
    const auto reply = trial.get({0xA4, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 0}, 8);
    if (!reply.ok()) {
        trial.refused(reply, {"5/20/00", "5/24/00", "5/6F/xx"},
                      "REPORT KEY, if the drive has none");
        return;
    }
    trial.equal(reply, "bytes 0-1, data length", 6, reply.word(0));
    trial.at_most(reply, "byte 4 bits 2-0, user changes left", 5, reply.byte(4) & 7);
    trial.at_most(reply, "byte 6, RPC scheme", 1, reply.byte(6));
}

} // namespace

std::vector<Check> speed_checks() {
    constexpr auto performance = "GET PERFORMANCE";
    const Needs medium{Inside::medium};
    return {
        {"get-performance/form", performance, "MMC-5", medium, performance_form},
        {"get-performance/unknown-type", performance, "MMC-5", {}, unknown_type},
        {"get-performance/write-speeds", performance, "MMC-5; page 2Ah", medium,
         write_speed_descriptors},
        {"get-performance/nominal", performance, "MMC-5", medium, nominal},
        {"set-cd-speed/rounding", "SET CD SPEED", "MMC-5", {Inside::cd}, set_cd_speed},
        {"set-streaming/lists", "SET STREAMING", "MMC-5", medium, set_streaming},
        {"features/real-time-streaming", performance, "MMC-5", medium, real_time_streaming},
        {"read-buffer-capacity/form", "READ BUFFER CAPACITY", "MMC-5", {}, buffer_capacity},
        {"read-buffer/descriptor", "READ BUFFER", "SPC-3", {}, buffer_descriptor},
        {"report-key/region", "REPORT KEY", "MMC-5", {}, region},
    };
}

} // namespace burnrig::harness::conformance
