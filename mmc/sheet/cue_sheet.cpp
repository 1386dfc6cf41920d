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

#include "mmc/nearest.h"
#include "mmc/sheet/latin.h"
#include "mmc/sheet/sheet.h"
#include "mmc/sheet/sheet_words.h"

namespace burnrig::mmc {
namespace {

namespace fs = std::filesystem;

constexpr std::array modes{audio_mode, mode1_mode, mode1_raw_mode, mode2_mode, mode2_raw_mode,
                           form1_mode, form2_mode,
                           SheetMode{"CDI/2336", SheetForm::mode2, 2336, 0x10},
                           SheetMode{"CDI/2352", SheetForm::raw_mode2, 2352, 0x10},
                           // Graphics in R to W, as drives give them.
                           SheetMode{"CDG", SheetForm::audio, 2448, 0, SheetSubchannel::raw_rw}};

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
    CueReader(const fs::path& path, SheetFiles& files) : files_(files) { sheet_.path = path; }

    Result<Sheet> read(const std::string& text) {
        static constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
        std::istringstream in(text.starts_with(utf8_mark) ? text.substr(utf8_mark.size()) : text);
        for (std::string line; std::getline(in, line);) {
            ++line_;
            const auto words = words_of(line);
            if (words.empty())
                continue;
            if (auto taken = take(words); !taken)
                return tl::unexpected(taken.error());
        }
        if (sheet_.tracks.empty())
            return sheet_error(sheet_.path, std::max(line_, 1), "has no TRACK; is it a cue sheet?");
        if (auto ended = end_track(); !ended)
            return tl::unexpected(ended.error());
        if (!has_index1_)
            return wrong("track {} has no INDEX 01", sheet_.tracks.back().number);
        return std::move(sheet_);
    }

private:
    using Words = std::vector<std::string>;
    using Handler = Result<void> (CueReader::*)(const Words&);
    struct Command {
        std::string_view word;
        std::size_t arguments;
        bool in_track;
        Handler handler;
    };

    Result<void> take(const Words& words) {
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
        for (std::size_t i = 0; i < commands.size(); ++i)
            known[i] = commands[i].word;
        const auto found = std::find(known.begin(), known.end(), words[0]);
        if (found == known.end())
            return wrong("unknown command \"{}\"; did you mean {}?", shown(words[0]),
                         nearest(shown(words[0]), known));
        const Command& command = commands[static_cast<std::size_t>(found - known.begin())];
        if (words.size() <= command.arguments)
            return wrong("{} needs {} words behind it", command.word, command.arguments);
        if (command.in_track && sheet_.tracks.empty())
            return wrong("{} belongs below a TRACK line", command.word);
        return (this->*command.handler)(words);
    }

    Result<void> file(const Words& words) {
        static constexpr std::array<std::string_view, 3> types{"BINARY", "MOTOROLA", "WAVE"};
        static constexpr std::array<std::string_view, 5> to_convert{"AIFF", "MP3", "FLAC", "OGG",
                                                                    "APE"};
        if (auto ended = end_track(); !ended)
            return ended;
        const std::string& type = words.back();
        if (std::find(to_convert.begin(), to_convert.end(), type) != to_convert.end())
            return wrong("FILE of type {} is not read; convert it: sox \"{}\" -r 44100 -b 16 -c 2 "
                         "new.wav, and name that as WAVE",
                         type, words[1]);
        if (std::find(types.begin(), types.end(), type) == types.end())
            return wrong("unknown type {} of a FILE; did you mean {}? Known: {}", shown(type),
                         nearest(shown(type), types), fmt::join(types, ", "));
        file_ = file_of_sheet(sheet_, name_of_file(words[1]));
        const fs::path& path = sheet_.files[file_];
        const auto bytes =
            type == "WAVE" ? bytes_of_wave(path, files_) : bytes_of_file(path, files_);
        if (!bytes)
            return wrong("{}", bytes.error().message);
        if (bytes->bytes == 0)
            return wrong("{}: is empty", path.string());
        bytes_ = *bytes;
        swapped_ = type == "MOTOROLA";
        has_file_ = true;
        next_offset_ = 0;
        next_frame_ = 0;
        return {};
    }

    // Sheets of another system may name a folder that is not here: the file beside the sheet is
    // meant then.
    std::string name_of_file(const std::string& name) {
        const std::size_t slash = name.rfind('\\');
        if (slash == std::string::npos || files_.size(sheet_.path.parent_path() / name))
            return name;
        return name.substr(slash + 1);
    }

    Result<void> track(const Words& words) {
        if (!has_file_)
            return wrong("TRACK before any FILE; begin with: FILE \"disc.bin\" BINARY");
        if (!sheet_.tracks.empty() && !has_index1_)
            return wrong("track {} has no INDEX 01", sheet_.tracks.back().number);
        int number = 0;
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
        const int expected = sheet_.tracks.empty() ? number : sheet_.tracks.back().number + 1;
        constexpr int last_number = 99;
        if (expected > last_number)
            return wrong("track number {}: no track comes behind number 99 of a CD",
                         shown(words[1]));
        if (number < 1 || number > last_number || number != expected)
            return wrong("track number {}; it must be {}", shown(words[1]),
                         sheet_.tracks.empty() ? "1 to 99" : std::to_string(expected));
        std::array<std::string_view, modes.size()> known;
        for (std::size_t i = 0; i < modes.size(); ++i)
            known[i] = modes[i].word;
        const auto found = std::find(known.begin(), known.end(), words[2]);
        if (found == known.end())
            return wrong("unknown track mode {}; did you mean {}? Known: {}", shown(words[2]),
                         nearest(shown(words[2]), known), fmt::join(known, ", "));
        SheetTrack track;
        track.line = line_;
        track.number = static_cast<std::uint16_t>(number);
        track.session = session_;
        track.mode = modes[static_cast<std::size_t>(found - known.begin())];
        track.control = track.mode.is_audio() ? 0 : 4;
        sheet_.tracks.push_back(track);
        begun_ = false; // its data begin at its first INDEX: until then the track before goes on
        has_index1_ = false;
        silence_ = 0;
        return {};
    }

    Result<void> index(const Words& words) {
        SheetTrack& track = sheet_.tracks.back();
        const auto frame = blocks_of_time(words[2]);
        unsigned number = 100;
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
        if (number > 99)
            return wrong("INDEX {}: its number must be 0 to 99", shown(words[1]));
        if (!frame)
            return wrong("\"{}\" is no time; write MM:SS:FF, with up to 59 seconds and 74 frames",
                         shown(words[2]));
        if (*frame < next_frame_)
            return wrong("INDEX at {} lies before what the sheet had already", words[2]);
        if (number != (has_index1_ ? track.indexes.size() + 2 : 1) && (number != 0 || begun_))
            return wrong("INDEX {:02} is out of order; track {} goes on with INDEX {:02}", number,
                         track.number, has_index1_ ? track.indexes.size() + 2 : 1);
        if (!begun_)
            if (auto begun = begin(track, *frame); !begun)
                return begun;
        ended_ = false;
        const auto at =
            static_cast<std::int32_t>(track.bytes() / track.mode.stride) + *frame - next_frame_;
        if (number == 1)
            track.index1 = at;
        else if (number > 1)
            track.indexes.push_back(at);
        has_index1_ = has_index1_ || number == 1;
        return {};
    }

    // The first index of a track: up to there the file is the track's before.
    Result<void> begin(SheetTrack& track, std::int32_t frame) {
        const std::size_t number = sheet_.tracks.size() - 1;
        const std::size_t before = ended_ || number == 0 ? number : number - 1;
        if (auto given = give_frames(before, frame - next_frame_); !given)
            return given;
        if (number > 0)
            add_silence(sheet_.tracks[number - 1], postgap_);
        // What a file has in front of the first index of its first track belongs to the gap.
        if (silence_ > 0 && before == number)
            track.parts.insert(track.parts.begin(), zeros(track, silence_));
        else
            add_silence(track, silence_);
        postgap_ = 0;
        begun_ = true;
        return {};
    }

    // So many frames of the file belong to a track.
    Result<void> give_frames(std::size_t number, std::int32_t frames) {
        next_frame_ += frames;
        return give(number, static_cast<std::uint64_t>(frames) * sheet_.tracks[number].mode.stride);
    }
    Result<void> give(std::size_t number, std::uint64_t bytes) {
        SheetTrack& track = sheet_.tracks[number];
        if (bytes > bytes_.bytes - next_offset_)
            return sheet_error(sheet_.path, track.line,
                               "track {} ends behind the end of {}, which has {} bytes; is the "
                               "file cut, or its mode another than {}?",
                               track.number, sheet_.files[file_].string(), bytes_.bytes,
                               track.mode.word);
        if (bytes > 0)
            track.parts.push_back(
                {file_, bytes_.offset + next_offset_, bytes, swapped_ && track.mode.is_audio()});
        next_offset_ += bytes;
        return {};
    }

    // The last track of a file takes what is left of it.
    Result<void> end_track() {
        if (sheet_.tracks.empty() || ended_)
            return {};
        const SheetTrack& track = sheet_.tracks.back();
        if (!begun_)
            return wrong("track {} has no INDEX 01", track.number);
        const std::uint64_t left = bytes_.bytes - next_offset_;
        const auto marked =
            static_cast<std::uint64_t>(track.indexes.empty() ? track.index1 : track.indexes.back());
        if (left % track.mode.stride != 0 && !track.mode.is_audio())
            return sheet_error(sheet_.path, track.line,
                               "the rest of {} is no whole number of blocks of {} bytes; is its "
                               "mode another than {}?",
                               sheet_.files[file_].string(), track.mode.stride, track.mode.word);
        if ((track.bytes() + left) / track.mode.stride <= marked)
            return sheet_error(sheet_.path, track.line,
                               "track {} has no data behind its last INDEX: {} has {} bytes; is "
                               "the file cut?",
                               track.number, sheet_.files[file_].string(), bytes_.bytes);
        ended_ = true;
        auto given = give(sheet_.tracks.size() - 1, left);
        add_silence(sheet_.tracks.back(), postgap_);
        postgap_ = 0;
        return given;
    }

    static SheetPart zeros(const SheetTrack& track, std::int32_t blocks) {
        return {SheetPart::silence, 0, static_cast<std::uint64_t>(blocks) * track.mode.stride,
                false};
    }
    static void add_silence(SheetTrack& track, std::int32_t blocks) {
        // Silence begins with a block of its own.
        const std::uint64_t beside = track.bytes() % track.mode.stride;
        if (blocks <= 0)
            return;
        track.parts.push_back(zeros(track, blocks));
        if (beside > 0)
            track.parts.back().bytes += track.mode.stride - beside;
    }

    Result<void> pregap(const Words& words) {
        if (begun_)
            return wrong("PREGAP belongs above the first INDEX of its track");
        return gap(words[1], silence_);
    }
    Result<void> postgap(const Words& words) { return gap(words[1], postgap_); }
    Result<void> gap(const std::string& time, std::int32_t& blocks) {
        const auto length = blocks_of_time(time);
        if (!length)
            return wrong("\"{}\" is no time; write MM:SS:FF", shown(time));
        blocks = *length;
        return {};
    }

    Result<void> flags(const Words& words) {
        struct Flag {
            std::string_view word;
            std::uint8_t bit;
        };
        static constexpr std::array<Flag, 5> known{
            {{"DCP", 2}, {"4CH", 8}, {"PRE", 1}, {"SCMS", 0}, {"DATA", 0}}};
        SheetTrack& track = sheet_.tracks.back();
        for (std::size_t i = 1; i < words.size(); ++i) {
            const auto found = std::find_if(known.begin(), known.end(), [&](const Flag& flag) {
                return flag.word == words[i];
            });
            if (found == known.end())
                return wrong("unknown flag {}; known: DCP, 4CH, PRE, SCMS", shown(words[i]));
            track.control |= found->bit;
            track.serial_copy = track.serial_copy || found->word == "SCMS";
        }
        return {};
    }

    Result<void> isrc(const Words& words) {
        const auto code = isrc_of(words[1]);
        if (!code)
            return wrong("ISRC {} has {} characters; it must have 12, as in DEA000700001: 5 of A-Z "
                         "and 0-9, then 7 digits",
                         shown(words[1]), words[1].size());
        sheet_.tracks.back().isrc = *code;
        return {};
    }

    Result<void> catalog(const Words& words) {
        if (!is_catalog_number(words[1]))
            return wrong("CATALOG {} has {} digits; it must have 13", shown(words[1]),
                         words[1].size());
        sheet_.media_catalog_number = words[1];
        return {};
    }

    // REM SESSION 02: the tracks behind it are another session's.
    Result<void> remark(const Words& words) {
        if (words.size() == 3 && words[1] == "SESSION") {
            std::uint16_t number = 0;
            std::from_chars(words[2].data(), words[2].data() + words[2].size(), number);
            if (number < session_ || number > 99)
                return wrong("REM SESSION {}: sessions go on with {}", shown(words[2]),
                             session_ + 1);
            session_ = number;
        }
        return {};
    }

    // CD-TEXT: of the disc above the first TRACK, of a track below it.
    Result<void> text(const Words& words) {
        const auto found =
            std::find_if(cd_text_words.begin(), cd_text_words.end(),
                         [&](const CdTextWord& known) { return known.word == words[0]; });
        const int track = sheet_.tracks.empty() ? 0 : sheet_.tracks.back().number;
        const auto text = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " "));
        if (found == cd_text_words.end() || text.empty())
            return {};
        auto latin = to_latin(text);
        if (latin.lossy)
            sheet_.notes.push_back(fmt::format("{}:{}: CD-TEXT has no place for some characters of "
                                               "{}; it becomes \"{}\" (ISO 8859-1)",
                                               sheet_.path.string(), line_, words[0],
                                               shown(latin.text)));
        sheet_.cd_text.front().texts[found->type][track] = std::move(latin.text);
        return {};
    }
    Result<void> text_file(const Words& words) {
        auto packs = cd_text_file(sheet_.path.parent_path() / words[1], files_);
        if (!packs)
            return wrong("{}", packs.error().message);
        sheet_.cd_text_packs = std::move(*packs);
        return {};
    }

    template <class... Values>
    tl::unexpected<Error> wrong(fmt::format_string<Values...> format, Values&&... values) {
        return sheet_error(sheet_.path, line_, format, std::forward<Values>(values)...);
    }

    SheetFiles& files_;
    Sheet sheet_;
    int line_ = 0;
    bool has_file_ = false;
    std::size_t file_ = 0;
    SampleBytes bytes_;
    bool swapped_ = false;
    std::uint64_t next_offset_ = 0; // of what no track has yet, in the file's bytes
    std::int32_t next_frame_ = 0;
    std::uint16_t session_ = 1;
    bool begun_ = false; // the last track had its first INDEX
    bool has_index1_ = false;
    bool ended_ = true;        // the last track has all that is its own of the file
    std::int32_t silence_ = 0; // PREGAP of the last track
    std::int32_t postgap_ = 0;
};

} // namespace

Result<Sheet> read_cue_sheet(const fs::path& path, SheetFiles& files) {
    const auto text = files.whole(path);
    if (!text)
        return tl::unexpected(text.error());
    return CueReader(path, files).read(*text);
}

} // namespace burnrig::mmc
