// SPDX-License-Identifier: Apache-2.0
// Goal: a DVD-RAM comes formatted, replaces bad blocks as long as it has spares, and can be
// protected.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;
using State = std::pair<unsigned, unsigned>;

namespace {

void damage(Bench& bench, std::int32_t first, std::int32_t end) {
    bench.drive.disc()->damage().add({first, end, DamageKind::unreadable, 0, 0});
}

} // namespace

BOOST_AUTO_TEST_CASE(comes_formatted_as_real_drives_show_it) {
    OverwriteBench bench(dvd_ram());
    BOOST_TEST(bench.profile() == 0x12U);
    BOOST_TEST((bench.state() == State{0x1F, 0}));
    BOOST_TEST(bench.capacity() == 2236703U);
    BOOST_TEST((bench.format_capacities() ==
                std::vector{bench.current(2, 2236704), bench.offer(0, 2236704, 0x800),
                            bench.offer(0, 2295072, 0x800), bench.offer(1, 2226976, 0x800),
                            bench.offer(1, 2217248, 0x800)}));
    BOOST_TEST((bench.read(1000, 1) == bench.zeros(1)));
    BOOST_TEST(bench.write(1000, 1) == sense::none);
    BOOST_TEST(bench.write(2236703, 1) == sense::none);
    BOOST_TEST((bench.read(1000, 1) == pattern(1000, 1)));
    BOOST_TEST(bench.write(2236704, 1) == sense::lba_out_of_range);
    BOOST_TEST(bench.read_sense(2236704, 1) == sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(each_format_has_its_capacity) {
    struct Case {
        std::uint8_t type;
        std::uint32_t blocks;
        bool keeps_data;
    };
    for (const auto& [type, blocks, keeps_data] :
         {Case{0, 2236704, false}, Case{0, 2295072, false}, Case{1, 2226976, true},
          Case{1, 2217248, true}}) {
        OverwriteBench bench(dvd_ram());
        BOOST_TEST(bench.write(16, 1) == sense::none);
        BOOST_TEST(bench.format(type, blocks, 0x800) == sense::none);
        BOOST_TEST(bench.capacity() == blocks - 1);
        BOOST_TEST((bench.read(16, 1) == (keeps_data ? pattern(16, 1) : bench.zeros(1))));
    }
    OverwriteBench bench(dvd_ram());
    BOOST_TEST(bench.format(0, 2236703, 0x800) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, 2236704) == sense::invalid_field_in_list);
    BOOST_TEST(bench.capacity() == 2236703U);
}

BOOST_AUTO_TEST_CASE(certification_takes_two_passes) {
    OverwriteBench bench(dvd_ram());
    const auto begin = bench.clock.now();
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::none);
    const auto length = bench.clock.now() - begin; // 4.58 GB at 5540 kB/s, twice
    BOOST_TEST((length > 1600s));
    BOOST_TEST((length < 2000s));
}

BOOST_AUTO_TEST_CASE(interrupted_format_leaves_a_medium_that_wants_another) {
    OverwriteBench bench(dvd_ram());
    BOOST_REQUIRE(bench.format_unit(0, 2236704, 0x800, true).good());
    BOOST_TEST(bench.ready() == sense::format_in_progress);
    bench.wait(100s);
    const auto [code, progress] = bench.request_sense();
    BOOST_TEST(code == sense::format_in_progress);
    BOOST_TEST(progress > 0U);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.write(0, 16) == sense::format_corrupted);
    BOOST_TEST(bench.format_capacities().front() == bench.current(1, 2295072));
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(failed_format_leaves_an_unformatted_medium) {
    OverwriteBench bench(dvd_ram());
    bench.faults({"at FORMAT_UNIT -> fail 03/31/01"});
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::format_failed);
    BOOST_TEST(bench.write(0, 16) == sense::format_corrupted);
    BOOST_TEST(bench.capacity() == 0U);
    bench.faults({});
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(bad_blocks_are_replaced_until_no_spare_is_left) {
    OverwriteBench bench(dvd_ram());
    auto& format = bench.drive.disc()->structure().format;
    damage(bench, 1000, 1003);
    damage(bench, 1100, 1101);
    damage(bench, 1200, 1201);
    format.spares_used = format.spares - 2;
    BOOST_TEST(bench.write(992, 32) == sense::none);
    BOOST_TEST((bench.read(992, 32) == pattern(992, 32)));
    BOOST_TEST(format.spares_used == format.spares - 1);
    BOOST_TEST(bench.write(1100, 1) == sense::spares_exhausted); // and yet it is written
    BOOST_TEST((bench.read(1100, 1) == pattern(1100, 1)));
    BOOST_TEST(bench.write(1200, 1) == sense::no_spare_left);
    BOOST_TEST(bench.write(1300, 1) == sense::none); // others can be written on
}

BOOST_AUTO_TEST_CASE(streaming_does_not_verify) {
    OverwriteBench bench(dvd_ram());
    damage(bench, 1000, 1001);
    BOOST_TEST(bench.write_12(992, 16, true) == sense::none);
    BOOST_TEST(bench.read_sense(1000, 1) == sense::unrecovered_read);
    BOOST_TEST(bench.write_12(992, 16, false) == sense::none);
    BOOST_TEST((bench.read(992, 16) == pattern(992, 16)));
}

BOOST_AUTO_TEST_CASE(write_protection_is_persistent_or_until_the_disc_leaves) {
    OverwriteBench bench(dvd_ram());
    BOOST_TEST(bench.protect(true, false) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::persistent_write_protect);
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::persistent_write_protect);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.write(0, 16) == sense::persistent_write_protect);
    BOOST_TEST(bench.protect(false, true) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::software_write_protected);
    BOOST_TEST(bench.format(0, 2236704, 0x800) == sense::software_write_protected);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(close_and_blank_are_not_for_this_medium) {
    OverwriteBench bench(dvd_ram());
    BOOST_TEST(bench.close(2) == sense::unwritable_medium);
    BOOST_TEST(bench.blank(0) == sense::unwritable_medium);
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == sense::invalid_field_in_list);
}
