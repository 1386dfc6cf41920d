// SPDX-License-Identifier: Apache-2.0
// The buffer of a drive that records DVD and BD sequentially: both ways of saying that it is full,
// data that come too late, and what several open tracks do to each other.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

DriveModel impatient_recorder() {
    auto model = bd_recorder();
    model.blocks_when_full = false;
    return model;
}

std::vector<Medium> one_of_each() {
    return {dvd_r(), dvd_rw(), dvd_plus_r(), dvd_plus_r_dl(), bd_r()};
}

void write_incrementally(SequentialBench& bench) {
    BOOST_REQUIRE_EQUAL(bench.write_parameters(0x40, 0xE5, 8), mmc::sense::none);
}

// Repeats a WRITE as hosts do, at most as often as a buffer can take to drain.
mmc::SenseCode write_patiently(SequentialBench& bench, std::int32_t lba, unsigned& refusals) {
    for (int tries = 0; tries < 1000; ++tries) {
        const auto result = bench.write_raw(lba, 32, pattern(lba, 32));
        if (Bench::sense(result) != mmc::sense::long_write)
            return Bench::sense(result);
        ++refusals;
        bench.pass(40ms);
    }
    return mmc::sense::long_write;
}

BOOST_AUTO_TEST_CASE(a_drive_that_does_not_wait_takes_no_data_while_its_buffer_is_full) {
    for (const auto& medium : one_of_each()) {
        SequentialBench bench(medium, impatient_recorder());
        write_incrementally(bench);
        unsigned refusals = 0;
        for (std::int32_t lba = 0; lba < 6400; lba += 32)
            BOOST_REQUIRE_EQUAL(write_patiently(bench, lba, refusals), mmc::sense::none);
        BOOST_TEST(refusals > 10U); // 12.5 MiB through a buffer of 4 MiB
        BOOST_TEST(bench.zone(1).next == 6400);
        BOOST_TEST(bench.sync() == mmc::sense::none);
        bench.check_read(0, 6400);
    }
}

BOOST_AUTO_TEST_CASE(a_drive_that_waits_holds_the_command_instead) {
    for (const auto& medium : one_of_each()) {
        SequentialBench bench(medium);
        write_incrementally(bench);
        const auto before = bench.clock.now();
        BOOST_TEST(bench.write(0, 6400) == mmc::sense::none);
        BOOST_TEST((bench.clock.now() - before > 400ms));
        BOOST_TEST(bench.sync() == mmc::sense::none);
        bench.check_read(6368, 32);
    }
}

BOOST_AUTO_TEST_CASE(data_that_come_late_are_linked_without_a_loss) {
    for (const auto& medium : one_of_each()) {
        SequentialBench bench(medium);
        BOOST_REQUIRE_EQUAL(bench.write_parameters(0x00, 0xE5, 8), mmc::sense::none); // unprotected
        BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
        bench.pass(600s);
        BOOST_TEST(bench.write(64, 64) == mmc::sense::none);
        BOOST_TEST(bench.sync() == mmc::sense::none);
        bench.check_read(0, 128);
    }
}

BOOST_AUTO_TEST_CASE(another_track_gets_the_laser_when_the_first_one_is_on_the_disc) {
    SequentialBench bench(dvd_plus_r());
    bench.reserve(1024);
    BOOST_TEST(bench.write(0, 1000) == mmc::sense::none);
    const auto before = bench.clock.now();
    BOOST_TEST(bench.write(1024, 16) == mmc::sense::none);
    BOOST_TEST((bench.clock.now() - before > 100ms)); // 2 MiB had to be burned first
    BOOST_TEST(bench.zone(1).next == 1008);           // and the ECC block filled up
    bench.sync();
    bench.check_read(0, 1000);
    bench.check_read(1024, 16);
}

BOOST_AUTO_TEST_CASE(a_host_that_goes_away_leaves_all_it_sent) {
    SequentialBench bench(bd_r());
    bench.write(0, 40);
    bench.pass(600s);
    BOOST_TEST(bench.opc() == mmc::sense::none); // another host begins
    BOOST_TEST(bench.zone(1).next == 64);
    bench.check_read(0, 40);
}

BOOST_AUTO_TEST_CASE(less_data_than_announced_and_addresses_out_of_range_begin_nothing) {
    for (const auto& medium : one_of_each()) {
        SequentialBench bench(medium);
        write_incrementally(bench);
        BOOST_TEST(Bench::sense(bench.write_raw(0, 32, Bytes(2048))) ==
                   (mmc::SenseCode{mmc::SenseKey::aborted_command, 0x4B, 0x00}));
        BOOST_TEST(bench.write(0x7FFFFFFF, 1) == mmc::sense::lba_out_of_range);
        BOOST_TEST(Bench::sense(bench.send({0xAA, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0})) ==
                   mmc::sense::end_of_track);
        BOOST_TEST(bench.drive.disc()->blank());
    }
}

} // namespace
} // namespace burnrig::emulator
