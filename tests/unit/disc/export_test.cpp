// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include <boost/crc.hpp>

#include "emulator/disc/disc_as_file.h"
#include "emulator/disc/export.h"
#include "mmc/sector.h"
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

Track data_track(std::uint8_t number, std::uint16_t session, std::int32_t start, std::int32_t end,
                 BlockForm form = BlockForm::mode1) {
    Track track;
    track.number = number;
    track.session = session;
    track.state = TrackState::complete;
    track.form = form;
    track.start = start;
    track.end = end;
    track.run_out = 2;
    return track;
}

Track audio_track(std::uint8_t number, std::int32_t start, std::int32_t end) {
    Track track = data_track(number, 1, start, end, BlockForm::audio);
    track.control = 0;
    track.run_out = 0;
    return track;
}

} // namespace

BOOST_AUTO_TEST_SUITE(export_disc_to)

BOOST_AUTO_TEST_CASE(iso_of_one_track_is_that_track_without_run_out) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, -150, 150 + 1000 + 2);
    disc->structure().tracks = {data_track(1, 1, 0, 1000)};
    const auto report = export_disc(*disc, directory / "out.iso");
    BOOST_REQUIRE_MESSAGE(report, report.error().message);
    BOOST_TEST(report->blocks == 1000);
    BOOST_TEST(report->unreadable.empty());
    BOOST_TEST((content_of(directory / "out.iso") == bytes_of(pattern(0, 1000, BlockForm::mode1))));
}

BOOST_AUTO_TEST_CASE(iso_of_several_sessions_keeps_addresses) {
    const TemporaryDirectory directory;
    auto disc = *Disc::create(directory / "disc", cd_rw());
    record(*disc, 0, 300);
    record(*disc, 11700, 400);
    disc->structure().tracks = {data_track(1, 1, 0, 300), data_track(2, 2, 11700, 12100)};
    const auto report = export_disc(*disc, directory / "out.iso");
    BOOST_REQUIRE_MESSAGE(report, report.error().message);
    BOOST_TEST(report->blocks == 12100);
    BOOST_TEST(report->unreadable.empty());
    const std::string expected = bytes_of(pattern(0, 300, BlockForm::mode1)) +
                                 std::string(11400 * 2048, '\0') +
                                 bytes_of(pattern(11700, 400, BlockForm::mode1));
    BOOST_TEST((content_of(directory / "out.iso") == expected));
}

BOOST_AUTO_TEST_CASE(iso_takes_the_user_data_out_of_every_form_that_has_2048_bytes_of_it) {
    const TemporaryDirectory directory;
    constexpr std::int32_t blocks = 5;
    struct Case {
        BlockForm form;
        std::size_t offset;
        int header_mode; // byte 15 of a raw block
    };
    for (const auto& [form, offset, mode] :
         {Case{BlockForm::mode1, 0, 0}, Case{BlockForm::xa_form1, 0, 0},
          Case{BlockForm::xa_form1_header, 8, 0}, Case{BlockForm::mode2, 8, 0},
          Case{BlockForm::xa_mixed, 8, 0}, Case{BlockForm::raw, 16, 1}, Case{BlockForm::raw, 24, 2},
          Case{BlockForm::raw_pq, 16, 1}, Case{BlockForm::raw_pw, 24, 2}}) {
        auto disc = *Disc::in_memory(cd_rw());
        auto bytes = pattern(0, blocks, form);
        std::string expected;
        for (std::size_t at = 0; at < bytes.size(); at += block_size(form)) {
            const std::size_t sub_header = mode == 0 ? 0 : 16;
            if (mode != 0) { // a whole sector: sync and header
                for (std::size_t i = 0; i < 12; ++i)
                    bytes[at + i] = i == 0 || i == 11 ? 0 : 0xFF;
                bytes[at + 15] = static_cast<std::uint8_t>(mode);
            }
            bytes[at + sub_header + 2] &= 0xDF; // submode: not form 2
            expected.append(reinterpret_cast<const char*>(&bytes[at + offset]), 2048);
        }
        BOOST_REQUIRE(disc->write(0, form, bytes));
        disc->structure().tracks = {data_track(1, 1, 0, blocks, form)};
        const auto report = export_disc(*disc, directory / "out.iso");
        BOOST_REQUIRE_MESSAGE(report, report.error().message);
        BOOST_TEST(report->unreadable.empty());
        BOOST_TEST((content_of(directory / "out.iso") == expected));
    }
}

BOOST_AUTO_TEST_CASE(read_at_any_byte_a_disc_is_the_file_that_an_export_makes) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    BOOST_TEST(!DiscAsFile::of_disc(*disc).has_value());
    record(*disc, 0, 300);
    record(*disc, 11700, 400);
    disc->structure().tracks = {data_track(1, 1, 0, 300), data_track(2, 2, 11700, 12100)};
    BOOST_REQUIRE(export_disc(*disc, directory / "out.iso"));
    const auto expected = content_of(directory / "out.iso");
    const auto file = DiscAsFile::of_disc(*disc).value();
    BOOST_REQUIRE_EQUAL(file.size(), expected.size());
    for (const std::uint64_t offset :
         {0UL, 1UL, 2047UL, 299 * 2048UL + 7, 300 * 2048UL, 400 * 2048UL, 11699 * 2048UL + 2000,
          12099 * 2048UL + 2047, 12100 * 2048UL}) {
        std::vector<std::uint8_t> bytes(5000, 0xEE);
        const long count = file.read(*disc, offset, bytes);
        BOOST_REQUIRE(count >= 0);
        bytes.resize(static_cast<std::size_t>(count));
        BOOST_TEST((bytes_of(bytes) == expected.substr(offset, 5000)), "at " << offset);
    }
    BOOST_TEST(DiscAsFile::of_session(*disc, 2)->size() == 400 * 2048U);
    BOOST_TEST(DiscAsFile::of_track(*disc, 1)->size() == 300 * 2048U);
    BOOST_TEST(!DiscAsFile::of_track(*disc, 3).has_value());
    disc->damage().add({10, 20, DamageKind::unreadable, 0, 0});
    std::vector<std::uint8_t> bytes(20 * 2048);
    BOOST_TEST(file.read(*disc, 0, bytes) == 10 * 2048);
    BOOST_TEST(file.read(*disc, 10 * 2048, bytes) == -EIO);
    BOOST_TEST(file.read(*disc, 20 * 2048, bytes) == 20 * 2048);
}

BOOST_AUTO_TEST_CASE(damage_shows_as_a_reader_would_meet_it_and_is_listed) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 400);
    disc->structure().tracks = {data_track(1, 1, 0, 400)};
    disc->damage().add({10, 20, DamageKind::unreadable, 0, 0});
    disc->damage().add({20, 30, DamageKind::lost, 0, 0});
    disc->damage().add({50, 51, DamageKind::corrupt, 1, 1});
    const auto report = export_disc(*disc, directory / "out.iso");
    BOOST_REQUIRE_MESSAGE(report, report.error().message);
    BOOST_TEST((report->unreadable == std::vector<BlockRange>{{10, 30}}));
    auto expected = pattern(0, 400, BlockForm::mode1);
    std::fill_n(expected.begin() + 10 * 2048, 20 * 2048, std::uint8_t{0});
    const auto corrupted = read_back(*disc, 50, 1);
    std::copy(corrupted.begin(), corrupted.end(), expected.begin() + 50 * 2048);
    BOOST_TEST((content_of(directory / "out.iso") == bytes_of(expected)));

    disc->damage().heal();
    BOOST_REQUIRE(export_disc(*disc, directory / "out.iso"));
    BOOST_TEST((content_of(directory / "out.iso") == bytes_of(pattern(0, 400, BlockForm::mode1))));
}

BOOST_AUTO_TEST_CASE(cue_of_one_data_track) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 302);
    disc->structure().tracks = {data_track(1, 1, 0, 300)};
    for (const char* name : {"out.cue", "out.bin"}) {
        BOOST_REQUIRE(export_disc(*disc, directory / name));
        BOOST_TEST(content_of(directory / "out.cue") == "FILE \"out.bin\" BINARY\n"
                                                        "  TRACK 01 MODE1/2352\n"
                                                        "    INDEX 01 00:00:00\n");
        BOOST_TEST((content_of(directory / "out.bin") == sectors(0, 300)));
    }
}

BOOST_AUTO_TEST_CASE(cue_of_audio_tracks_keeps_recorded_gaps_and_addresses) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, -150, 150 + 1150, BlockForm::audio);
    record(*disc, 1152, 348, BlockForm::audio);
    auto first = audio_track(1, 0, 500);
    first.isrc = "DEA123456789";
    disc->structure().tracks = {first, audio_track(2, 650, 1000), audio_track(3, 1152, 1500)};
    disc->structure().media_catalog_number = "1234567890123";
    const auto report = export_disc(*disc, directory / "out.cue");
    BOOST_REQUIRE_MESSAGE(report, report.error().message);
    BOOST_TEST(content_of(directory / "out.cue") == "CATALOG 1234567890123\n"
                                                    "FILE \"out.bin\" BINARY\n"
                                                    "  TRACK 01 AUDIO\n"
                                                    "    ISRC DEA123456789\n"
                                                    "    INDEX 01 00:00:00\n"
                                                    "  TRACK 02 AUDIO\n"
                                                    "    INDEX 00 00:06:50\n"
                                                    "    INDEX 01 00:08:50\n"
                                                    "  TRACK 03 AUDIO\n"
                                                    "    PREGAP 00:02:02\n"
                                                    "    INDEX 01 00:13:25\n");
    BOOST_TEST(
        (content_of(directory / "out.bin") == bytes_of(pattern(0, 1000, BlockForm::audio)) +
                                                  bytes_of(pattern(1152, 348, BlockForm::audio))));
}

BOOST_AUTO_TEST_CASE(cue_of_data_and_audio_is_one_file_of_whole_sectors) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 302);
    record(*disc, 452, 300, BlockForm::audio);
    Track second = audio_track(2, 452, 752);
    second.session = 2;
    disc->structure().tracks = {data_track(1, 1, 0, 300), second};
    const auto report = export_disc(*disc, directory / "out.cue");
    BOOST_REQUIRE_MESSAGE(report, report.error().message);
    BOOST_TEST(report->blocks == 600);
    BOOST_TEST(content_of(directory / "out.cue") == "FILE \"out.bin\" BINARY\n"
                                                    "  TRACK 01 MODE1/2352\n"
                                                    "    INDEX 01 00:00:00\n"
                                                    "REM SESSION 02\n"
                                                    "  TRACK 02 AUDIO\n"
                                                    "    PREGAP 00:02:02\n"
                                                    "    INDEX 01 00:04:00\n");
    BOOST_TEST((content_of(directory / "out.bin") ==
                sectors(0, 300) + bytes_of(pattern(452, 300, BlockForm::audio))));
}

BOOST_AUTO_TEST_CASE(cue_sectors_are_those_of_the_standard_s_checksums) {
    // CRC-32 of whole sectors, from an encoder of others: Mode 1 at LBA 0 with zeros, Mode 2 form 1
    // with the sub-header of plain data.
    const TemporaryDirectory directory;
    for (const auto& [form, crc] :
         {std::pair{BlockForm::mode1, 0xD12AD343U}, std::pair{BlockForm::xa_form1, 0x836FD3F4U}}) {
        auto disc = *Disc::in_memory(cd_rw());
        BOOST_REQUIRE(disc->write_zeros(0, form, 1));
        disc->structure().tracks = {data_track(1, 1, 0, 1, form)};
        BOOST_REQUIRE(export_disc(*disc, directory / "out.bin"));
        const std::string sector = content_of(directory / "out.bin");
        BOOST_TEST(sector.size() == 2352U);
        boost::crc_32_type checksum;
        checksum.process_bytes(sector.data(), sector.size());
        BOOST_TEST(checksum.checksum() == crc);
    }
}

BOOST_AUTO_TEST_CASE(wrong_wishes_are_refused_and_leave_no_file) {
    const TemporaryDirectory directory;
    auto disc = *Disc::in_memory(cd_rw());
    const auto message = [&](const std::string& name) {
        const auto report = export_disc(*disc, directory / name);
        return report ? "" : report.error().message;
    };
    const std::string iso = (directory / "out.iso").string();
    BOOST_TEST(message("out.iso") ==
               iso + ": the disc has no recorded data track to make an image of");
    BOOST_TEST(message("out.img") == (directory / "out.img").string() +
                                         ": unknown ending \".img\"; did you mean \".iso\"? Known: "
                                         ".iso, .cue, .bin, .toc, .raw");
    record(*disc, 0, 300, BlockForm::audio);
    disc->structure().tracks = {audio_track(1, 0, 300)};
    BOOST_TEST(message("out.iso") == iso + ": the disc has no recorded data track to make an image "
                                           "of; export audio to a .cue file");
    BOOST_TEST(!std::filesystem::exists(iso));
    BOOST_TEST(message("no/such.cue").find("No such file or directory") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
