// SPDX-License-Identifier: Apache-2.0
// Goal: no sheet crashes, hangs or fails without a word; tracks cut anywhere give the bytes that
// plain arithmetic takes from the files. Method: properties and words in any order, from fixed
// seeds.
#include <boost/test/unit_test.hpp>

#include <random>

#include "mmc/sheet/sheet.h"
#include "sheet_desk.h"
#include "tests/unit/property_check.h"

namespace burnrig::driver {
namespace {

BOOST_AUTO_TEST_CASE(tracks_cut_anywhere_give_the_same_bytes_however_they_are_read) {
    const Desk desk;
    const std::string raw = TemporaryFolder::varied(900 * sector);
    desk.write("a.cdr", raw);
    desk.write("b.wav", wave(raw));
    check_property("assembled tracks", 60, 20260101, [&] {
        std::string toc = "CD_DA\nTRACK AUDIO\n";
        std::string wanted;
        const int parts = *rc::gen::inRange(1, 6);
        for (int i = 0; i < parts; ++i) {
            const auto from = *rc::gen::inRange<std::size_t>(0, 588 * 400);
            const auto length = *rc::gen::inRange<std::size_t>(1, 588 * 60);
            const int kind = *rc::gen::inRange(0, 3);
            if (kind == 0) {
                toc += fmt::format("SILENCE {}\n", length);
                wanted += std::string(length * 4, '\0');
            } else {
                toc +=
                    fmt::format("FILE \"{}\" {} {}\n", kind == 1 ? "a.cdr" : "b.wav", from, length);
                const std::string part = raw.substr(from * 4, length * 4);
                wanted += kind == 1 ? swapped(part) : part;
            }
        }
        wanted.resize((wanted.size() + sector - 1) / sector * sector, '\0');
        const std::string path = desk.write("x.toc", toc);
        const auto disc = open_compilation({&path, 1});
        RC_ASSERT(disc.has_value());
        Source& data = *disc->tracks[0].data;
        RC_ASSERT(all_of(data) == wanted);
        std::vector<std::uint8_t> out(wanted.size() + 5);
        const auto from =
            *rc::gen::inRange<std::uint32_t>(0, static_cast<std::uint32_t>(wanted.size() / sector));
        const auto filled = data.fill(from, out);
        RC_ASSERT(filled && *filled == wanted.size() - from * sector);
        RC_ASSERT(
            std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*filled),
                       wanted.begin() + static_cast<std::ptrdiff_t>(from * sector),
                       [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
    });
}

/// Files that exist for a sheet and nowhere else.
class PaperFiles final : public mmc::SheetFiles {
public:
    std::string sheet;
    mmc::Result<std::uint64_t> size(const std::filesystem::path& path) override {
        return path.extension() == ".missing" ? mmc::fail("{}: is missing", path.string())
               : is_sheet(path)               ? mmc::Result<std::uint64_t>(sheet.size())
                                              : mmc::Result<std::uint64_t>(700 * sector);
    }
    mmc::Result<std::size_t> read(const std::filesystem::path& path, std::uint64_t offset,
                                  std::span<char> out) override {
        const std::string image = is_sheet(path) ? sheet : wave(std::string(400, 'x'));
        const std::string rest =
            image.substr(std::min<std::uint64_t>(offset, image.size()), out.size());
        std::copy(rest.begin(), rest.end(), out.begin());
        return rest.size();
    }

private:
    static bool is_sheet(const std::filesystem::path& path) {
        return path == "x.cue" || path == "x.toc";
    }
};

BOOST_AUTO_TEST_CASE(whatever_a_sheet_says_it_is_read_or_told_why_not) {
    // Words that sheets are made of, whole and broken, in any order.
    static const std::vector<std::string> words{"FILE",
                                                "\"x.bin\"",
                                                "x.wav",
                                                "a.missing",
                                                "BINARY",
                                                "WAVE",
                                                "MOTOROLA",
                                                "TRACK",
                                                "01",
                                                "02",
                                                "03",
                                                "99",
                                                "AUDIO",
                                                "MODE1/2352",
                                                "MODE1/2048",
                                                "MODE2/2336",
                                                "CDG",
                                                "INDEX",
                                                "00",
                                                "00:00:00",
                                                "00:02:00",
                                                "00:05:00",
                                                "99:59:74",
                                                "PREGAP",
                                                "POSTGAP",
                                                "FLAGS",
                                                "DCP",
                                                "ISRC",
                                                "DEA000700001",
                                                "CATALOG",
                                                "0123456789012",
                                                "REM",
                                                "SESSION",
                                                "TITLE",
                                                "CDTEXTFILE",
                                                "CD_DA",
                                                "CD_ROM_XA",
                                                "MODE1",
                                                "MODE2_FORM_MIX",
                                                "RW_RAW",
                                                "NO",
                                                "COPY",
                                                "AUDIOFILE",
                                                "DATAFILE",
                                                "SILENCE",
                                                "ZERO",
                                                "START",
                                                "CD_TEXT",
                                                "{",
                                                "}",
                                                "LANGUAGE_MAP",
                                                "LANGUAGE",
                                                "0",
                                                "7",
                                                ":",
                                                "SIZE_INFO",
                                                "GENRE",
                                                "#48",
                                                "588",
                                                "18446744073709551615",
                                                "-1",
                                                "\"",
                                                "\\",
                                                "//",
                                                "\xFF\xFE",
                                                std::string(3000, 'A'),
                                                "SWAP",
                                                "FIFO"};
    std::mt19937 random(20040607);
    PaperFiles files;
    std::size_t good = 0;
    std::size_t told = 0;
    const auto judge = [&](const auto& sheet) {
        if (sheet) {
            ++good;
            for (const auto& track : sheet->tracks)
                BOOST_REQUIRE(track.blocks() > static_cast<std::uint64_t>(track.index1));
            return;
        }
        ++told;
        const std::string& message = sheet.error().message;
        BOOST_REQUIRE_MESSAGE(message.starts_with("x.") && message.size() < 8000, message);
    };
    for (int run = 0; run < 12'000; ++run) {
        files.sheet = run % 3 == 0   ? "FILE x.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
                      : run % 3 == 1 ? "CD_DA\nTRACK AUDIO\nFILE \"x.cdr\" 0\n"
                                     : "";
        const std::size_t count = random() % 24;
        for (std::size_t i = 0; i < count; ++i)
            files.sheet += words[random() % words.size()] + (random() % 4 == 0 ? "\n" : " ");
        if (random() % 4 == 0 && !files.sheet.empty())
            files.sheet[random() % files.sheet.size()] = static_cast<char>(random());
        judge(mmc::read_cue_sheet("x.cue", files));
        judge(mmc::read_cdrdao_toc("x.toc", files));
    }
    BOOST_TEST(good > 200U);
    BOOST_TEST(told > 10'000U);
}

} // namespace
} // namespace burnrig::driver
