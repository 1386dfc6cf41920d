// SPDX-License-Identifier: Apache-2.0
// Goal: a .toc and a .cue mean to us what they mean to cdrdao, whose language the .toc is. Method:
// sheets made from a seed are shown by `cdrdao show-toc`, and our compilation is written in the
// same words: modes, flags, gaps, index points, lengths. Without cdrdao there is nothing to
// compare.
#include <boost/test/unit_test.hpp>

#include <random>
#include <sstream>

#include <fmt/format.h>

#include "driver/source/command_source.h"
#include "driver/source/open_compilation.h"
#include "tests/unit/temporary_folder.h"

namespace burnrig::driver {
namespace {

/// One line a track, in words that both sides can be put into.
std::string in_words(const Compilation& disc) {
    std::string text = fmt::format("catalog {}\n", disc.media_catalog_number);
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < disc.tracks.size(); ++i) {
        const CompilationTrack& track = disc.tracks[i];
        text += fmt::format("track {} {}{}{}{} isrc {}", i + 1, track.is_audio() ? "audio" : "data",
                            track.copy_permitted ? " copy" : "", track.pre_emphasis ? " pre" : "",
                            track.four_channels ? " four" : "", track.isrc);
        at += track.pregap_blocks;
        text += fmt::format(" gap {} start {}", track.pregap_blocks, at);
        for (const std::uint32_t index : track.indexes)
            text += fmt::format(" index {}", at + index);
        at += *track.blocks();
        text += fmt::format(" end {}\n", at);
    }
    return text;
}

std::string number_in(const std::string& line) {
    const std::size_t open = line.find('(');
    const std::size_t digit = line.find_first_not_of(" (", open);
    return line.substr(digit, line.find(')') - digit);
}

/// The same from what cdrdao prints.
std::string in_words(const std::string& shown) {
    std::string catalog;
    std::string text;
    std::string kind, flags, isrc, gap = "0", rest;
    int track = 0;
    std::istringstream in(shown);
    for (std::string line; std::getline(in, line);) {
        const auto has = [&](const char* words) { return line.find(words) != std::string::npos; };
        if (has("CATALOG NUMBER: ")) {
            catalog = line.substr(16);
        } else if (line.starts_with("TRACK")) {
            ++track;
            kind = has("AUDIO") ? "audio" : "data";
            flags = isrc = rest = "";
            gap = "0";
        } else if (has("ISRC ")) {
            isrc = line.substr(line.find("ISRC ") + 5);
            std::erase(isrc, ' ');
        } else if (has("COPY PERMITTED")) {
            flags += " copy";
        } else if (has("PRE-EMPHASIS") && !has("NO ")) {
            flags += " pre";
        } else if (has("FOUR CHANNEL")) {
            flags += " four";
        } else if (has("PREGAP")) {
            gap = number_in(line);
        } else if (has("START")) {
            rest = " start " + number_in(line);
        } else if (has("INDEX")) {
            rest += " index " + number_in(line);
        } else if (has("END")) {
            text += fmt::format("track {} {}{} isrc {} gap {}{} end {}\n", track, kind, flags, isrc,
                                gap, rest, number_in(line));
        }
    }
    return fmt::format("catalog {}\n{}", catalog, text);
}

void compare(const TemporaryFolder& folder, const std::string& name, const std::string& sheet) {
    const std::string path = folder.write(name, sheet);
    // cdrdao looks for some files in the sheet's folder and for others where it was started.
    const auto shown =
        output_of({"sh", "-c",
                   fmt::format("cd {} && cdrdao show-toc -v 0 {}", folder.path().string(), name)});
    BOOST_REQUIRE_MESSAGE(shown.has_value(), sheet << (shown ? "" : shown.error().message));
    const auto disc = open_compilation({&path, 1});
    BOOST_REQUIRE_MESSAGE(disc.has_value(), sheet << (disc ? "" : disc.error().message));
    BOOST_TEST(in_words(*disc) == in_words(*shown), sheet << "\nours:\n"
                                                          << in_words(*disc) << "cdrdao:\n"
                                                          << in_words(*shown));
}

std::string time_of(std::uint32_t blocks) {
    return fmt::format("{:02}:{:02}:{:02}", blocks / 4500, blocks / 75 % 60, blocks % 75);
}

class TocMaker {
public:
    explicit TocMaker(std::uint32_t seed) : random_(seed) {}

    std::string make() {
        std::string toc = "CD_ROM_XA\n";
        if (one_in(2))
            toc += "CATALOG \"0123456789012\"\n";
        for (std::uint32_t i = up_to(6) + 1; i > 0; --i)
            toc += one_in(4) ? data_track() : audio_track();
        return toc;
    }

private:
    std::uint32_t up_to(std::uint32_t most) { return static_cast<std::uint32_t>(random_() % most); }
    bool one_in(std::uint32_t count) { return up_to(count) == 0; }

    std::string data_track() {
        static const std::vector<std::string> modes{"MODE1",       "MODE1_RAW",   "MODE2",
                                                    "MODE2_FORM1", "MODE2_FORM2", "MODE2_FORM_MIX",
                                                    "MODE2_RAW"};
        std::string text = fmt::format("TRACK {}\n", modes[up_to(7)]);
        text += one_in(2) ? "COPY\n" : "";
        text += one_in(3) ? "PREGAP 00:02:00\n" : "";
        text += one_in(3) ? "DATAFILE \"d.bin\"\n"
                          : fmt::format("DATAFILE \"d.bin\" {}\n", time_of(300 + up_to(60)));
        return text + (one_in(3) ? "ZERO 00:02:00\n" : "");
    }

    std::string audio_track() {
        std::string text = "TRACK AUDIO\n";
        text += one_in(2) ? "COPY\n" : one_in(3) ? "NO COPY\n" : "";
        text += one_in(3) ? "PRE_EMPHASIS\n" : "";
        text += one_in(5) ? "FOUR_CHANNEL_AUDIO\n" : "";
        text += one_in(3) ? "ISRC \"DEA000700001\"\n" : "";
        if (one_in(3))
            text += fmt::format("SILENCE {}\nSTART\n", up_to(588 * 80) + 1);
        else if (one_in(3))
            text += fmt::format("FILE \"a.cdr\" {} 00:02:00\nSTART\n", up_to(588 * 20));
        text += fmt::format("FILE \"a.cdr\" 0 {}\n", 588 * 300 + up_to(588 * 60));
        if (one_in(2))
            text += fmt::format("AUDIOFILE \"b.wav\" {} {}\n", up_to(5000), up_to(50000) + 1);
        if (one_in(3))
            text += "INDEX 00:01:00\nINDEX 00:02:10\n";
        return text;
    }

    std::mt19937 random_;
};

struct Files : TemporaryFolder {
    Files() {
        const std::string bytes = varied(400 * 2352);
        write("a.cdr", bytes);
        write("d.bin", bytes);
        std::string head = "RIFF....WAVEfmt ";
        head += std::string("\x10\0\0\0\1\0\2\0\x44\xAC\0\0\x10\xB1\2\0\4\0\x10\0", 20) + "data";
        for (unsigned i = 0; i < 4; ++i)
            head += static_cast<char>(bytes.size() >> 8 * i);
        write("b.wav", head + bytes);
    }
};

BOOST_AUTO_TEST_CASE(toc_files_mean_what_they_mean_to_cdrdao) {
    if (!is_installed("cdrdao"))
        return;
    const Files files;
    for (std::uint32_t seed = 1; seed <= 40; ++seed)
        compare(files, "x.toc", TocMaker(seed).make());
}

BOOST_AUTO_TEST_CASE(cue_sheets_mean_what_they_mean_to_cdrdao) {
    if (!is_installed("cdrdao"))
        return;
    const Files files;
    files.write_bytes("x.bin", 1400 * 2352); // cdrdao takes the .bin beside the .cue
    compare(files, "x.cue",
            "FILE \"x.bin\" BINARY\n"
            "TRACK 01 MODE1/2352\nINDEX 01 00:00:00\n"
            "TRACK 02 AUDIO\nFLAGS DCP\nPREGAP 00:02:00\nINDEX 01 00:05:25\n"
            "TRACK 03 AUDIO\nFLAGS PRE\nINDEX 00 00:10:00\nINDEX 01 00:12:00\n");
    compare(files, "x.cue",
            "FILE \"x.bin\" BINARY\n"
            "TRACK 01 AUDIO\nINDEX 01 00:00:00\n"
            "TRACK 02 AUDIO\nINDEX 00 00:08:00\nINDEX 01 00:08:30\n");
}

} // namespace
} // namespace burnrig::driver
