// SPDX-License-Identifier: Apache-2.0
// Goal: a CD-RW that FORMAT UNIT has filled with packets is overwritten packet by packet, and
// refuses everything else with the sense that MMC names. Method: commands in order.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint32_t whole_disc = 359849 / 39 * 32; // 79:59:74

mmc::SenseCode fixed_packets(Bench& bench, std::uint8_t type = 0x40, std::uint32_t size = 32) {
    Bytes list(8 + 52);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = type;
    list[11] = 0x25;
    list[12] = 8;
    mmc::put32(&list[8 + 10], size);
    list[8 + 15] = 150;
    return Bench::sense(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list));
}

mmc::SenseCode format(Bench& bench, std::uint8_t type, std::uint32_t blocks,
                      std::uint32_t packet_size = 32, bool immediate = false) {
    Bytes list(12);
    list[1] = immediate ? 0x02 : 0;
    list[3] = 8;
    mmc::put32(&list[4], blocks);
    list[8] = static_cast<std::uint8_t>(type << 2);
    mmc::put24(&list[9], packet_size);
    return Bench::sense(bench.send_data({0x04, 0x11, 0, 0, 0, 0}, list));
}

Bytes format_capacities(Bench& bench) {
    return bench.get({0x23, 0, 0, 0, 0, 0, 0, 0, 252, 0}, 252);
}

BOOST_AUTO_TEST_CASE(the_capacities_offered_are_those_of_whole_packets) {
    Bench bench(cd_rw());
    const auto list = format_capacities(bench);
    BOOST_TEST_REQUIRE(list.size() == 28U);
    BOOST_TEST(mmc::get32(&list[4]) == 359849U);
    BOOST_TEST(+list[8] == 1); // unformatted
    BOOST_TEST(mmc::get32(&list[12]) == whole_disc);
    BOOST_TEST(+list[16] == 0x00 << 2);
    BOOST_TEST(mmc::get24(&list[17]) == 32U);
    BOOST_TEST(mmc::get32(&list[20]) == whole_disc);
    BOOST_TEST(+list[24] == 0x10 << 2);
    Bench write_once(cd_r());
    BOOST_TEST(format_capacities(write_once).size() == 12U);
}

BOOST_AUTO_TEST_CASE(a_formatted_disc_reads_zeros_and_takes_packets_in_any_order) {
    for (const auto type : {std::uint8_t{0x00}, std::uint8_t{0x10}}) {
        Bench bench(cd_rw());
        BOOST_TEST(format(bench, type, 3200) == mmc::sense::none);
        BOOST_TEST(bench.capacity() == 3199U);
        BOOST_TEST(+format_capacities(bench)[8] == 2); // formatted
        const auto disc = bench.disc_information();
        BOOST_TEST(disc.erasable);
        BOOST_TEST(disc.status == 2U);
        BOOST_TEST(disc.session_state == 3U);
        BOOST_TEST(bench.read(3168, 32) == Bytes(32 * 2048), boost::test_tools::per_element());
        BOOST_TEST(fixed_packets(bench) == mmc::sense::none);
        BOOST_TEST(bench.write(1600, 64) == mmc::sense::none);
        BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
        BOOST_TEST(bench.write(1600, 32) == mmc::sense::none); // again
        BOOST_TEST(bench.sync() == mmc::sense::none);
        BOOST_TEST(bench.read(1600, 64) == pattern(1600, 64), boost::test_tools::per_element());
        BOOST_TEST(bench.read(0, 32) == pattern(0, 32), boost::test_tools::per_element());
        BOOST_TEST(bench.read(32, 32) == Bytes(32 * 2048), boost::test_tools::per_element());
    }
}

// 11h and 12h grow or add a session, 24h makes a Mount Rainier disc: this drive lists none of them.
BOOST_AUTO_TEST_CASE(types_that_are_not_offered_are_refused) {
    Bench bench(cd_rw());
    for (const std::uint8_t type : Bytes{0x01, 0x11, 0x12, 0x13, 0x15, 0x20, 0x24, 0x26, 0x30})
        BOOST_TEST(format(bench, type, 3200) == mmc::sense::invalid_field_in_list);
    const auto mount_rainier = bench.get({0x46, 2, 0, 0x28, 0, 0, 0, 0, 64, 0});
    BOOST_TEST(mount_rainier.size() == 8U); // the header alone: no such feature
    BOOST_TEST(bench.disc_information().status == 0U);
    BOOST_TEST(format(bench, 0x10, 3200) == mmc::sense::none);
    BOOST_TEST(format(bench, 0x12, 320) == mmc::sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(features_follow_the_format) {
    Bench bench(cd_rw());
    const auto current = [&](std::uint16_t feature) {
        Bytes cdb{0x46, 2, 0, 0, 0, 0, 0, 0, 64, 0};
        mmc::put16(&cdb[2], feature);
        const auto reply = bench.get(cdb, 64);
        return reply.size() > 10 && (reply[10] & 1) != 0;
    };
    BOOST_TEST(current(0x002D));
    format(bench, 0x10, 3200);
    BOOST_TEST(!current(0x002D)); // no track at once on it
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(current(0x002D));
}

BOOST_AUTO_TEST_CASE(a_wrong_write_on_a_formatted_disc_is_refused) {
    Bench bench(cd_rw());
    format(bench, 0x10, 3200);
    fixed_packets(bench);
    BOOST_TEST(bench.write(1, 32) == mmc::sense::invalid_packet_size);
    BOOST_TEST(bench.write(32, 31) == mmc::sense::invalid_packet_size);
    BOOST_TEST(bench.write(3200, 32) == mmc::sense::lba_out_of_range);
    BOOST_TEST(bench.write(-32, 32) == mmc::sense::lba_out_of_range);
    BOOST_TEST(Bench::sense(bench.write_raw(3168, 64, Bytes(64 * 2048))) ==
               mmc::sense::packet_does_not_fit);
    fixed_packets(bench, 0x40, 16);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::invalid_packet_size);
    fixed_packets(bench, 0x50); // a test write
    BOOST_TEST(bench.write(32, 32) == mmc::sense::illegal_mode_for_track);
    bench.tao();
    BOOST_TEST(bench.write(32, 32) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(bench.read(32, 32) == Bytes(32 * 2048), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_wrong_format_is_refused) {
    Bench bench(cd_rw());
    BOOST_TEST(format(bench, 0x10, 0) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(format(bench, 0x10, 33) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(format(bench, 0x10, whole_disc + 32) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(format(bench, 0x10, 3200, 16) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(format(bench, 0x24, 3200) == mmc::sense::invalid_field_in_list); // MRW
    BOOST_TEST(bench.disc_information().status == 0U);
    Bench write_once(cd_r());
    BOOST_TEST(format(write_once, 0x10, 3200) == mmc::sense::cannot_format_medium);
}

BOOST_AUTO_TEST_CASE(the_format_code_of_older_drives) {
    Bench bench(cd_rw());
    fixed_packets(bench);
    Bytes list(12);
    list[3] = 8;
    mmc::put32(&list[8], 6400);
    BOOST_TEST(Bench::sense(bench.send_data({0x04, 0x17, 0, 0, 0, 0}, list)) == mmc::sense::none);
    BOOST_TEST(bench.capacity() == 6399U);
    list[4] = 0x40; // grow
    BOOST_TEST(Bench::sense(bench.send_data({0x04, 0x17, 0, 0, 0, 0}, list)) ==
               mmc::sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(formatting_takes_time_and_power_loss_leaves_a_disc_to_blank) {
    Bench bench(cd_rw());
    BOOST_TEST(format(bench, 0x10, whole_disc, 32, true) == mmc::sense::none);
    BOOST_TEST(bench.ready() == mmc::sense::format_in_progress);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(a_cd_rw_of_a_class_the_drive_cannot_write_is_not_suitable) {
    auto model = recorder();
    model.rw_sub_types = 0x01; // standard speed only; the disc is a high speed one
    Bench bench(cd_rw(), model);
    bench.tao();
    BOOST_TEST(bench.write(0, 1) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.blank(1) == mmc::sense::unwritable_medium);
    BOOST_TEST(format(bench, 0x10, 3200) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.opc() == mmc::sense::unwritable_medium);
}

} // namespace
} // namespace burnrig::emulator
