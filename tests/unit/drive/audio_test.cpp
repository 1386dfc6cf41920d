// SPDX-License-Identifier: Apache-2.0
// The audio player: it plays in drive time, and tells how it stands.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t audio_blocks = 3000;

DriveModel player() {
    auto model = recorder();
    model.audio_play = true;
    return model;
}

// An audio track of 40 seconds from LBA 0, a data track behind it, closed.
class Jukebox : public Bench {
public:
    explicit Jukebox(DriveModel model = player()) : Bench(cd_r(), std::move(model)) {
        BOOST_REQUIRE_EQUAL(write_parameters(0x41, 0x00, 0), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(write(0, audio_blocks, 2352), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(sync(), mmc::sense::none);
        tao();
        BOOST_REQUIRE_EQUAL(write(track(2).next, 300), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(sync(), mmc::sense::none);
        BOOST_REQUIRE_EQUAL(close_session(), mmc::sense::none);
    }

    mmc::SenseCode play(std::int32_t lba, std::uint16_t blocks) {
        Bytes cdb(10);
        cdb[0] = 0x45;
        mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
        mmc::put16(&cdb[7], blocks);
        return sense(send(cdb));
    }
    mmc::SenseCode pause() { return sense(send({0x4B, 0, 0, 0, 0, 0, 0, 0, 0, 0})); }
    mmc::SenseCode resume() { return sense(send({0x4B, 0, 0, 0, 0, 0, 0, 0, 1, 0})); }
    mmc::SenseCode stop() { return sense(send({0x4E, 0, 0, 0, 0, 0, 0, 0, 0, 0})); }
    /// READ SUB-CHANNEL, current position.
    Bytes position() { return get({0x42, 0, 0x40, 1, 0, 0, 0, 0, 16, 0}); }
    unsigned status() { return position().at(1); }
    std::uint32_t block() { return mmc::get32(&position().at(8)); }
    /// What REQUEST SENSE says of the player: the qualifier.
    unsigned told() { return get({0x03, 0, 0, 0, 18, 0}).at(13); }
};

BOOST_AUTO_TEST_CASE(playing_goes_on_with_the_clock_to_its_end) {
    Jukebox cd;
    BOOST_TEST(cd.status() == 0x15U);
    BOOST_TEST(cd.play(75, 750) == mmc::sense::none);
    BOOST_TEST(cd.status() == 0x11U);
    BOOST_TEST(cd.told() == 0x11U);
    cd.pass(4s);
    BOOST_TEST(cd.block() >= 75U + 4 * 75);
    BOOST_TEST(cd.block() <= 75U + 5 * 75);
    cd.pass(7s);
    BOOST_TEST(cd.status() == 0x13U); // completed, told once
    BOOST_TEST(cd.status() == 0x15U);
    BOOST_TEST(cd.told() == 0U);
}

BOOST_AUTO_TEST_CASE(a_pause_holds_and_resuming_goes_on_from_there) {
    Jukebox cd;
    BOOST_TEST(cd.pause() == mmc::sense::sequence_error);
    cd.play(0, 2000);
    cd.pass(2s);
    BOOST_TEST(cd.pause() == mmc::sense::none);
    const auto at = cd.block();
    cd.pass(100s);
    BOOST_TEST(cd.status() == 0x12U);
    BOOST_TEST(cd.block() == at);
    BOOST_TEST(cd.resume() == mmc::sense::none);
    cd.pass(1s);
    BOOST_TEST(cd.block() >= at + 75);
    BOOST_TEST(cd.block() <= at + 80);
    BOOST_TEST(cd.stop() == mmc::sense::none);
    BOOST_TEST(cd.status() == 0x15U);
    BOOST_TEST(cd.resume() == mmc::sense::sequence_error);
}

BOOST_AUTO_TEST_CASE(data_is_not_played) {
    Jukebox cd;
    const auto data = cd.track(2).start;
    BOOST_TEST(cd.play(data, 10) == mmc::sense::illegal_mode_for_track);
    BOOST_TEST(cd.play(400000, 10) == mmc::sense::lba_out_of_range);
    BOOST_TEST(cd.play(-200, 10) == mmc::sense::lba_out_of_range);
    BOOST_TEST(cd.play(0, 0) == mmc::sense::none); // nothing asked for
    BOOST_TEST(cd.status() == 0x15U);
    BOOST_TEST(cd.play(audio_blocks - 75, 300) == mmc::sense::none);
    cd.pass(10s);
    BOOST_TEST(cd.status() == 0x14U); // it came to the data track
}

BOOST_AUTO_TEST_CASE(times_are_taken_as_well) {
    Jukebox cd;
    const auto play = [&](Bytes times) {
        Bytes cdb{0x47, 0, 0};
        cdb.insert(cdb.end(), times.begin(), times.end());
        cdb.push_back(0);
        return Bench::sense(cd.send(cdb));
    };
    BOOST_TEST(play({0, 4, 0, 0, 8, 0}) == mmc::sense::none);
    BOOST_TEST(cd.block() >= 150U);
    BOOST_TEST(play({0, 9, 0, 0, 8, 0}) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(play({0, 60, 0, 1, 8, 0}) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(play({0xFF, 0xFF, 0xFF, 0, 20, 0}) == mmc::sense::none); // from here on
    BOOST_TEST(cd.status() == 0x11U);
}

BOOST_AUTO_TEST_CASE(reading_ends_playing_and_scanning_is_faster) {
    Jukebox cd;
    cd.play(0, 2000);
    cd.read(cd.track(2).start, 1);
    BOOST_TEST(cd.status() == 0x15U);
    BOOST_TEST(cd.send({0xBA, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}).good());
    cd.pass(2s);
    BOOST_TEST(cd.block() >= 8U * 150);
    BOOST_TEST((cd.get({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}).at(1) >> 5) == 2); // scanning
    cd.resume();
    BOOST_TEST((cd.get({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}).at(1) >> 5) == 1); // playing
}

BOOST_AUTO_TEST_CASE(a_drive_without_a_player_knows_none_of_this) {
    Jukebox cd(recorder());
    BOOST_TEST(cd.play(0, 75) == mmc::sense::invalid_opcode);
    BOOST_TEST(cd.pause() == mmc::sense::invalid_opcode);
    BOOST_TEST(cd.stop() == mmc::sense::invalid_opcode);
    BOOST_TEST(cd.status() == 0x15U);
}

} // namespace
} // namespace burnrig::emulator
