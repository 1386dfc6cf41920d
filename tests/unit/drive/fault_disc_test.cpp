// SPDX-License-Identifier: Apache-2.0
// Goal: what rules do to a disc is found by reading it, and healing gives back every byte. Method:
// write, read, heal, read.
#include "tests/unit/drive/overwrite_fixture.h"

namespace burnrig::emulator {
namespace {

Bytes other(std::int32_t lba, std::int32_t count) {
    auto bytes = pattern(lba, count);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(~byte);
    return bytes;
}

// A disc that holds other(0, 96), and the rules.
struct Rewritable : OverwriteBench {
    explicit Rewritable(std::initializer_list<std::string> rules) : OverwriteBench(dvd_ram()) {
        BOOST_REQUIRE(write_raw(0, 96, other(0, 96)).good());
        BOOST_REQUIRE_EQUAL(sync(), mmc::sense::none);
        faults(rules);
    }
};

BOOST_AUTO_TEST_CASE(a_torn_write_has_new_blocks_in_front_and_old_ones_behind) {
    Rewritable bench({"at @write lba 32..63 -> torn 5"});
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    BOOST_TEST((bench.read(32, 5) == pattern(32, 5)));
    BOOST_TEST((bench.read(37, 27) == other(37, 27)));
    bench.drive.disc()->heal();
    BOOST_TEST((bench.read(32, 32) == pattern(32, 32)));
}

BOOST_AUTO_TEST_CASE(a_lost_write_leaves_what_was_there) {
    Rewritable bench({"at @write -> lose"});
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    BOOST_TEST((bench.read(0, 96) == other(0, 96)));
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none); // once more, and it is there
    BOOST_TEST((bench.read(32, 32) == pattern(32, 32)));
}

BOOST_AUTO_TEST_CASE(a_misplaced_write_is_found_behind_its_place) {
    Rewritable bench({"at @write -> misplace 16"});
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    BOOST_TEST((bench.read(32, 16) == other(32, 16)));
    BOOST_TEST((bench.read(48, 32) == pattern(32, 32)));
    BOOST_TEST((bench.read(80, 16) == other(80, 16)));
    bench.drive.disc()->heal();
    BOOST_TEST((bench.read(32, 32) == pattern(32, 32)));
    BOOST_TEST((bench.read(64, 32) == other(64, 32)));
}

BOOST_AUTO_TEST_CASE(on_a_disc_for_one_recording_a_misplaced_write_spoils_two_places) {
    Bench bench(cd_r());
    bench.faults({"at @write #2 -> misplace 32"});
    bench.tao();
    BOOST_TEST(bench.write(0, 320) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST((bench.read(0, 32) == pattern(0, 32)));
    BOOST_TEST(bench.read_sense(32, 1) == mmc::sense::unrecovered_read);
    BOOST_TEST(bench.read_sense(64, 1) == mmc::sense::read_error); // burned over
    BOOST_TEST((bench.read(96, 32) == pattern(96, 32)));
}

BOOST_AUTO_TEST_CASE(blocks_that_were_recorded_as_zeros_or_ones) {
    Rewritable bench({"at @write lba 40 -> corrupt zeros", "at @write lba 41 -> corrupt ones"});
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
    BOOST_TEST((bench.read(40, 1) == Bytes(2048, 0x00)));
    BOOST_TEST((bench.read(41, 1) == Bytes(2048, 0xFF)));
    BOOST_TEST((bench.read(42, 1) == pattern(42, 1)));
}

BOOST_AUTO_TEST_CASE(blocks_that_stay_unreadable) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 320);
    bench.sync();
    bench.faults({"at READ_CAPACITY -> unreadable 100..109"});
    bench.capacity();
    BOOST_TEST((bench.read(90, 10) == pattern(90, 10)));
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(bench.read_sense(96, 32) == mmc::sense::read_error);
    const auto sense = mmc::decode_sense(bench.last.sense.view());
    BOOST_TEST(sense->information.value() == 100U);
    BOOST_TEST(bench.last.transferred == 4U * 2048); // what was good before it
    bench.drive.disc()->heal();
    BOOST_TEST((bench.read(96, 32) == pattern(96, 32)));
}

BOOST_AUTO_TEST_CASE(weak_blocks_read_at_the_third_try) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 320);
    bench.sync();
    bench.faults({"at READ_CAPACITY -> unreadable 100..109 tries 3"});
    bench.capacity();
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST(bench.read_sense(96, 32) == mmc::sense::read_error);
        BOOST_TEST(bench.read_sense(96, 32) == mmc::sense::read_error);
        BOOST_TEST((bench.read(96, 32) == pattern(96, 32)));
    }
    BOOST_TEST(bench.read_sense(100, 1) == mmc::sense::read_error);
    BOOST_TEST(bench.read_sense(101, 1) == mmc::sense::read_error); // has tries of its own
    BOOST_TEST((bench.read(110, 10) == pattern(110, 10)));
}

BOOST_AUTO_TEST_CASE(a_calibration_area_that_is_used_up) {
    Bench bench(cd_r());
    bench.faults({"at OPC -> use-up pca leaving 1"});
    BOOST_TEST(bench.opc() == mmc::sense::pca_almost_full); // the last one
    BOOST_TEST(bench.opc() == mmc::sense::pca_full);
    bench.drive.disc()->heal();
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(bench.drive.disc()->structure().calibrations_used == 2U);
}

BOOST_AUTO_TEST_CASE(a_program_memory_area_that_is_used_up) {
    Bench bench(cd_r());
    bench.faults({"at MODE_SELECT_10 -> use-up pma"});
    bench.tao();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::pma_full);
    bench.drive.disc()->heal();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
}

} // namespace
} // namespace burnrig::emulator
