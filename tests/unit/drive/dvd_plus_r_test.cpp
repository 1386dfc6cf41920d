// SPDX-License-Identifier: Apache-2.0
// The life of a DVD+R, of one and of two layers, as a host sees it. Numbers that are not obvious
// are from outputs of real drives.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t close_rzone = 1;
constexpr std::uint8_t close_open = 2;
constexpr std::uint8_t finalize = 6;

BOOST_AUTO_TEST_CASE(a_blank_disc_has_one_blank_fragment) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.profile() == 0x001BU);
    BOOST_TEST(bench.disc_byte() == 0x00U);
    const auto disc = bench.disc_information();
    BOOST_TEST(disc.sessions == 1U);
    BOOST_TEST(disc.first_track == 1U);
    BOOST_TEST(disc.last_track == 1U);
    for (const std::uint16_t number : {std::uint16_t{1}, std::uint16_t{0xFF}}) {
        const auto zone = bench.zone(number);
        BOOST_TEST(zone.number == 1U);
        BOOST_TEST(zone.bits == 0x4U);
        BOOST_TEST(zone.next == 0);
        BOOST_TEST(zone.free == 2295104);
        BOOST_TEST(zone.size == 2295104);
        BOOST_TEST(zone.compatibility == 262144);
    }
    BOOST_TEST(bench.capacity() == 0U);
}

BOOST_AUTO_TEST_CASE(sessions_lie_2048_blocks_apart) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.write(0, 192) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).next == 192);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x05U);
    BOOST_TEST(bench.blocks() == 0U); // no session is closed
    bench.check_read(0, 192);         // a recorder reads it all the same
    BOOST_TEST(bench.close(close_open) == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x01U);
    const auto disc = bench.disc_information();
    BOOST_TEST(disc.sessions == 2U);
    BOOST_TEST(disc.first_track == 2U);
    BOOST_TEST(disc.last_track == 2U);
    const auto first = bench.zone(1);
    BOOST_TEST(first.bits == 0x8U);
    BOOST_TEST(first.size == 192);
    BOOST_TEST(!first.writable);
    const auto next = bench.zone(2);
    BOOST_TEST(next.bits == 0x4U);
    BOOST_TEST(next.session == 2U);
    BOOST_TEST(next.start == 2240);
    BOOST_TEST(next.free == 2295104 - 2240);
    BOOST_TEST(bench.blocks() == 192U);
    BOOST_TEST(bench.write(2240, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close(close_rzone, 2) == mmc::sense::none);
    BOOST_TEST(bench.close(finalize) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    BOOST_TEST(bench.disc_information().sessions == 2U);
    BOOST_TEST(bench.blocks() == 2272U);
    bench.check_read(0, 192);
    bench.check_read(2240, 32);
    BOOST_TEST(bench.read_sense(192, 1) == mmc::sense::lba_out_of_range); // closure and intro
    BOOST_TEST(bench.write(4320, 16) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.close(close_open) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.reserve(16) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.zone_sense(3) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.zone_sense(0xFF) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(the_table_of_contents_is_that_of_the_closed_sessions) {
    SequentialBench bench(dvd_plus_r());
    bench.write(0, 192);
    bench.sync();
    bench.close(close_rzone, 1);
    bench.close(close_open);
    const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 255, 0});
    BOOST_TEST(toc ==
                   (Bytes{0, 18, 1, 1, 0, 0x17, 1, 0, 0, 0, 0, 0, 0, 0x17, 0xAA, 0, 0, 0, 0, 192}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_next_writable_addresses_are_taken) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.write(16, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(2295104, 16) == mmc::sense::lba_out_of_range);
    BOOST_TEST(bench.write(-1, 16) == mmc::sense::lba_out_of_range);
    BOOST_TEST(bench.drive.disc()->blank()); // a refused WRITE begins nothing
    BOOST_TEST(bench.write(0, 16) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(32, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(16, 16) == mmc::sense::none);
    bench.sync();
    bench.check_read(0, 32);
}

BOOST_AUTO_TEST_CASE(the_last_ecc_block_is_filled_up) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.write(0, 20) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).next == 20);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.zone(1).next == 32);
    bench.check_read(0, 20);
    bench.check_zeros(20, 12);
}

BOOST_AUTO_TEST_CASE(a_full_disc_takes_nothing_and_is_finalized_when_closed) {
    SequentialBench bench(dvd_plus_r(4096));
    BOOST_TEST(bench.write(0, 4096) == mmc::sense::none);
    BOOST_TEST(bench.write(4096, 16) == mmc::sense::lba_out_of_range);
    bench.sync();
    BOOST_TEST(!bench.zone(1).writable);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    BOOST_TEST(bench.blocks() == 4096U);
}

BOOST_AUTO_TEST_CASE(a_write_that_does_not_fit_is_refused_whole) {
    SequentialBench bench(dvd_plus_r(4096));
    bench.write(0, 4080);
    BOOST_TEST(bench.write(4080, 32) == mmc::sense::end_of_track);
    BOOST_TEST(bench.zone(1).next == 4080);
    BOOST_TEST(bench.write(4080, 16) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(fewer_than_65_ecc_blocks_left_finalize) {
    for (const std::int32_t left : {64 * 16, 65 * 16}) {
        SequentialBench bench(dvd_plus_r(32 + 2048 + left));
        bench.write(0, 32);
        bench.sync();
        bench.close(close_rzone, 1);
        BOOST_TEST(bench.close(close_open) == mmc::sense::none);
        BOOST_TEST(bench.disc_byte() == (left < 65 * 16 ? 0x0EU : 0x01U));
    }
}

BOOST_AUTO_TEST_CASE(reserved_fragments_have_addresses_of_their_own_and_become_one_track) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.reserve(0) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.reserve(3000000) == mmc::sense::end_of_track);
    BOOST_TEST(bench.reserve(60) == mmc::sense::none); // rounded up to 64
    BOOST_TEST(bench.reserve(32) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x05U);
    const auto empty = bench.zone(1);
    BOOST_TEST(empty.bits == 0xCU);
    BOOST_TEST(empty.size == 64);
    BOOST_TEST(empty.free == 64);
    BOOST_TEST(bench.zone(2).start == 64);
    BOOST_TEST(bench.zone(0xFF).start == 96);
    const auto found = [&](std::uint8_t how, std::uint8_t value) { // track number
        return bench.get({0x52, how, 0, 0, 0, value, 0, 0, 36, 0}).at(2);
    };
    BOOST_TEST(found(0, 63) == 1); // by address
    BOOST_TEST(found(0, 64) == 2);
    BOOST_TEST(found(0, 200) == 3);
    BOOST_TEST(found(5, 1) == 1); // the first open one from this number on
    BOOST_TEST(found(5, 2) == 2);
    BOOST_TEST(found(5, 3) == 3);
    BOOST_TEST(found(2, 1) == 1); // first of the session

    BOOST_TEST(bench.write(96, 16) == mmc::sense::none); // the three in any order
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(64, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(96 + 16, 16) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.zone(1).bits == 0x8U);
    BOOST_TEST(bench.zone(1).next == 32);
    BOOST_TEST(bench.write(96 + 32, 0) == mmc::sense::none);
    BOOST_TEST(bench.close(close_rzone, 3) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::reserved_track_empty);
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none); // padded
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).size == 128);
    BOOST_TEST(bench.zone(2).start == 128 + 2048);
    bench.check_read(0, 32);
    bench.check_zeros(32, 32);
    bench.check_read(64, 64);
}

BOOST_AUTO_TEST_CASE(a_reservation_ends_where_it_was_said_to) {
    SequentialBench bench(dvd_plus_r());
    bench.reserve(32);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(32, 64) == mmc::sense::none); // the incomplete one behind it
    bench.sync();
    BOOST_TEST(bench.zone(1).size == 32);
    BOOST_TEST(bench.zone(2).next == 96);
    SequentialBench full(dvd_plus_r());
    full.reserve(32);
    BOOST_TEST(full.write(0, 16) == mmc::sense::none);
    BOOST_TEST(full.write_raw(16, 32, Bytes(65536)).good() == false);
    BOOST_TEST(full.zone(1).next == 16);
}

BOOST_AUTO_TEST_CASE(at_most_16_fragments_are_open) {
    SequentialBench bench(dvd_plus_r());
    for (int i = 0; i < 15; ++i)
        BOOST_TEST(bench.reserve(16) == mmc::sense::none);
    BOOST_TEST(bench.reserve(16) == mmc::sense::too_many_reservations);
}

BOOST_AUTO_TEST_CASE(closing_what_is_empty_does_nothing) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_rzone, 0xFF) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.close(finalize) == mmc::sense::none);
    BOOST_TEST(bench.close(close_rzone, 2) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.close(0) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.close(3) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.close(7) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.drive.disc()->blank());
}

BOOST_AUTO_TEST_CASE(the_last_empty_session_can_be_finalized) {
    SequentialBench bench(dvd_plus_r());
    bench.write(0, 32);
    bench.sync();
    bench.close(close_rzone, 1);
    bench.close(close_open);
    BOOST_TEST(bench.close(5) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    BOOST_TEST(bench.disc_information().sessions == 1U);
    BOOST_TEST(bench.blocks() == 32U);
}

BOOST_AUTO_TEST_CASE(a_test_write_never_becomes_a_real_one) {
    SequentialBench bench(bd_recorder());
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == mmc::sense::none); // no disc yet
    auto disc = Disc::in_memory(dvd_plus_r());
    bench.drive.insert(std::move(*disc));
    bench.settle();
    BOOST_TEST(bench.write(0, 16) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.reserve(16) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.drive.disc()->blank());
}

BOOST_AUTO_TEST_CASE(a_test_write_is_refused_where_the_medium_has_none) {
    SequentialBench bench(dvd_plus_r());
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.write(0, 16) == mmc::sense::none); // the page was not taken over
}

BOOST_AUTO_TEST_CASE(loss_of_power_damages_the_fragment_and_it_goes_on_behind) {
    SequentialBench bench(dvd_plus_r());
    bench.write(0, 512);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    const auto zone = bench.zone(1);
    BOOST_TEST(zone.damaged);
    BOOST_TEST(zone.writable);
    BOOST_TEST(zone.next < 512); // what was only in the buffer is gone
    BOOST_TEST(zone.next % 16 == 0);
    BOOST_TEST(bench.repair(1) == mmc::sense::none);
    BOOST_TEST(!bench.zone(1).damaged);
    BOOST_TEST(bench.write(zone.next, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    bench.check_read(zone.next, 32);
}

BOOST_AUTO_TEST_CASE(a_session_whose_closing_was_cut_off_can_be_closed_again) {
    SequentialBench bench(dvd_plus_r());
    bench.write(0, 32);
    bench.sync();
    bench.close(close_rzone, 1);
    bench.send({0x5B, 1, close_open, 0, 0, 0, 0, 0, 0, 0}); // at once
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.disc_byte() == 0x09U); // session damaged, disc appendable
    BOOST_TEST(bench.write(32, 16) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x01U);
    bench.check_read(0, 32);
}

BOOST_AUTO_TEST_CASE(two_layers_are_one_address_space_and_break_where_the_host_says) {
    SequentialBench bench(dvd_plus_r_dl());
    BOOST_TEST(bench.profile() == 0x002BU);
    BOOST_TEST(bench.zone(0xFF).free == 4173824);
    BOOST_TEST(bench.layer_break(2086912 + 16) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.layer_break(1000) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.layer_break(0) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.layer_break(1008) == mmc::sense::none);
    BOOST_TEST(bench.layer_break(1024) == mmc::sense::sequence_error); // it can be set once
    BOOST_TEST(bench.zone(0xFF).free == 2016);
    BOOST_TEST(bench.write(0, 2016) == mmc::sense::none);
    BOOST_TEST(bench.write(2016, 16) == mmc::sense::end_of_track);
    bench.sync();
    BOOST_TEST(bench.close(close_rzone, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    bench.check_read(1000, 64);
    SequentialBench begun(dvd_plus_r_dl());
    begun.write(0, 16);
    begun.sync();
    BOOST_TEST(begun.layer_break(1008) == mmc::sense::sequence_error);
}

} // namespace
} // namespace burnrig::emulator
