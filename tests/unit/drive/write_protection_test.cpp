// SPDX-License-Identifier: Apache-2.0
// Goal: what is write protected takes no block and no format, says why, keeps what it has, and
// takes blocks again when the protection ends.
//
//     persistent (PWP)  SEND DISC STRUCTURE C0h; stays with the disc      7/27/04   DVD-RAM, BD-RE
//     software (SWPP)   C0h or mode page 1Dh; until power goes            7/27/02   every disc
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;

namespace {

struct Protected : OverwriteBench {
    Protected(Medium medium, std::uint8_t type, std::uint32_t blocks)
        : OverwriteBench(std::move(medium)), format_type(type), format_blocks(blocks) {
        BOOST_REQUIRE_EQUAL(format_again(), sense::none);
        BOOST_REQUIRE_EQUAL(write(0, 64), sense::none);
        BOOST_REQUIRE_EQUAL(sync(), sense::none);
    }
    mmc::SenseCode format_again() {
        return format(format_type, format_blocks, format_type == 0 ? 0x800 : 0);
    }
    mmc::SenseCode write_and_verify() {
        return sense(send_data({0x2E, 0, 0, 0, 0, 0, 0, 0, 32, 0}, Bytes(32 * 2048)));
    }
    /// SWPP of mode page 1Dh.
    mmc::SenseCode protect_by_page(bool on) {
        Bytes list(8 + 12);
        list[8] = 0x1D;
        list[9] = 10;
        list[12] = on ? 1 : 0;
        return sense(send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0}, list));
    }
    unsigned protection() {
        const std::uint8_t media_type = drive.disc()->medium().family() == MediumFamily::bd ? 1 : 0;
        const auto reply = get({0xAD, media_type, 0, 0, 0, 0, 0, 0xC0, 0, 8, 0, 0});
        BOOST_REQUIRE_EQUAL(reply.size(), 8U);
        return reply[4];
    }
    mmc::SenseCode protect(bool persistent, bool software) {
        const std::uint8_t media_type = drive.disc()->medium().family() == MediumFamily::bd ? 1 : 0;
        const auto bits = static_cast<std::uint8_t>((persistent ? 2 : 0) | (software ? 1 : 0));
        return sense(send_data({0xBF, media_type, 0, 0, 0, 0, 0, 0xC0, 0, 8, 0, 0},
                               {0, 6, 0, 0, bits, 0, 0, 0}));
    }
    void cycle_power() {
        drive.power_off();
        drive.power_on();
        settle();
    }
    void reload() {
        drive.insert(drive.remove());
        pass(60s);
        settle();
    }
    void check_refused(mmc::SenseCode expected) {
        BOOST_TEST(write(0, 32) == expected);
        BOOST_TEST(write(1000, 1) == expected);
        BOOST_TEST(write_12(0, 32, false) == expected);
        BOOST_TEST(write_12(0, 32, true) == expected);
        BOOST_TEST(write_and_verify() == expected);
        BOOST_TEST(format_again() == expected);
        BOOST_TEST(sync() == sense::none);
        BOOST_TEST((read(0, 64) == pattern(0, 64)));
    }
    void check_writable() {
        BOOST_TEST(write(1000, 32) == sense::none);
        BOOST_TEST(write_and_verify() == sense::none);
        BOOST_TEST(format_again() == sense::none);
        BOOST_TEST(write(0, 64) == sense::none);
        BOOST_TEST(sync() == sense::none);
    }

    std::uint8_t format_type;
    std::uint32_t format_blocks;
};

struct Case {
    const char* name;
    Medium medium;
    std::uint8_t type;
    std::uint32_t blocks;
};
std::vector<Case> with_persistent_protection() {
    return {{"DVD-RAM", dvd_ram(), 0x00, 2236704},
            {"BD-RE", bd_re(), 0x00, 11826176},
            {"BD-RE without spares", bd_re(), 0x31, 12219392}};
}
std::vector<Case> all_cases() {
    auto all = with_persistent_protection();
    all.push_back({"DVD+RW", dvd_plus_rw(), 0x26, 0xFFFFFFFF});
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(persistent_protection_stays_with_the_disc) {
    for (const auto& [name, medium, type, blocks] : with_persistent_protection()) {
        BOOST_TEST_CONTEXT(name) {
            Protected bench(medium, type, blocks);
            BOOST_TEST(bench.protection() == 0U);
            BOOST_TEST(bench.current_feature(0x0004));
            BOOST_TEST(bench.protect(true, false) == sense::none);
            BOOST_TEST(bench.protection() == 2U);
            bench.check_refused(sense::persistent_write_protect);
            bench.cycle_power();
            bench.check_refused(sense::persistent_write_protect);
            bench.reload();
            BOOST_TEST(bench.protection() == 2U);
            bench.check_refused(sense::persistent_write_protect);
            BOOST_TEST(bench.protect(false, false) == sense::none);
            bench.check_writable();
        }
    }
}

BOOST_AUTO_TEST_CASE(protection_by_the_drive_ends_when_power_goes) {
    for (const auto& [name, medium, type, blocks] : with_persistent_protection()) {
        BOOST_TEST_CONTEXT(name) {
            Protected bench(medium, type, blocks);
            BOOST_TEST(bench.protect(false, true) == sense::none);
            BOOST_TEST(bench.protection() == 1U);
            bench.check_refused(sense::software_write_protected);
            bench.cycle_power();
            BOOST_TEST(bench.protection() == 0U);
            bench.check_writable();
        }
    }
}

BOOST_AUTO_TEST_CASE(mode_page_1d_protects_every_disc) {
    for (const auto& [name, medium, type, blocks] : all_cases()) {
        BOOST_TEST_CONTEXT(name) {
            Protected bench(medium, type, blocks);
            BOOST_TEST(bench.protect_by_page(true) == sense::none);
            bench.check_refused(sense::software_write_protected);
            BOOST_TEST(bench.protect_by_page(false) == sense::none);
            bench.check_writable();
            BOOST_TEST(bench.protect_by_page(true) == sense::none);
            bench.cycle_power();
            bench.check_writable();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_dvd_plus_rw_has_no_protection_of_its_own) {
    Protected bench(dvd_plus_rw(), 0x26, 0xFFFFFFFF);
    BOOST_TEST(!bench.current_feature(0x0004));
    BOOST_TEST(bench.protect(true, false) == sense::invalid_field_in_cdb);
    bench.get({0xAD, 0, 0, 0, 0, 0, 0, 0xC0, 0, 8, 0, 0});
    BOOST_TEST(bench.sense(bench.last) == sense::invalid_field_in_cdb);
    bench.check_writable();
}

BOOST_AUTO_TEST_CASE(a_list_that_is_cut_changes_nothing) {
    Protected bench(bd_re(), 0x00, 11826176);
    BOOST_TEST(bench.sense(bench.send_data({0xBF, 1, 0, 0, 0, 0, 0, 0xC0, 0, 5, 0, 0},
                                           {0, 3, 0, 0, 2})) == sense::parameter_list_length);
    BOOST_TEST(bench.sense(bench.send_data({0xBF, 0, 0, 0, 0, 0, 0, 0xC0, 0, 8, 0, 0},
                                           {0, 6, 0, 0, 2, 0, 0, 0})) ==
               sense::invalid_field_in_cdb); // media type: this is no DVD
    BOOST_TEST(bench.protection() == 0U);
    BOOST_TEST(bench.write(0, 32) == sense::none);
}

// A block that waits in the buffer was accepted before; it is written.
BOOST_AUTO_TEST_CASE(what_was_accepted_before_is_still_written) {
    Protected bench(bd_re(), 0x00, 11826176);
    BOOST_TEST(bench.write(3200, 32) == sense::none);
    BOOST_TEST(bench.protect(true, false) == sense::none);
    BOOST_TEST(bench.write(3232, 32) == sense::persistent_write_protect);
    BOOST_TEST(bench.sync() == sense::none);
    bench.cycle_power();
    BOOST_TEST((bench.read(3200, 32) == pattern(3200, 32)));
}
