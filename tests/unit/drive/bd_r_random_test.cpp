// SPDX-License-Identifier: Apache-2.0
// Goal: a BD-R formatted for random recording takes any block once, and every cluster written over
// costs a spare.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;

namespace {

constexpr std::uint8_t random_recording = 2;
constexpr std::uint32_t blocks = 11826176;

struct RandomDisc : OverwriteBench {
    RandomDisc() : OverwriteBench(overwritable(MediumKind::bd_r, 12219392)) {
        BOOST_REQUIRE_EQUAL(format(0x32, blocks, 0, random_recording), sense::none);
        settle();
    }
    std::uint32_t spares_used() { return drive.disc()->structure().format.spares_used; }
};

} // namespace

BOOST_AUTO_TEST_CASE(format_makes_another_profile_of_it_once) {
    RandomDisc bench;
    BOOST_TEST(bench.profile() == 0x42U);
    BOOST_TEST(bench.capacity() == blocks - 1);
    BOOST_TEST(bench.format(0x32, blocks, 0, random_recording) == sense::cannot_format_medium);
    BOOST_TEST(bench.blank(0) == sense::unwritable_medium);
}

BOOST_AUTO_TEST_CASE(blocks_are_written_in_any_order) {
    RandomDisc bench;
    for (const std::int32_t lba : {11826144, 64, 5000000, 0})
        BOOST_TEST(bench.write(lba, 32) == sense::none);
    for (const std::int32_t lba : {11826144, 64, 5000000, 0})
        BOOST_TEST((bench.read(lba, 32) == pattern(lba, 32)));
    BOOST_TEST((bench.read(32, 32) == bench.zeros(32)));
    BOOST_TEST(bench.write(blocks, 1) == sense::lba_out_of_range);
    BOOST_TEST(bench.spares_used() == 0U);
}

BOOST_AUTO_TEST_CASE(a_cluster_written_over_takes_a_spare_one) {
    RandomDisc bench;
    for (std::int32_t lba = 0; lba < 64; lba += 8)
        BOOST_TEST(bench.write(lba, 8) == sense::none); // collected in the buffer
    BOOST_TEST(bench.spares_used() == 0U);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.write(3, 1) == sense::none);
    BOOST_TEST(bench.spares_used() == 1U);
    BOOST_TEST(bench.write(30, 4) == sense::none); // two clusters
    BOOST_TEST(bench.spares_used() == 3U);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
}

BOOST_AUTO_TEST_CASE(without_spares_nothing_is_written_over) {
    RandomDisc bench;
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    auto& format = bench.drive.disc()->structure().format;
    format.spares_used = format.spares - 1;
    BOOST_TEST(bench.write(0, 32) == sense::spares_exhausted);
    BOOST_TEST(bench.write_raw(32, 32, Bytes(32 * 2048, 1)).good() == false);
    BOOST_TEST(bench.write(32, 32) == sense::no_spare_left);
    BOOST_TEST((bench.read(32, 32) == pattern(32, 32)));
    BOOST_TEST(bench.write(128, 32) == sense::none); // never written: it needs none
}
