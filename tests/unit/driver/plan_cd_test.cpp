// SPDX-License-Identifier: Apache-2.0
// Plans for CD with several tracks: extents, cue sheet, page 05h.
#include <boost/test/unit_test.hpp>

#include "driver/source/raw_session.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"
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
}

BOOST_AUTO_TEST_CASE(blocks_without_a_name_in_a_mode_are_sent_as_others_that_have_one) {
    Album album;
    std::fill(album.data.begin(), album.data.end(), std::uint8_t{0x5A});
    album.compilation.tracks[2].kind = TrackKind::mode2_form1;
    album.desk.job.mode = WriteMode::sao; // no drive makes sub-headers in session at once
    const Plan session = album.desk.plan();
    const Extent& whole = session.extents[2];
    BOOST_TEST(whole.block_bytes == 2336U);
    BOOST_TEST(session.cue_sheet.at(session.cue_sheet.size() - 2).data_form == 0x20);
    const auto block = whole.source->read({.first = 3, .count = 1});
    BOOST_REQUIRE(block);
    std::array<std::uint8_t, mmc::raw_sector_size> wanted{};
    mmc::build_xa_form1(wanted, 0, {.submode = 0x08}, std::span(album.data).first<2048>());
    BOOST_TEST(std::equal(block->begin(), block->end(), wanted.begin() + 16));
    album.desk.job.mode = WriteMode::tao;
    BOOST_TEST(album.desk.plan().extents[2].parameters->data_block_type == 10);

    std::vector<std::uint8_t> sectors(310 * sector, 0x33);
    album.compilation.tracks[2].data = std::make_unique<MemorySource>(sectors, "whole", sector);
    album.compilation.tracks[2].kind = TrackKind::mode1;
    const Plan tracks = album.desk.plan();
    BOOST_TEST(tracks.extents[2].block_bytes == 2048U);
    BOOST_TEST(tracks.extents[2].parameters->data_block_type == 8);
    BOOST_TEST(tracks.extents[2].source->blocks().value() == 310U);
}

BOOST_AUTO_TEST_CASE(cd_text_goes_to_the_lead_in_where_the_drive_writes_it) {
    Album album;
    album.compilation.cd_text_packs.assign(36, 0x80);
    BOOST_TEST(!album.desk.plan().extents[0].is_lead_area); // this drive does not
    album.desk.drive.write.sao_subchannel = true;
    album.desk.disc.atip.emplace().lead_in = {97, 26, 66};
    const Plan plan = album.desk.plan();
    const Extent& lead_in = plan.extents.at(0);
    BOOST_TEST(lead_in.is_lead_area);
    BOOST_TEST(lead_in.first_lba == -11634);
    BOOST_TEST(lead_in.block_bytes == 96U);
    BOOST_TEST(lead_in.source_blocks == 11484U); // up to -151
    BOOST_TEST((plan.cue_sheet.at(2).data_form == 0x41));
}

BOOST_AUTO_TEST_CASE(session_at_once_goes_behind_the_sessions_that_there_are) {
    Album album;
    album.desk.appendable_at(12450);
    album.desk.disc.last_session = SessionState::empty;
    album.desk.disc.free_blocks = 300000;
    album.desk.job.mode = WriteMode::sao;
    album.compilation.cd_text_packs.assign(18, 0x80);
    album.desk.drive.write.sao_subchannel = true;
    album.desk.disc.atip.emplace();
    const Plan plan = album.desk.plan();
    BOOST_REQUIRE(plan.extents.size() == 3U); // the text belongs to the first session's lead-in
    BOOST_TEST(plan.extents[0].first_lba == 12300);
    BOOST_TEST(plan.extents[1].first_lba == 12850);
    const CueEntry gap{0x01, 2, 0, 0x00, 0, mmc::msf_from_lba(12300)};
    const CueEntry first{0x01, 2, 1, 0x00, 0, mmc::msf_from_lba(12450)};
    BOOST_TEST((plan.cue_sheet.at(5) == gap));
    BOOST_TEST((plan.cue_sheet.at(6) == first));
    BOOST_TEST(plan.cue_sheet.at(plan.cue_sheet.size() - 2).track == 4U);
    album.desk.disc.free_blocks = 1500;
    album.desk.disc.last_lead_out = 12450 + 1500;
    BOOST_TEST((album.desk.refusal() == Cause::image_too_large));
}

namespace {

/// The album on a drive that records raw.
struct RawAlbum : Album {
    RawAlbum() {
        desk.drive.write.raw = true;
        desk.disc.atip.emplace().lead_in = {97, 26, 66};
        desk.job.mode = WriteMode::raw96r;
    }
    /// One block as it goes to the drive.
    std::vector<std::uint8_t> block(const Plan& plan, std::int32_t lba) const {
        for (const Extent& extent : plan.extents) {
            const auto offset = lba - extent.first_lba;
            if (offset < 0 || offset >= static_cast<std::int32_t>(extent.blocks()))
                continue;
            const auto made =
                extent.source->read({.first = static_cast<std::uint32_t>(offset), .count = 1});
            return {made->begin(), made->end()};
        }
        return {};
    }
    mmc::QBytes q(const Plan& plan, std::int32_t lba) const {
        const auto bytes = block(plan, lba);
        return mmc::q_of_raw(std::span(bytes).last<mmc::raw_subchannel_size>());
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_raw_recording_is_lead_in_tracks_and_lead_out_and_is_read_back_as_tracks) {
    RawAlbum album;
    const Plan plan = album.desk.plan();
    BOOST_REQUIRE(plan.extents.size() == 3U);
    BOOST_TEST(plan.extents[0].first_lba == -11634);
    BOOST_TEST(plan.extents[1].first_lba == 0);
    BOOST_TEST(plan.extents[2].first_lba == 1525); // 400 | 75 + 400 | 150 + 500
    BOOST_TEST(plan.extents[2].blocks() == 6750U);
    BOOST_TEST(plan.extents[0].block_bytes == 2448U);
    BOOST_REQUIRE(plan.read_back.size() == 3U);
    BOOST_TEST(plan.read_back[2].source_lba() == 1025);
    BOOST_TEST((plan.parameters->write_type == WriteType::raw));
    BOOST_TEST(plan.parameters->data_block_type == 3U);
    BOOST_TEST(plan.cue_sheet.empty());
    BOOST_TEST(plan.close.empty());
    album.desk.job.mode = WriteMode::raw16;
    BOOST_TEST(album.desk.plan().extents[0].block_bytes == 2368U);
}

BOOST_AUTO_TEST_CASE(the_q_channel_of_a_raw_recording_says_what_the_sheet_says) {
    RawAlbum album;
    const Plan plan = album.desk.plan();
    // ECMA-130, clause 22: POINT, then PMIN, PSEC, PFRAME; each entry three times in a row
    const mmc::QBytes disc_type{0x01, 0, 0xA0, 0, 0, 0, 0, 0x01, 0x00, 0x00};
    const mmc::QBytes lead_out{0x41, 0, 0xA2, 0, 0, 0, 0, 0x00, 0x22, 0x25};
    const mmc::QBytes third_track{0x41, 0, 0x03, 0, 0, 0, 0, 0x00, 0x15, 0x50};
    const auto same = [](const mmc::QBytes& q, const mmc::QBytes& wanted) {
        return mmc::crc_good(q) && std::equal(q.begin(), q.begin() + 10, wanted.begin());
    };
    for (std::int32_t i = 0; i < 3; ++i) {
        BOOST_TEST(same(album.q(plan, -11634 + i), disc_type));
        BOOST_TEST(same(album.q(plan, -11634 + 6 + i), lead_out));
        BOOST_TEST(same(album.q(plan, -11634 + 15 + i), third_track));
    }
    BOOST_TEST((album.q(plan, -1) == mmc::q_position({0, 1, 0, -1, -1})));
    BOOST_TEST((album.q(plan, 0) == mmc::q_position({0, 1, 1, 0, 0})));
    BOOST_TEST((album.q(plan, 400) == mmc::q_position({0, 2, 0, -75, 400})));
    BOOST_TEST((album.q(plan, 575) == mmc::q_position({0, 2, 2, 100, 575})));
    BOOST_TEST((album.q(plan, 1025) == mmc::q_position({4, 3, 1, 0, 1025})));
    BOOST_TEST((album.q(plan, 1525) == mmc::q_position({4, 0xAA, 1, 0, 1525})));
    bool catalog = false;
    bool code = false;
    for (std::int32_t lba = 0; lba < 100; ++lba) { // each once in a hundred blocks at least
        catalog |= mmc::catalog_number_of(album.q(plan, lba)) == "4012345678901";
        code |= mmc::recording_code_of(album.q(plan, lba)) == "DEA400012345";
    }
    BOOST_TEST(catalog);
    BOOST_TEST(code);
    BOOST_TEST((album.block(plan, -1).back() & 0x80) == 0x80); // P in the pause
    BOOST_TEST((album.block(plan, 0).back() & 0x80) == 0);
}

BOOST_AUTO_TEST_CASE(data_of_a_raw_recording_are_whole_scrambled_sectors) {
    RawAlbum album;
    std::fill(album.data.begin(), album.data.end(), std::uint8_t{0x5A});
    const Plan plan = album.desk.plan();
    auto made = album.block(plan, 1030);
    std::array<std::uint8_t, mmc::raw_sector_size> wanted{};
    mmc::build_mode1(wanted, 1030, std::span(album.data).first<2048>());
    BOOST_TEST(!std::equal(wanted.begin(), wanted.end(), made.begin()));
    mmc::scramble(std::span(made).first<mmc::raw_sector_size>());
    BOOST_TEST(std::equal(wanted.begin(), wanted.end(), made.begin()));
}

BOOST_AUTO_TEST_CASE(
    a_sub_channel_of_the_source_goes_to_the_disc_in_the_mode_that_has_room_for_it) {
    RawAlbum album;
    constexpr std::uint32_t with_subchannel = 2448;
    std::vector<std::uint8_t> image(400 * with_subchannel);
    for (std::size_t i = 0; i < image.size(); ++i)
        image[i] = static_cast<std::uint8_t>(i * 7 + i / with_subchannel);
    CompilationTrack& track = album.compilation.tracks.front();
    track.data = std::make_unique<MemorySource>(image, "image", with_subchannel);
    track.subchannel = SubchannelData::raw_pw;
    const auto whole = album.block(album.desk.plan(), 10);
    BOOST_TEST(std::equal(whole.begin(), whole.end(), image.begin() + 10 * with_subchannel));
    track.subchannel = SubchannelData::raw_rw; // P and Q are the driver's
    const Plan plan = album.desk.plan();
    const auto mixed = album.block(plan, 10);
    BOOST_TEST((mixed[2400] & 0x3F) == (image[10 * with_subchannel + 2400] & 0x3F));
    BOOST_TEST((album.q(plan, 10) == mmc::q_position({0, 1, 1, 10, 10})));
    album.desk.job.mode = WriteMode::raw16;
    BOOST_TEST((album.desk.refusal() == Cause::invalid_job));
    track.subchannel = SubchannelData::packed_rw;
    album.desk.job.mode = WriteMode::raw96r;
    BOOST_TEST((album.desk.refusal() == Cause::invalid_job));
    album.desk.job.mode = WriteMode::raw96p;
    BOOST_TEST(album.desk.plan().extents[0].block_bytes == with_subchannel);
}

BOOST_AUTO_TEST_CASE(raw_recording_is_refused_where_it_cannot_be) {
    RawAlbum no_raw;
    no_raw.desk.drive.write.raw = false;
    BOOST_TEST((no_raw.desk.refusal() == Cause::command_refused));
    RawAlbum appendable;
    appendable.desk.appendable_at(12450);
    BOOST_TEST((appendable.desk.refusal() == Cause::medium_not_blank));
    appendable.desk.drive.write.raw_multi_session = true;
    appendable.desk.disc.last_session = SessionState::incomplete;
    BOOST_TEST((appendable.desk.refusal() == Cause::medium_not_blank));
    RawAlbum simulated;
    simulated.desk.job.simulate = true;
    BOOST_TEST((simulated.desk.refusal() == Cause::command_refused));
    simulated.desk.drive.write.sao_test_write = true;
    BOOST_TEST(simulated.desk.plan().parameters->test_write);
    RawAlbum several;
    several.desk.job.multi = true;
    BOOST_TEST((several.desk.refusal() == Cause::command_refused));
    several.desk.drive.write.raw_multi_session = true;
    const Plan plan = several.desk.plan();
    // The next session may begin behind lead-out, lead-in and pre-gap: 1525 + 11400.
    const auto next = several.q(plan, -11634 + 18);
    BOOST_TEST(next[2] == 0xB0);
    BOOST_TEST((mmc::Msf{mmc::from_bcd(next[3]), mmc::from_bcd(next[4]), mmc::from_bcd(next[5])} ==
                mmc::msf_from_lba(12925)));
}

BOOST_AUTO_TEST_CASE(a_raw_session_goes_behind_those_that_there_are_with_its_own_lead_in) {
    RawAlbum album;
    album.desk.appendable_at(19500);
    album.desk.disc.last_session = SessionState::empty;
    album.desk.disc.free_blocks = 300000;
    album.desk.disc.next_lead_in = 14850;
    album.desk.drive.write.raw_multi_session = true;
    album.desk.job.multi = true;
    album.compilation.cd_text_packs.assign(18, 0x80);
    const Plan plan = album.desk.plan();
    BOOST_REQUIRE(plan.extents.size() == 3U);
    BOOST_TEST(plan.extents[0].first_lba == 14850);
    BOOST_TEST(plan.extents[0].blocks() == 4650U);
    BOOST_TEST(plan.extents[1].first_lba == 19500);
    BOOST_TEST(plan.extents[2].blocks() == 2250U);
    BOOST_TEST(!plan.writes_cd_text);
    // Track numbers go on; the disc's first lead-in is pointed to in the first session only.
    const auto entry = [&](std::int32_t number) { return album.q(plan, 14850 + 3 * number); };
    BOOST_TEST(entry(0)[2] == 0xA0);
    BOOST_TEST(entry(0)[7] == 0x02);
    BOOST_TEST(entry(1)[7] == 0x04);
    BOOST_TEST(entry(3)[2] == 0x02);
    BOOST_TEST(entry(6)[2] == 0xB0);
    BOOST_TEST(entry(6)[6] == 1U);
    const mmc::QBytes next = entry(6);
    // Behind 1525 blocks, 30 s of lead-out, 60 s of lead-in and the pre-gap.
    BOOST_TEST((mmc::Msf{mmc::from_bcd(next[3]), mmc::from_bcd(next[4]), mmc::from_bcd(next[5])} ==
                mmc::msf_from_lba(19500 + 1525 + 6900)));
    BOOST_TEST(entry(7)[2] == 0xA0);
    BOOST_TEST((album.q(plan, 19499) == mmc::q_position({0, 2, 0, -1, 19499})));
    BOOST_TEST((album.q(plan, 19500) == mmc::q_position({0, 2, 1, 0, 19500})));
    album.desk.disc.next_lead_in.reset(); // a drive that does not tell
    BOOST_TEST(album.desk.plan().extents[0].first_lba == 14850);
    album.desk.disc.next_lead_in = 400000; // or tells nonsense
    BOOST_TEST(album.desk.plan().extents[0].first_lba == 14850);
}
