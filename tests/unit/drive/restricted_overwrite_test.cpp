// SPDX-License-Identifier: Apache-2.0
// Goal: a DVD-RW becomes a disc in restricted overwrite and a sequential one again, and grows as
// the states of its format let it.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;

namespace {

constexpr std::uint32_t whole = 2297888;

std::vector<std::uint64_t> offers(std::uint64_t current, std::vector<std::uint64_t> growing = {}) {
    std::vector<std::uint64_t> list{current, OverwriteBench::offer(0x00, whole, 0x800),
                                    OverwriteBench::offer(0x10, whole, 0x10)};
    list.insert(list.end(), growing.begin(), growing.end());
    list.push_back(OverwriteBench::offer(0x15, whole, 0x10));
    return list;
}

} // namespace

BOOST_AUTO_TEST_CASE(blank_disc_offers_three_formats) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.profile() == 0x14U);
    BOOST_TEST((bench.format_capacities() == offers(bench.current(1, whole))));
    BOOST_TEST(bench.format(0x13, 0, 16) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x11, 16, 16) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, whole) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x15, whole + 1, 16) == sense::invalid_field_in_list);
    BOOST_TEST(bench.profile() == 0x14U);
}

// 12h and 14h add a border; this drive does not list them. 24h is for CD-RW, 20h for no medium
// here.
BOOST_AUTO_TEST_CASE(what_is_not_offered_is_refused_in_every_state) {
    OverwriteBench bench(dvd_minus_rw());
    const auto check = [&](const char* state) {
        BOOST_TEST_CONTEXT(state) {
            auto list = bench.format_capacities();
            for (const std::uint64_t type :
                 {0x01, 0x12, 0x14, 0x20, 0x24, 0x26, 0x30, 0x31, 0x32}) {
                BOOST_TEST(std::count_if(list.begin() + 1, list.end(), [&](std::uint64_t entry) {
                               return entry >> 56 == type;
                           }) == 0);
                BOOST_TEST(bench.format(static_cast<std::uint8_t>(type), 0, 16) ==
                           sense::invalid_field_in_list);
            }
        }
    };
    check("blank");
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    check("intermediate");
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.close(2) == sense::none);
    check("partly formatted");
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
}

// Half of a command may be one that this disc does not take; the failure is the rule's.
BOOST_AUTO_TEST_CASE(a_failure_midway_is_told_when_the_part_is_refused) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    bench.faults({"at WRITE_10 #2 midway 0.5 -> fail write-error"});
    BOOST_TEST(bench.write(0, 16) == sense::none);
    BOOST_TEST(bench.write(16, 16) == sense::write_error); // 8 blocks are no ECC block
}

BOOST_AUTO_TEST_CASE(quick_format_grows_as_it_is_written_to) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.profile() == 0x13U);
    BOOST_TEST((bench.format_capacities() == offers(bench.current(3, whole))));
    BOOST_TEST(bench.write(16, 16) == sense::bad_write_address); // not at its end
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.write(64, 32) == sense::none);
    BOOST_TEST(bench.write(16, 16) == sense::none); // at random where it is formatted
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.capacity() == 95U);
    BOOST_TEST((bench.read(0, 96) == pattern(0, 96)));
    BOOST_TEST(bench.read_sense(96, 1) == sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(only_whole_ecc_blocks_are_written) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.write(0, 32) == sense::none);
    BOOST_TEST(bench.write(1, 16) == sense::bad_write_address);
    BOOST_TEST(bench.write(0, 8) == sense::invalid_packet_size);
    BOOST_TEST(bench.write(16, 24) == sense::invalid_packet_size);
    BOOST_TEST(bench.capacity() == 31U);
}

BOOST_AUTO_TEST_CASE(closed_disc_does_not_grow_until_it_is_opened) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.close(2) == sense::none);
    BOOST_TEST(bench.state().first == 0x1EU);
    BOOST_TEST((bench.format_capacities() ==
                offers(bench.current(2, 64),
                       {bench.offer(0x11, whole - 64, 16), bench.offer(0x13, whole - 64, 16)})));
    BOOST_TEST(bench.write(64, 16) == sense::bad_write_address);
    BOOST_TEST(bench.write(48, 32) == sense::end_of_track);
    BOOST_TEST(bench.write(48, 16) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.close(2) == sense::none); // nothing to do
    BOOST_TEST(bench.format(0x13, 0, 16) == sense::none);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
    BOOST_TEST(bench.write(64, 16) == sense::none);
    BOOST_TEST(bench.close(3) == sense::none);
    BOOST_TEST(bench.capacity() == 79U);
}

BOOST_AUTO_TEST_CASE(growing_by_a_format_keeps_what_is_there) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x00, 1600, 0x800) == sense::none);
    BOOST_TEST(bench.write(1584, 16) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.format(0x11, 320, 16) == sense::none);
    BOOST_TEST(bench.capacity() == 1919U);
    BOOST_TEST((bench.read(1584, 16) == pattern(1584, 16)));
    BOOST_TEST((bench.read(1600, 16) == bench.zeros(16)));
    BOOST_TEST(bench.format(0x11, whole, 16) == sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(full_format_takes_as_long_as_writing_the_disc) {
    for (const std::uint8_t type : {std::uint8_t{0x00}, std::uint8_t{0x10}}) {
        OverwriteBench bench(dvd_minus_rw());
        const auto begin = bench.clock.now();
        BOOST_TEST(bench.format(type, whole, 16) == sense::none);
        BOOST_TEST((bench.clock.now() - begin > 800s));
        BOOST_TEST(bench.capacity() == whole - 1);
        BOOST_TEST((
            bench.format_capacities() ==
            offers(bench.current(2, whole), {bench.offer(0x11, 0, 16), bench.offer(0x13, 0, 16)})));
        const auto last = static_cast<std::int32_t>(whole) - 16;
        BOOST_TEST(bench.write(last, 16) == sense::none);
        BOOST_TEST((bench.read(last, 16) == pattern(last, 16)));
        BOOST_TEST(bench.write(last, 32) == sense::lba_out_of_range);
        BOOST_TEST(bench.track(1).size == static_cast<std::int32_t>(whole));
    }
}

BOOST_AUTO_TEST_CASE(blanking_makes_it_sequential_again) {
    for (const std::uint8_t type : {std::uint8_t{0}, std::uint8_t{1}}) {
        OverwriteBench bench(dvd_minus_rw());
        BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
        BOOST_TEST(bench.write(0, 64) == sense::none);
        BOOST_TEST(bench.sync() == sense::none);
        BOOST_TEST(bench.blank(type) == sense::none);
        BOOST_TEST(bench.profile() == 0x14U);
        BOOST_TEST(bench.state().first == 0x10U);
        BOOST_TEST(bench.capacity() == 0U);
        BOOST_TEST((bench.format_capacities() == offers(bench.current(1, whole))));
    }
}

BOOST_AUTO_TEST_CASE(power_loss_while_it_grows_leaves_what_was_burned) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.write(64, 256) == sense::none);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.profile() == 0x13U);
    const auto blocks = bench.capacity() + 1;
    BOOST_TEST(blocks >= 64U);
    BOOST_TEST(blocks < 320U);
    BOOST_TEST(blocks % 16 == 0U);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
    BOOST_TEST(bench.write(static_cast<std::int32_t>(blocks), 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(test_write_is_refused) {
    OverwriteBench bench(dvd_minus_rw());
    BOOST_TEST(bench.write_parameters(0x10, 0x25, 8) == sense::none); // sequential: it can
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::illegal_mode_for_track);
    BOOST_TEST(bench.write_parameters(0x10, 0x25, 8) == sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x00, 0x25, 8) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}
