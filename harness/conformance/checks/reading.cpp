// SPDX-License-Identifier: Apache-2.0
// READ, VERIFY, SEEK, READ CD (MMC-5; SBC): boundaries, fields that must be
// zero, and that all ways of reading give the same bytes.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/commands.h"
#include "harness/conformance/trial.h"
#include "mmc/msf.h"
#include "mmc/sector.h"

namespace burnrig::harness::conformance {
namespace {

constexpr std::size_t block_bytes = 2048;

struct Selection {
    std::uint8_t main = 0x10;     ///< byte 9
    std::uint8_t subchannel = 0;  ///< byte 10
    std::uint8_t sector_type = 0; ///< expected, bits 4-2 of byte 1
};

Bytes read_cd(std::int64_t lba, std::uint32_t count, Selection selection) {
    auto cdb = twelve(0xBE, lba, 0, static_cast<std::uint8_t>(selection.sector_type << 2));
    mmc::put24(&cdb[6], count);
    cdb[9] = selection.main;
    cdb[10] = selection.subchannel;
    return cdb;
}

void zero_length(Trial& trial) {
    trial.good(trial.send(ten(0x28, 0, 0)), "READ(10) of no block");
    trial.good(trial.send(twelve(0xA8, 0, 0)), "READ(12) of no block");
    trial.good(trial.send(ten(0x2F, 0, 0)), "VERIFY(10) of no block");
}

// INFORMATION, where it is valid, is an address that the command asked for.
void expect_information(Trial& trial, const Reply& reply, std::int64_t first, std::int64_t count) {
    if (!reply.sense || !reply.sense->information)
        return;
    const std::int64_t told = *reply.sense->information;
    trial.expect(told >= first && told < first + std::max<std::int64_t>(count, 1), reply,
                 "information field: the first block that is out of range",
                 fmt::format("{} to {}", first, first + count - 1), fmt::format("{}", told));
}

void beyond_the_end(Trial& trial) {
    const std::int64_t end = std::int64_t{trial.mounted().last_block} + 1;
    // Some drives give the two run-out blocks of a track, or what lies behind: then no failure.
    constexpr std::int64_t well_beyond = 1 << 20;
    struct Case {
        std::int64_t lba;
        std::uint32_t blocks;
    };
    for (const auto& [lba, blocks] : {Case{end + well_beyond, 1}, Case{0x7FFFFFFF, 1},
                                      Case{0x7FFFFFF0, 31}, Case{0xFFFFFFF0, 1}}) {
        const auto reply = trial.get(ten(0x28, lba, blocks), blocks * block_bytes);
        if (trial.refused(reply, {"5/21/00"}, fmt::format("READ(10) of block {}", lba)))
            expect_information(trial, reply, lba, blocks);
    }
    trial.refused(trial.get(ten(0x28, end - 1, 32), 32 * block_bytes),
                  {"5/21/00", "5/64/00", "3/11/xx"}, "READ(10) across the end");
    for (const std::uint32_t huge : {0x00FFFFFFU, 0xFFFFFFFFU}) {
        if (huge <= end) // a disc of 50 GB has so many
            continue;
        trial.refused(trial.get(twelve(0xA8, 0, huge), 32 * block_bytes),
                      {"5/21/00", "5/24/00", "5/64/00", "3/11/xx"},
                      fmt::format("READ(12) of {:X}h blocks", huge));
    }
    trial.refused(trial.send(ten(0x2B, end + well_beyond, 0)), {"5/21/00"},
                  "SEEK(10) beyond the end");
    trial.refused(trial.send(ten(0x2F, end + well_beyond, 1)), {"5/21/00"},
                  "VERIFY(10) beyond the end");
}

void fields_that_are_zero(Trial& trial) {
    trial.refused(trial.get(ten(0x28, 0, 1, 1), block_bytes), {"5/24/00"}, "READ(10) with RelAdr");
    trial.refused(trial.get(twelve(0xA8, 0, 1, 1), block_bytes), {"5/24/00"},
                  "READ(12) with RelAdr");
    trial.refused(trial.send(ten(0x2F, 0, 1, 2)), {"5/24/00"}, "VERIFY(10) with BytChk");
}

void same_bytes(Trial& trial) {
    constexpr std::uint32_t count = 16;
    const auto whole = trial.get(ten(0x28, 0, count), count * block_bytes);
    if (whole.is("5/64/00"))
        return trial.skip("block 0 is not a data block");
    // A formatted disc has its capacity before anything is written.
    if (whole.is("5/21/00") || whole.is("8/xx/xx") || whole.is("3/11/xx"))
        return trial.skip("block 0 was never written");
    if (!trial.good(whole, "READ(10) of the first 16 blocks"))
        return;
    trial.equal(whole, "bytes that came", count * block_bytes,
                static_cast<std::int64_t>(whole.size()));
    const auto twelve_reply = trial.get(twelve(0xA8, 0, count), count * block_bytes);
    if (trial.good(twelve_reply))
        trial.same(twelve_reply, "READ(12) and READ(10)", whole.data, twelve_reply.data);
    const auto forced = trial.get(ten(0x28, 0, count, 8), count * block_bytes);
    if (trial.good(forced, "READ(10) with FUA"))
        trial.same(forced, "READ(10) with FUA and without", whole.data, forced.data);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto one = trial.get(ten(0x28, i, 1), block_bytes);
        if (trial.good(one))
            trial.same(one, fmt::format("block {} alone and among others", i),
                       whole.part(i * block_bytes, block_bytes), one.data);
    }
    trial.good(trial.send(ten(0x2F, 0, count)), "VERIFY(10) of readable blocks");
    trial.good(trial.send(ten(0x2B, 0, 0)), "SEEK(10) to block 0");
}

void blank_disc(Trial& trial) {
    trial.refused(trial.get(ten(0x28, 0, 1), block_bytes),
                  {"5/21/00", "8/xx/xx", "3/11/xx", "3/31/00", "3/02/00", "5/64/00", "5/30/xx",
                   "2/30/xx", "3/57/00"},
                  "READ(10) of a blank disc");
}

// --- READ CD -------------------------------------------------------------------------------------

// Programs find out what a drive can by asking for no block.
void illegal_selections(Trial& trial) {
    for (const std::uint32_t count : {0U, 1U}) {
        const auto refused = [&](Selection selection, std::string_view what) {
            trial.refused(trial.get(read_cd(0, count, selection), 4096), {"5/24/00"},
                          fmt::format("READ CD of {} blocks: {}", count, what));
        };
        for (const auto type : Values{6, 7})
            refused({.sector_type = type}, fmt::format("sector type {} is reserved", type));
        refused({.main = 0x16}, "C2 error code 11b is reserved");
        for (const auto code : Values{3, 5, 6, 7})
            refused({.subchannel = code},
                    fmt::format("sub-channel selection {} is reserved", code));
        refused({.main = 0x90}, "sync and user data without header are not contiguous");
        refused({.main = 0x08}, "EDC without user data");
    }
    auto relative = read_cd(0, 1, {});
    relative[1] |= 1;
    trial.refused(trial.get(relative, 4096), {"5/24/00"}, "READ CD with RelAdr");
}

void msf_order(Trial& trial) {
    const Bytes backwards{0xB9, 0, 0, 0, 3, 0, 0, 2, 0, 0x10, 0, 0};
    trial.refused(trial.get(backwards, 4096), {"5/24/00", "5/21/00"},
                  "READ CD MSF with an end before its start");
    const Bytes nothing{0xB9, 0, 0, 0, 2, 0, 0, 2, 0, 0x10, 0, 0};
    const auto reply = trial.get(nothing, 4096);
    if (trial.good(reply, "READ CD MSF with equal start and end"))
        trial.equal(reply, "bytes that came", 0, static_cast<std::int64_t>(reply.size()));
}

struct Size {
    std::uint8_t main;
    std::size_t bytes;
};

// MMC-3 table of READ CD, column Mode 1.
constexpr std::array mode1_sizes{
    Size{0x00, 0},    Size{0x10, 2048}, Size{0x18, 2336}, Size{0x20, 4},    Size{0x30, 2052},
    Size{0x38, 2340}, Size{0x40, 0},    Size{0x50, 2048}, Size{0x58, 2336}, Size{0x60, 4},
    Size{0x70, 2052}, Size{0x78, 2340}, Size{0x80, 12},   Size{0xA0, 16},   Size{0xB0, 2064},
    Size{0xB8, 2352}, Size{0xE0, 16},   Size{0xF0, 2064}, Size{0xF8, 2352}};

bool block_0_is_mode_1(Trial& trial) {
    const auto reply = trial.get(read_cd(0, 1, {.main = 0x10, .sector_type = 2}), block_bytes);
    if (!reply.ok())
        trial.skip("block 0 is not a Mode 1 block");
    return reply.ok();
}

void field_sizes(Trial& trial) {
    if (!block_0_is_mode_1(trial))
        return;
    for (const auto& [main, bytes] : mode1_sizes)
        for (const auto& [subchannel, more] :
             {std::pair<std::uint8_t, std::size_t>{0, 0}, {1, 96}, {2, 16}}) {
            const auto reply =
                trial.get(read_cd(0, 2, {.main = main, .subchannel = subchannel}), 2 * 3000);
            if (subchannel != 0 && reply.is("5/24/00")) {
                trial.note(fmt::format("sub-channel selection {} is refused", subchannel));
                continue;
            }
            if (trial.good(reply, fmt::format("READ CD, main channel {:02X}h", main)))
                trial.equal(reply,
                            fmt::format("bytes of two Mode 1 blocks, main channel {:02X}h, "
                                        "sub-channel {}",
                                        main, subchannel),
                            static_cast<std::int64_t>(2 * (bytes + more)),
                            static_cast<std::int64_t>(reply.size()));
        }
    for (const auto& [c2, more] : {Size{0x02, 294}, Size{0x04, 296}}) {
        const auto reply =
            trial.get(read_cd(0, 1, {.main = static_cast<std::uint8_t>(0xF8 | c2)}), 3000);
        if (reply.is("5/24/00"))
            trial.note("C2 errors are not given");
        else if (trial.good(reply))
            trial.equal(reply, "bytes of a block with C2 errors",
                        static_cast<std::int64_t>(2352 + more),
                        static_cast<std::int64_t>(reply.size()));
    }
}

// Sync, address, mode, user data, EDC and ECC of a block as ECMA-130 has them.
void whole_block(Trial& trial) {
    if (!block_0_is_mode_1(trial))
        return;
    for (const std::int32_t lba : {0, 16}) {
        const auto reply = trial.get(read_cd(lba, 1, {.main = 0xF8}), 2352);
        const auto user = trial.get(ten(0x28, lba, 1), block_bytes);
        if (!trial.good(reply) || !trial.good(user) || reply.size() != 2352)
            continue;
        trial.same(reply, "user data of READ CD and of READ(10)", user.data,
                   reply.part(16, block_bytes));
        const auto msf = mmc::msf_from_lba(lba);
        trial.same(
            reply, "header: address in BCD, mode 1",
            Bytes{mmc::to_bcd(msf.minute), mmc::to_bcd(msf.second), mmc::to_bcd(msf.frame), 1},
            reply.part(12, 4));
        trial.same(reply, "sync", Bytes{0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0},
                   reply.part(0, 12));
        const auto edc = mmc::edc(reply.part(0, 2064));
        trial.same(reply, "EDC, least significant byte first",
                   Bytes{static_cast<std::uint8_t>(edc), static_cast<std::uint8_t>(edc >> 8),
                         static_cast<std::uint8_t>(edc >> 16),
                         static_cast<std::uint8_t>(edc >> 24)},
                   reply.part(2064, 4));
    }
}

void wrong_type(Trial& trial) {
    if (!block_0_is_mode_1(trial))
        return;
    for (const auto type : Values{1, 3, 4, 5})
        trial.refused(trial.get(read_cd(0, 1, {.sector_type = type}), 4096), {"5/64/00"},
                      fmt::format("READ CD of a Mode 1 block as sector type {}", type));
}

void msf_and_lba(Trial& trial) {
    const auto lba = trial.get(read_cd(0, 3, {.main = 0x10}), 3 * 2352);
    const auto msf = trial.get({0xB9, 0, 0, 0, 2, 0, 0, 2, 3, 0x10, 0, 0}, 3 * 2352);
    if (lba.ok() && trial.good(msf))
        trial.same(msf, "READ CD MSF and READ CD", lba.data, msf.data);
}

void cd_reading_elsewhere(Trial& trial) {
    trial.refused(trial.get(read_cd(0, 1, {}), 4096), {"5/24/00", "5/64/00", "5/20/00", "5/30/xx"},
                  "READ CD on a DVD or BD");
}

void read_header(Trial& trial) {
    const auto reply = trial.get({0x44, 0, 0, 0, 0, 16, 0, 0, 8, 0}, 8);
    if (reply.is("5/20/00"))
        return trial.skip("a legacy command the drive does not know");
    if (!block_0_is_mode_1(trial) || !trial.good(reply))
        return;
    trial.equal(reply, "byte 0, data mode", 1, reply.byte(0));
    trial.equal(reply, "bytes 4-7, address", 16, reply.quad(4));
    const auto msf = trial.get({0x44, 2, 0, 0, 0, 16, 0, 0, 8, 0}, 8);
    if (trial.good(msf))
        trial.same(msf, "bytes 4-7, address as MSF", Bytes{0, 0, 2, 16}, msf.part(4));
}

void subchannel_position(Trial& trial) {
    const auto reply = trial.get({0x42, 2, 0x40, 1, 0, 0, 0, 0, 64, 0}, 64);
    if (reply.is("5/20/00"))
        return trial.skip("the drive does not know the command");
    if (!trial.good(reply))
        return;
    trial.equal(reply, "bytes 2-3, data length", 12, reply.word(2));
    trial.equal(reply, "byte 4, format", 1, reply.byte(4));
    const auto header = trial.get({0x42, 2, 0, 1, 0, 0, 0, 0, 64, 0}, 64);
    if (trial.good(header, "without SubQ"))
        trial.equal(header, "length without SubQ: the header alone", 4,
                    static_cast<std::int64_t>(header.size()));
    for (const auto format : Values{4, 0x7F, 0xFF})
        trial.refused(trial.get({0x42, 2, 0x40, format, 0, 0, 0, 0, 64, 0}, 64), {"5/24/00"},
                      fmt::format("READ SUB-CHANNEL format {} is reserved", format));
}

void subchannel_numbers(Trial& trial) {
    for (const auto format : Values{2, 3}) {
        const auto reply = trial.get({0x42, 2, 0x40, format, 0, 0, 1, 0, 64, 0}, 64);
        if (reply.is("5/20/00") || reply.is("3/11/xx"))
            return trial.skip("the drive does not give it");
        if (!trial.good(reply))
            continue;
        trial.equal(reply, "bytes 2-3, data length", 20, reply.word(2));
        trial.equal(reply, "byte 4, format", format, reply.byte(4));
    }
}

} // namespace

std::vector<Check> reading_checks() {
    constexpr auto ten_name = "READ(10)";
    constexpr auto cd_name = "READ CD";
    const Needs recorded{Inside::medium, DiscState::recorded};
    const Needs recorded_cd{Inside::cd, DiscState::recorded};
    return {
        {"read/zero-length", ten_name, "MMC-5; SBC", recorded, zero_length},
        {"read/beyond-the-end", ten_name, "MMC-5; SBC", recorded, beyond_the_end},
        {"read/reserved-fields", ten_name, "MMC-5", recorded, fields_that_are_zero},
        {"read/same-bytes", ten_name, "MMC-5", recorded, same_bytes},
        {"read/blank-disc", ten_name, "MMC-5 annex F", {Inside::cd, DiscState::blank}, blank_disc},
        {"read-cd/illegal-selections", cd_name, "MMC-3", recorded_cd, illegal_selections},
        {"read-cd/msf-order", "READ CD MSF", "MMC-3", recorded_cd, msf_order},
        {"read-cd/field-sizes", cd_name, "MMC-3", recorded_cd, field_sizes},
        {"read-cd/whole-block", cd_name, "ECMA-130 14, annex A", recorded_cd, whole_block},
        {"read-cd/wrong-type", cd_name, "MMC-3: ILLEGAL MODE FOR THIS TRACK", recorded_cd,
         wrong_type},
        {"read-cd/msf-and-lba", "READ CD MSF", "MMC-3", recorded_cd, msf_and_lba},
        {"read-cd/not-a-cd", cd_name, "MMC-5 annex F", {Inside::not_cd}, cd_reading_elsewhere},
        {"read-header/address", "READ HEADER", "MMC-2", recorded_cd, read_header},
        {"read-subchannel/position", "READ SUB-CHANNEL", "MMC-3", recorded_cd, subchannel_position},
        {"read-subchannel/numbers", "READ SUB-CHANNEL", "MMC-3", recorded_cd, subchannel_numbers},
    };
}

} // namespace burnrig::harness::conformance
