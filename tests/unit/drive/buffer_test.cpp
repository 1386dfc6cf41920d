// SPDX-License-Identifier: Apache-2.0
// The write buffer against the clock: full, dry, cut off.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint32_t blocks_in_buffer = 534528 / 2048;

// 10x, calibrated, so that a block takes 1.333 ms and no slot is used on the way.
void prepare(Bench& bench, bool burn_free = true) {
    bench.tao(false, burn_free);
    bench.send({0xBB, 0, 0xFF, 0xFF, 0x06, 0xE4, 0, 0, 0, 0, 0, 0});
    BOOST_REQUIRE_EQUAL(bench.opc(), mmc::sense::none);
}

std::pair<std::uint32_t, std::uint32_t> buffer_capacity(Bench& bench) {
    const auto reply = bench.get({0x5C, 0, 0, 0, 0, 0, 0, 0, 12, 0});
    BOOST_REQUIRE_EQUAL(reply.size(), 12U);
    return {mmc::get32(&reply[4]), mmc::get32(&reply[8])};
}

BOOST_AUTO_TEST_CASE(the_buffer_fills_and_drains_with_the_clock) {
    Bench bench(cd_rw());
    prepare(bench);
    BOOST_TEST(buffer_capacity(bench).first == 534528U);
    BOOST_TEST(buffer_capacity(bench).second == 534528U);
    bench.write(0, 128);
    BOOST_TEST(buffer_capacity(bench).second == 534528U - 128 * 2048);
    bench.pass(200ms + 64 * 1333us); // the head gets there, half of it is burned
    const auto free = buffer_capacity(bench).second;
    BOOST_TEST(free >= 534528U - 66 * 2048);
    BOOST_TEST(free <= 534528U - 62 * 2048);
    bench.pass(1s);
    BOOST_TEST(buffer_capacity(bench).second == 534528U);
}

BOOST_AUTO_TEST_CASE(a_full_buffer_holds_the_command_for_as_long_as_burning_takes) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, blocks_in_buffer);
    const auto begin = bench.clock.now();
    bench.write(blocks_in_buffer, 1024);
    // 1024 blocks at 750 blocks a second, and the head has to get there first.
    const auto seconds = std::chrono::duration<double>(bench.clock.now() - begin).count();
    BOOST_TEST(seconds == 1024 / 750.0 + 0.2, boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(the_other_kind_of_drive_takes_nothing_and_says_long_write) {
    auto model = recorder();
    model.blocks_when_full = false;
    Bench bench(cd_rw(), model);
    prepare(bench);
    BOOST_TEST(bench.write(0, 256) == mmc::sense::none);
    const auto full = bench.write_raw(256, 32, pattern(256, 32));
    BOOST_TEST(Bench::sense(full) == mmc::sense::long_write);
    BOOST_TEST(full.transferred == 0U);
    BOOST_TEST(buffer_capacity(bench).second < 32U * 2048);
    bench.pass(300ms);
    BOOST_TEST(bench.write(256, 32) == mmc::sense::none); // the same command again
    BOOST_TEST(bench.track(0xFF).next == 288);
}

BOOST_AUTO_TEST_CASE(protected_an_underrun_does_no_harm) {
    Bench bench(cd_rw());
    prepare(bench, true);
    bench.write(0, 160);
    bench.pass(2s);
    BOOST_TEST(bench.write(160, 80) == mmc::sense::none);
    bench.pass(3600s);
    BOOST_TEST(bench.write(240, 80) == mmc::sense::none);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unprotected_an_underrun_ends_the_track) {
    Bench bench(cd_rw());
    prepare(bench, false);
    bench.write(0, 160);
    bench.pass(2s);
    const auto result = bench.write_raw(160, 16, pattern(160, 16));
    BOOST_TEST(result.transferred == 0U);
    const std::vector<std::uint8_t> sense(result.sense.bytes.begin(),
                                          result.sense.bytes.begin() + 14);
    BOOST_TEST(sense == (Bytes{0xF0, 0, 3, 0, 0, 0, 160, 0x0A, 0, 0, 0, 0, 0x0C, 0x09}),
               boost::test_tools::per_element());
    BOOST_TEST(bench.write(160, 16) == mmc::sense::bad_write_address);
    const auto track = bench.track(1);
    BOOST_TEST(track.damaged);
    BOOST_TEST(!track.writable);
    BOOST_TEST(bench.disc_information().session_state == 1U);
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close_track() == mmc::sense::none); // the drive repairs it
    BOOST_TEST(!bench.track(1).damaged);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.read(0, 160) == pattern(0, 160), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unprotected_a_session_at_once_is_lost) {
    Bench bench(cd_rw());
    bench.sao(false, false);
    bench.cue(data_cue_sheet(640));
    bench.write(-150, 150);
    bench.write(0, 160);
    bench.pass(20s);
    const auto result = bench.write_raw(160, 16, pattern(160, 16));
    BOOST_TEST(Bench::sense(result) == mmc::sense::loss_of_streaming);
    const auto disc = bench.disc_information();
    BOOST_TEST(disc.session_state == 2U);
    BOOST_TEST(disc.status == 2U); // cannot be appended to
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(bench.close_track() == mmc::sense::fixation_failed);
    BOOST_TEST(bench.read(0, 160) == pattern(0, 160), boost::test_tools::per_element());
    BOOST_TEST(bench.blank(1) == mmc::sense::none); // which recovers a CD-RW always
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(power_loss_takes_what_was_only_in_the_buffer) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, 160);
    bench.pass(200ms + 80 * 1333us);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    const auto track = bench.track(1);
    BOOST_TEST(track.damaged);
    BOOST_TEST(track.size >= 78);
    BOOST_TEST(track.size <= 86);
    const auto burned = static_cast<std::uint16_t>(track.size);
    BOOST_TEST(bench.read(0, burned) == pattern(0, burned), boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(burned, 1) == mmc::sense::lba_out_of_range);
    BOOST_TEST((bench.drive.disc()->run_at(burned).state == BlockState::unrecorded));
}

BOOST_AUTO_TEST_CASE(what_was_synchronized_survives_power_loss) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, 320);
    bench.sync();
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(!bench.track(1).damaged);
    BOOST_TEST(bench.track(1).size == 322);
    bench.tao();
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_write_in_progress_allows_no_other_business) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, 160);
    BOOST_TEST(bench.blank(1) == mmc::sense::sequence_error);
    BOOST_TEST(bench.write_parameters(0x42, 0, 0) == mmc::sense::sequence_error);
    BOOST_TEST(bench.read_sense(0, 1) == mmc::sense::sequence_error);
    BOOST_TEST(Bench::sense(bench.send({0x1B, 0, 0, 0, 2, 0})) == mmc::sense::sequence_error);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.write(160, 160) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_write_that_its_host_gave_up_ends_like_a_synchronized_one) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, 320);
    bench.pass(60s);
    BOOST_TEST(bench.write_parameters(0x42, 0, 0) == mmc::sense::none);
    BOOST_TEST(bench.track(1).size == 322);
    BOOST_TEST(!bench.track(1).damaged);
}

BOOST_AUTO_TEST_CASE(synchronize_with_immed_goes_on_behind_the_commands) {
    Bench bench(cd_rw());
    prepare(bench);
    bench.write(0, 320);
    BOOST_TEST(Bench::sense(bench.send({0x35, 2, 0, 0, 0, 0, 0, 0, 0, 0})) == mmc::sense::none);
    BOOST_TEST(bench.ready() == mmc::sense::long_write);
    BOOST_TEST(bench.write(320, 1) == mmc::sense::long_write);
    bench.pass(10s);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.track(1).size == 322);
}

BOOST_AUTO_TEST_CASE(with_unlimited_speed_recording_takes_no_time) {
    DriveOptions options;
    options.unlimited_speed = true;
    Bench bench(cd_rw(), recorder(), options);
    bench.tao();
    const auto begin = bench.clock.now();
    bench.write(0, 3200);
    bench.sync();
    bench.close_session();
    BOOST_TEST((bench.clock.now() - begin < 50ms));
    BOOST_TEST(bench.capacity() == 3201U);
}

} // namespace
} // namespace burnrig::emulator
