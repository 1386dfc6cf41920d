// SPDX-License-Identifier: Apache-2.0
// Goal: what a .cue, a .toc and audio files say becomes tracks with exactly the bytes that are
// meant, and each mistake is told with file, line and remedy. Method: sheets and files are made
// here; the bytes of each track are compared with what a few lines of plain arithmetic take from
// the files.
#include <boost/test/unit_test.hpp>

#include <fmt/ranges.h>

#include "mmc/cd_text_words.h"
#include "sheet_desk.h"

namespace burnrig::driver {
namespace {

// ------------------------------------------------------------------------------------- cue sheets

BOOST_AUTO_TEST_CASE(a_cue_sheet_with_everything) {
    const Desk desk;
    const std::string bin = TemporaryFolder::varied(1400 * sector);
    desk.write("mixed.bin", bin);
    auto disc = desk.open("mixed.cue", "CATALOG 0123456789012\r\n"
                                       "REM GENRE Jazz\r\n"
                                       "TITLE \"Album\"\r\n"
                                       "FILE \"mixed.bin\" BINARY\r\n"
                                       "  TRACK 01 MODE1/2352\r\n"
                                       "    INDEX 01 00:00:00\r\n"
                                       "    POSTGAP 00:02:00\r\n"
                                       "  TRACK 02 AUDIO\r\n"
                                       "    TITLE \"First\"\r\n"
                                       "    FLAGS DCP PRE SCMS\r\n"
                                       "    ISRC DE-A00-07-00001\r\n"
                                       "    PREGAP 00:02:00\r\n"
                                       "    INDEX 01 00:05:25\r\n"
                                       "  TRACK 03 AUDIO\r\n"
                                       "    FLAGS 4CH\r\n"
                                       "    INDEX 00 00:10:00\r\n"
                                       "    INDEX 01 00:12:00\r\n"
                                       "    INDEX 02 00:14:10\r\n");
    BOOST_TEST(disc.media_catalog_number == "0123456789012");
    BOOST_REQUIRE(disc.tracks.size() == 3U);
    CompilationTrack& data = disc.tracks[0];
    BOOST_TEST((data.kind == TrackKind::mode1));
    BOOST_TEST(data.data->block_bytes() == 2352U);
    BOOST_TEST(data.control() == 4);
    BOOST_TEST(
        (all_of(*data.data) == bin.substr(0, 400 * sector) + std::string(150 * sector, '\0')));
    CompilationTrack& first = disc.tracks[1];
    BOOST_TEST(first.pregap_blocks == 150U);
    BOOST_TEST(!first.pregap_in_data);
    BOOST_TEST(first.control() == 3);
    BOOST_TEST(first.serial_copy);
    BOOST_TEST(first.isrc == "DEA000700001");
    BOOST_TEST((first.data->supply() == Supply::memory));
    BOOST_TEST((all_of(*first.data) == bin.substr(400 * sector, 350 * sector)));
    CompilationTrack& second = disc.tracks[2];
    BOOST_TEST(second.pregap_blocks == 150U);
    BOOST_TEST(second.pregap_in_data);
    BOOST_TEST((second.blocks() == 500U));
    BOOST_TEST(second.control() == 8);
    BOOST_TEST((second.indexes == std::vector<std::uint32_t>{160}));
    BOOST_TEST((all_of(*second.data) == bin.substr(750 * sector)));
    const auto text = mmc::read_cd_text_packs(disc.cd_text_packs);
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::title).at(0) == "Album");
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::title).at(2) == "First");
    BOOST_TEST(!disc.is_plain());
}

// What `cdrskin --cdtext_dummy input_sheet_v07t=...` prints for the same words (libburn 1.5.4).
BOOST_AUTO_TEST_CASE(packs_of_a_cue_sheet_are_those_that_libburn_makes) {
    const std::string libburn = "800000004a6f7966756c204e69676874f0f7"
                                "8000010c7300536f6e67206f66204a6f431c"
                                "8001020a790048756d7074792044756d43f9"
                                "8002030a7074790000000000000000002282"
                                "81000400556e6974656420436174204f4b4d"
                                "8100050c72636865737472610046656cfb54"
                                "81010603697820616e64205468652050956e"
                                "8101070f757272730043617477616c6bf179"
                                "810208072042656175746965730000006a7a"
                                "8f0009000001020004050000000000006e97"
                                "8f010a0000000000000000030b000000cd0c"
                                "8f020b00000000000900000000000000fc8c";
    const Desk desk;
    desk.write_bytes("x.bin", 400 * sector);
    const auto disc = desk.open("x.cue", "TITLE \"Joyful Nights\"\n"
                                         "PERFORMER \"United Cat Orchestra\"\n"
                                         "FILE \"x.bin\" BINARY\n"
                                         "TRACK 01 AUDIO\nTITLE \"Song of Joy\"\n"
                                         "PERFORMER \"Felix and The Purrs\"\n"
                                         "INDEX 01 00:00:00\n"
                                         "TRACK 02 AUDIO\nTITLE \"Humpty Dumpty\"\n"
                                         "PERFORMER \"Catwalk Beauties\"\n"
                                         "INDEX 01 00:02:00\n");
    BOOST_TEST(fmt::format("{:02x}", fmt::join(disc.cd_text_packs, "")) == libburn);
}

BOOST_AUTO_TEST_CASE(text_of_today_becomes_what_cd_text_can_say) {
    const Desk desk;
    desk.write_bytes("x.bin", 400 * sector);
    const auto title_of = [&](const std::string& title, std::size_t notes) {
        const auto disc = desk.open("x.cue", "TITLE \"" + title +
                                                 "\"\nFILE x.bin BINARY\n"
                                                 "TRACK 01 AUDIO\nINDEX 01 00:00:00\n");
        BOOST_TEST(disc.notes.size() == notes);
        return mmc::read_cd_text_packs(disc.cd_text_packs)[0]
            .texts.at(mmc::CdTextType::title)
            .at(0);
    };
    BOOST_TEST(title_of("Zo\xC3\xAB \xC3\x9F", 0) == "Zo\xEB \xDF"); // UTF-8
    BOOST_TEST(title_of("Zo\xEB", 0) == "Zo\xEB");                   // ISO 8859-1 already
    BOOST_TEST(title_of("It\xE2\x80\x99s \xE2\x80\xA6", 1) == "It's ...");
    BOOST_TEST(title_of("\xE6\x9D\xB1 \xF0\x9F\x8E\xB5", 1) == "? ?");
    BOOST_TEST(title_of("cut \xC3", 0) == "cut \xC3");
}

BOOST_AUTO_TEST_CASE(every_mode_of_a_cue_sheet) {
    const Desk desk;
    struct Mode {
        const char* word;
        TrackKind kind;
        std::uint32_t bytes;
        SessionFormat format;
    };
    for (const Mode& mode :
         {Mode{"AUDIO", TrackKind::audio, 2352, SessionFormat::cd_rom},
          Mode{"CDG", TrackKind::audio, 2448, SessionFormat::cd_rom},
          Mode{"MODE1/2048", TrackKind::mode1, 2048, SessionFormat::cd_rom},
          Mode{"MODE1/2352", TrackKind::mode1, 2352, SessionFormat::cd_rom},
          Mode{"MODE2/2048", TrackKind::mode2_form1, 2048, SessionFormat::cd_rom_xa},
          Mode{"MODE2/2324", TrackKind::mode2_form2, 2324, SessionFormat::cd_rom_xa},
          Mode{"MODE2/2336", TrackKind::mode2, 2336, SessionFormat::cd_rom_xa},
          Mode{"MODE2/2352", TrackKind::mode2_mix, 2352, SessionFormat::cd_rom_xa},
          Mode{"CDI/2336", TrackKind::mode2, 2336, SessionFormat::cd_i},
          Mode{"CDI/2352", TrackKind::mode2_mix, 2352, SessionFormat::cd_i}}) {
        BOOST_TEST_CONTEXT(mode.word) {
            const std::string bin = TemporaryFolder::varied(310 * mode.bytes);
            desk.write("x.bin", bin);
            auto disc = desk.open("x.cue", fmt::format("FILE x.bin BINARY\nTRACK 07 {}\n"
                                                       "INDEX 01 00:00:00\n",
                                                       mode.word));
            BOOST_TEST(disc.first_track == 7);
            BOOST_TEST((disc.tracks[0].kind == mode.kind));
            BOOST_TEST((disc.format == mode.format));
            BOOST_TEST(disc.tracks[0].data->block_bytes() == mode.bytes);
            BOOST_TEST((disc.tracks[0].data->blocks() == 310U));
            BOOST_TEST((all_of(*disc.tracks[0].data) == bin));
        }
    }
}

BOOST_AUTO_TEST_CASE(sub_headers_that_stand_twice_make_mode_2_blocks_ones_of_both_forms) {
    const Desk desk;
    const std::string sheet = "FILE x.bin BINARY\nTRACK 01 MODE2/2336\nINDEX 01 00:00:00\n";
    std::string bin;
    for (int block = 0; block < 300; ++block)
        bin += std::string("\0\0\x08\0\0\0\x08\0", 8) + TemporaryFolder::varied(2328);
    desk.write("x.bin", bin);
    BOOST_TEST((desk.open("x.cue", sheet).tracks[0].kind == TrackKind::mode2_mix));
    bin[100 * 2336 + 4] = 1; // one block without
    desk.write("x.bin", bin);
    BOOST_TEST((desk.open("x.cue", sheet).tracks[0].kind == TrackKind::mode2_mix));
    bin[4] = 1;
    desk.write("x.bin", bin);
    BOOST_TEST((desk.open("x.cue", sheet).tracks[0].kind == TrackKind::mode2));
}

BOOST_AUTO_TEST_CASE(several_files_of_a_cue_sheet_and_a_gap_at_the_end_of_the_file_before) {
    const Desk desk;
    const std::string one = TemporaryFolder::varied(400 * sector);
    const std::string two = TemporaryFolder::varied(401 * sector - 100);
    desk.write("one.wav",
               wave(one, 44100, 16, 2, "LIST" + number(5, 4) + std::string("title\0", 6)));
    desk.write("two.wav", wave(one));
    desk.write("three.bin", two);
    auto disc =
        desk.open("many.cue", "\xEF\xBB\xBF"
                              "FILE \"one.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                              "TRACK 02 AUDIO\nINDEX 00 00:05:00\n"
                              "FILE \"C:\\rips\\two.wav\" WAVE\nINDEX 01 00:00:00\n"
                              "FILE three.bin MOTOROLA\nTRACK 03 AUDIO\nINDEX 01 00:00:00\n");
    BOOST_REQUIRE(disc.tracks.size() == 3U);
    BOOST_TEST((all_of(*disc.tracks[0].data) == one.substr(0, 375 * sector)));
    BOOST_TEST(disc.tracks[1].pregap_blocks == 25U);
    BOOST_TEST((all_of(*disc.tracks[1].data) == one.substr(375 * sector) + one));
    BOOST_TEST((disc.tracks[2].data->supply() == Supply::computed));
    BOOST_TEST((all_of(*disc.tracks[2].data) == swapped(two) + std::string(100, '\0')));
    BOOST_REQUIRE(disc.notes.size() == 1U);
    check_message(disc.notes[0], "track 3 is filled up with 100 bytes of zeros");
}

BOOST_AUTO_TEST_CASE(mistakes_in_cue_sheets_are_told_with_their_place_and_remedy) {
    const Desk desk;
    desk.write_bytes("x.bin", 400 * sector);
    desk.write("thin.wav", wave(std::string(4000, 'x'), 48000));
    desk.write("mono.wav", wave(std::string(4000, 'x'), 44100, 16, 1));
    desk.write("cut.wav", wave(std::string(4000, 'x')).substr(0, 2000));
    desk.write("no.wav", "RIFX and more of nothing");
    desk.write("empty.bin", "");
    const std::string file = "FILE x.bin BINARY\n";
    const std::string track = file + "TRACK 01 AUDIO\n";
    const std::string good = track + "INDEX 01 00:00:00\n";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"FIEL x.bin BINARY\n", "x.cue:1: unknown command \"FIEL\"; did you mean FILE?"},
        {"FILE y.bin BINARY\n", "x.cue:1: y.bin: No such file or directory"},
        {"FILE x.bin\n", "x.cue:1: FILE needs 2 words behind it"},
        {"FILE x.bin BINRAY\n", "x.cue:1: unknown type BINRAY of a FILE; did you mean BINARY?"},
        {"FILE x.mp3 MP3\n", "x.cue:1: FILE of type MP3 is not read; convert it: sox"},
        {"FILE empty.bin BINARY\n", "x.cue:1: empty.bin: is empty"},
        {"FILE x.bin WAVE\n", "x.cue:1: x.bin: is no WAVE file"},
        {"FILE no.wav WAVE\n", "x.cue:1: no.wav: is no WAVE file"},
        {"FILE thin.wav WAVE\n", "x.cue:1: thin.wav: holds 2 channels of 16 bits at 48000 Hz, a CD "
                                 "takes 2 channels of 16 bits at 44100 Hz; convert it: sox"},
        {"FILE mono.wav WAVE\n", "x.cue:1: mono.wav: holds 1 channels"},
        {"FILE cut.wav WAVE\n", "x.cue:1: cut.wav: is cut: its header announces 4000 bytes"},
        {"TRACK 01 AUDIO\n", "x.cue:1: TRACK before any FILE"},
        {file + "TRACK 01 ADUIO\n", "x.cue:2: unknown track mode ADUIO; did you mean AUDIO?"},
        {file + "TRACK 00 AUDIO\n", "x.cue:2: track number 00; it must be 1 to 99"},
        {file + "TRACK 1x0 AUDIO\nINDEX 01 00:00:00\nTRACK 100 AUDIO\n",
         "x.cue:4: track number 100"},
        {track, "x.cue:2: track 1 has no INDEX 01"},
        {track + "INDEX 01 0:0\n", "x.cue:3: \"0:0\" is no time; write MM:SS:FF"},
        {track + "INDEX 01 00:60:00\n", "x.cue:3: \"00:60:00\" is no time"},
        {track + "INDEX 02 00:00:00\n", "x.cue:3: INDEX 02 is out of order"},
        {track + "INDEX 1000 00:00:00\n", "x.cue:3: INDEX 1000: its number must be 0 to 99"},
        {track + "INDEX 01 00:06:00\n", "x.cue:2: track 1 ends behind the end of x.bin"},
        {good + "INDEX 02 00:06:00\n", "x.cue:2: track 1 has no data behind its last INDEX"},
        {good + "INDEX 01 00:01:00\n", "x.cue:4: INDEX 01 is out of order"},
        {good + "INDEX 03 00:01:00\n", "x.cue:4: INDEX 03 is out of order; track 1 goes on with "
                                       "INDEX 02"},
        {good + "PREGAP 00:02:00\n", "x.cue:4: PREGAP belongs above the first INDEX"},
        {good + "POSTGAP two\n", "x.cue:4: \"two\" is no time"},
        {good + "FLAGS COPY\n", "x.cue:4: unknown flag COPY; known: DCP, 4CH, PRE, SCMS"},
        {good + "ISRC DEA00070000\n", "x.cue:4: ISRC DEA00070000 has 11 characters"},
        {good + "ISRC DEA0007x0001\n", "x.cue:4: ISRC DEA0007x0001"},
        {good + "CATALOG 123\n", "x.cue:4: CATALOG 123 has 3 digits; it must have 13"},
        {good + "REM SESSION x\n", "x.cue:4: REM SESSION x"},
        {good + "CDTEXTFILE x.cdt\n", "x.cue:4: x.cdt: No such file"},
        {good + "CDTEXTFILE x.bin\n", "x.cue:4: x.bin: "},
        {file + "TRACK 01 MODE1/2048\nINDEX 01 00:00:00\n",
         "x.cue:2: the rest of x.bin is no whole number of blocks of 2048 bytes"},
        {"", "x.cue:1: has no TRACK; is it a cue sheet?"},
        {"INDEX 01 00:00:00\n", "x.cue:1: INDEX belongs below a TRACK line"},
    };
    for (const auto& [text, message] : cases)
        check_message(desk.refused("x.cue", text), message);
}

// -------------------------------------------------------------------------------------- TOC files

BOOST_AUTO_TEST_CASE(a_toc_file_with_everything) {
    const Desk desk;
    const std::string raw = TemporaryFolder::varied(1000 * sector);
    desk.write("a.cdr", raw);
    desk.write("b.wav", wave(raw));
    desk.write("d.bin", raw);
    auto disc = desk.open("x.toc", R"(CD_ROM // a remark
CATALOG "0123456789012"
CD_TEXT { LANGUAGE_MAP { 0 : EN 1 : 8 }
  LANGUAGE 0 { TITLE "Album" PERFORMER "B\303nd" DISC_ID "XY12345" GENRE { 0, 5, 80, 111, 112, 0 } }
  LANGUAGE 1 { TITLE "Sammlung" } }
TRACK MODE1
DATAFILE "d.bin" 00:05:00
ZERO 00:02:00
TRACK AUDIO
COPY NO PRE_EMPHASIS
ISRC "DEA000700001"
CD_TEXT { LANGUAGE 0 { TITLE "One" PERFORMER "P" } LANGUAGE 1 { TITLE "Eins" } }
SILENCE 00:02:00
START
FILE "a.cdr" 588 00:05:00
AUDIOFILE "b.wav" 100 900
INDEX 00:01:00
INDEX 00:02:00
TRACK AUDIO
PRE_EMPHASIS FOUR_CHANNEL_AUDIO
FILE "b.wav" #4704 0 00:10:00
START 00:02:00
TRACK AUDIO RW_RAW
FILE "d.bin" 0 00:04:00
TRACK MODE2_FORM_MIX
PREGAP 00:00:10
DATAFILE "d.bin" #16 700800
)");
    BOOST_REQUIRE(disc.tracks.size() == 5U);
    BOOST_TEST(disc.media_catalog_number == "0123456789012");
    BOOST_TEST((all_of(*disc.tracks[0].data) ==
                raw.substr(0, 375 * 2048) + std::string(150 * 2048, '\0')));
    CompilationTrack& one = disc.tracks[1];
    BOOST_TEST(one.pregap_blocks == 150U);
    BOOST_TEST(!one.pregap_in_data);
    BOOST_TEST(one.control() == 2);
    BOOST_TEST(one.isrc == "DEA000700001");
    BOOST_TEST((one.indexes == std::vector<std::uint32_t>{75, 150}));
    std::string wanted = swapped(raw).substr(sector, 375 * sector) + raw.substr(400, 3600);
    wanted.resize((wanted.size() + sector - 1) / sector * sector, '\0');
    BOOST_TEST((all_of(*one.data) == wanted));
    CompilationTrack& two = disc.tracks[2];
    BOOST_TEST(two.pregap_in_data);
    BOOST_TEST(two.pregap_blocks == 150U);
    BOOST_TEST((two.blocks() == 600U));
    BOOST_TEST(two.control() == 9);
    BOOST_TEST((all_of(*two.data) == raw.substr(4704, 750 * sector)));
    BOOST_TEST((disc.tracks[3].subchannel == SubchannelData::raw_rw));
    BOOST_TEST(disc.tracks[3].data->block_bytes() == 2448U);
    BOOST_TEST((disc.tracks[3].blocks() == 300U));
    CompilationTrack& mix = disc.tracks[4];
    BOOST_TEST((mix.kind == TrackKind::mode2_mix));
    BOOST_TEST(mix.pregap_blocks == 10U);
    BOOST_TEST((all_of(*mix.data) == raw.substr(16, 700800)));
    BOOST_TEST((disc.format == SessionFormat::cd_rom_xa));
    const auto text = mmc::read_cd_text_packs(disc.cd_text_packs);
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::title).at(2) == "One");
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::performer).at(0) == "B\303nd");
    BOOST_TEST(text[1].texts.at(mmc::CdTextType::title).at(2) == "Eins");
    BOOST_TEST(+text[1].language == 8);
}

BOOST_AUTO_TEST_CASE(mistakes_in_toc_files_are_told_with_their_place_and_remedy) {
    const Desk desk;
    desk.write_bytes("x.bin", 400 * sector);
    const std::string track = "CD_DA\nTRACK AUDIO\n";
    const std::string good = track + "FILE \"x.bin\" 0\n";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"CD_AD\n", "x.toc:1: unknown statement \"CD_AD\"; did you mean CD_DA?"},
        {"CD_DA\n", "x.toc:1: has no TRACK"},
        {"SILENCE 1\n", "x.toc:1: SILENCE belongs below a TRACK"},
        {"TRACK MODE3\n", "x.toc:1: unknown track mode \"MODE3\"; did you mean MODE1?"},
        {track, "x.toc:2: track 1 has no data; name a file: AUDIOFILE"},
        {track + "FILE \"y.bin\" 0\n", "x.toc:3: y.bin: No such file"},
        {track + "FILE \"-\" 0\n", "x.toc:3: a file must be named"},
        {track + "FILE \"x.bin\n", "x.toc:3: a string has no closing quote"},
        {track + "FILE \"x.bin\" 0 00:06:00\n", "x.toc:3: x.bin has 940800 bytes, but bytes 0 to"},
        {track + "FILE \"x.bin\" 00:06:00\n", "x.toc:3: x.bin has 940800 bytes"},
        {track + "FILE \"x.bin\" #x 0\n", "x.toc:3: \"#x\" is no offset"},
        {track + "FILE \"x.bin\" 0 1y\n", "x.toc:3: \"1y\" is no length"},
        {track + "FILE \"x.bin\" 0 99999999999999999999\n", "x.toc:3: \"99999999999999999999\" is"},
        {track + "SILENCE 9223372036854775807\n", "x.toc:3: \"9223372036854775807\" is no length"},
        {track + "SILENCE\n", "x.toc:3: a length is missing"},
        {track + "FIFO \"x\" 100\n", "x.toc:3: FIFO cannot be read; name a file"},
        {good + "START 00:05:25\n", "x.toc:2: track 1 has 400 blocks, and an index at 400"},
        {good + "INDEX 00:05:25\n", "x.toc:2: track 1 has 400 blocks, and an index at 400"},
        {good + "INDEX 00:02:00\nINDEX 00:01:00\n", "x.toc:2: track 1 has 400 blocks, and an index "
                                                    "at 75 after 150"},
        {good + "INDEX five\n", "x.toc:4: INDEX needs a time, not \"five\""},
        {"CATALOG \"12\"\n", "x.toc:1: CATALOG \"12\" must have 13 digits"},
        {track + "ISRC \"12\"\n", "x.toc:3: ISRC \"12\" must have 12 characters"},
        {"CD_TEXT { LANGUAGE 0 { TITEL \"x\" } }\n", "x.toc:1: unknown word \"TITEL\""},
        {"CD_TEXT {\n", "x.toc:1: CD_TEXT has a { without its }"},
    };
    for (const auto& [text, message] : cases)
        check_message(desk.refused("x.toc", text), message);
}

// ------------------------------------------------------------------------------------ audio files

BOOST_AUTO_TEST_CASE(audio_files_become_tracks_in_their_byte_order) {
    const Desk desk;
    const std::string samples = TemporaryFolder::varied(300 * sector + 8);
    const std::vector<std::string> names{desk.write("a.wav", wave(samples)),
                                         desk.write("b.pcm", samples),
                                         desk.write("c.cdr", samples)};
    auto disc = open_compilation(names);
    BOOST_REQUIRE_MESSAGE(disc.has_value(), (disc ? "" : disc.error().message));
    BOOST_REQUIRE(disc->tracks.size() == 3U);
    const std::string filling(sector - 8, '\0');
    BOOST_TEST((all_of(*disc->tracks[0].data) == samples + filling));
    BOOST_TEST((all_of(*disc->tracks[1].data) == samples + filling));
    BOOST_TEST((all_of(*disc->tracks[2].data) == swapped(samples) + filling));
    BOOST_TEST(disc->tracks[2].control() == 0);
    BOOST_TEST(disc->notes.size() == 3U);
    const auto big = open_compilation(names, {.byte_order = ByteOrder::big});
    BOOST_TEST((all_of(*big->tracks[0].data) == samples + filling)); // a header says what it is
    BOOST_TEST((all_of(*big->tracks[1].data) == swapped(samples) + filling));
}

BOOST_AUTO_TEST_CASE(unfit_audio_is_refused_with_a_remedy) {
    const Desk desk;
    check_message(desk.refused("x.wav", wave(std::string(4000, 'x'), 44100, 24)),
                  "x.wav: holds 2 channels of 24 bits at 44100 Hz");
    check_message(desk.refused("x.pcm", std::string(4001, 'x')),
                  "x.pcm: has 4001 bytes of samples, which are no whole samples of 4 bytes");
    check_message(desk.refused("x.wav", ""), "x.wav: is no WAVE file");
    check_message(desk.refused("x.wav", "RIFF\4\0\0\0WAVE"), "x.wav: is no WAVE file");
    const std::vector<std::string> mixed{desk.write("a.wav", wave(std::string(4000, 'x'))),
                                         desk.write_bytes("b.iso", 2048)};
    check_message(desk.without_folder(open_compilation(mixed).error().message),
                  "b.iso: several names at once are taken only for audio files");
    const std::vector<std::string> many(100, mixed[0]);
    check_message(open_compilation(many).error().message, "100 files are named");
    BOOST_TEST(!open_compilation({}).has_value());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_under_way_is_told_by_its_track) {
    const Desk desk;
    desk.write_bytes("x.bin", 400 * sector);
    auto disc = desk.open("x.cue", "FILE x.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n");
    std::filesystem::resize_file(desk / "x.bin", 100 * sector);
    const auto data = disc.tracks[0].data->read({.first = 200, .count = 1});
    BOOST_REQUIRE(!data);
    check_message(desk.without_folder(data.error().message), "x.bin: the file became shorter");
    BOOST_TEST(!disc.tracks[0].data->intact());
}

} // namespace
} // namespace burnrig::driver
