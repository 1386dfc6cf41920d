// SPDX-License-Identifier: Apache-2.0
// The life of a disc recorded track at once, as a host sees it.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

BOOST_AUTO_TEST_CASE(a_blank_disc_says_where_to_begin_and_how_much_fits) {
    Bench bench(cd_r());
    const auto disc = bench.disc_information();
    BOOST_TEST(!disc.erasable);
    BOOST_TEST(disc.status == 0U);
    BOOST_TEST(disc.session_state == 0U);
    BOOST_TEST(disc.sessions == 1U);
    const auto track = bench.track(0xFF);
    BOOST_TEST(track.number == 1U);
    BOOST_TEST(track.blank);
    BOOST_TEST(track.writable);
    BOOST_TEST(track.start == 0);
    BOOST_TEST(track.next == 0);
    BOOST_TEST(track.free == 359844); // two blocks of run-out less than the last lead-out
    BOOST_TEST(bench.capacity() == 0U);
}

BOOST_AUTO_TEST_CASE(one_track_written_synchronized_and_closed_reads_back) {
    Bench bench(cd_r());
    bench.tao();
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.write(0, 320) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 320);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    const auto open = bench.disc_information();
    BOOST_TEST(open.status == 1U);
    BOOST_TEST(open.session_state == 1U);
    BOOST_TEST(open.last_track == 2U); // the invisible one
    BOOST_TEST(bench.track(1).size == 322);
    BOOST_TEST(bench.track(2).next == 472); // run-out 2, pre-gap 150
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    const auto closed = bench.disc_information();
    BOOST_TEST(closed.status == 2U);
    BOOST_TEST(closed.session_state == 3U);
    BOOST_TEST(bench.capacity() == 321U); // run-out counted
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(320, 1) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.read_sense(322, 1) == mmc::sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(a_finalized_disc_takes_nothing_more) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.write(452, 1) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.opc() == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.close_session() == mmc::sense::unwritable_medium);
    bench.get({0x52, 1, 0, 0, 0, 0xFF, 0, 0, 36, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(two_sessions_with_several_tracks) {
    Bench bench(cd_rw());
    bench.tao(true);
    bench.write(0, 1640);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    const auto between = bench.disc_information();
    BOOST_TEST(between.erasable);
    BOOST_TEST(between.status == 1U);
    BOOST_TEST(between.session_state == 0U);
    BOOST_TEST(between.sessions == 2U);
    BOOST_TEST(between.first_track == 2U);
    BOOST_TEST(bench.track(0xFF).next == 1642 + 11400);

    bench.tao(false);
    BOOST_TEST(bench.write(13042, 300) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.write(13042 + 452, 300) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    const auto done = bench.disc_information();
    BOOST_TEST(done.status == 2U);
    BOOST_TEST(done.sessions == 2U);
    BOOST_TEST(done.first_track == 2U);
    BOOST_TEST(done.last_track == 3U);
    BOOST_TEST(bench.read(13042, 300) == pattern(13042, 300), boost::test_tools::per_element());
    BOOST_TEST(bench.read(0, 1640) == pattern(0, 1640), boost::test_tools::per_element());
    const auto toc = bench.get({0x43, 0, 1, 0, 0, 0, 0, 0, 12, 0});
    BOOST_TEST(toc == (Bytes{0, 10, 1, 2, 0, 0x14, 2, 0, 0, 0, 0x32, 0xF2}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_audio_track_has_blocks_of_2352_bytes) {
    Bench bench(cd_r());
    BOOST_TEST(bench.write_parameters(0x41, 0x00, 0) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 300, 2352) == mmc::sense::none);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.track(1).mode == 0U);
    BOOST_TEST(bench.read_sense(0, 1) == mmc::sense::illegal_mode_for_track);
    const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 255, 0});
    BOOST_REQUIRE(toc.size() == 20U);
    BOOST_TEST(toc[5] == 0x10);
    BOOST_TEST(mmc::get32(&toc[16]) == 302U);
}

BOOST_AUTO_TEST_CASE(a_short_track_is_padded_to_four_seconds) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 10);
    bench.sync();
    BOOST_TEST(bench.track(1).size == 302);
    bench.close_session();
    auto wanted = pattern(0, 10);
    wanted.resize(300 * 2048);
    BOOST_TEST(bench.read(0, 300) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_next_writable_address_is_taken) {
    Bench bench(cd_r());
    bench.tao();
    BOOST_TEST(bench.write(1, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(-150, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(400000, 1) == mmc::sense::lba_out_of_range);
    BOOST_TEST(bench.drive.disc()->blank()); // a refused WRITE begins nothing
    BOOST_TEST(bench.write(0, 16) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(17, 16) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(16, 16) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_past_the_end) {
    Bench bench(short_cd_r(400));
    bench.tao();
    BOOST_TEST(bench.track(0xFF).free == 398);
    BOOST_TEST(bench.write(0, 384) == mmc::sense::none);
    BOOST_TEST(bench.write(384, 15) == mmc::sense::end_of_track);
    BOOST_TEST(bench.write(384, 14) == mmc::sense::none);
    BOOST_TEST(bench.write(398, 1) == mmc::sense::end_of_track);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.capacity() == 399U);
}

BOOST_AUTO_TEST_CASE(a_session_with_an_open_track_cannot_be_closed) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 300);
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close_track() == mmc::sense::none);
    BOOST_TEST(bench.track(1).size == 302);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(closing_what_is_empty_does_nothing) {
    Bench bench(cd_r());
    BOOST_TEST(bench.close_track() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.close_track(7) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(Bench::sense(bench.send({0x5B, 0, 6, 0, 0, 0, 0, 0, 0, 0})) ==
               mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(a_test_write_leaves_the_disc_untouched) {
    Bench bench(cd_r());
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == mmc::sense::none);
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.write(0, 320) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 320);
    BOOST_TEST(bench.write(0, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 0);
    BOOST_TEST(bench.disc_information().status == 0U);
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 0U);
}

// Mode page 05h for an audio track with a pause of `pause` blocks in front.
mmc::SenseCode audio(Bench& bench, std::uint16_t pause) {
    Bytes list(8 + 52);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = 0x41;
    mmc::put16(&list[8 + 14], pause);
    return Bench::sense(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list));
}

BOOST_AUTO_TEST_CASE(the_gap_in_front_of_a_track_depends_on_what_is_around_it) {
    Bench bench(cd_r());
    BOOST_TEST(audio(bench, 150) == mmc::sense::none);
    BOOST_TEST(bench.write(0, 300, 2352) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.track(0xFF).next == 302 + 150);
    BOOST_TEST(audio(bench, 0) == mmc::sense::none); // link and run-in need 150 all the same
    BOOST_TEST(bench.track(0xFF).next == 302 + 150);
    BOOST_TEST(audio(bench, 300) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 302 + 300);
    bench.tao(); // data behind audio: 75 blocks more
    BOOST_TEST(bench.track(0xFF).next == 302 + 225);
    BOOST_TEST(bench.write(302 + 225, 300) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.read(302 + 225, 300) == pattern(302 + 225, 300),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_host_that_sends_less_than_it_announced_is_told) {
    Bench bench(cd_r());
    bench.tao();
    const auto result = bench.write_raw(0, 16, Bytes(15 * 2048));
    BOOST_TEST(Bench::sense(result) ==
               (mmc::SenseCode{mmc::SenseKey::aborted_command, 0x4B, 0x00}));
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.write_raw(0, 16, Bytes(17 * 2048)).transferred == 16U * 2048);
}

} // namespace
} // namespace burnrig::emulator
