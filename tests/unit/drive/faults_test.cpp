// SPDX-License-Identifier: Apache-2.0
// Fault rules acted out by the drive, with what they leave on the disc.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

void record(Bench& bench, std::int32_t blocks = 320) {
    bench.tao();
    BOOST_REQUIRE_EQUAL(bench.write(0, blocks), mmc::sense::none);
    BOOST_REQUIRE_EQUAL(bench.sync(), mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(the_reported_calibration_failure_byte_for_byte) {
    Bench bench(cd_rw());
    bench.faults({"opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"});
    bench.tao();
    const auto result = bench.send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0}, 60s);
    BOOST_TEST((result.duration == 8906ms));
    const Bytes sense(result.sense.view().begin(), result.sense.view().end());
    BOOST_TEST(sense == (Bytes{0x70, 0, 3, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x73, 3, 0, 0, 0, 0}),
               boost::test_tools::per_element());
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 1U);
    BOOST_TEST(bench.opc() == mmc::sense::none); // once
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 2U);
}

BOOST_AUTO_TEST_CASE(after_means_that_all_of_it_is_done) {
    Bench bench(cd_r());
    bench.faults({"at SEND_OPC_INFORMATION after -> fail pca-almost-full"});
    BOOST_TEST(bench.opc() == mmc::sense::pca_almost_full);
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 1U);
    record(bench);
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 1U); // the calibration counts
}

BOOST_AUTO_TEST_CASE(a_write_error_damages_the_track_where_it_struck) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #3 -> fail write-error"});
    bench.tao();
    BOOST_TEST(bench.write(0, 320) == mmc::sense::write_error);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(!bench.track(1).writable);
    BOOST_TEST(bench.write(64, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
}

BOOST_AUTO_TEST_CASE(midway_the_first_blocks_are_taken) {
    Bench bench(cd_r(), recorder(), {0, true}); // all that is taken is burned
    bench.faults({"at WRITE_10 #2 midway 0.25 -> fail write-error"});
    bench.tao();
    BOOST_TEST(bench.write(0, 64) == mmc::sense::write_error);
    BOOST_TEST(bench.track(1).size == 40);
    BOOST_TEST(bench.read(0, 40) == pattern(0, 40), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_refusal_by_rule_leaves_the_write_as_it_is) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> fail long-write"});
    bench.tao();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::long_write);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_deferred_error_comes_with_the_next_command_that_can_carry_it) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> fail 03/0C/00 deferred"});
    bench.tao();
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
    BOOST_TEST(bench.get({0x12, 0, 0, 0, 36, 0}).size() == 36U); // cannot carry it
    const auto result = bench.write_raw(64, 1, pattern(64, 1));
    const auto sense = mmc::decode_sense(result.sense.view());
    BOOST_REQUIRE(sense);
    BOOST_TEST(sense->deferred);
    BOOST_TEST(sense->code == mmc::sense::write_error);
    BOOST_TEST(sense->information.value() == 32U);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.track(1).damaged);
}

BOOST_AUTO_TEST_CASE(lost_blocks_were_acknowledged_and_are_not_there) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> lose"});
    record(bench);
    BOOST_TEST(bench.read(0, 32) == pattern(0, 32), boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(32, 1) == mmc::sense::unrecovered_read);
    BOOST_TEST(bench.read(64, 32) == pattern(64, 32), boost::test_tools::per_element());
    bench.drive.disc()->damage().heal();
    BOOST_TEST(bench.read(32, 32) == pattern(32, 32), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(corrupted_blocks_come_back_different_each_time_alike) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> corrupt bits 3"});
    record(bench);
    const auto once = bench.read(32, 32);
    BOOST_TEST(once.size() == 32U * 2048);
    BOOST_TEST((once != pattern(32, 32)));
    BOOST_TEST((once == bench.read(32, 32)));
}

BOOST_AUTO_TEST_CASE(a_command_that_hangs_ends_when_the_hosts_patience_does) {
    Bench bench(cd_r());
    bench.faults({"at SYNCHRONIZE_CACHE -> hang"});
    bench.tao();
    bench.write(0, 320);
    const auto result = bench.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 120s);
    BOOST_TEST(result.host == mmc::HostStatus::time_out);
    BOOST_TEST((result.duration == 120s));
    BOOST_TEST(bench.track(1).size > 322); // not ended
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(1).size == 322);
}

BOOST_AUTO_TEST_CASE(a_busy_drive_is_not_ready_for_a_time) {
    Bench bench(cd_r());
    bench.faults({"at SEND_OPC_INFORMATION after -> busy 5s 02/04/07"});
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.ready() == mmc::sense::operation_in_progress);
    BOOST_TEST(bench.get({0x12, 0, 0, 0, 36, 0}).size() == 36U);
    bench.pass(5s);
    BOOST_TEST(bench.ready() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(power_loss_in_mid_write_and_power_coming_back) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #5 -> power-loss 3s"});
    bench.tao();
    bench.write(0, 128);
    const auto result = bench.write_raw(128, 32, pattern(128, 32));
    BOOST_TEST(result.host == mmc::HostStatus::no_connect);
    BOOST_TEST(bench.send({0x00, 0, 0, 0, 0, 0}).host == mmc::HostStatus::no_connect);
    BOOST_TEST(!bench.drive.status().powered);
    bench.pass(3s);
    BOOST_TEST(bench.ready() == mmc::sense::power_on);
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(bench.track(1).size < 128); // the buffer's content is gone
}

BOOST_AUTO_TEST_CASE(power_loss_at_a_time) {
    Bench bench(cd_r());
    bench.faults({"at time 10s -> power-loss 1s"});
    BOOST_TEST(bench.ready() == mmc::sense::none);
    bench.pass(10s);
    BOOST_TEST(bench.send({0x00, 0, 0, 0, 0, 0}).host == mmc::HostStatus::no_connect);
    bench.pass(1s);
    BOOST_TEST(bench.ready() == mmc::sense::power_on);
}

BOOST_AUTO_TEST_CASE(the_eject_button_and_the_emergency_pin) {
    Bench bench(cd_r());
    bench.send({0x1E, 0, 0, 0, 1, 0});
    while (bench.media_event() != 0) {
    }
    bench.faults({"one: at READ_CAPACITY -> eject request",
                  "two: at READ_DISC_INFORMATION -> eject emergency"});
    bench.capacity();
    BOOST_TEST(bench.media_event() == 1U); // locked: the host is asked
    BOOST_TEST(bench.ready() == mmc::sense::none);
    bench.disc_information();
    BOOST_TEST(bench.ready() == mmc::sense::tray_open);
}

BOOST_AUTO_TEST_CASE(a_failed_blank_leaves_a_disc_that_must_be_blanked_again) {
    Bench bench(cd_rw());
    record(bench);
    bench.faults({"at BLANK -> take 30s, fail 03/51/00"});
    const auto result = bench.send({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST(Bench::sense(result) == mmc::sense::erase_failed);
    BOOST_TEST((result.duration == 30s));
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(taking_longer_shifts_the_end_of_what_is_waited_for) {
    Bench bench(cd_rw());
    bench.faults({"one: at BLANK #1 -> take 2s", "two: at BLANK #2 -> take +100s"});
    const auto quick = bench.send({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST((quick.duration == 2s));
    BOOST_TEST(bench.disc_information().status == 0U);
    const auto slow = bench.send({0xA1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST((slow.duration == 125s));
    BOOST_TEST(bench.ready() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_command_that_only_fetched_an_attention_is_not_counted) {
    Bench bench(cd_r());
    auto disc = Disc::in_memory(cd_r());
    bench.faults({"at TEST_UNIT_READY #1 -> fail 04/44/00"});
    bench.drive.insert(std::move(*disc));
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.ready() == mmc::sense::internal_failure);
    BOOST_TEST(bench.drive.faults().report().at(0).fired == 1U);
}

} // namespace
} // namespace burnrig::emulator
