// SPDX-License-Identifier: Apache-2.0
// The life of a BD-R in sequential recording mode as a host sees it: plain, with spares, with
// pseudo-overwrite. Numbers that are not obvious are from outputs of real drives.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t close_srr = 1;
constexpr std::uint8_t close_open = 2;
constexpr std::uint8_t finalize = 6;
constexpr std::uint8_t pow = 0;
constexpr std::uint8_t spares_only = 1;

BOOST_AUTO_TEST_CASE(a_blank_disc_has_one_empty_srr) {
    SequentialBench bench(bd_r());
    BOOST_TEST(bench.profile() == 0x0041U);
    BOOST_TEST(bench.disc_byte() == 0x00U);
    const auto zone = bench.zone(1);
    BOOST_TEST(zone.bits == 0x6U);
    BOOST_TEST(zone.free == 12219392);
    BOOST_TEST(bench.zone_sense(0xFF) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.capacity() == 0U);
}

BOOST_AUTO_TEST_CASE(srrs_and_sessions_are_closed_one_after_the_other) {
    SequentialBench bench(bd_r());
    BOOST_TEST(bench.write(0, 40) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.zone(1).bits == 0x2U);
    BOOST_TEST(bench.zone(1).next == 64); // whole clusters
    BOOST_TEST(bench.close(close_open) == mmc::sense::incomplete_track);
    BOOST_TEST(bench.close(close_srr, 1) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).bits == 0xAU);
    BOOST_TEST(bench.zone(1).size == 64);
    BOOST_TEST(bench.zone(2).next == 64);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x01U);
    BOOST_TEST(bench.blocks() == 64U);
    const auto next = bench.zone(2).next;
    BOOST_TEST(bench.write(next, 32) == mmc::sense::none);
    bench.sync();
    bench.close(close_srr, 2);
    BOOST_TEST(bench.close(finalize) == mmc::sense::none);
    BOOST_TEST(bench.disc_byte() == 0x0EU);
    bench.check_read(0, 40);
    bench.check_read(next, 32);
    BOOST_TEST(bench.close(5) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(an_srr_that_is_being_recorded_can_be_split) {
    SequentialBench bench(bd_r());
    bench.write(0, 64);
    bench.sync();
    BOOST_TEST(bench.split(64) == mmc::sense::invalid_field_in_cdb); // nothing would be left of it
    BOOST_TEST(bench.split(12219392) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.split(1000) == mmc::sense::none);
    BOOST_TEST(bench.zone(1).size == 1024);
    BOOST_TEST(bench.zone(1).free == 960);
    BOOST_TEST(bench.zone(2).next == 1024);
    BOOST_TEST(bench.write(1024, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(64, 32) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close(close_open) == mmc::sense::incomplete_track);
    bench.close(close_srr, 2);
    BOOST_TEST(bench.close(close_open) == mmc::sense::reserved_track_empty);
    bench.close(close_srr, 1);
    BOOST_TEST(bench.close(close_open) == mmc::sense::none);
    bench.check_read(0, 96);
    bench.check_zeros(96, 32); // the rest of the reservation was not recorded
    bench.check_read(1024, 32);
}

Bytes capacities(SequentialBench& bench) {
    return bench.get({0x23, 0, 0, 0, 0, 0, 0, 0, 255, 0});
}

BOOST_AUTO_TEST_CASE(a_blank_disc_offers_formats_with_spares) {
    SequentialBench bench(bd_r());
    const auto list = capacities(bench);
    BOOST_REQUIRE(list.size() == 4U + 5 * 8);
    const auto entry = [&](std::size_t i) {
        const auto* at = &list[4 + 8 * i];
        return std::array<std::uint32_t, 3>{mmc::get32(at), at[4], mmc::get24(at + 5)};
    };
    using E = std::array<std::uint32_t, 3>;
    BOOST_TEST((entry(0) == E{12219392, 1, 2048}));
    BOOST_TEST((entry(1) == E{11826176, 0x00, 0x3000}));
    BOOST_TEST((entry(2) == E{11826176, 0xC8, 0}));
    BOOST_TEST((entry(3) == E{5796864, 0xC8, 0}));
    BOOST_TEST((entry(4) == E{12088320, 0xC8, 0}));
    BOOST_TEST(bench.format(0x00, spares_only, 11826176, 0x3000) == mmc::sense::none);
    const auto formatted = capacities(bench);
    BOOST_REQUIRE(formatted.size() == 12U);
    BOOST_TEST(mmc::get32(&formatted[4]) == 11826176U);
    BOOST_TEST(formatted[8] == 2);
    BOOST_TEST(bench.zone(1).free == 11826176);
}

BOOST_AUTO_TEST_CASE(a_disc_is_formatted_once_and_before_it_is_recorded) {
    SequentialBench bench(bd_r());
    BOOST_TEST(bench.format(0x32, spares_only, 12219392) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x32, spares_only, 5796832) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x30, spares_only, 12088320) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x00, spares_only, 12088320) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x32, 3, 12088320) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x32, spares_only, 12088320) == mmc::sense::none);
    BOOST_TEST(bench.format(0x32, spares_only, 12088320) == mmc::sense::cannot_format_medium);
    SequentialBench begun(bd_r());
    begun.write(0, 32);
    begun.sync();
    BOOST_TEST(begun.format(0x32, spares_only, 12088320) == mmc::sense::cannot_format_medium);
}

BOOST_AUTO_TEST_CASE(pseudo_overwrite_changes_a_block_and_takes_a_cluster_of_the_free_space) {
    SequentialBench bench(bd_r());
    BOOST_TEST(bench.format(0x32, pow, 12088320) == mmc::sense::none);
    BOOST_TEST(bench.blocks() == 12088320U); // all of it can be read
    bench.check_zeros(12088319, 1);
    const auto resources = [&] {
        return mmc::get32(&bench.get({0x51, 2, 0, 0, 0, 0, 0, 0, 16, 0})[4]);
    };
    const auto before = resources();
    bench.write(0, 128);
    bench.sync();
    BOOST_TEST(bench.write_raw(16, 1, pattern(5000, 1)).good());
    BOOST_TEST((bench.read(16, 1) == pattern(5000, 1)));
    BOOST_TEST(bench.zone(1).next == 160);
    BOOST_TEST(bench.write_raw(17, 1, pattern(5001, 1)).good()); // still in the buffer
    BOOST_TEST(bench.zone(1).next == 160);
    bench.sync();
    BOOST_TEST(bench.write_raw(17, 1, pattern(5002, 1)).good());
    BOOST_TEST(bench.zone(1).next == 192);
    bench.check_read(0, 16);
    BOOST_TEST((bench.read(17, 1) == pattern(5002, 1)));
    bench.check_read(18, 110);
    BOOST_TEST(resources() == before - 2);
    BOOST_TEST(bench.write(192, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(1000, 32) == mmc::sense::bad_write_address); // never recorded
    BOOST_TEST(bench.disc_byte() == 0x05U);
}

BOOST_AUTO_TEST_CASE(the_one_session_of_a_disc_with_pseudo_overwrite_is_not_closed) {
    SequentialBench bench(bd_r());
    bench.format(0x32, pow, 12088320);
    bench.write(0, 64);
    bench.sync();
    BOOST_TEST(bench.close(1, 1) == mmc::sense::none);
    BOOST_TEST(bench.close(2) == mmc::sense::invalid_field_in_cdb);
    bench.check_read(0, 64);
}

BOOST_AUTO_TEST_CASE(what_is_not_formatted_for_it_cannot_be_overwritten) {
    SequentialBench bench(bd_r());
    bench.format(0x32, spares_only, 12088320);
    bench.write(0, 64);
    bench.sync();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(32, 64) == mmc::sense::bad_write_address);
    bench.get({0x51, 2, 0, 0, 0, 0, 0, 0, 16, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    bench.check_read(0, 64);
}

void scratch(SequentialBench& bench, std::int32_t lba) {
    bench.drive.disc()->damage().add({lba, lba + 1, DamageKind::unreadable, 0, 0});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_back_goes_to_a_spare_cluster) {
    SequentialBench bench(bd_r());
    bench.format(0x32, spares_only, 12088320);
    scratch(bench, 40);
    scratch(bench, 41);
    scratch(bench, 100);
    BOOST_TEST(bench.write(0, 128) == mmc::sense::none);
    bench.sync();
    bench.check_read(0, 128);
    BOOST_TEST(bench.drive.disc()->structure().format.spares_used == 2U); // two clusters
    SequentialBench plain(bd_r()); // without spares nothing is verified
    scratch(plain, 40);
    BOOST_TEST(plain.write(0, 128) == mmc::sense::none);
    plain.sync();
    BOOST_TEST(plain.read_sense(40, 1) != mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(without_a_spare_left_the_cluster_is_not_recorded) {
    SequentialBench bench(bd_r());
    bench.format(0x32, spares_only, 12088320);
    auto& format = bench.drive.disc()->structure().format;
    format.spares_used = format.spares;
    scratch(bench, 70);
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
    BOOST_TEST(bench.write(64, 32) == mmc::sense::no_spare_left);
    BOOST_TEST(bench.zone(1).next == 64);
}

BOOST_AUTO_TEST_CASE(verification_takes_as_long_as_writing_unless_the_host_streams) {
    const auto time = [](bool spares, bool streaming) {
        SequentialBench bench(bd_r());
        if (spares)
            bench.format(0x32, spares_only, 12088320);
        bench.write(0, 32); // the laser is ready
        bench.pass(60s);
        const auto begin = bench.clock.now();
        for (std::int32_t lba = 32; lba < 16384; lba += 32) {
            Bytes cdb(12);
            cdb[0] = 0xAA;
            mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
            cdb[9] = 32;
            cdb[10] = streaming ? 0x80 : 0;
            BOOST_REQUIRE(bench.send_data(cdb, Bytes(65536)).good());
        }
        bench.sync();
        return std::chrono::duration<double>(bench.clock.now() - begin).count();
    };
    const auto plain = time(false, false);
    const auto verified = time(true, false);
    BOOST_TEST(verified > plain * 1.3);
    BOOST_TEST(time(true, true) < plain * 1.1);
}

BOOST_AUTO_TEST_CASE(a_disc_of_three_layers_has_its_capacity) {
    SequentialBench bench(bd_r(48878592, 3));
    BOOST_TEST(bench.zone(1).free == 48878592);
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    BOOST_TEST(bench.write(48878592, 32) == mmc::sense::lba_out_of_range);
}

} // namespace
} // namespace burnrig::emulator
