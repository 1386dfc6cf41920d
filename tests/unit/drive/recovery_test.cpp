// SPDX-License-Identifier: Apache-2.0
// A disc in a directory whose drive went away without a word.
#include <cstdlib>
#include <filesystem>

#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

// The files of a directory as they are at this moment, as after kill -9.
class Snapshot {
public:
    Snapshot() {
        std::string name = (std::filesystem::temp_directory_path() / "burnrig-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
        root_ = name;
    }
    ~Snapshot() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    std::filesystem::path live() const { return root_ / "live"; }
    std::filesystem::path take() const {
        std::filesystem::copy(live(), root_ / "dead", std::filesystem::copy_options::recursive);
        return root_ / "dead";
    }

private:
    std::filesystem::path root_;
};

void insert(Bench& bench, mmc::Result<std::unique_ptr<Disc>> disc) {
    BOOST_REQUIRE_MESSAGE(disc, disc.error().message);
    bench.drive.insert(std::move(*disc));
    bench.settle();
}

BOOST_AUTO_TEST_CASE(what_was_synchronized_is_there_and_an_open_track_is_damaged) {
    Snapshot snapshot;
    std::filesystem::path dead;
    {
        Bench bench;
        insert(bench, Disc::create(snapshot.live(), cd_rw()));
        bench.tao(true);
        bench.write(0, 320);
        bench.sync();
        BOOST_REQUIRE_EQUAL(bench.write(472, 100), mmc::sense::none);
        dead = snapshot.take();
    }
    Bench bench;
    insert(bench, Disc::open(dead));
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
    BOOST_TEST(!bench.track(1).damaged);
    BOOST_TEST(bench.track(2).damaged);
    BOOST_TEST(bench.track(2).size <= 100);
    bench.tao(true);
    BOOST_TEST(bench.close_track() == mmc::sense::none);
    BOOST_TEST(bench.close_session() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(packets_that_ended_are_whole_and_only_the_one_being_written_is_damaged) {
    for (const bool in_mid_packet : {false, true}) {
        Snapshot snapshot;
        std::filesystem::path dead;
        {
            Bench bench;
            insert(bench, Disc::create(snapshot.live(), cd_rw()));
            bench.write_parameters(0x40, 0xC5, 8);
            bench.write(0, 64);
            bench.sync();
            if (in_mid_packet)
                bench.write(71, 64);
            dead = snapshot.take();
        }
        Bench bench;
        insert(bench, Disc::open(dead));
        BOOST_TEST(bench.track(1).damaged == in_mid_packet);
        BOOST_TEST(bench.read(0, 64) == pattern(0, 64), boost::test_tools::per_element());
        bench.write_parameters(0x40, 0xC5, 8);
        if (in_mid_packet)
            BOOST_TEST(Bench::sense(bench.send({0x58, 0, 0, 0, 0, 1, 0, 0, 0, 0})) ==
                       mmc::sense::none); // REPAIR TRACK
        const auto next = bench.track(1).next;
        BOOST_TEST(next == (in_mid_packet ? 71 + 64 + 7 : 71));
        BOOST_TEST(bench.write(next, 64) == mmc::sense::none);
        BOOST_TEST(bench.sync() == mmc::sense::none);
    }
}

BOOST_AUTO_TEST_CASE(a_lead_in_that_was_cut_off_leaves_a_damaged_session) {
    Snapshot snapshot;
    std::filesystem::path dead;
    {
        Bench bench;
        insert(bench, Disc::create(snapshot.live(), cd_rw()));
        BOOST_REQUIRE_EQUAL(bench.write_parameters(0x43, 0, 3), mmc::sense::none);
        const auto lead_in = mmc::lba_from_msf(cd_rw().atip.lead_in);
        BOOST_REQUIRE(bench.write_raw(lead_in, 26, Bytes(26 * 2448)).good());
        dead = snapshot.take();
    }
    Bench bench;
    insert(bench, Disc::open(dead));
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(a_drive_that_is_destroyed_leaves_the_disc_as_a_power_cut_would) {
    Snapshot snapshot;
    {
        Bench bench;
        insert(bench, Disc::create(snapshot.live(), cd_rw()));
        bench.tao();
        bench.write(0, 200);
    }
    Bench bench;
    insert(bench, Disc::open(snapshot.live()));
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(bench.track(1).size < 200);
}

BOOST_AUTO_TEST_CASE(a_closed_disc_opens_again_as_it_was) {
    Snapshot snapshot;
    {
        Bench bench;
        insert(bench, Disc::create(snapshot.live(), cd_r()));
        bench.tao();
        bench.write(0, 320);
        bench.sync();
        bench.close_session();
    }
    Bench bench;
    insert(bench, Disc::open(snapshot.live()));
    BOOST_TEST(bench.disc_information().status == 2U);
    BOOST_TEST(bench.capacity() == 321U);
    BOOST_TEST(bench.read(0, 320) == pattern(0, 320), boost::test_tools::per_element());
}

} // namespace
} // namespace burnrig::emulator
