// SPDX-License-Identifier: Apache-2.0
// Goal: an image becomes the disc that it describes, and an export of that disc becomes the same
// disc again; mistakes in a sheet are named with their place. Method: sheets and files are made
// here, imported, and the disc is asked block by block.
#include <array>
#include <span>

#include "emulator/disc/export.h"
#include "emulator/disc/image/disc_image.h"
#include "mmc/cd_text_words.h"
#include "mmc/sector.h"
#include "mmc/subchannel.h"
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

std::string samples(std::int32_t lba, std::int32_t count) {
    return bytes_of(pattern(lba, count, BlockForm::audio));
}

class Images {
public:
    std::filesystem::path put(const std::string& name, const std::string& content) const {
        put_content(directory_ / name, content);
        return directory_ / name;
    }
    std::filesystem::path path(const std::string& name) const { return directory_ / name; }

    std::unique_ptr<Disc> import(const std::string& name, Keep keep = Keep::blocks) const {
        const auto image = open_image(directory_ / name, cd_rw());
        BOOST_REQUIRE_MESSAGE(image, image.error().message);
        auto disc = *Disc::in_memory(cd_rw(), keep);
        const auto imported = import_image(*disc, *image);
        BOOST_REQUIRE_MESSAGE(imported, imported.error().message);
        return disc;
    }
    std::string mistake(const std::string& name) const {
        const auto image = open_image(directory_ / name, cd_rw());
        if (image) {
            return "";
        }
        const std::string prefix = directory_ / "";
        std::string message = image.error().message;
        for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
            message.erase(at, prefix.size());
        }
        return message;
    }
    Comparison compare(const Disc& disc, const std::string& name) const {
        const auto compared = compare_with(disc, *open_image(directory_ / name, cd_rw()));
        BOOST_REQUIRE_MESSAGE(compared, compared.error().message);
        return *compared;
    }

    // A data track, two audio tracks, the second with a gap in the file; number and codes.
    void mixed() const {
        put("mixed.bin", sectors(0, 400) + samples(550, 350) + samples(900, 475));
        put("mixed.cue", "CATALOG 0123456789012\r\n"
                         "FILE \"mixed.bin\" BINARY\r\n"
                         "  TRACK 01 MODE1/2352\r\n"
                         "    INDEX 01 00:00:00\r\n"
                         "  TRACK 02 AUDIO\r\n"
                         "    FLAGS DCP PRE\r\n"
                         "    ISRC DEA000700001\r\n"
                         "    PREGAP 00:02:00\r\n"
                         "    INDEX 01 00:05:25\r\n"
                         "  TRACK 03 AUDIO\r\n"
                         "    INDEX 00 00:10:00\r\n"
                         "    INDEX 01 00:12:00\r\n"
                         "    INDEX 02 00:14:10\r\n");
    }

private:
    TemporaryDirectory directory_;
};

void check_same(const Disc& disc, const Disc& other) {
    BOOST_TEST((disc.extents() == other.extents()));
    for (const Extent& extent : disc.extents()) {
        BOOST_TEST((read_back(disc, extent.first, extent.count, extent.form) ==
                    read_back(other, extent.first, extent.count, extent.form)));
    }
    const Structure& mine = disc.structure();
    const Structure& its = other.structure();
    BOOST_TEST(mine.media_catalog_number == its.media_catalog_number);
    BOOST_REQUIRE(mine.tracks.size() == its.tracks.size());
    for (std::size_t i = 0; i < mine.tracks.size(); ++i) {
        BOOST_TEST_CONTEXT("track " << i + 1) {
            BOOST_TEST(mine.tracks[i].number == its.tracks[i].number);
            BOOST_TEST(mine.tracks[i].session == its.tracks[i].session);
            BOOST_TEST(mine.tracks[i].control == its.tracks[i].control);
            BOOST_TEST((mine.tracks[i].form == its.tracks[i].form));
            BOOST_TEST(mine.tracks[i].pregap == its.tracks[i].pregap);
            BOOST_TEST(mine.tracks[i].start == its.tracks[i].start);
            BOOST_TEST(mine.tracks[i].end == its.tracks[i].end);
            BOOST_TEST(mine.tracks[i].isrc == its.tracks[i].isrc);
            BOOST_TEST(mine.tracks[i].indexes == its.tracks[i].indexes);
        }
    }
    BOOST_REQUIRE(mine.sessions.size() == its.sessions.size());
    for (std::size_t i = 0; i < mine.sessions.size(); ++i) {
        BOOST_TEST(mine.sessions[i].lead_in == its.sessions[i].lead_in);
        BOOST_TEST(mine.sessions[i].lead_out == its.sessions[i].lead_out);
        BOOST_TEST(mine.sessions[i].disc_type == its.sessions[i].disc_type);
        BOOST_TEST((mine.sessions[i].cd_text == its.sessions[i].cd_text));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(images)

BOOST_AUTO_TEST_CASE(an_iso_becomes_a_finalized_data_disc) {
    const Images images;
    images.put("data.iso", bytes_of(pattern(0, 500, BlockForm::mode1)));
    const auto disc = images.import("data.iso");
    BOOST_TEST(disc->structure().finalized);
    BOOST_REQUIRE(disc->structure().tracks.size() == 1U);
    BOOST_TEST(disc->structure().tracks[0].end == 500);
    BOOST_TEST(disc->structure().sessions[0].lead_out == 500);
    BOOST_TEST(disc->structure().sessions[0].lead_in == mmc::lba_from_msf({97, 17, 1}));
    BOOST_TEST(read_back(*disc, 0, 500) == pattern(0, 500, BlockForm::mode1));
    BOOST_TEST(!images.compare(*disc, "data.iso").difference);
}

BOOST_AUTO_TEST_CASE(a_cue_sheet_gives_tracks_gaps_codes_and_addresses) {
    const Images images;
    images.mixed();
    const auto disc = images.import("mixed.cue");
    const Structure& structure = disc->structure();
    BOOST_TEST(structure.media_catalog_number == "0123456789012");
    BOOST_REQUIRE(structure.tracks.size() == 3U);
    BOOST_TEST(structure.tracks[0].start == 0);
    BOOST_TEST(structure.tracks[0].end == 400);
    BOOST_TEST(structure.tracks[1].pregap == 400);
    BOOST_TEST(structure.tracks[1].start == 550);
    BOOST_TEST(structure.tracks[1].control == 3U);
    BOOST_TEST(structure.tracks[1].isrc == "DEA000700001");
    BOOST_TEST(structure.tracks[2].pregap == 900);
    BOOST_TEST(structure.tracks[2].start == 1050);
    BOOST_TEST(structure.tracks[2].end == 1375);
    BOOST_TEST(structure.tracks[2].indexes == std::vector<std::int32_t>{1210});
    // Sectors that can be made again are kept as their user data.
    BOOST_TEST(read_back(*disc, 0, 400) == pattern(0, 400, BlockForm::mode1));
    BOOST_TEST(read_back(*disc, 550, 825, BlockForm::audio) == pattern(550, 825, BlockForm::audio));
    BOOST_TEST(read_back(*disc, 400, 150, BlockForm::audio) ==
               std::vector<std::uint8_t>(150 * 2352, 0));
}

BOOST_AUTO_TEST_CASE(what_is_exported_is_the_same_disc_when_imported) {
    const Images images;
    images.mixed();
    const auto disc = images.import("mixed.cue");
    for (const std::string name : {"again.cue", "again.toc", "again.raw"}) {
        BOOST_TEST_CONTEXT(name) {
            const auto exported = export_disc(*disc, images.path(name));
            BOOST_REQUIRE_MESSAGE(exported, exported.error().message);
            BOOST_TEST(exported->unreadable.empty());
            check_same(*images.import(name), *disc);
            BOOST_TEST(!images.compare(*disc, name).difference);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_dump_with_the_subchannel_in_each_sector_is_the_same_disc) {
    const Images images;
    images.mixed();
    const auto disc = images.import("mixed.cue");
    BOOST_REQUIRE(export_disc(*disc, images.path("split.raw")));
    const std::string raw = content_of(images.path("split.raw"));
    const std::string sub = content_of(images.path("split.sub"));
    std::string whole;
    for (std::size_t block = 0; block < raw.size() / 2352; ++block) {
        std::array<std::uint8_t, 96> channels;
        std::array<std::uint8_t, 96> interleaved;
        std::copy_n(sub.begin() + static_cast<std::ptrdiff_t>(block * 96), 96, channels.begin());
        mmc::interleave(interleaved, channels);
        whole += raw.substr(block * 2352, 2352);
        whole.append(interleaved.begin(), interleaved.end());
    }
    images.put("whole.raw", whole);
    check_same(*images.import("whole.raw"), *disc);
}

BOOST_AUTO_TEST_CASE(subchannels_with_content_are_kept) {
    const Images images;
    images.put("data.iso", bytes_of(pattern(0, 300, BlockForm::mode1)));
    BOOST_REQUIRE(export_disc(*images.import("data.iso"), images.path("x.raw")));
    std::string sub = content_of(images.path("x.sub"));
    sub[100 * 96 + 50] = '\x55'; // in channel U of one block
    images.put("x.sub", sub);
    const auto disc = images.import("x.raw");
    BOOST_TEST((disc->run_at(100).extent == Extent{100, 1, BlockForm::raw_pw}));
    BOOST_REQUIRE(export_disc(*disc, images.path("y.raw")));
    BOOST_TEST((content_of(images.path("y.sub")) == sub));
    BOOST_TEST((content_of(images.path("y.raw")) == content_of(images.path("x.raw"))));
}

BOOST_AUTO_TEST_CASE(sectors_that_cannot_be_made_again_are_kept_whole) {
    const Images images;
    std::string bin = sectors(0, 300);
    bin[150 * 2352 + 2100] ^= 1; // in the parity
    images.put("x.bin", bin);
    images.put("x.cue", "FILE \"x.bin\" BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\n");
    const auto disc = images.import("x.cue");
    const std::vector<Extent> expected{
        {-150, 300, BlockForm::mode1}, {150, 1, BlockForm::raw}, {151, 149, BlockForm::mode1}};
    BOOST_TEST((disc->extents() == expected));
    BOOST_REQUIRE(export_disc(*disc, images.path("y.cue")));
    BOOST_TEST((content_of(images.path("y.bin")) == bin));
}

BOOST_AUTO_TEST_CASE(text_of_a_cue_sheet_is_cd_text_and_comes_back) {
    const Images images;
    images.put("x.bin", samples(0, 700));
    images.put("x.cue", "TITLE \"Joyful Nights\"\nPERFORMER United Cats\n"
                        "FILE \"x.bin\" BINARY\n"
                        "TRACK 01 AUDIO\nTITLE \"Song of Joy\"\nINDEX 01 00:00:00\n"
                        "TRACK 02 AUDIO\nTITLE \"H\xFCmpty\"\nPERFORMER \"Felix\"\n"
                        "SONGWRITER \"F. B.\"\nINDEX 01 00:05:00\n");
    const auto disc = images.import("x.cue");
    const auto text = mmc::read_cd_text_packs(disc->structure().sessions[0].cd_text);
    const auto& titles = text[0].texts.at(mmc::CdTextType::title);
    const auto& performers = text[0].texts.at(mmc::CdTextType::performer);
    BOOST_TEST(titles.at(0) == "Joyful Nights");
    BOOST_TEST(titles.at(2) == "H\xFCmpty");
    BOOST_TEST(performers.at(0) == "United Cats");
    BOOST_TEST(performers.count(1) == 0U);
    BOOST_TEST(+text[0].language == 9); // English
    for (const std::string name : {"again.cue", "again.toc"}) {
        BOOST_REQUIRE(export_disc(*disc, images.path(name)));
        check_same(*images.import(name), *disc);
    }
    const auto sheet = content_of(images.path("again.cue"));
    BOOST_TEST(sheet.find("CDTEXTFILE \"again.cdt\"\nTITLE \"Joyful Nights\"\n") == 0U);
    BOOST_TEST(sheet.find("    SONGWRITER \"F. B.\"\n") != std::string::npos);
    const auto toc = content_of(images.path("again.toc"));
    BOOST_TEST(toc.find("    TITLE \"H\\374mpty\"\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(packs_in_a_file_go_before_the_words) {
    const Images images;
    mmc::CdText text;
    text[0].texts[mmc::CdTextType::title][0] = "From \"packs\"";
    text[2].language = 0x0F;
    text[2].texts[mmc::CdTextType::title][1] = "Chanson \\ 2";
    text[2].bytes[mmc::CdTextType::genre] = std::string("\0\5Pop\0\0\0\0\0\0\0", 12);
    const auto packs = *mmc::make_cd_text_packs(text, 1, 1);
    const std::string plain(packs.begin(), packs.end());
    const auto size = static_cast<char>(packs.size() + 2);
    const std::string header{'\0', size, '\0', '\0'};
    images.put("x.bin", samples(0, 400));
    images.put("x.cue", "CDTEXTFILE \"x.cdt\"\nTITLE \"Words\"\nFILE \"x.bin\" BINARY\n"
                        "TRACK 01 AUDIO\nINDEX 01 00:00:00\n");
    for (const auto& content : {plain, header + plain, plain + '\0'}) {
        images.put("x.cdt", content);
        const auto disc = images.import("x.cue");
        BOOST_TEST((disc->structure().sessions[0].cd_text == packs));
        for (const std::string name : {"y.cue", "y.toc"}) {
            BOOST_REQUIRE(export_disc(*disc, images.path(name)));
            check_same(*images.import(name), *disc);
        }
    }
    images.put("x.cdt", plain.substr(1));
    BOOST_TEST(images.mistake("x.cue").find("x.cue:1: x.cdt: has 197 bytes") == 0U,
               images.mistake("x.cue"));
    images.put("x.cdt", std::string(18 * 2049, 'x'));
    BOOST_TEST(images.mistake("x.cue").find("x.cue:1: x.cdt: has 2049 CD-TEXT packs, and 2048") ==
               0U);
    images.put("x.cdt", "a" + plain.substr(1));
    BOOST_TEST(images.mistake("x.cue").find("x.cue:1: x.cdt: the CRC of pack 0") == 0U);
}

BOOST_AUTO_TEST_CASE(text_blocks_of_a_toc_file_are_read) {
    const Images images;
    images.put("x.bin", samples(0, 400));
    const auto toc = [&](const std::string& disc_text, const std::string& track_text) {
        images.put("x.toc", "CD_DA\nCD_TEXT {\n" + disc_text + "}\nTRACK AUDIO\nCD_TEXT { " +
                                track_text + " }\nFILE \"x.bin\" 0\n");
    };
    toc("LANGUAGE_MAP { 0: 9  1 : 15 }\n"
        "LANGUAGE 0 { TITLE \"A \\\"b\\\" \\\\123\" GENRE { 0, 5, 80, 111 } SIZE_INFO { 1, 2 } }\n"
        "LANGUAGE 1 { TITLE \"F\\350te\" }\n",
        "LANGUAGE 0 { TITLE \"One\" ISRC \"DEA000700001\" }");
    const auto disc = images.import("x.toc");
    const auto text = mmc::read_cd_text_packs(disc->structure().sessions[0].cd_text);
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::title).at(0) == "A \"b\" \\123");
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::title).at(1) == "One");
    BOOST_TEST(text[0].texts.at(mmc::CdTextType::codes).at(1) == "DEA000700001");
    BOOST_TEST(text[0].bytes.at(mmc::CdTextType::genre).substr(0, 4) == std::string("\0\5Po", 4));
    BOOST_TEST(+text[1].language == 15);
    BOOST_TEST(text[1].texts.at(mmc::CdTextType::title).at(0) == "F\350te");
    toc("LANGUAGE 0 { TITEL \"A\" }\n", "");
    BOOST_TEST(images.mistake("x.toc") ==
               "x.toc:3: unknown word \"TITEL\" in a LANGUAGE of CD_TEXT");
    toc("LANGUAGE 8 { TITLE \"A\" }\n", "");
    BOOST_TEST(images.mistake("x.toc").find("x.toc:3: write LANGUAGE") == 0U);
    toc("LANGUAGE_MAP { 0 : 256 }\n", "");
    BOOST_TEST(images.mistake("x.toc") == "x.toc:3: \"256\" is no number from 0 to 255");
    toc("LANGUAGES\n", "");
    BOOST_TEST(images.mistake("x.toc").find("x.toc:3: unknown word \"LANGUAGES\"") == 0U);
    images.put("x.toc", "CD_DA\nCD_TEXT {\nLANGUAGE 0 {");
    BOOST_TEST(!images.mistake("x.toc").empty());
    images.put("x.toc", "CD_DA\nCD_TEXT {\nLANGUAGE_MAP {");
    BOOST_TEST(!images.mistake("x.toc").empty());
}

BOOST_AUTO_TEST_CASE(several_files_modes_and_sessions) {
    const Images images;
    images.put("a.bin", samples(0, 300));
    std::string wave = "RIFF....WAVEfmt \x10";
    wave += std::string("\0\0\0\x01\0\x02\0\x44\xAC\0\0\x10\xB1\x02\0\x04\0\x10\0", 19);
    const std::string sound = samples(300, 300);
    wave += "data";
    for (int i = 0; i < 4; ++i) {
        wave += static_cast<char>(sound.size() >> 8 * i);
    }
    images.put("b.wav", wave + sound);
    images.put("c.bin", bytes_of(pattern(12000, 400, BlockForm::mode2)));
    images.put("many.cue", "FILE a.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                           "FILE \"b.wav\" WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n"
                           "REM SESSION 02\n"
                           "FILE c.bin BINARY\nTRACK 03 MODE2/2336\nINDEX 01 00:00:00\n");
    const auto disc = images.import("many.cue");
    const Structure& structure = disc->structure();
    BOOST_REQUIRE(structure.sessions.size() == 2U);
    BOOST_TEST(structure.sessions[0].lead_out == 600);
    BOOST_TEST(structure.sessions[0].next_allowed);
    BOOST_TEST(structure.sessions[1].lead_in == 600 + 6750);
    BOOST_TEST(structure.sessions[1].disc_type == 0x20U);
    BOOST_TEST(!structure.sessions[1].next_allowed);
    BOOST_TEST(structure.tracks[2].start == 600 + 11400);
    BOOST_TEST(structure.tracks[2].pregap == 600 + 11250);
    BOOST_TEST(read_back(*disc, 0, 600, BlockForm::audio) == pattern(0, 600, BlockForm::audio));
    BOOST_TEST(read_back(*disc, 12000, 400, BlockForm::mode2) ==
               pattern(12000, 400, BlockForm::mode2));
    BOOST_TEST((disc->run_at(700).state == BlockState::unrecorded));
    BOOST_REQUIRE(export_disc(*disc, images.path("first.toc"), 1));
    BOOST_TEST(images.import("first.toc")->structure().tracks.size() == 2U);
    BOOST_TEST(export_disc(*disc, images.path("all.toc"))
                   .error()
                   .message.find("choose it with --session") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(comparing_names_the_first_block_that_differs) {
    const Images images;
    images.mixed();
    for (const Keep keep : {Keep::blocks, Keep::digests}) {
        const auto disc = images.import("mixed.cue", keep);
        BOOST_TEST(!images.compare(*disc, "mixed.cue").difference);
        record(*disc, 700, 1, BlockForm::audio, 99);
        auto comparison = images.compare(*disc, "mixed.cue");
        BOOST_REQUIRE(comparison.difference.has_value());
        BOOST_TEST(comparison.difference->lba == 700);
        BOOST_TEST(comparison.difference->what == "other content");
        BOOST_TEST(comparison.blocks == 400 + 150);
        disc->damage().add({20, 21, DamageKind::unreadable, 0, 0});
        comparison = images.compare(*disc, "mixed.cue");
        BOOST_TEST(comparison.difference->lba == 20);
        BOOST_TEST(comparison.difference->what == "unreadable");
    }
}

BOOST_AUTO_TEST_CASE(padding_behind_an_image_may_be_zeros_only) {
    const Images images;
    images.put("data.iso", bytes_of(pattern(0, 500, BlockForm::mode1)));
    const auto disc = images.import("data.iso");
    BOOST_REQUIRE(disc->write_zeros(500, BlockForm::mode1, 12));
    disc->structure().tracks[0].end = 512;
    BOOST_TEST(!images.compare(*disc, "data.iso").difference);
    record(*disc, 505, 1);
    BOOST_TEST(images.compare(*disc, "data.iso").difference->lba == 505);
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_file_line_and_remedy) {
    const Images images;
    images.put("x.bin", samples(0, 300));
    const auto cue = [&](const std::string& text) {
        images.put("x.cue", text);
        return images.mistake("x.cue");
    };
    const std::string file = "FILE \"x.bin\" BINARY\n";
    BOOST_TEST(cue("FILES x\n") == "x.cue:1: unknown command \"FILES\"; did you mean FILE?");
    BOOST_TEST(cue("TRACK 01 AUDIO\n") ==
               "x.cue:1: TRACK before any FILE; begin with: FILE \"disc.bin\" BINARY");
    BOOST_TEST(cue(file + "TRACK 01 AUDO\n")
                   .find("x.cue:2: unknown track mode AUDO; did you mean "
                         "AUDIO?") == 0U);
    BOOST_TEST(cue(file + "TRACK 02 AUDIO\nINDEX 01 00:00:75\n")
                   .find("x.cue:3: \"00:00:75\" is no time; write MM:SS:FF") == 0U);
    BOOST_TEST(cue(file + "TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 03 AUDIO\n") ==
               "x.cue:4: track number 03; it must be 2");
    BOOST_TEST(cue(file + "TRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 99:00:00\n")
                   .find("x.cue:2: track 1 ends behind the end of x.bin, which has 705600 bytes") ==
               0U);
    BOOST_TEST(
        cue(file + "TRACK 01 MODE1/2048\nINDEX 01 00:00:00\n").find("x.cue:2: the rest of") == 0U);
    BOOST_TEST(cue("FILE \"y.bin\" BINARY\n") == "x.cue:1: y.bin: No such file or directory");
    BOOST_TEST(cue("") == "x.cue:1: has no TRACK; is it a cue sheet?");
    BOOST_TEST(cue(file + "TRACK 01 AUDIO\n") == "x.cue:2: track 1 has no INDEX 01");
    images.put("x.toc", "CD_DA\nTRACK AUDIO\nFILE \"x.bin\" 0 99:00:00\n");
    BOOST_TEST(images.mistake("x.toc").find("x.toc:3: x.bin has 705600 bytes, but bytes 0 to") ==
               0U);
    images.put("odd.iso", "12345");
    BOOST_TEST(images.mistake("odd.iso").find("odd.iso: has 5 bytes, which are no whole blocks") ==
               0U);
    BOOST_TEST(images.mistake("x.bin").find("x.bin: unknown ending \".bin\"") == 0U);
}

BOOST_AUTO_TEST_CASE(an_image_that_does_not_fit_is_refused) {
    const Images images;
    images.put("big.iso", "");
    std::filesystem::resize_file(images.path("big.iso"), std::uintmax_t{2048} * 400'000);
    BOOST_TEST(images.mistake("big.iso") == "big.iso: has 400000 blocks, a test-cd-rw has room for "
                                            "359849; choose a larger medium");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
