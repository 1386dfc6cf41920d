// SPDX-License-Identifier: Apache-2.0
// READ, READ CD, READ TOC and what else looks at a recorded disc.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

// Track 1 data, track 2 audio, finalized.
void record_mixed(Bench& bench) {
    bench.tao();
    BOOST_REQUIRE_EQUAL(bench.write(0, 320), mmc::sense::none);
    bench.sync();
    BOOST_REQUIRE_EQUAL(bench.write_parameters(0x41, 0x00, 0), mmc::sense::none);
    BOOST_REQUIRE_EQUAL(bench.write(472, 300, 2352), mmc::sense::none);
    bench.sync();
    BOOST_REQUIRE_EQUAL(bench.close_session(), mmc::sense::none);
}

Bytes read_cd(Bench& bench, std::int32_t lba, std::uint8_t expected, std::uint8_t main,
              std::uint8_t sub = 0, std::uint8_t blocks = 1) {
    Bytes cdb(12);
    cdb[0] = 0xBE;
    cdb[1] = static_cast<std::uint8_t>(expected << 2);
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
    cdb[8] = blocks;
    cdb[9] = main;
    cdb[10] = sub;
    return bench.get(cdb, 100000);
}

BOOST_AUTO_TEST_CASE(a_reply_is_cut_at_the_hosts_buffer_and_never_beyond) {
    Bench bench(cd_r());
    record_mixed(bench);
    const auto part = bench.get({0x28, 0, 0, 0, 0, 0, 0, 0, 4, 0}, 5000);
    const auto whole = pattern(0, 4);
    BOOST_TEST(part == Bytes(whole.begin(), whole.begin() + 5000),
               boost::test_tools::per_element());
    BOOST_TEST(bench.get({0x28, 0, 0, 0, 0, 0, 0, 0, 4, 0}, 0).empty());
    BOOST_TEST(bench.last.good());
    BOOST_TEST(bench.get({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 9000).size() == 2048U);
}

BOOST_AUTO_TEST_CASE(the_parts_of_a_sector_can_be_chosen) {
    Bench bench(cd_r());
    record_mixed(bench);
    const auto user = pattern(16, 1);
    BOOST_TEST(read_cd(bench, 16, 0, 0x10) == user, boost::test_tools::per_element());
    const auto all = read_cd(bench, 16, 2, 0xF8);
    BOOST_REQUIRE(all.size() == 2352U);
    BOOST_TEST(Bytes(all.begin(), all.begin() + 16) ==
                   (Bytes{0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 2, 0x16, 1}),
               boost::test_tools::per_element());
    BOOST_TEST(Bytes(all.begin() + 16, all.begin() + 2064) == user,
               boost::test_tools::per_element());
    BOOST_TEST(read_cd(bench, 16, 0, 0x20).size() == 4U);
    BOOST_TEST(read_cd(bench, 16, 0, 0xA0).size() == 16U);
    BOOST_TEST(read_cd(bench, 16, 0, 0x78).size() == 2340U);
    BOOST_TEST(read_cd(bench, 16, 0, 0xFA).size() == 2352U + 294);
    BOOST_TEST(read_cd(bench, 16, 0, 0x00, 2).size() == 16U);
    BOOST_TEST(read_cd(bench, 16, 0, 0xF8, 1, 3).size() == 3U * 2448);
}

BOOST_AUTO_TEST_CASE(audio_is_read_as_it_was_sent) {
    Bench bench(cd_r());
    record_mixed(bench);
    BOOST_TEST(read_cd(bench, 480, 1, 0xF8, 0, 8) == pattern(480, 8, 2352),
               boost::test_tools::per_element());
    BOOST_TEST(read_cd(bench, 480, 0, 0x78).size() == 2352U);
    const auto q = read_cd(bench, 472, 0, 0, 2);
    BOOST_REQUIRE(q.size() == 16U);
    // CONTROL 0, ADR 1, track 2, index 1, 00:00:00 in the track, 00:08:22 on the disc.
    BOOST_TEST(Bytes(q.begin(), q.begin() + 10) == (Bytes{0x01, 2, 1, 0, 0, 0, 0, 0, 8, 0x22}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_wrong_sector_type_and_illegal_selections_are_refused) {
    Bench bench(cd_r());
    record_mixed(bench);
    read_cd(bench, 16, 1, 0xF8);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::illegal_mode_for_track);
    const auto sense = mmc::decode_sense(bench.last.sense.view());
    BOOST_TEST(sense->information.value() == 16U);
    for (const int main : {0x90, 0x08, 0x28, 0xC0, 0xE8}) {
        read_cd(bench, 16, 0, static_cast<std::uint8_t>(main), 0, 0); // also without blocks
        BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    }
    read_cd(bench, 16, 6, 0x10);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    read_cd(bench, 16, 0, 0x10, 3);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    read_cd(bench, -200, 0, 0x10);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(read_cd_msf_counts_to_the_end_address) {
    Bench bench(cd_r());
    record_mixed(bench);
    BOOST_TEST(bench.get({0xB9, 0, 0, 0, 2, 16, 0, 2, 18, 0x10, 0, 0}, 9000) == pattern(16, 2),
               boost::test_tools::per_element());
    bench.get({0xB9, 0, 0, 0, 2, 18, 0, 2, 16, 0x10, 0, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(the_full_toc_of_a_multi_session_disc) {
    Bench bench(cd_rw());
    bench.tao(true);
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    const auto toc = bench.get({0x43, 2, 2, 0, 0, 0, 0, 1, 0, 0}, 256);
    // A0, A1, A2, track 1, B0 (next session at 302 + 11400 = 02:38:02), C0 (lead-in 97:17:01).
    const Bytes wanted{0, 68,   1, 1,                              //
                       1, 0x14, 0, 0xA0, 0,  0,  0, 0, 1,  0,  0,  //
                       1, 0x14, 0, 0xA1, 0,  0,  0, 0, 1,  0,  0,  //
                       1, 0x14, 0, 0xA2, 0,  0,  0, 0, 0,  6,  2,  //
                       1, 0x14, 0, 1,    0,  0,  0, 0, 0,  2,  0,  //
                       1, 0x54, 0, 0xB0, 2,  38, 2, 2, 79, 59, 74, //
                       1, 0x54, 0, 0xC0, 64, 0,  0, 0, 97, 17, 1};
    BOOST_TEST(toc == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_formatted_toc_in_blocks_and_in_msf) {
    Bench bench(cd_r());
    record_mixed(bench);
    const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 1, 0, 0}, 256);
    const Bytes wanted{0, 26,   1,    2,                   //
                       0, 0x14, 1,    0, 0, 0, 0,    0,    //
                       0, 0x10, 2,    0, 0, 0, 0x01, 0xD8, //
                       0, 0x10, 0xAA, 0, 0, 0, 0x03, 0x06};
    BOOST_TEST(toc == wanted, boost::test_tools::per_element());
    const auto lead_out = bench.get({0x43, 2, 0, 0, 0, 0, 0xAA, 1, 0, 0}, 256);
    BOOST_TEST(lead_out == (Bytes{0, 10, 1, 2, 0, 0x10, 0xAA, 0, 0, 0, 12, 24}),
               boost::test_tools::per_element());
    bench.get({0x43, 0, 0, 0, 0, 0, 3, 1, 0, 0}, 256);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(a_blank_disc_has_no_toc_but_an_atip) {
    Bench bench(cd_rw());
    for (const int format : {0, 1, 2}) {
        bench.get({0x43, 0, static_cast<std::uint8_t>(format), 0, 0, 0, 0, 1, 0, 0}, 256);
        BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    }
    const auto atip = bench.get({0x43, 2, 4, 0, 0, 0, 0, 0, 28, 0});
    const Bytes wanted{0,  26, 0,    0,    0xA3, 0, 0xCF, 0,    97,   17, 1,    0,    79,   59,
                       74, 0,  0x24, 0x2C, 0xDC, 0, 0x14, 0xA4, 0x4A, 0,  0x02, 0xD2, 0x80, 0};
    BOOST_TEST(atip == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_pma_lists_what_was_closed) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    const auto pma = bench.get({0x43, 2, 3, 0, 0, 0, 0, 1, 0, 0}, 256);
    BOOST_TEST(pma == (Bytes{0, 13, 0, 0, 0, 0x14, 0, 1, 0, 6, 2, 0, 0, 2, 0}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(damaged_blocks_fail_with_their_address_and_what_was_good_is_delivered) {
    Bench bench(cd_r());
    record_mixed(bench);
    bench.drive.disc()->damage().add({100, 101, DamageKind::unreadable, 0, 0});
    const auto got = bench.read(98, 8);
    BOOST_TEST(got == pattern(98, 2), boost::test_tools::per_element());
    const auto sense = mmc::decode_sense(bench.last.sense.view());
    BOOST_REQUIRE(sense);
    BOOST_TEST(sense->code == mmc::sense::read_error);
    BOOST_TEST(sense->information.value() == 100U);
    bench.drive.disc()->damage().heal();
    BOOST_TEST(bench.read(98, 8) == pattern(98, 8), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(seeking_and_reading_take_time_and_standing_still_takes_a_spin_up) {
    Bench bench(cd_r());
    record_mixed(bench);
    bench.read(0, 16);
    bench.send({0x1B, 0, 0, 0, 0, 0}); // stop
    bench.read(16, 16);
    // 3 s to turn, 16 blocks at 48x.
    BOOST_TEST(bench.last.duration.count() == 3.00444e9, boost::test_tools::tolerance(0.001));
    bench.read(32, 16);
    BOOST_TEST(bench.last.duration.count() == 4.44e6, boost::test_tools::tolerance(0.01));
}

} // namespace
} // namespace burnrig::emulator
