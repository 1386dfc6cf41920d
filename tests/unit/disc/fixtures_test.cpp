// SPDX-License-Identifier: Apache-2.0
#include "emulator/fixtures.h"
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

std::string fixtures_folder() {
    return std::getenv("BURNRIG_FIXTURES");
}

// cd-r-80 with one text replaced, in a file of its own; gives the message of loading it, behind
// the file's name.
std::string message_with(const std::string& text, const std::string& replacement) {
    const TemporaryDirectory directory;
    const auto path = directory / "cd-r-80.yaml";
    std::string content = content_of(fixtures_folder() + "/media/cd-r-80.yaml");
    content.replace(content.find(text), text.size(), replacement);
    put_content(path, content);
    const auto medium = load_medium(path.string());
    if (medium) {
        return "";
    }
    BOOST_TEST(medium.error().message.find(path.string()) == 0U);
    return medium.error().message.substr(path.string().size());
}

// Speed codes as wodim prints them (cdrkit, drv_mmc.c): standard and high speed CD-RW.
constexpr int standard_speeds[] = {0, 2, 4, 6, 8, 0, 0, 0};
constexpr int high_speeds[] = {0, 2, 4, 6, 10, 0, 0, 0};

} // namespace

BOOST_AUTO_TEST_SUITE(fixtures)

BOOST_AUTO_TEST_CASE(every_fixture_loads_and_is_listed_by_name) {
    const auto media = list_media();
    BOOST_REQUIRE_MESSAGE(media, media.error().message);
    const auto drives = list_drives();
    BOOST_REQUIRE_MESSAGE(drives, drives.error().message);
    std::vector<std::string> names;
    for (const Medium& medium : *media) {
        names.push_back(medium.name);
        BOOST_TEST(!medium.summary.empty());
    }
    BOOST_TEST(std::is_sorted(names.begin(), names.end()));
    for (const char* name : {"cd-r-74", "cd-r-80", "cd-rw-80", "cd-rw-mbi-high-speed"}) {
        BOOST_TEST(std::count(names.begin(), names.end(), name) == 1);
    }
    BOOST_REQUIRE(drives->size() >= 2U);
}

BOOST_AUTO_TEST_CASE(every_fixture_begins_with_a_comment_that_names_its_sources) {
    for (const char* folder : {"/media", "/drives"}) {
        for (const auto& entry : std::filesystem::directory_iterator(fixtures_folder() + folder)) {
            const std::string content = content_of(entry.path());
            const std::string comment = content.substr(0, content.find("\nname:"));
            BOOST_TEST_CONTEXT(entry.path()) {
                BOOST_TEST(comment.find("# Source") != std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_reported_medium_gives_the_reported_atip) {
    const auto medium = *load_medium("cd-rw-mbi-high-speed");
    const Atip& atip = medium.atip;
    BOOST_TEST(medium.erasable());
    BOOST_TEST(int{atip.writing_power} == 2);
    BOOST_TEST(standard_speeds[atip.reference_speed] == 6);
    BOOST_TEST(!atip.unrestricted_use);
    BOOST_TEST(int{atip.sub_type} == 1);
    BOOST_TEST(mmc::lba_from_msf(atip.lead_in) == -12374);
    BOOST_TEST(medium.capacity() == 359849);
    const auto& a1 = atip.additional[0].value();
    const auto& a2 = atip.additional[1].value();
    BOOST_TEST((a1 == std::array<std::uint8_t, 3>{0x24, 0x2C, 0xDC}));
    BOOST_TEST((a2 == std::array<std::uint8_t, 3>{0x14, 0xA4, 0x4A}));
    BOOST_TEST((atip.additional[2].value() == std::array<std::uint8_t, 3>{0x02, 0xD2, 0x80}));
    BOOST_TEST(high_speeds[a1[0] >> 4 & 7] == 4);
    BOOST_TEST(high_speeds[a1[0] & 7] == 10);
    BOOST_TEST(high_speeds[a2[0] >> 4 & 7] == 2);
    BOOST_TEST(high_speeds[a2[0] & 7] == 10);
    BOOST_TEST((a1[1] >> 4 & 7) == 2);
    BOOST_TEST((a1[1] >> 1 & 7) == 6);
    BOOST_TEST((a1[2] >> 4 & 7) == 5);
    BOOST_TEST(medium.write_speeds.front() == 1764U);
}

BOOST_AUTO_TEST_CASE(the_reported_drive_gives_the_reported_identity) {
    const auto drive = *load_drive("optiarc-ad-7280s");
    BOOST_TEST(drive.vendor == "Optiarc");
    BOOST_TEST(drive.product == "DVD RW AD-7280S");
    BOOST_TEST(drive.revision == "1.01");
    BOOST_TEST(int{drive.inquiry_version} == 5);
    BOOST_TEST((drive.inquiry_format & 0x0F) == 2);
    BOOST_TEST(drive.buffer_bytes == 534528U);
    BOOST_TEST(int{drive.rw_sub_types} == 0x0F);
    const std::vector<std::uint16_t> profiles{0x2B, 0x1B, 0x1A, 0x16, 0x15, 0x14, 0x13,
                                              0x12, 0x11, 0x10, 0x0A, 0x09, 0x08, 0x02};
    BOOST_TEST(drive.profiles == profiles);
    const auto accepts = [&](std::uint8_t type, std::uint8_t block) {
        return std::find(drive.write_modes.begin(), drive.write_modes.end(),
                         WriteMode{type, block}) != drive.write_modes.end();
    };
    // TAO PACKET SAO SAO/R96R RAW/R16 RAW/R96P RAW/R96R, and no SAO/R96P.
    for (const WriteMode mode : {WriteMode{1, 8}, {0, 8}, {2, 8}, {2, 3}, {3, 1}, {3, 2}, {3, 3}}) {
        BOOST_TEST(accepts(mode.write_type, mode.data_block_type));
    }
    BOOST_TEST(!accepts(2, 2));
}

BOOST_AUTO_TEST_CASE(an_unknown_name_gets_the_nearest_one) {
    BOOST_TEST(
        load_medium("cd-rw-mbi")
            .error()
            .message.find(
                "unknown medium \"cd-rw-mbi\"; did you mean \"cd-rw-80\"? Known: bd-r-100, ") ==
        0U);
    BOOST_TEST(
        load_drive("optiarc-7280s")
            .error()
            .message.find("unknown drive \"optiarc-7280s\"; did you mean \"optiarc-ad-7280s\"?") ==
        0U);
    BOOST_TEST(load_medium("/no/such.yaml").error().message ==
               "/no/such.yaml: No such file or directory");
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_file_are_named_with_line_key_and_fix) {
    BOOST_TEST(message_with("summary:", "sumary:") ==
               ":6: unknown key \"sumary\"; did you mean \"summary\"?");
    BOOST_TEST(
        message_with("kind: cd-r", "kind: cd-x") ==
        ":8: key \"kind\" must be one of cd-r, cd-rw, cd-rom, dvd-rom, dvd-r, dvd-r-dl, dvd-rw, "
        "dvd-rw-dl, dvd-download, dvd+r, dvd+r-dl, dvd+rw, dvd+rw-dl, dvd-ram, bd-rom, bd-r, "
        "bd-re, not "
        "\"cd-x\"; did you mean \"cd-r\"?");
    BOOST_TEST(
        message_with("calibration_slots: 100", "calibration_slots: many") ==
        ":10: key \"calibration_slots\" must be a whole number from 0 to 1000000, not \"many\"");
    BOOST_TEST(
        message_with("calibration_slots: 100", "calibration_slots: -1") ==
        ":10: key \"calibration_slots\" must be a whole number from 0 to 1000000, not \"-1\"");
    BOOST_TEST(message_with("  sub_type: 0\n", "") == ":12: key \"sub_type\" is missing");
    BOOST_TEST(message_with("unrestricted_use: true", "unrestricted_use: yes") ==
               ":14: key \"unrestricted_use\" must be true or false, not \"yes\"");
    BOOST_TEST(
        message_with("\"97:26:66\"", "\"97:60:66\"") ==
        ":16: key \"lead_in_start_msf\" must be a time from \"90:00:00\" to \"99:59:74\", not "
        "\"97:60:66\"");
    BOOST_TEST(message_with("[9173, 8467", "[8467, 9173") ==
               ":9: key \"write_speeds_kB_per_s\" must have the fastest speed first");
    BOOST_TEST(message_with("name: cd-r-80", "name: cd-r-81") ==
               ":5: key \"name\" must be \"cd-r-80\", as the file is called, not \"cd-r-81\"");
    BOOST_TEST(message_with("kind: cd-r", "kind: cd-r\nkind: cd-r") ==
               ":9: key \"kind\" stands twice");
    BOOST_TEST(message_with("  sub_type: 0", "  sub_type: 0\n  a1_bytes: [1, 2]") ==
               ":16: key \"a1_bytes\" must have 3 bytes, not 2");
    BOOST_TEST(message_with("  sub_type: 0", "  sub_type: 0\n  a1_bytes: [1, 2, 0x100]") ==
               ":16: key \"a1_bytes\" must be a whole number from 0 to 255, not \"0x100\"");
}

// A drive with one text replaced; the message of loading it, behind file and line, and whether the
// line is that of the replacement.
std::string drive_message(const std::string& text, const std::string& replacement) {
    const TemporaryDirectory directory;
    const auto path = directory / "generic-dvd-recorder.yaml";
    std::string content = content_of(fixtures_folder() + "/drives/generic-dvd-recorder.yaml");
    const auto at = content.find(text);
    BOOST_REQUIRE(at != std::string::npos);
    const auto line =
        std::count(content.begin(), content.begin() + static_cast<long>(at), '\n') + 1;
    content.replace(at, text.size(), replacement);
    put_content(path, content);
    const auto drive = load_drive(path.string());
    BOOST_REQUIRE(!drive);
    const auto place = path.string() + ":" + std::to_string(line) + ": ";
    BOOST_TEST(drive.error().message.find(place) == 0U, drive.error().message);
    return drive.error().message.substr(std::min(place.size(), drive.error().message.size()));
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_drive_are_named_with_line_key_and_fix) {
    BOOST_TEST(drive_message("media: [cd-rom]", "media: [cd-rim]")
                   .ends_with("not \"cd-rim\"; did you mean \"cd-rom\"?"));
    BOOST_TEST(drive_message("media: [cd-rw]", "media: [cd-r]") ==
               "key \"media\" names cd-r again");
    BOOST_TEST(drive_message("audio_play: true", "audio_plays: true") ==
               "unknown key \"audio_plays\"; did you mean \"audio_play\"?");
    BOOST_TEST(drive_message("audio_play: true", "lacks_commands: [REED_10]") ==
               "key \"lacks_commands\" names no command: \"REED_10\"");
    BOOST_TEST(drive_message("rotation: cav", "rotation: cev")
                   .starts_with("key \"rotation\" must be one of clv, cav, p-cav, z-clv"));
    BOOST_TEST(drive_message("buffer_size_bytes: 2097152", "buffer_size_bytes: 100")
                   .starts_with("key \"buffer_size_bytes\" must be a whole number from 65536"));
    BOOST_TEST(drive_message("load_ms: 12000", "load_ms: -1")
                   .starts_with("key \"load_ms\" must be a whole number from 0 to 3600000"));
}

BOOST_AUTO_TEST_CASE(drives_differ_as_their_sources_say) {
    const auto dvr = *load_drive("pioneer-dvr-111");
    BOOST_TEST(!dvr.blocks_when_full);
    BOOST_TEST(dvr.ready_while_closing);
    const auto bdr = *load_drive("pioneer-bdr-203");
    const auto buffer = [&](const char* medium) {
        const auto loaded = *load_medium(medium);
        return buffer_bytes(bdr, &loaded);
    };
    BOOST_TEST(buffer_bytes(bdr, nullptr) == 0x180000U);
    BOOST_TEST(buffer("bd-r-25") == 0x180000U);
    BOOST_TEST(buffer("dvd+r") == 0x118000U);
    BOOST_TEST(buffer("cd-r-80") == 0x126800U);
    BOOST_TEST(int{bdr.event_classes} == 0x16);
    BOOST_TEST(!bdr.vital_product_data);
    const auto early = *load_drive("early-cd-recorder");
    BOOST_TEST(early.lacks_commands[0x46]);
    BOOST_TEST(!early.lacks_commands[0x2A]);
    for (const WriteMode mode : early.write_modes)
        BOOST_TEST(int{mode.write_type} == 1);
}

BOOST_AUTO_TEST_CASE(every_kind_of_medium_and_eight_drives_are_there) {
    const auto media = *list_media();
    for (std::size_t kind = 0; kind < medium_kinds; ++kind)
        BOOST_TEST(std::count_if(media.begin(), media.end(), [&](const Medium& medium) {
                       return static_cast<std::size_t>(medium.kind) == kind;
                   }) >= 1);
    const auto drives = *list_drives();
    BOOST_TEST(drives.size() >= 8U);
    for (const DriveModel& drive : drives)
        BOOST_TEST(!drive.speeds[static_cast<std::size_t>(MediumKind::cd_r)].write.empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_fixture_at_all_is_refused) {
    const TemporaryDirectory directory;
    const auto message = [&](const std::string& content) {
        put_content(directory / "x.yaml", content);
        const std::string text = load_drive((directory / "x.yaml").string()).error().message;
        BOOST_TEST(text.find((directory / "x.yaml").string()) == 0U);
        return text.substr((directory / "x.yaml").string().size());
    };
    BOOST_TEST(message("- 1\n- 2\n") == ":1: expected keys and values, found a list");
    BOOST_TEST(message("just words") == ":1: expected keys and values, found \"just words\"");
    BOOST_TEST(message("name: [unclosed\n").find(":2: ") == 0U);
    BOOST_TEST(message("name: x\n").find("is missing") != std::string::npos);
    BOOST_TEST(message(std::string(2 << 20, ' ')) ==
               ": larger than 1048576 bytes, this is no file of ours");
    BOOST_TEST(!message(std::string("\x00\xFF\xFE binary", 10)).empty());
    BOOST_TEST(!message("").empty());
    BOOST_TEST(!message(std::string(5000, '[')).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
