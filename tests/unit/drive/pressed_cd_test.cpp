// SPDX-License-Identifier: Apache-2.0
// Goal: a pressed CD is read like any other and refuses whatever would change it. Method: an audio
// track behind a data track, in a recorder and in a drive that only reads.
#include "tests/unit/drive/cd_text_fixture.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

Medium pressed() {
    Medium medium;
    medium.name = "test-cd-rom";
    medium.kind = MediumKind::cd_rom;
    medium.data_zone.blocks = 1000;
    medium.data_zone.layer_0_blocks = 1000;
    return medium;
}

std::unique_ptr<Disc> pressed_disc() {
    auto disc = *Disc::in_memory(pressed());
    BOOST_REQUIRE(disc->write(0, BlockForm::mode1, pattern(0, 400)));
    BOOST_REQUIRE(disc->write(550, BlockForm::audio, pattern(550, 450, 2352)));
    auto& structure = disc->structure();
    structure.sessions.assign(1, Session{});
    structure.sessions[0].state = SessionState::complete;
    structure.sessions[0].lead_out = 1000;
    structure.finalized = true;
    Track data;
    data.state = TrackState::complete;
    data.end = 400;
    Track audio = data;
    audio.number = 2;
    audio.control = 0;
    audio.form = BlockForm::audio;
    audio.pregap = 400;
    audio.start = 550;
    audio.end = 1000;
    structure.tracks = {data, audio};
    return disc;
}

BOOST_AUTO_TEST_CASE(it_is_read_in_a_recorder_and_in_a_drive_that_only_reads) {
    auto reader = recorder();
    reader.profiles = {0x0008};
    reader.write_modes.clear();
    for (const auto& model : {recorder(), reader}) {
        Bench bench(model);
        bench.drive.insert(pressed_disc());
        bench.settle();
        BOOST_TEST(bench.ready() == mmc::sense::none);
        const auto profile = bench.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}, 8);
        BOOST_TEST(mmc::get16(&profile[6]) == 0x0008U);
        BOOST_TEST(bench.capacity() == 999U);
        BOOST_TEST(bench.disc_information().status == 2U);
        BOOST_TEST(bench.read(0, 400) == pattern(0, 400), boost::test_tools::per_element());
        BOOST_TEST(bench.read_sense(600, 1) == mmc::sense::illegal_mode_for_track);
        BOOST_TEST(read_cd(bench, 600, 0x10, 0) == pattern(600, 1, 2352),
                   boost::test_tools::per_element());
        const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 60, 0});
        BOOST_TEST_REQUIRE(toc.size() == 28U);
        BOOST_TEST(mmc::get32(&toc[16]) == 550U);
        const auto header = bench.get({0x44, 0, 0, 0, 0, 7, 0, 0, 8, 0}, 8);
        BOOST_TEST(header == (Bytes{1, 0, 0, 0, 0, 0, 0, 7}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(it_has_no_groove_and_takes_nothing) {
    Bench bench;
    bench.drive.insert(pressed_disc());
    bench.settle();
    bench.get({0x43, 0, 4, 0, 0, 0, 0, 0, 60, 0}); // ATIP
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    bench.tao();
    BOOST_TEST(bench.write(0, 1) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.blank(1) == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.opc() == mmc::sense::unwritable_medium);
    BOOST_TEST(bench.close_session() == mmc::sense::unwritable_medium);
    BOOST_TEST(Bench::sense(bench.send({0x53, 0, 0, 0, 0, 0, 0, 1, 0, 0})) ==
               mmc::sense::unwritable_medium);
}

} // namespace
} // namespace burnrig::emulator
