// SPDX-License-Identifier: Apache-2.0
// Goal: a CD recorded in packets, of any length or of 32 blocks, in one track or in several
// reserved ones, has the addresses, the senses and the content that MMC gives it. Method: commands
// in order.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

// Write type packet with BUFE, track mode 5; fixed packets of `size` blocks, or any length.
mmc::SenseCode packets(Bench& bench, std::uint32_t size = 0, bool multi = false,
                       std::uint8_t type = 0x40) {
    Bytes list(8 + 52);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = type;
    list[11] = static_cast<std::uint8_t>((multi ? 0xC0 : 0) | (size > 0 ? 0x20 : 0) | 5);
    list[12] = 8;
    mmc::put32(&list[8 + 10], size);
    list[8 + 15] = 150;
    return Bench::sense(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list));
}

mmc::SenseCode reserve(Bench& bench, std::uint32_t blocks) {
    Bytes cdb(10);
    cdb[0] = 0x53;
    mmc::put32(&cdb[5], blocks);
    return Bench::sense(bench.send(cdb));
}

mmc::SenseCode reserve_up_to(Bench& bench, std::int32_t next_track) {
    Bytes cdb(10);
    cdb[0] = 0x53;
    cdb[1] = 1;
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(next_track));
    return Bench::sense(bench.send(cdb));
}

mmc::SenseCode repair(Bench& bench, std::uint8_t track) {
    return Bench::sense(bench.send({0x58, 0, 0, 0, 0, track, 0, 0, 0, 0}));
}

unsigned status_bits(Bench& bench, std::uint8_t track) {
    const auto reply = bench.get({0x52, 1, 0, 0, 0, track, 0, 0, 36, 0});
    BOOST_REQUIRE_EQUAL(reply.size(), 36U);
    return reply[6] & 0xF0U;
}

BOOST_AUTO_TEST_CASE(a_variable_packet_ends_with_synchronize_cache) {
    Bench bench(cd_r());
    BOOST_TEST(packets(bench) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 100) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 100); // the packet may still grow
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 107); // run-out, link, run-in
    BOOST_TEST(bench.write(100, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(107, 200) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.read(0, 100) == pattern(0, 100), boost::test_tools::per_element());
    BOOST_TEST(bench.read(107, 200) == pattern(107, 200), boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(100, 1) == mmc::sense::illegal_mode_for_track); // a link block
    BOOST_TEST(status_bits(bench, 1) == 0x20U);
}

BOOST_AUTO_TEST_CASE(a_gap_of_a_link_begins_a_new_packet) {
    Bench bench(cd_r());
    packets(bench);
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
    BOOST_TEST(bench.write(71, 64) == mmc::sense::none);
    BOOST_TEST(bench.write(141, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(142, 1) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(an_unprotected_packet_ends_when_the_buffer_runs_dry) {
    Bench bench(cd_r());
    packets(bench, 0, false, 0x00);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    bench.clock.sleep_until(bench.clock.now() + 60s);
    BOOST_TEST(bench.track(0xFF).next == 39);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(39, 32) == mmc::sense::none); // no underrun: nothing is lost
}

BOOST_AUTO_TEST_CASE(fixed_packets_have_no_addresses_between_them) {
    Bench bench(cd_rw());
    BOOST_TEST(packets(bench, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 31) == mmc::sense::invalid_packet_size);
    BOOST_TEST(bench.write(0, 320) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 320);
    BOOST_TEST(status_bits(bench, 1) == 0x30U);
    BOOST_TEST(packets(bench, 16) == mmc::sense::none);
    BOOST_TEST(bench.write(320, 16) == mmc::sense::invalid_packet_size);
    packets(bench, 0);
    BOOST_TEST(bench.write(320, 16) == mmc::sense::invalid_packet_size);
    packets(bench, 32);
    BOOST_TEST(bench.write(320, 32) == mmc::sense::none);
    BOOST_TEST(bench.close_track() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.capacity() == 351U);
    BOOST_TEST(bench.read(0, 352) == pattern(0, 352), boost::test_tools::per_element());
    // 11 packets take 39 blocks each.
    const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0xAA, 0, 12, 0});
    BOOST_TEST(mmc::get32(&toc[8]) == 11U * 39);
}

BOOST_AUTO_TEST_CASE(a_packet_of_no_blocks_is_no_packet_size) {
    Bench bench(cd_rw());
    Bytes list(8 + 52);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = 0x40;
    list[11] = 0x25;
    list[12] = 8;
    BOOST_TEST(Bench::sense(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list)) ==
               mmc::sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(a_packet_that_does_not_fit_is_refused) {
    Bench bench(short_cd_r(500));
    packets(bench);
    BOOST_TEST(bench.write(0, 480) == mmc::sense::none);
    BOOST_TEST(bench.write(480, 19) ==
               mmc::sense::packet_does_not_fit); // two blocks for the run-out
    BOOST_TEST(bench.write(480, 18) == mmc::sense::none);
    BOOST_TEST(bench.write(498, 1) == mmc::sense::packet_does_not_fit);
}

BOOST_AUTO_TEST_CASE(a_test_write_of_packets_leaves_the_disc_blank) {
    Bench bench(cd_r());
    packets(bench, 0, false, 0x50);
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 64);
    BOOST_TEST(bench.write(32, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(64, 64) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.close_track() == mmc::sense::none);
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.track(0xFF).next == 0);
}

BOOST_AUTO_TEST_CASE(reserved_tracks_are_written_in_any_order) {
    Bench bench(cd_r());
    packets(bench);
    BOOST_TEST(reserve(bench, 1000) == mmc::sense::none);
    BOOST_TEST(reserve_up_to(bench, 3000) == mmc::sense::none); // the third begins at 3000
    BOOST_TEST(bench.disc_information().session_state == 1U);
    BOOST_TEST(bench.track(1).size == 1000);
    BOOST_TEST(status_bits(bench, 1) == 0xC0U);
    BOOST_TEST(bench.track(2).start == 1150);
    BOOST_TEST(bench.track(0xFF).number == 3U);
    BOOST_TEST(bench.track(0xFF).start == 3000);

    BOOST_TEST(bench.write(1150, 64) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none); // the first packet ends by itself
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(status_bits(bench, 2) == 0xA0U);
    BOOST_TEST(bench.track(1).next == 71);
    BOOST_TEST(bench.track(2).next == 1150 + 71);
    BOOST_TEST(Bench::sense(bench.write_raw(71, 928, Bytes(928 * 2048))) ==
               mmc::sense::packet_does_not_fit);
    BOOST_TEST(bench.read(1150, 64) == pattern(1150, 64), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reserved_tracks_are_padded_before_the_session_closes) {
    Bench bench(cd_r());
    packets(bench);
    reserve(bench, 400);
    reserve(bench, 400);
    bench.write(0, 64);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::reserved_track_empty);
    BOOST_TEST(bench.close_track(1) == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::reserved_track_empty);
    BOOST_TEST(bench.close_track(2) == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.read(71, 327) == Bytes(327 * 2048), boost::test_tools::per_element());
    BOOST_TEST(bench.read(550, 398) == Bytes(398 * 2048), boost::test_tools::per_element());
    BOOST_TEST(bench.capacity() == 949U);
}

BOOST_AUTO_TEST_CASE(an_open_track_keeps_the_session_open) {
    Bench bench(cd_r());
    packets(bench);
    bench.write(0, 64);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
    BOOST_TEST(reserve(bench, 400) == mmc::sense::sequence_error);
    bench.tao();
    BOOST_TEST(bench.write(71, 64) == mmc::sense::illegal_mode_for_track);
    packets(bench);
    BOOST_TEST(bench.close_track() == mmc::sense::none); // padded to 300 blocks
    BOOST_TEST(bench.track(1).size == 302);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_reserved_track_can_be_recorded_at_once) {
    Bench bench(cd_r());
    bench.tao();
    BOOST_TEST(reserve(bench, 500) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 300) == mmc::sense::none);
    BOOST_TEST(bench.write(300, 199) == mmc::sense::end_of_track);
    BOOST_TEST(bench.sync() == mmc::sense::none); // padded to its end
    BOOST_TEST(bench.track(1).size == 500);
    BOOST_TEST(bench.track(0xFF).start == 650);
}

BOOST_AUTO_TEST_CASE(reservations_have_limits) {
    Bench bench(short_cd_r(2000));
    packets(bench);
    BOOST_TEST(reserve(bench, 0) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(reserve(bench, 2001) == mmc::sense::end_of_track);
    BOOST_TEST(reserve(bench, 0xFFFFFFFF) == mmc::sense::end_of_track);
    BOOST_TEST(reserve_up_to(bench, -1) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(reserve(bench, 2000) == mmc::sense::none);
    BOOST_TEST(reserve(bench, 300) == mmc::sense::end_of_track);
    Bench full(cd_r());
    packets(full);
    full.drive.disc()->structure().pma_entries_used = 100;
    BOOST_TEST(reserve(full, 300) == mmc::sense::pma_full);
    BOOST_TEST(full.write(0, 1) == mmc::sense::pma_full);
    full.tao();
    BOOST_TEST(full.write(0, 1) == mmc::sense::pma_full);
    full.drive.disc()->structure().pma_entries_used = 98;
    BOOST_TEST(reserve(full, 300) == mmc::sense::pma_almost_full); // and done
    BOOST_TEST(full.track(1).size == 300);
}

BOOST_AUTO_TEST_CASE(a_disc_takes_99_tracks) {
    Bench bench(cd_r());
    packets(bench);
    for (int track = 1; track <= 99; ++track) {
        const auto sense = reserve(bench, 300);
        BOOST_TEST((sense == mmc::sense::none || sense == mmc::sense::pma_almost_full));
    }
    BOOST_TEST(reserve(bench, 300) == mmc::sense::too_many_reservations);
    const auto resources = bench.get({0x51, 1, 0, 0, 0, 0, 0, 0, 12, 0});
    BOOST_TEST(mmc::get16(&resources[6]) == 99U);
    BOOST_TEST(mmc::get16(&resources[10]) == 99U);
}

BOOST_AUTO_TEST_CASE(power_loss_damages_the_packet_and_repair_track_mends_it) {
    Bench bench(cd_r());
    packets(bench);
    bench.write(0, 32);
    bench.sync();
    BOOST_TEST(bench.write(39, 200) == mmc::sense::none);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    packets(bench);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(!bench.track(1).writable);
    BOOST_TEST(bench.write(39, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(repair(bench, 1) == mmc::sense::none);
    BOOST_TEST(!bench.track(1).damaged);
    BOOST_TEST(repair(bench, 1) == mmc::sense::none); // nothing to repair
    BOOST_TEST(repair(bench, 7) == mmc::sense::invalid_field_in_cdb);
    const auto next = bench.track(1).next;
    BOOST_TEST(next > 39);
    BOOST_TEST(bench.write(next, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.read(0, 32) == pattern(0, 32), boost::test_tools::per_element());
}

} // namespace
} // namespace burnrig::emulator
