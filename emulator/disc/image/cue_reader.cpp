// SPDX-License-Identifier: Apache-2.0
// Reads a cue sheet. Source: the CDRWIN user's guide, appendix A; what else is in use (REM SESSION)
// as libcdio and redumper write it.
//
//     FILE "disc.bin" BINARY
//       TRACK 01 MODE1/2352
//         INDEX 01 00:00:00
//       TRACK 02 AUDIO
//         INDEX 00 10:00:00
//         INDEX 01 10:02:00
#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include "emulator/disc/cd_text_sheet.h"
#include "emulator/disc/image/sheet.h"
#include "emulator/disc/whole_file.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::array<SheetMode, 7> modes{audio_mode,
                                         mode1_mode,
                                         mode1_raw_mode,
                                         mode2_mode,
                                         mode2_raw_mode,
                                         SheetMode{"CDI/2336", BlockForm::mode2, 2336, 0x10},
                                         SheetMode{"CDI/2352", BlockForm::raw, 2352, 0x10}};

// Words of a line; text between quotes is one word.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) {
        if (word.front() == '"') {
            std::string rest;
            if (word.size() == 1 || word.back() != '"') {
                std::getline(in, rest, '"');
                word += rest;
            } else {
                word.pop_back();
            }
            word.erase(0, 1);
        }
        words.push_back(word);
    }
    return words;
}

class CueReader {
public:
    explicit CueReader(const fs::path& path) { sheet_.path = path; }

    mmc::Result<Sheet> read(const std::string& text) {
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) {
            ++line_;
            const auto words = words_of(line);
            if (words.empty()) {
                continue;
            }
            if (auto taken = take(words); !taken) {
                return tl::unexpected(taken.error());
            }
        }
        if (sheet_.tracks.empty()) {
            return sheet_error(sheet_.path, std::max(line_, 1), "has no TRACK; is it a cue sheet?");
        }
        if (auto ended = end_track(file_blocks_left()); !ended) {
            return tl::unexpected(ended.error());
        }
        if (!has_index1_) {
            return wrong("track {} has no INDEX 01", sheet_.tracks.back().number);
        }
        return std::move(sheet_);
    }

private:
    using Words = std::vector<std::string>;
    using Handler = mmc::Result<void> (CueReader::*)(const Words&);
    struct Command {
        std::string_view word;
        std::size_t arguments;
        bool in_track;
        Handler handler;
    };

    mmc::Result<void> take(const Words& words) {
        static constexpr std::array<Command, 16> commands{{
            {"FILE", 2, false, &CueReader::file},
            {"TRACK", 2, false, &CueReader::track},
            {"INDEX", 2, true, &CueReader::index},
            {"PREGAP", 1, true, &CueReader::pregap},
            {"POSTGAP", 1, true, &CueReader::postgap},
            {"FLAGS", 0, true, &CueReader::flags},
            {"ISRC", 1, true, &CueReader::isrc},
            {"CATALOG", 1, false, &CueReader::catalog},
            {"REM", 0, false, &CueReader::remark},
            {"TITLE", 0, false, &CueReader::text},
            {"PERFORMER", 0, false, &CueReader::text},
            {"SONGWRITER", 0, false, &CueReader::text},
            {"COMPOSER", 0, false, &CueReader::text},
            {"ARRANGER", 0, false, &CueReader::text},
            {"MESSAGE", 0, false, &CueReader::text},
            {"CDTEXTFILE", 1, false, &CueReader::text_file},
        }};
        std::array<std::string_view, commands.size()> known;
        for (std::size_t i = 0; i < commands.size(); ++i) {
            known[i] = commands[i].word;
        }
        const auto found = std::find(known.begin(), known.end(), words[0]);
        if (found == known.end()) {
            return wrong("unknown command \"{}\"; did you mean {}?", words[0],
                         mmc::nearest(words[0], known));
        }
        const Command& command = commands[static_cast<std::size_t>(found - known.begin())];
        if (words.size() <= command.arguments) {
            return wrong("{} needs {} words behind it", command.word, command.arguments);
        }
        if (command.in_track && sheet_.tracks.empty()) {
            return wrong("{} belongs below a TRACK line", command.word);
        }
        return (this->*command.handler)(words);
    }

    mmc::Result<void> file(const Words& words) {
        if (auto ended = end_track(file_blocks_left()); !ended) {
            return ended;
        }
        const std::string& type = words.back();
        if (type != "BINARY" && type != "WAVE" && type != "MOTOROLA") {
            return wrong("FILE of type {}: only BINARY, MOTOROLA and WAVE are read; convert it",
                         type);
        }
        file_ = file_of_sheet(sheet_, words[1]);
        const auto bytes = bytes_of_file(sheet_.files[file_], type == "WAVE");
        if (!bytes) {
            return wrong("{}", bytes.error().message);
        }
        bytes_ = *bytes;
        swapped_ = type == "MOTOROLA";
        has_file_ = true;
        next_offset_ = 0;
        next_frame_ = 0;
        return {};
    }

    mmc::Result<void> track(const Words& words) {
        if (!has_file_) {
            return wrong("TRACK before any FILE; begin with: FILE \"disc.bin\" BINARY");
        }
        if (!sheet_.tracks.empty() && !has_index1_) {
            return wrong("track {} has no INDEX 01", sheet_.tracks.back().number);
        }
        int number = 0;
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
        const int expected = sheet_.tracks.empty() ? number : sheet_.tracks.back().number + 1;
        if (number < 1 || number > 99 || number != expected) {
            return wrong("track number {}; it must be {}", words[1],
                         sheet_.tracks.empty() ? "1 to 99" : std::to_string(expected));
        }
        std::array<std::string_view, modes.size()> known;
        for (std::size_t i = 0; i < modes.size(); ++i) {
            known[i] = modes[i].word;
        }
        const auto found = std::find(known.begin(), known.end(), words[2]);
        if (found == known.end()) {
            return wrong("unknown track mode {}; did you mean {}? Known: {}", words[2],
                         mmc::nearest(words[2], known), fmt::join(known, ", "));
        }
        SheetTrack track;
        track.line = line_;
        track.number = static_cast<std::uint16_t>(number);
        track.session = session_;
        track.mode = modes[static_cast<std::size_t>(found - known.begin())];
        track.control = track.mode.form == BlockForm::audio ? 0 : 4;
        sheet_.tracks.push_back(track);
        begun_ = false; // its data begin at its first INDEX: until then the track before goes on
        has_index1_ = false;
        silence_ = 0;
        return {};
    }

    mmc::Result<void> index(const Words& words) {
        SheetTrack& track = sheet_.tracks.back();
        const auto frame = blocks_of_time(words[2]);
        if (!frame) {
            return wrong("\"{}\" is no time; write MM:SS:FF, with up to 59 seconds and 74 frames",
                         words[2]);
        }
        if (*frame < next_frame_) {
            return wrong("INDEX at {} lies before what the sheet had already", words[2]);
        }
        if (!begun_) {
            const std::size_t number = sheet_.tracks.size() - 1;
            if (auto given = give_to(number == 0 ? 0 : number - 1, *frame - next_frame_); !given) {
                return given;
            }
            if (number > 0) {
                add_silence(sheet_.tracks[number - 1], postgap_);
            }
            add_silence(track, silence_);
            postgap_ = 0;
            begun_ = true;
        }
        ended_ = false;
        if (words[1] == "01" || words[1] == "1") {
            track.index1 = blocks_of(track) + *frame - next_frame_;
            has_index1_ = true;
        } else if (has_index1_) {
            track.indexes.push_back(blocks_of(track) + *frame - next_frame_);
        }
        return {};
    }

    // So many frames of the file belong to a track.
    mmc::Result<void> give_to(std::size_t number, std::int32_t frames) {
        SheetTrack& track = sheet_.tracks[number];
        const std::uint64_t bytes = static_cast<std::uint64_t>(frames) * track.mode.stride;
        if (next_offset_ + bytes > bytes_.bytes) {
            return sheet_error(sheet_.path, track.line,
                               "track {} ends behind the end of {}, which has {} bytes; is the "
                               "file cut, or its mode another than {}?",
                               track.number, sheet_.files[file_].string(), bytes_.bytes,
                               track.mode.word);
        }
        if (frames > 0) {
            track.parts.push_back({file_, bytes_.offset + next_offset_, frames,
                                   swapped_ && track.mode.form == BlockForm::audio});
        }
        next_offset_ += bytes;
        next_frame_ += frames;
        return {};
    }

    std::int32_t file_blocks_left() const {
        if (sheet_.tracks.empty()) {
            return 0;
        }
        return static_cast<std::int32_t>((bytes_.bytes - next_offset_) /
                                         sheet_.tracks.back().mode.stride);
    }

    // The last track of a file takes what is left of it.
    mmc::Result<void> end_track(std::int32_t frames) {
        if (sheet_.tracks.empty() || ended_) {
            return {};
        }
        const SheetTrack& track = sheet_.tracks.back();
        if (!begun_) {
            return wrong("track {} has no INDEX 01", track.number);
        }
        const bool remainder = (bytes_.bytes - next_offset_) % track.mode.stride != 0;
        if (remainder && track.mode.form != BlockForm::audio) {
            return sheet_error(sheet_.path, track.line,
                               "the rest of {} is no whole number of blocks of {} bytes; is its "
                               "mode another than {}?",
                               sheet_.files[file_].string(), track.mode.stride, track.mode.word);
        }
        ended_ = true;
        auto given = give_to(sheet_.tracks.size() - 1, frames);
        add_silence(sheet_.tracks.back(), postgap_);
        postgap_ = 0;
        return given;
    }

    static void add_silence(SheetTrack& track, std::int32_t blocks) {
        if (blocks > 0) {
            track.parts.push_back({SheetPart::silence, 0, blocks, false});
        }
    }

    static std::int32_t blocks_of(const SheetTrack& track) {
        std::int32_t blocks = 0;
        for (const SheetPart& part : track.parts) {
            blocks += part.blocks;
        }
        return blocks;
    }

    mmc::Result<void> pregap(const Words& words) { return gap(words[1], silence_); }
    mmc::Result<void> postgap(const Words& words) { return gap(words[1], postgap_); }
    mmc::Result<void> gap(const std::string& time, std::int32_t& blocks) {
        const auto length = blocks_of_time(time);
        if (!length) {
            return wrong("\"{}\" is no time; write MM:SS:FF", time);
        }
        blocks = *length;
        return {};
    }

    mmc::Result<void> flags(const Words& words) {
        struct Flag {
            std::string_view word;
            std::uint8_t bit;
        };
        constexpr std::array<Flag, 4> known{{{"DCP", 2}, {"4CH", 8}, {"PRE", 1}, {"SCMS", 0}}};
        for (std::size_t i = 1; i < words.size(); ++i) {
            const auto found = std::find_if(known.begin(), known.end(), [&](const Flag& flag) {
                return flag.word == words[i];
            });
            if (found == known.end()) {
                return wrong("unknown flag {}; known: DCP, 4CH, PRE, SCMS", words[i]);
            }
            sheet_.tracks.back().control |= found->bit;
        }
        return {};
    }

    mmc::Result<void> isrc(const Words& words) {
        std::string code = words[1];
        std::erase(code, '-');
        if (code.size() != 12) {
            return wrong("ISRC {} has {} characters; it must have 12, as in DEA000700001", words[1],
                         code.size());
        }
        sheet_.tracks.back().isrc = code;
        return {};
    }

    mmc::Result<void> catalog(const Words& words) {
        if (words[1].size() != 13) {
            return wrong("CATALOG {} has {} digits; it must have 13", words[1], words[1].size());
        }
        sheet_.media_catalog_number = words[1];
        return {};
    }

    // REM SESSION 02: the tracks behind it are another session's.
    mmc::Result<void> remark(const Words& words) {
        if (words.size() == 3 && words[1] == "SESSION") {
            std::from_chars(words[2].data(), words[2].data() + words[2].size(), session_);
            session_ = std::max<std::uint16_t>(session_, 1);
        }
        return {};
    }

    // CD-TEXT: of the disc above the first TRACK, of a track below it.
    mmc::Result<void> text(const Words& words) {
        const auto found =
            std::find_if(cd_text_words.begin(), cd_text_words.end(),
                         [&](const CdTextWord& known) { return known.word == words[0]; });
        const int track = sheet_.tracks.empty() ? 0 : sheet_.tracks.back().number;
        const auto text = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
        if (found != cd_text_words.end() && !text.empty()) {
            sheet_.cd_text.front().texts[found->type][track] = text;
        }
        return {};
    }
    mmc::Result<void> text_file(const Words& words) {
        auto packs = cd_text_file(sheet_.path.parent_path() / words[1]);
        if (!packs) {
            return wrong("{}", packs.error().message);
        }
        sheet_.cd_text_packs = std::move(*packs);
        return {};
    }

    template <class... Values>
    tl::unexpected<mmc::Error> wrong(fmt::format_string<Values...> format, Values&&... values) {
        return sheet_error(sheet_.path, line_, format, std::forward<Values>(values)...);
    }

    Sheet sheet_;
    int line_ = 0;
    bool has_file_ = false;
    std::size_t file_ = 0;
    AudioBytes bytes_;
    bool swapped_ = false;
    std::uint64_t next_offset_ = 0; // of what no track has yet, in the file's blocks
    std::int32_t next_frame_ = 0;
    std::uint16_t session_ = 1;
    bool begun_ = false; // the last track had its first INDEX
    bool has_index1_ = false;
    bool ended_ = true;        // the last track has all that is its own of the file
    std::int32_t silence_ = 0; // PREGAP of the last track
    std::int32_t postgap_ = 0;
};

} // namespace

mmc::Result<Sheet> read_cue_sheet(const fs::path& path) {
    const auto text = read_file(path);
    if (!text) {
        return tl::unexpected(text.error());
    }
    return CueReader(path).read(*text);
}

} // namespace burnrig::emulator
