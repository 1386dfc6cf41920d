// SPDX-License-Identifier: Apache-2.0
// BLANK, and the power calibration area.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

void record(Bench& bench, bool multi = false) {
    bench.tao(multi);
    BOOST_REQUIRE_EQUAL(bench.write(0, 320), mmc::sense::none);
    bench.sync();
    BOOST_REQUIRE_EQUAL(bench.close_session(), mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_cd_rw_is_blank_again_and_can_be_recorded_again) {
    for (const auto type : {std::uint8_t{0}, std::uint8_t{1}}) {
        Bench bench(cd_rw());
        record(bench);
        while (bench.media_event() != 0) {
        }
        BOOST_TEST(bench.blank(type) == mmc::sense::none);
        BOOST_TEST(bench.media_event() == 2U);
        const auto disc = bench.disc_information();
        BOOST_TEST(disc.status == 0U);
        BOOST_TEST(disc.session_state == 0U);
        BOOST_TEST(bench.track(0xFF).next == 0);
        BOOST_TEST(bench.drive.disc()->blank());
        BOOST_TEST(bench.drive.disc()->structure().rewritten);
        BOOST_TEST(bench.read_sense(0, 1) == mmc::sense::lba_out_of_range);
        record(bench, true);
        BOOST_TEST(bench.disc_information().status == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_cd_r_and_the_reserved_type_are_refused) {
    Bench once(cd_r());
    for (std::uint8_t type = 0; type < 7; ++type)
        BOOST_TEST(once.blank(type) == mmc::sense::unwritable_medium);
    Bench bench(cd_rw());
    BOOST_TEST(bench.blank(7) == mmc::sense::invalid_field_in_cdb);
}

mmc::SenseCode blank_part(Bench& bench, std::uint8_t type, std::int32_t address = 0) {
    Bytes cdb(12);
    cdb[0] = 0xA1;
    cdb[1] = type;
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(address));
    return Bench::sense(bench.send(cdb));
}

void packets(Bench& bench) {
    BOOST_REQUIRE_EQUAL(bench.write_parameters(0x40, 0xC5, 8), mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(an_empty_disc_has_no_part_to_blank) {
    Bench bench(cd_rw());
    BOOST_TEST(blank_part(bench, 2, 1) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(blank_part(bench, 3) == mmc::sense::sequence_error);
    BOOST_TEST(blank_part(bench, 4, 0) == mmc::sense::lba_out_of_range);
    BOOST_TEST(blank_part(bench, 5) == mmc::sense::sequence_error);
    BOOST_TEST(blank_part(bench, 6) == mmc::sense::sequence_error);
    BOOST_TEST(bench.drive.disc()->blank());
}

BOOST_AUTO_TEST_CASE(a_blanked_track_can_be_recorded_again) {
    Bench bench(cd_rw());
    bench.tao(true);
    bench.write(0, 400);
    bench.sync();
    bench.write(552, 400);
    bench.sync();
    BOOST_TEST(blank_part(bench, 2, 1) == mmc::sense::none);
    BOOST_TEST(bench.track(1).blank);
    BOOST_TEST(bench.track(1).size == 402);
    BOOST_TEST(bench.read_sense(0, 1) != mmc::sense::none);
    BOOST_TEST(bench.read(552, 400) == pattern(552, 400), boost::test_tools::per_element());
    bench.tao(true);
    BOOST_TEST(bench.write(0, 400) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.read(0, 400) == pattern(0, 400), boost::test_tools::per_element());
    BOOST_TEST(blank_part(bench, 2, 1) ==
               mmc::sense::invalid_field_in_cdb); // the session is closed
}

BOOST_AUTO_TEST_CASE(the_last_track_can_be_unreserved) {
    Bench bench(cd_rw());
    packets(bench);
    for (int i = 0; i < 2; ++i)
        BOOST_REQUIRE(bench.send({0x53, 0, 0, 0, 0, 0, 0, 3, 0xE8, 0}).good()); // 1000 blocks
    BOOST_TEST(bench.track(0xFF).number == 3U);
    BOOST_TEST(blank_part(bench, 3) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).number == 2U);
    BOOST_TEST(bench.track(0xFF).start == 1150);
    BOOST_TEST(blank_part(bench, 3) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
    BOOST_TEST(bench.drive.disc()->structure().pma_entries_used == 0U);
}

BOOST_AUTO_TEST_CASE(the_tail_of_a_packet_track_can_be_blanked) {
    Bench bench(cd_rw());
    packets(bench);
    bench.write(0, 100);
    bench.sync();
    bench.write(107, 100);
    bench.sync();
    BOOST_TEST(blank_part(bench, 4, 108) == mmc::sense::illegal_mode_for_track); // within a packet
    BOOST_TEST(blank_part(bench, 4, 107) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == 107);
    BOOST_TEST(bench.read(0, 100) == pattern(0, 100), boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(107, 1) != mmc::sense::none);
    packets(bench);
    BOOST_TEST(bench.write(107, 100) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(the_last_session_can_be_opened_again_or_erased) {
    Bench bench(cd_rw());
    record(bench, true);
    BOOST_TEST(bench.disc_information().sessions == 2U);
    BOOST_TEST(blank_part(bench, 5) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().sessions == 1U);
    BOOST_TEST(bench.disc_information().session_state == 1U);
    BOOST_TEST(bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 20, 0}).empty()); // no TOC any more
    bench.tao(true);
    BOOST_TEST(bench.write(322 + 150, 320) == mmc::sense::none);
    bench.sync();
    bench.close_session();
    const auto second = bench.track(0xFF).next;
    bench.tao();
    bench.write(second, 320);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.disc_information().status == 2U);
    BOOST_TEST(blank_part(bench, 6) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 1U);
    BOOST_TEST(bench.track(0xFF).next == second);
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
    BOOST_TEST(blank_part(bench, 6) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
    BOOST_TEST(bench.drive.disc()->blank());
}

BOOST_AUTO_TEST_CASE(blanking_in_test_write_mode_touches_nothing) {
    Bench bench(cd_rw());
    record(bench);
    BOOST_TEST(bench.write_parameters(0x51, 0x04, 8) == mmc::sense::none);
    BOOST_TEST(bench.blank(0) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 2U);
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(blanking_behind_the_commands_shows_its_progress) {
    Bench bench(cd_rw());
    record(bench);
    BOOST_TEST(bench.blank(0x11) == mmc::sense::none); // IMMED, minimal: 25 s
    const auto busy = bench.send({0x00, 0, 0, 0, 0, 0});
    BOOST_TEST(Bench::sense(busy) == mmc::sense::operation_in_progress);
    bench.pass(12500ms);
    const auto sense = bench.get({0x03, 0, 0, 0, 18, 0});
    BOOST_REQUIRE(sense.size() == 18U);
    BOOST_TEST(sense[2] == 2);
    BOOST_TEST(sense[12] == 0x04);
    BOOST_TEST(sense[13] == 0x07);
    BOOST_TEST(sense[15] == 0x80);
    BOOST_TEST(mmc::get16(&sense[16]) / 655 == 50); // percent
    bench.get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::operation_in_progress);
    BOOST_TEST(bench.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}).size() == 8U); // answers all the same
    bench.pass(12500ms);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(blanking_takes_minutes_when_whole_and_less_when_minimal) {
    Bench bench(cd_rw());
    const auto minimal = bench.send({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST(minimal.duration.count() == (25s).count() * 1e9, boost::test_tools::tolerance(0.01));
    const auto whole = bench.send({0xA1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST(whole.duration.count() == 509.8e9, boost::test_tools::tolerance(0.01)); // 80 min/10x
}

BOOST_AUTO_TEST_CASE(a_blank_that_lasts_longer_than_the_host_waits_goes_on) {
    Bench bench(cd_rw());
    record(bench);
    const auto result = bench.send({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 10s);
    BOOST_TEST(result.host == mmc::HostStatus::time_out);
    BOOST_TEST((result.duration == 10s));
    BOOST_TEST(bench.ready() == mmc::sense::operation_in_progress);
    bench.pass(15s);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(a_blank_cut_off_by_a_power_cut_leaves_a_disc_that_must_be_blanked) {
    Bench bench(cd_rw());
    record(bench);
    bench.blank(0x11);
    bench.pass(5s);
    bench.drive.power_off();
    BOOST_TEST(bench.send({0x12, 0, 0, 0, 36, 0}).host == mmc::HostStatus::no_connect);
    bench.drive.power_on();
    BOOST_TEST(bench.ready() == mmc::sense::power_on);
    bench.settle();
    BOOST_TEST(bench.disc_information().session_state == 2U);
    bench.tao();
    BOOST_TEST(bench.write(0, 1) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(the_calibration_area_of_a_cd_r_fills_up) {
    auto medium = cd_r();
    medium.calibration_slots = 5;
    Bench bench(medium);
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.opc() == mmc::sense::pca_almost_full); // done, with a warning
    BOOST_TEST(bench.opc() == mmc::sense::pca_almost_full);
    BOOST_TEST(bench.opc() == mmc::sense::pca_almost_full);
    BOOST_TEST(bench.opc() == mmc::sense::pca_full);
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 5U);
    BOOST_TEST(bench.drive.disc()->blank());
    bench.tao();
    BOOST_TEST(bench.write(0, 1) == mmc::sense::none); // the last one was good
}

BOOST_AUTO_TEST_CASE(without_calibration_the_first_write_makes_one_or_fails) {
    auto medium = cd_r();
    medium.calibration_slots = 1;
    Bench bench(medium);
    bench.tao();
    bench.write(0, 300);
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 1U);
    bench.sync();
    bench.send({0xBB, 0, 0xFF, 0xFF, 0x06, 0xE4, 0, 0, 0, 0, 0, 0}); // another speed: 10x
    BOOST_TEST(bench.write(452, 1) == mmc::sense::pca_full);
}

BOOST_AUTO_TEST_CASE(calibration_takes_seconds) {
    Bench bench(cd_rw());
    const auto result = bench.send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST((result.duration == 4s));
}

} // namespace
} // namespace burnrig::emulator
