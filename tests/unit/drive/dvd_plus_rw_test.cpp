// SPDX-License-Identifier: Apache-2.0
// Goal: a DVD+RW lives its whole life: virgin, formatted in the background, stopped, gone on with,
// complete; and what a host sees of each state is what real drives show.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;
using State = std::pair<unsigned, unsigned>;

namespace {

constexpr unsigned suspended = 1;
constexpr unsigned running = 2;
constexpr unsigned complete = 3;
constexpr std::uint32_t whole = 2295104;

struct Formatted : OverwriteBench {
    explicit Formatted(Medium medium = dvd_plus_rw()) : OverwriteBench(std::move(medium)) {
        BOOST_REQUIRE_EQUAL(format(0x26, 0xFFFFFFFF), sense::none);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(virgin_disc_wants_to_be_formatted) {
    OverwriteBench bench(dvd_plus_rw());
    BOOST_TEST(bench.profile() == 0x1AU);
    BOOST_TEST((bench.state() == State{0x10, 0}));
    BOOST_TEST(bench.capacity() == 0U);
    BOOST_TEST((bench.format_capacities() ==
                std::vector{bench.current(1, whole), bench.offer(0x26, whole, 0)}));
    BOOST_TEST(bench.write(0, 16) == sense::medium_not_formatted);
    BOOST_TEST(bench.close(2) == sense::medium_not_formatted);
    BOOST_TEST(bench.track(1).blank);
    BOOST_TEST(bench.read_sense(0, 1) == sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(format_is_ready_long_before_it_is_complete) {
    OverwriteBench bench(dvd_plus_rw());
    BOOST_REQUIRE(bench.format_unit(0x26, whole, 0, true).good());
    BOOST_TEST(bench.ready() == sense::format_in_progress);
    BOOST_TEST(bench.write(0, 16) == sense::format_in_progress);
    bench.wait(60s);
    BOOST_TEST(bench.ready() == sense::none);
    BOOST_TEST((bench.state() == State{0x1E, running}));
    BOOST_TEST(bench.capacity() == whole - 1);
    BOOST_TEST((bench.format_capacities() ==
                std::vector{bench.current(2, whole), bench.offer(0x26, whole, 0)}));
    const auto [code, early] = bench.request_sense();
    BOOST_TEST(code == sense::background_format);
    bench.wait(300s);
    const auto later = bench.request_sense().second;
    BOOST_TEST(later > early);
    while (bench.media_event() != 0) {
    }
    bench.wait(1000s); // 14 minutes at 4x
    BOOST_TEST((bench.state() == State{0x1E, complete}));
    BOOST_TEST(bench.request_sense().first == sense::none);
    BOOST_TEST(bench.media_event() == 5U);
}

BOOST_AUTO_TEST_CASE(a_format_that_nobody_asks_about_goes_on) {
    OverwriteBench bench(dvd_plus_rw());
    BOOST_REQUIRE(bench.format_unit(0x26, whole, 0, true).good());
    bench.pass(1060s); // lead-in, and 14 minutes at 4x
    BOOST_TEST((bench.state() == State{0x1E, complete}));
}

BOOST_AUTO_TEST_CASE(formatted_disc_is_one_track_without_a_next_address) {
    Formatted bench;
    const auto track = bench.track(1);
    BOOST_TEST(track.start == 0);
    BOOST_TEST(track.size == static_cast<std::int32_t>(whole));
    BOOST_TEST(track.free == 0);
    BOOST_TEST(!track.writable);
    BOOST_TEST(!track.blank);
    const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 20, 0});
    BOOST_REQUIRE_EQUAL(toc.size(), 20U);
    BOOST_TEST(toc[5] == 0x14U);
    BOOST_TEST(mmc::get32(&toc[16]) == whole);
}

BOOST_AUTO_TEST_CASE(any_block_can_be_written_while_the_format_runs) {
    Formatted bench;
    BOOST_TEST(bench.write(2000000, 3) == sense::none);
    BOOST_TEST(bench.write(5, 1) == sense::none);
    BOOST_TEST(bench.write(whole - 1, 1) == sense::none);
    BOOST_TEST((bench.read(2000000, 3) == pattern(2000000, 3)));
    BOOST_TEST((bench.read(5, 1) == pattern(5, 1)));
    BOOST_TEST((bench.state() == State{0x1E, running}));
    bench.wait(2000s);
    BOOST_TEST((bench.state() == State{0x1E, complete}));
    BOOST_TEST((bench.read(2000000, 3) == pattern(2000000, 3)));
    BOOST_TEST((bench.read(1000000, 2) == bench.zeros(2)));
}

BOOST_AUTO_TEST_CASE(what_is_not_deiced_cannot_be_read) {
    Formatted bench;
    BOOST_TEST(bench.read_sense(2000000, 1) == sense::unrecovered_read);
    BOOST_TEST(bench.read_sense(whole, 1) == sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(blocks_beyond_the_end_are_refused_and_nothing_is_written) {
    Formatted bench;
    BOOST_TEST(bench.write(whole, 1) == sense::lba_out_of_range);
    BOOST_TEST(bench.write(-1, 1) == sense::lba_out_of_range);
    BOOST_TEST(bench.write(whole - 1, 2) == sense::lba_out_of_range);
    BOOST_TEST(bench.write_12(whole - 1, 0xFFFF, false) == sense::lba_out_of_range);
    BOOST_TEST(bench.read_sense(whole - 1, 1) == sense::unrecovered_read);
}

BOOST_AUTO_TEST_CASE(close_stops_the_format_and_restart_goes_on_with_it) {
    for (const std::uint8_t function : {std::uint8_t{0}, std::uint8_t{2}}) {
        Formatted bench;
        BOOST_TEST(bench.write(0, 64) == sense::none);
        BOOST_TEST(bench.sync() == sense::none);
        BOOST_TEST(bench.close(function) == sense::none);
        BOOST_TEST((bench.state() == State{0x1E, suspended}));
        bench.wait(3000s);
        BOOST_TEST((bench.state() == State{0x1E, suspended}));
        BOOST_TEST(bench.close(function) == sense::none); // nothing to do
        BOOST_TEST(bench.format(0x26, 0, 1) == sense::none);
        BOOST_TEST((bench.state() == State{0x1E, running}));
        BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
        bench.wait(3000s);
        BOOST_TEST((bench.state() == State{0x1E, complete}));
        BOOST_TEST(bench.format(0x26, whole, 1) == sense::invalid_field_in_list);
    }
}

BOOST_AUTO_TEST_CASE(close_with_complete_format_waits_for_it) {
    Formatted bench;
    const auto begin = bench.clock.now();
    BOOST_TEST(bench.close(3) == sense::none);
    BOOST_TEST((bench.state() == State{0x1E, complete}));
    BOOST_TEST((bench.clock.now() - begin > 800s)); // 4.7 GB at 4x
    BOOST_TEST(bench.close(1) == sense::invalid_field_in_cdb);
    BOOST_TEST(bench.close(6) == sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(ejecting_stops_the_format) {
    Formatted bench;
    BOOST_TEST(bench.write(100, 1) == sense::none);
    BOOST_TEST(bench.send({0x1B, 0, 0, 0, 2, 0}).good());
    BOOST_TEST(bench.send({0x1B, 0, 0, 0, 3, 0}).good());
    bench.settle();
    BOOST_TEST((bench.state() == State{0x1E, suspended}));
    BOOST_TEST((bench.read(100, 1) == pattern(100, 1)));
}

BOOST_AUTO_TEST_CASE(power_loss_stops_the_format) {
    Formatted bench;
    bench.wait(100s);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST((bench.state() == State{0x1E, suspended}));
    BOOST_TEST(bench.drive.disc()->structure().format.background_end > 100000);
    // What was formatted until then can be read, the rest cannot.
    BOOST_TEST((bench.read(100000, 1) == bench.zeros(1)));
    BOOST_TEST(bench.read_sense(2000000, 1) == sense::unrecovered_read);
}

BOOST_AUTO_TEST_CASE(power_loss_in_the_lead_in_leaves_an_unformatted_disc) {
    OverwriteBench bench(dvd_plus_rw());
    BOOST_REQUIRE(bench.format_unit(0x26, whole, 0, true).good());
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.write(0, 16) == sense::format_corrupted);
    BOOST_TEST(bench.capacity() == 0U);
    BOOST_TEST(bench.format(0x26, whole) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(formatting_again_forgets_what_was_there) {
    Formatted bench;
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.format(0x26, whole) == sense::none);
    bench.wait(2000s);
    BOOST_TEST((bench.read(0, 64) == bench.zeros(64)));
}

BOOST_AUTO_TEST_CASE(formats_that_are_not_offered_are_refused) {
    OverwriteBench bench(dvd_plus_rw());
    BOOST_TEST(bench.format(0x00, whole) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, whole - 16) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, whole + 16) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, whole, 1) == sense::invalid_field_in_list); // nothing to restart
    BOOST_TEST((bench.state() == State{0x10, 0}));
    Bytes list(12);
    list[3] = 8;
    BOOST_TEST(bench.sense(bench.send_data({0x04, 0x12, 0, 0, 0, 0}, list)) ==
               sense::invalid_field_in_cdb); // format code 2
    BOOST_TEST(bench.sense(bench.send_data({0x04, 0x11, 0, 0, 0, 0}, Bytes(7))) ==
               sense::parameter_list_length);
    list[3] = 16;
    BOOST_TEST(bench.sense(bench.send_data({0x04, 0x11, 0, 0, 0, 0}, list)) ==
               sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(blank_and_test_write_are_not_for_this_medium) {
    Formatted bench;
    BOOST_TEST(bench.blank(0) == sense::unwritable_medium);
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x41, 0x04, 8) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(power_loss_tears_the_block_being_burned_and_keeps_what_was_under_the_rest) {
    Formatted bench;
    bench.wait(2000s); // all formatted
    BOOST_REQUIRE_EQUAL(bench.write(0, 256), sense::none);
    BOOST_REQUIRE_EQUAL(bench.sync(), sense::none);
    const Bytes other(32 * 2048, 0xEE);
    for (std::int32_t lba = 0; lba < 256; lba += 32)
        BOOST_REQUIRE(bench.write_raw(lba, 32, other).good());
    bench.wait(250ms); // a seek of 200 ms, then half of the blocks
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    int old_blocks = 0;
    int new_blocks = 0;
    int torn_blocks = 0;
    for (std::int32_t lba = 0; lba < 256; ++lba) {
        const auto block = bench.read(lba, 1);
        if (bench.sense(bench.last) == sense::unrecovered_read)
            ++torn_blocks;
        else if (block == pattern(lba, 1))
            ++old_blocks;
        else if (block == Bytes(2048, 0xEE))
            ++new_blocks;
    }
    BOOST_TEST(old_blocks + new_blocks + torn_blocks == 256);
    BOOST_TEST(torn_blocks == 16);
    BOOST_TEST(old_blocks > 0);
    BOOST_TEST(new_blocks > 0);
    // Recorded anew, the torn block is whole again.
    BOOST_TEST(bench.write(0, 256) == sense::none);
    BOOST_TEST((bench.read(0, 256) == pattern(0, 256)));
}
