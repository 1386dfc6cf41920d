// SPDX-License-Identifier: Apache-2.0
// Plans for CD with several tracks: extents, cue sheet, page 05h.
#include <boost/test/unit_test.hpp>

#include "plan_desk.h"

using namespace burnrig;
using namespace burnrig::driver;
using burnrig::driver::test::PlanDesk;

namespace {

constexpr std::uint32_t sector = 2352;

/// Two audio tracks with a gap of 75 blocks between them, and a data track.
struct Album {
    std::vector<std::uint8_t> audio = std::vector<std::uint8_t>(400 * sector);
    std::vector<std::uint8_t> data = std::vector<std::uint8_t>(500 * data_block_bytes);
    Compilation compilation;
    PlanDesk desk{mmc::Profile::cd_r, 359844};

    Album() {
        for (int i = 0; i < 2; ++i) {
            compilation.tracks.emplace_back();
            compilation.tracks.back().data = std::make_unique<MemorySource>(audio, "audio", sector);
            compilation.tracks.back().kind = TrackKind::audio;
        }
        compilation.tracks[0].isrc = "DEA400012345";
        compilation.tracks[1].pregap_blocks = 75;
        compilation.tracks[1].indexes = {100};
        compilation.tracks.emplace_back();
        compilation.tracks.back().data = std::make_unique<MemorySource>(data, "data");
        compilation.media_catalog_number = "4012345678901";
        desk.job.compilation = &compilation;
        desk.disc.last_lead_out = 359846;
        desk.drive.write = {.tao = true,
                            .tao_test_write = true,
                            .tao_underrun_free = true,
                            .sao = true,
                            .sao_underrun_free = true,
                            .max_cue_sheet_bytes = 3000};
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_sheet_is_recorded_as_one_session_with_its_gaps_and_codes) {
    Album album;
    const Plan plan = album.desk.plan();
    BOOST_TEST((plan.mode == WriteMode::sao));
    // 150 | 400 | 75 + 400 | 150 + 500: data and audio need a gap between them
    BOOST_REQUIRE(plan.extents.size() == 3U);
    BOOST_TEST(plan.extents[0].first_lba == -150);
    BOOST_TEST(plan.extents[0].leading_zero_blocks == 150U);
    BOOST_TEST(plan.extents[0].block_bytes == sector);
    BOOST_TEST(plan.extents[1].first_lba == 400);
    BOOST_TEST(plan.extents[1].leading_zero_blocks == 75U);
    BOOST_TEST(plan.extents[2].first_lba == 875);
    BOOST_TEST(plan.extents[2].leading_zero_blocks == 150U);
    BOOST_TEST(plan.extents[2].block_bytes == 2048U);
    BOOST_TEST(!plan.notes.empty());
    const std::vector<CueEntry> sheet{
        {0x02, '4', '0', '1', '2', {'3', '4', '5'}},
        {0x02, '6', '7', '8', '9', {'0', '1', 0}},
        {0x01, 0, 0, 0x01, 0, {0, 0, 0}},
        {0x03, 1, 'D', 'E', 'A', {'4', '0', '0'}},
        {0x03, 1, '0', '1', '2', {'3', '4', '5'}},
        {0x01, 1, 0, 0x00, 0, {0, 0, 0}},
        {0x01, 1, 1, 0x00, 0, {0, 2, 0}},
        {0x01, 2, 0, 0x00, 0, {0, 7, 25}},
        {0x01, 2, 1, 0x00, 0, {0, 8, 25}},
        {0x01, 2, 2, 0x00, 0, {0, 9, 50}},
        {0x41, 3, 0, 0x10, 0, {0, 13, 50}},
        {0x41, 3, 1, 0x10, 0, {0, 15, 50}},
        {0x41, 0xAA, 1, 0x14, 0, {0, 22, 25}},
    };
    BOOST_TEST((plan.cue_sheet == sheet));
}

BOOST_AUTO_TEST_CASE(track_at_once_writes_one_track_after_the_other_with_its_own_page) {
    Album album;
    album.desk.job.mode = WriteMode::tao;
    const Plan plan = album.desk.plan();
    BOOST_REQUIRE(plan.extents.size() == 3U);
    BOOST_TEST(plan.parameters->track_mode == 0);
    BOOST_TEST(plan.parameters->data_block_type == 0);
    BOOST_TEST(plan.parameters->recording_code == "DEA400012345");
    BOOST_TEST(plan.parameters->catalog_number == "4012345678901");
    BOOST_TEST(!plan.extents[0].at_next_writable);
    BOOST_TEST(plan.extents[2].at_next_writable);
    BOOST_TEST(plan.extents[2].parameters->track_mode == 4);
    BOOST_TEST(plan.extents[2].parameters->data_block_type == 8);
    BOOST_TEST(plan.notes.size() == 2U); // gaps and index points are lost
}

BOOST_AUTO_TEST_CASE(what_a_medium_cannot_hold_of_a_sheet_is_refused) {
    Album album;
    album.desk.disc.profile = mmc::code(mmc::Profile::dvd_plus_r);
    BOOST_TEST((album.desk.refusal() == Cause::invalid_job));
    Album crowded;
    crowded.desk.drive.write.max_cue_sheet_bytes = 64;
    BOOST_TEST((crowded.desk.refusal() == Cause::command_refused));
    Album large;
    large.desk.disc.free_blocks = 1500;
    large.desk.disc.last_lead_out = 1500; // 1525 blocks with the gaps
    BOOST_TEST((large.desk.refusal() == Cause::image_too_large));
    Album raw;
    raw.compilation.tracks[2].kind = TrackKind::mode2_form1;
    raw.desk.job.mode = WriteMode::sao; // the drive makes no sub-headers in session at once
    BOOST_TEST((raw.desk.refusal() == Cause::invalid_job));
    raw.desk.job.mode = WriteMode::tao;
    BOOST_TEST(raw.desk.plan().extents[2].parameters->data_block_type == 10);
}

BOOST_AUTO_TEST_CASE(cd_text_goes_to_the_lead_in_where_the_drive_writes_it) {
    Album album;
    album.compilation.cd_text_packs.assign(36, 0x80);
    BOOST_TEST(!album.desk.plan().extents[0].is_lead_in); // this drive does not
    album.desk.drive.write.sao_subchannel = true;
    album.desk.disc.atip.emplace().lead_in = {97, 26, 66};
    const Plan plan = album.desk.plan();
    const Extent& lead_in = plan.extents.at(0);
    BOOST_TEST(lead_in.is_lead_in);
    BOOST_TEST(lead_in.first_lba == -11634);
    BOOST_TEST(lead_in.block_bytes == 96U);
    BOOST_TEST(lead_in.source_blocks == 11484U); // up to -151
    BOOST_TEST((plan.cue_sheet.at(2).data_form == 0x41));
}
