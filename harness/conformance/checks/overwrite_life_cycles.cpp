// SPDX-License-Identifier: Apache-2.0
// Discs whose blocks can be written in any order, once formatted: DVD+RW, DVD-RAM, DVD-RW in
// restricted overwrite, BD-RE (MMC-5). A DVD-RW of two layers has one profile in all its states.
//
//     unformatted -> FORMAT UNIT -> write anywhere -> overwrite -> beyond the end -> still there
#include <fmt/format.h>

#include "harness/conformance/checks/checks.h"
#include "harness/conformance/checks/recording.h"

namespace burnrig::harness::conformance {
namespace {

using mmc::Profile;

std::uint32_t capacity_blocks(Trial& trial) {
    const auto reply = trial.get(read_capacity(), 8);
    return trial.good(reply) ? reply.quad(0) + 1 : 0;
}

struct Offer {
    std::uint8_t type = 0;
    std::uint32_t blocks = 0;
    std::uint32_t parameter = 0;
};

std::vector<Offer> offers(Trial& trial) {
    const auto reply = trial.get(read_format_capacities(), 4096);
    std::vector<Offer> found;
    for (std::size_t at = 12; at + 8 <= reply.size(); at += 8)
        found.push_back({static_cast<std::uint8_t>(reply.byte(at + 4) >> 2), reply.quad(at),
                         reply.quad(at + 4) & 0xFFFFFF});
    return found;
}

unsigned current_type(Trial& trial) {
    return trial.get(read_format_capacities(), 12).byte(8) & 3U;
}

// Lists and codes that no medium takes.
void wrong_formats(Trial& trial) {
    const auto offer = offers(trial);
    if (offer.empty())
        return trial.skip("no format is offered");
    const auto good = format_list(offer[0].type, offer[0].blocks, offer[0].parameter, 0, true);
    auto no_descriptor = good;
    no_descriptor[3] = 4;
    trial.refused(trial.send({0x04, 0x11, 0, 0, 0, 0}, no_descriptor), {"5/26/xx", "5/1A/00"},
                  "FORMAT UNIT with a descriptor length that is not 8");
    trial.refused(trial.send({0x04, 0x11, 0, 0, 0, 0}, std::span(good).first(6)),
                  {"5/1A/00", "5/26/xx"}, "FORMAT UNIT with a list that is cut");
    for (const std::uint8_t code : Values{0x10, 0x12, 0x16})
        trial.refused(trial.send({0x04, code, 0, 0, 0, 0}, good), {"5/24/00"},
                      fmt::format("FORMAT UNIT with format code {}", code & 7));
    const std::uint8_t foreign = trial.mounted().bd() ? 0x26 : 0x30;
    trial.refused(
        trial.send({0x04, 0x11, 0, 0, 0, 0}, format_list(foreign, offer[0].blocks, 0, 0, true)),
        {"5/26/xx", "5/30/06"}, "FORMAT UNIT of a type that is for other media");
    trial.refused(trial.send({0x04, 0x11, 0, 0, 0, 0},
                             format_list(offer[0].type, 0x7FFFFFF0, offer[0].parameter, 0, true)),
                  {"5/26/xx", "5/30/06", "5/24/00"}, "FORMAT UNIT of more blocks than there are");
}

// Any block, any length; one block does not touch its neighbours.
void write_anywhere(Trial& trial, std::uint32_t capacity, std::uint32_t chunk) {
    const std::int64_t far = capacity / 2 + 5; // in the middle of a unit
    if (!trial.good(write(trial, far, 40, chunk), "WRITE in the middle of the disc") ||
        !trial.good(write(trial, 0, 64, chunk), "WRITE at the beginning"))
        return;
    trial.good(write_once(trial, capacity - 1, 1), "WRITE of the last block");
    synchronize(trial);
    read_back(trial, far, 40);
    const auto other = pattern(7777, 1);
    trial.good(trial.send(ten(0x2A, 9, 1), other), "WRITE over one block");
    synchronize(trial);
    const auto reply = trial.get(ten(0x28, 9, 1), 2048);
    if (trial.good(reply))
        trial.same(reply, "the block that was overwritten", other, reply.data);
    read_back(trial, 0, 9);
    read_back(trial, 10, 54);
    read_back(trial, capacity - 1, 1);
}

void beyond_the_end(Trial& trial, std::uint32_t capacity) {
    trial.refused(write_once(trial, capacity, 16), {"5/21/00", "5/21/02", "5/63/00"},
                  "WRITE beyond the capacity");
    trial.refused(write_once(trial, capacity - 8, 16), {"5/21/00", "5/21/02", "5/63/00"},
                  "WRITE across the end");
    trial.refused(write_once(trial, 0x7FFFFFF8, 16), {"5/21/00", "5/21/02", "5/63/00"},
                  "WRITE of block 7FFFFFF8h");
    trial.refused(trial.send(ten(0x2A, 0, 1, 1), pattern(0, 1)), {"5/24/00"}, "WRITE with RelAdr");
    trial.good(trial.send(ten(0x2A, 0, 0)), "WRITE of no block");
}

// Takes blocks from the end of the disc and keeps the rest.
void expand_spares(Trial& trial) {
    for (const auto& offer : offers(trial)) {
        if (offer.type != 0x01)
            continue;
        trial.good(write(trial, 0, 64, 32), "WRITE before the spare areas are expanded");
        synchronize(trial);
        const auto reply = format_unit(trial, 0x01, offer.blocks, offer.parameter);
        if (!trial.good(reply, fmt::format("FORMAT UNIT 01h, {} blocks, as offered", offer.blocks)))
            return;
        trial.settle();
        trial.equal(reply, "capacity after format 01h", offer.blocks, capacity_blocks(trial));
        read_back(trial, 0, 64);
        beyond_the_end(trial, offer.blocks);
        return; // the list is another one now
    }
}

void no_blank_no_sessions(Trial& trial) {
    trial.refused(trial.send(twelve(0xA1, 0, 0, 0x11)), {"5/20/00", "5/30/xx", "5/24/00"},
                  "BLANK of a disc that is formatted");
}

// A disc that needs a format is not written without one.
bool not_writable_unformatted(Trial& trial, bool quick_start) {
    if (current_type(trial) != 1)
        return true;
    const auto reply = write_once(trial, 0, 32);
    if (quick_start && reply.ok())
        return false; // the drive has begun to format by itself
    trial.refused(reply, {"5/30/10", "5/30/05", "3/31/00", "2/30/10"},
                  "WRITE on an unformatted disc");
    return true;
}

void dvd_plus_rw(Trial& trial) {
    const bool two_layers = trial.mounted().is(Profile::dvd_plus_rw_dl);
    const auto* feature = trial.mounted().feature(two_layers ? 0x003A : 0x002A);
    const bool quick_start = feature && (feature->byte(5) & 2) != 0;
    const bool virgin = current_type(trial) == 1;
    if (virgin)
        trial.equal(disc_information(trial).reply, "background format status of a virgin disc", 0,
                    disc_information(trial).background);
    not_writable_unformatted(trial, quick_start);
    if (!trial.good(format_unit(trial, 0x26, 0xFFFFFFFF, 0), "FORMAT UNIT 26h"))
        return;
    trial.settle();
    const auto formatted = disc_information(trial);
    trial.expect(formatted.background == 2 || formatted.background == 3, formatted.reply,
                 "background format status after FORMAT UNIT", "2 or 3",
                 fmt::format("{}", formatted.background));
    trial.equal(formatted.reply, "descriptor type: formatted", 2, current_type(trial));
    const auto capacity = capacity_blocks(trial);
    write_anywhere(trial, capacity, 16);
    beyond_the_end(trial, capacity);
    trial.good(close(trial, stop_format), "CLOSE 000b: stop the background format");
    const auto stopped = disc_information(trial);
    trial.expect(stopped.background == 1 || stopped.background == 3, stopped.reply,
                 "background format status after CLOSE 000b", "1 or 3",
                 fmt::format("{}", stopped.background));
    if (stopped.background == 1 &&
        trial.good(format_unit(trial, 0x26, 0xFFFFFFFF, 1), "FORMAT UNIT 26h with Restart")) {
        const auto again = disc_information(trial);
        trial.expect(again.background >= 2, again.reply, "background format status after Restart",
                     "2 or 3", fmt::format("{}", again.background));
    }
    trial.good(close(trial, close_session), "CLOSE 010b");
    read_back(trial, 0, 9);
    no_blank_no_sessions(trial);
}

void dvd_ram(Trial& trial) {
    const auto capacity = capacity_blocks(trial);
    if (capacity < 1000)
        return trial.skip("needs a formatted DVD-RAM");
    write_anywhere(trial, capacity, 16);
    beyond_the_end(trial, capacity);
    auto streaming = twelve(0xAA, 160, 16);
    streaming[10] = 0x80;
    trial.good(trial.send(streaming, pattern(160, 16)), "WRITE(12) with Streaming");
    synchronize(trial);
    read_back(trial, 160, 16);
    trial.good(trial.send(ten(0x2F, 160, 16)), "VERIFY(10) of what was written");
    expand_spares(trial);
    no_blank_no_sessions(trial);
}

void bd_re(Trial& trial) {
    not_writable_unformatted(trial, false);
    const auto list = offers(trial);
    if (list.empty())
        return trial.skip("no format is offered");
    constexpr std::uint8_t quick_certification = 3;
    for (const auto& offer : list) {
        if (offer.type != 0x00 && offer.type != 0x30 && offer.type != 0x31)
            continue;
        const auto reply = format_unit(trial, offer.type, offer.blocks, offer.parameter,
                                       offer.type == 0x30 ? quick_certification : std::uint8_t{0});
        if (!trial.good(reply, fmt::format("FORMAT UNIT {:02X}h of {} blocks, as offered",
                                           offer.type, offer.blocks)))
            continue;
        trial.settle();
        trial.equal(reply, fmt::format("capacity after format {:02X}h", offer.type), offer.blocks,
                    capacity_blocks(trial));
    }
    const auto capacity = capacity_blocks(trial);
    write_anywhere(trial, capacity, 32);
    beyond_the_end(trial, capacity);
    const auto& usual = list.front();
    if (trial.good(format_unit(trial, usual.type, usual.blocks, usual.parameter),
                   "FORMAT UNIT with the default spare areas"))
        expand_spares(trial);
    no_blank_no_sessions(trial);
}

// --- DVD-RW, restricted overwrite ----------------------------------------------------------------

bool set_restricted_overwrite(Trial& trial) {
    return trial.good(
        set_write_parameters(
            trial, {.write_type = 0, .track_mode = 5, .fixed_packets = true, .packet_size = 16}),
        "MODE SELECT for restricted overwrite");
}

void expect_profile(Trial& trial, Profile expected, std::string_view when) {
    trial.expect(trial.mounted().is(expected), open_track(trial).reply,
                 fmt::format("current profile after {}", when),
                 fmt::format("{:04X}h", mmc::code(expected)),
                 fmt::format("{:04X}h", trial.mounted().profile));
}

void misaligned(Trial& trial) {
    trial.refused(write_once(trial, 3, 16), {"5/21/02", "5/64/01", "5/26/xx", "5/64/00"},
                  "WRITE that begins inside an ECC block");
    trial.refused(write_once(trial, 0, 5), {"5/21/02", "5/64/01", "5/26/xx", "5/64/00", "5/24/00"},
                  "WRITE of a part of an ECC block");
}

void restricted_overwrite(Trial& trial) {
    if (!prepare_blank(trial, 0))
        return;
    const bool two_layers = trial.mounted().is(Profile::dvd_minus_rw_dl);
    const auto sequential = two_layers ? Profile::dvd_minus_rw_dl : Profile::dvd_minus_rw;
    const auto overwrite = two_layers ? sequential : Profile::dvd_minus_rw_overwrite;
    if (!trial.good(format_unit(trial, 0x15, 0, 16), "FORMAT UNIT 15h, quick"))
        return;
    trial.settle();
    trial.look();
    expect_profile(trial, overwrite, "FORMAT UNIT 15h");
    trial.equal(open_track(trial).reply, "descriptor type of the intermediate state: unknown", 3,
                current_type(trial));
    if (!set_restricted_overwrite(trial))
        return;
    misaligned(trial);
    if (!trial.good(write(trial, 0, 320), "WRITE from block 0 on"))
        return;
    trial.good(write_once(trial, 32, 16), "WRITE over an ECC block");
    synchronize(trial);
    trial.good(close(trial, close_session), "CLOSE 010b: leave the intermediate state");
    trial.settle();
    trial.equal(open_track(trial).reply, "descriptor type after CLOSE 010b: formatted", 2,
                current_type(trial));
    read_back(trial, 0, 320);
    const auto reply = write_once(trial, 2000000, 16);
    trial.refused(reply, {"5/21/02", "5/21/00", "5/63/00", "5/64/00"},
                  "WRITE far beyond what is formatted");
    if (!trial.good(blank(trial, 1), "BLANK makes it sequential again"))
        return;
    trial.settle();
    trial.look();
    expect_profile(trial, sequential, "BLANK");
}

void full_format(Trial& trial) {
    if (!prepare_blank(trial, 0))
        return;
    std::uint32_t blocks = 0;
    for (const auto& offer : offers(trial))
        if (offer.type == 0x10)
            blocks = offer.blocks;
    if (blocks == 0)
        return trial.skip("format 10h is not offered");
    const auto reply = trial.send({0x04, 0x11, 0, 0, 0, 0}, format_list(0x10, blocks, 16, 0, true));
    if (!trial.good(reply, "FORMAT UNIT 10h, full, with IMMED"))
        return;
    expect_busy_manners(trial);
    trial.expect(trial.wait_until_done(), reply, "FORMAT UNIT ends", "ready", "not for 4 hours");
    trial.settle();
    trial.equal(reply, "descriptor type: formatted", 2, current_type(trial));
    trial.equal(reply, "capacity", blocks, capacity_blocks(trial));
    if (!set_restricted_overwrite(trial))
        return;
    trial.good(write(trial, 1000000, 32), "WRITE in the middle of a fully formatted disc");
    synchronize(trial);
    read_back(trial, 1000000, 32);
    beyond_the_end(trial, blocks);
}

} // namespace

std::vector<Check> overwrite_life_cycle_checks() {
    const auto needs = [](std::vector<Profile> profiles) {
        return Needs{Inside::not_cd, DiscState::any, Touch::disc, std::move(profiles)};
    };
    const Needs plus = needs({Profile::dvd_plus_rw, Profile::dvd_plus_rw_dl});
    const Needs minus =
        needs({Profile::dvd_minus_rw, Profile::dvd_minus_rw_overwrite, Profile::dvd_minus_rw_dl});
    return {
        {"format-unit/wrong-lists", "FORMAT UNIT", "MMC-5",
         needs({Profile::dvd_plus_rw, Profile::dvd_plus_rw_dl, Profile::dvd_ram, Profile::bd_re,
                Profile::dvd_minus_rw, Profile::dvd_minus_rw_overwrite, Profile::dvd_minus_rw_dl}),
         wrong_formats},
        {"dvd+rw/format-and-write", "WRITE(10)", "MMC-5", plus, dvd_plus_rw},
        {"dvd-ram/write", "WRITE(10)", "MMC-5", needs({Profile::dvd_ram}), dvd_ram},
        {"dvd-rw/full-format", "FORMAT UNIT", "MMC-5, type 10h", minus, full_format},
        {"dvd-rw/restricted-overwrite", "WRITE(10)", "MMC-5, type 15h", minus,
         restricted_overwrite},
        {"bd-re/format-and-write", "WRITE(10)", "MMC-5", needs({Profile::bd_re}), bd_re},
    };
}

} // namespace burnrig::harness::conformance
