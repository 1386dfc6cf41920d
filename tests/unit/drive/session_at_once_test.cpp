// SPDX-License-Identifier: Apache-2.0
// Session at once: cue sheet, one stream from the first pre-gap to the lead-out.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

void write_session(Bench& bench, std::int32_t blocks) {
    BOOST_TEST(bench.write(-150, 150) == mmc::sense::none);
    BOOST_TEST(bench.write(0, blocks) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_data_session_is_finished_by_synchronize_cache) {
    Bench bench(cd_rw());
    bench.sao();
    BOOST_TEST(bench.cue(data_cue_sheet(640)) == mmc::sense::none);
    BOOST_TEST(bench.track(0xFF).next == -150);
    bench.media_event();
    write_session(bench, 640);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    const auto disc = bench.disc_information();
    BOOST_TEST(disc.status == 2U);
    BOOST_TEST(disc.session_state == 3U);
    BOOST_TEST(bench.capacity() == 639U); // no run-out
    BOOST_TEST(bench.read(0, 640) == pattern(0, 640), boost::test_tools::per_element());
    BOOST_TEST(bench.media_event() == 2U); // new media: the host reads the capacity again
}

BOOST_AUTO_TEST_CASE(with_multi_session_another_session_may_follow) {
    Bench bench(cd_r());
    bench.sao(true);
    bench.cue(data_cue_sheet(640));
    write_session(bench, 640);
    bench.sync();
    BOOST_TEST(bench.disc_information().status == 1U);
    BOOST_TEST(bench.track(0xFF).next == 640 + 11400);
    bench.tao();
    BOOST_TEST(bench.write(12040, 300) == mmc::sense::none);
    bench.sync();
    BOOST_TEST(bench.close_session() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 2U);
}

BOOST_AUTO_TEST_CASE(the_stream_must_begin_with_the_pregap_and_stay_in_order) {
    Bench bench(cd_r());
    bench.sao();
    BOOST_TEST(bench.write(-150, 1) == mmc::sense::sequence_error); // no cue sheet
    bench.cue(data_cue_sheet(400));
    BOOST_TEST(bench.write(0, 1) == mmc::sense::bad_write_address);
    write_session(bench, 384);
    BOOST_TEST(bench.write(380, 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.write(384, 17) == mmc::sense::end_of_track);
    BOOST_TEST(bench.write(384, 16) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_session_that_ends_early_is_padded) {
    Bench bench(cd_r());
    bench.sao();
    bench.cue(data_cue_sheet(400));
    write_session(bench, 320);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.capacity() == 399U);
    BOOST_TEST(bench.read(320, 80) == Bytes(80 * 2048), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(audio_and_data_tracks_have_their_own_block_sizes) {
    // Track 1 data to 400, track 2 audio with a pre-gap of 150 blocks of silence, to 1000.
    const auto index_0 = mmc::msf_from_lba(400);
    const auto index_1 = mmc::msf_from_lba(550);
    const auto end = mmc::msf_from_lba(1000);
    Bytes sheet = data_cue_sheet(400);
    sheet.resize(24);
    for (const auto value :
         {0x01, 0x02, 0, 0x01, 0, +index_0.minute, +index_0.second, +index_0.frame, //
          0x01, 0x02, 1, 0x00, 0, +index_1.minute, +index_1.second, +index_1.frame, //
          0x01, 0xAA, 1, 0x01, 0, +end.minute,     +end.second,     +end.frame})
        sheet.push_back(static_cast<std::uint8_t>(value));
    Bench bench(cd_r());
    bench.sao();
    BOOST_TEST(bench.cue(sheet) == mmc::sense::none);
    write_session(bench, 400);
    // The silence is the drive's to make: the host goes on with the audio.
    BOOST_TEST(bench.write(550, 450, 2352) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(1).mode == 4U);
    BOOST_TEST(bench.track(1).size == 400);
    BOOST_TEST(bench.track(2).mode == 0U);
    BOOST_TEST(bench.track(2).start == 550);
    BOOST_TEST(bench.track(2).size == 450);
    BOOST_TEST(bench.read_sense(550, 1) == mmc::sense::illegal_mode_for_track);
}

struct BadSheet {
    const char* what;
    Bytes sheet;
};

Bytes changed(std::size_t at, std::uint8_t value) {
    auto sheet = data_cue_sheet(640);
    sheet[at] = value;
    return sheet;
}

BOOST_AUTO_TEST_CASE(a_wrong_cue_sheet_is_refused_with_the_place) {
    const Bytes whole = data_cue_sheet(640);
    const std::vector<BadSheet> sheets{
        {"data form unknown", changed(11, 0xFC)},
        {"no lead-in", Bytes(whole.begin() + 8, whole.end())},
        {"no lead-out", Bytes(whole.begin(), whole.end() - 8)},
        {"track 1 without pre-gap at 00:00:00", changed(14, 1)},
        {"time out of range", changed(23, 75)},
        {"a track shorter than 300 blocks", data_cue_sheet(299)},
        {"behind the end of the disc", data_cue_sheet(359860)},
        {"reserved form of sub-channel", changed(11, 0x90)},
        {"lead-in that is sent, at a time that is none",
         [] {
             auto sheet = changed(3, 0x54);
             sheet[7] = 1;
             return sheet;
         }()},
    };
    for (const auto& bad : sheets) {
        BOOST_TEST_CONTEXT(bad.what) {
            Bench bench(cd_r());
            bench.sao();
            BOOST_TEST(bench.cue(bad.sheet) == mmc::sense::invalid_field_in_list);
            BOOST_TEST(bench.write(-150, 1) == mmc::sense::sequence_error);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cue_sheet_needs_its_write_type_and_a_blank_disc) {
    Bench bench(cd_r());
    bench.tao(true);
    BOOST_TEST(bench.cue(data_cue_sheet(640)) == mmc::sense::sequence_error);
    bench.write(0, 300);
    bench.sync();
    bench.sao();
    BOOST_TEST(bench.cue(data_cue_sheet(640)) == mmc::sense::program_area_not_empty);
}

BOOST_AUTO_TEST_CASE(another_write_type_drops_the_cue_sheet) {
    Bench bench(cd_r());
    bench.sao();
    bench.cue(data_cue_sheet(640));
    bench.tao();
    BOOST_TEST(bench.track(0xFF).next == 0);
    bench.sao();
    BOOST_TEST(bench.write(-150, 1) == mmc::sense::sequence_error);
}

BOOST_AUTO_TEST_CASE(a_test_write_leaves_the_disc_untouched) {
    Bench bench(cd_r());
    BOOST_TEST(bench.write_parameters(0x52, 0x00, 0) == mmc::sense::none);
    bench.cue(data_cue_sheet(640));
    write_session(bench, 640);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.drive.disc()->blank());
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(lead_in_and_lead_out_take_their_time) {
    Bench bench(cd_r());
    bench.sao();
    bench.cue(data_cue_sheet(640));
    BOOST_TEST(bench.opc() == mmc::sense::none);
    const auto first = bench.write_raw(-150, 16, Bytes(16 * 2048));
    // 11484 blocks of lead-in at 8467 kB/s are 3.19 s; the head needs 0.2 s to get there.
    BOOST_TEST(first.duration.count() == (3.3900 * 1e9), boost::test_tools::tolerance(0.01));
    const auto next = bench.write_raw(-134, 16, Bytes(16 * 2048));
    BOOST_TEST(next.duration.count() < 1'000'000);
}

} // namespace
} // namespace burnrig::emulator
