// SPDX-License-Identifier: Apache-2.0
// Reads a TOC file of cdrdao. Source: cdrdao(1), section TOC FILES.
//
//     CD_ROM
//     TRACK MODE1_RAW
//     DATAFILE "disc.bin" 10:00:00
//     TRACK AUDIO
//     NO COPY
//     SILENCE 00:02:00
//     FILE "disc.bin" #105840000 0 03:00:00
//     START 00:02:00
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "mmc/nearest.h"
#include "mmc/sheet/sheet.h"
#include "mmc/sheet/sheet_words.h"

namespace burnrig::mmc {
namespace {

namespace fs = std::filesystem;

struct Word {
    std::string text;
    int line = 0;
    bool quoted = false;
};

// The character that three octal digits name.
std::optional<char> octal_at(const std::string& text, std::size_t at) {
    unsigned value = 0;
    const char* begin = text.data() + at;
    const char* end = begin + std::min<std::size_t>(3, text.size() - at);
    const auto read = std::from_chars(begin, end, value, 8);
    return read.ptr == begin + 3 && value < 256 ? std::optional(static_cast<char>(value))
                                                : std::nullopt;
}

// Splits into words, strings, and braces; // begins a remark.
Result<std::vector<Word>> words_of(const fs::path& path, const std::string& text) {
    std::vector<Word> words;
    int line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\n') {
            ++line;
            ++at;
        } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
        } else if (text.compare(at, 2, "//") == 0) {
            at = std::min(text.find('\n', at), text.size());
        } else if (c == '"') {
            Word word{"", line, true};
            for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
                const bool escaped = text[at] == '\\' && at + 1 < text.size();
                at += escaped ? 1 : 0;
                if (const auto code = octal_at(text, at); escaped && code) {
                    word.text += *code;
                    at += 2;
                } else {
                    word.text += text[at];
                }
            }
            if (at >= text.size() || text[at] != '"') {
                return sheet_error(path, line, "a string has no closing quote");
            }
            ++at;
            words.push_back(word);
        } else if (c == '{' || c == '}') {
            words.push_back({std::string(1, c), line, false});
            ++at;
        } else {
            const std::size_t end = std::min(text.find_first_of(" \t\r\n\"{}", at), text.size());
            words.push_back({text.substr(at, end - at), line, false});
            at = end;
        }
    }
    return words;
}

class TocReader {
public:
    TocReader(const fs::path& path, std::vector<Word> words, SheetFiles& files)
        : files_(files), words_(std::move(words)) {
        sheet_.path = path;
    }

    Result<Sheet> read() {
        while (!at_end()) {
            if (auto taken = take(); !taken) {
                return tl::unexpected(taken.error());
            }
        }
        if (sheet_.tracks.empty()) {
            return wrong("has no TRACK; is it a TOC file of cdrdao?");
        }
        for (const SheetTrack& track : sheet_.tracks) {
            if (auto sound = check(track); !sound) {
                return tl::unexpected(sound.error());
            }
        }
        return std::move(sheet_);
    }

private:
    static constexpr unsigned sample_bytes = 4;
    static constexpr std::uint64_t most = INT32_MAX;                    // blocks
    static constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40; // more than any disc has
    using Handler = Result<void> (TocReader::*)();
    struct Statement {
        std::string_view word;
        bool in_track;
        Handler handler;
    };

    static constexpr std::size_t statement_count = 22;
    static const std::array<Statement, statement_count>& statements() {
        static constexpr std::array<Statement, statement_count> table{{
            {"CD_DA", false, &TocReader::nothing},
            {"CD_ROM", false, &TocReader::nothing},
            {"CD_ROM_XA", false, &TocReader::xa},
            {"CD_I", false, &TocReader::cd_i},
            {"CATALOG", false, &TocReader::catalog},
            {"CD_TEXT", false, &TocReader::block},
            {"TRACK", false, &TocReader::track},
            {"ISRC", true, &TocReader::isrc},
            {"NO", true, &TocReader::no},
            {"COPY", true, &TocReader::copy},
            {"PRE_EMPHASIS", true, &TocReader::pre_emphasis},
            {"TWO_CHANNEL_AUDIO", true, &TocReader::nothing},
            {"FOUR_CHANNEL_AUDIO", true, &TocReader::four_channels},
            {"FILE", true, &TocReader::audio_file},
            {"AUDIOFILE", true, &TocReader::audio_file},
            {"DATAFILE", true, &TocReader::data_file},
            {"SILENCE", true, &TocReader::silence},
            {"ZERO", true, &TocReader::zero},
            {"PREGAP", true, &TocReader::pregap},
            {"START", true, &TocReader::start},
            {"INDEX", true, &TocReader::index},
            {"FIFO", true, &TocReader::fifo},
        }};
        return table;
    }

    Result<void> take() {
        const std::string word = next();
        const auto& table = statements();
        const auto found = std::find_if(table.begin(), table.end(),
                                        [&](const Statement& each) { return each.word == word; });
        if (found == table.end()) {
            std::array<std::string_view, statement_count> known;
            std::transform(table.begin(), table.end(), known.begin(),
                           [](const Statement& each) { return each.word; });
            return wrong("unknown statement \"{}\"; did you mean {}?", shown(word),
                         nearest(shown(word), known));
        }
        if (found->in_track && sheet_.tracks.empty()) {
            return wrong("{} belongs below a TRACK", word);
        }
        return (this->*found->handler)();
    }

    // Marks must lie within the track, one behind the other.
    Result<void> check(const SheetTrack& track) const {
        if (track.parts.empty()) {
            return sheet_error(sheet_.path, track.line,
                               "track {} has no data; name a file: {} \"name\"", track.number,
                               track.mode.is_audio() ? "AUDIOFILE" : "DATAFILE");
        }
        std::int64_t before = track.index1 - 1;
        std::vector<std::int32_t> marks = track.indexes;
        marks.insert(marks.begin(), track.index1);
        for (const std::int32_t mark : marks) {
            if (mark <= before || static_cast<std::uint64_t>(mark) >= track.blocks()) {
                return sheet_error(sheet_.path, track.line,
                                   "track {} has {} blocks, and an index at {} after {}: they must "
                                   "ascend and lie within it",
                                   track.number, track.blocks(), mark, before);
            }
            before = mark;
        }
        return {};
    }

    Result<void> nothing() { return {}; }
    Result<void> xa() {
        sheet_.disc_type = 0x20;
        return {};
    }
    Result<void> cd_i() {
        sheet_.disc_type = 0x10;
        return {};
    }

    Result<void> catalog() {
        sheet_.media_catalog_number = next();
        if (!is_catalog_number(sheet_.media_catalog_number)) {
            return wrong("CATALOG \"{}\" must have 13 digits", shown(sheet_.media_catalog_number));
        }
        return {};
    }

    // CD_TEXT { LANGUAGE_MAP { 0 : 9 } LANGUAGE 0 { TITLE "First" ... } }
    Result<void> block() {
        if (next() != "{") {
            return wrong("CD_TEXT needs a {{ behind it");
        }
        while (!accept("}")) {
            const std::string word = next();
            auto taken = word == "LANGUAGE_MAP" ? language_map()
                         : word == "LANGUAGE"   ? language()
                         : at_end()             ? wrong("CD_TEXT has a {{ without its }}")
                                                : wrong("unknown word \"{}\" in CD_TEXT; known: "
                                                                    "LANGUAGE_MAP, LANGUAGE",
                                                        shown(word));
            if (!taken) {
                return taken;
            }
        }
        return {};
    }

    // { 0 : 9  1 : 10 }: number of the block and code of its language. EN is 9.
    Result<void> language_map() {
        const auto pairs = numbers(':');
        if (!pairs) {
            return tl::unexpected(pairs.error());
        }
        for (std::size_t i = 0; i + 1 < pairs->size(); i += 2) {
            if ((*pairs)[i] >= sheet_.cd_text.size()) {
                return wrong("language {}: CD-TEXT has 0 to 7", (*pairs)[i]);
            }
            sheet_.cd_text[(*pairs)[i]].language = (*pairs)[i + 1];
        }
        return {};
    }

    // Numbers up to 255 between braces, with `mark` between them.
    Result<std::vector<std::uint8_t>> numbers(char mark) {
        std::vector<std::uint8_t> found;
        if (next() != "{") {
            return wrong("a {{ is missing");
        }
        while (!accept("}")) {
            std::string word = next();
            std::replace(word.begin(), word.end(), mark, ' ');
            for (std::size_t at = 0; (at = word.find_first_not_of(' ', at)) != std::string::npos;) {
                const std::size_t end = std::min(word.find(' ', at), word.size());
                const std::string number = word.substr(at, end - at);
                unsigned value = number == "EN" ? 9 : 0;
                const auto read =
                    std::from_chars(number.data(), number.data() + number.size(), value);
                if ((read.ec != std::errc{} && number != "EN") || value > 255) {
                    return wrong("\"{}\" is no number from 0 to 255", shown(number));
                }
                found.push_back(static_cast<std::uint8_t>(value));
                at = end;
            }
            if (at_end()) {
                return wrong("a }} is missing");
            }
        }
        return found;
    }

    // 0 { TITLE "First"  GENRE { 0, 2 } }
    Result<void> language() {
        const std::string number = next();
        if (number.size() != 1 || number[0] < '0' || number[0] > '7' || next() != "{") {
            return wrong("write LANGUAGE, its number from 0 to 7, and {{");
        }
        CdTextBlock& block = sheet_.cd_text[static_cast<std::size_t>(number[0] - '0')];
        const int track = sheet_.tracks.empty() ? 0 : last().number;
        while (!accept("}")) {
            const std::string word = next();
            const auto found =
                std::find_if(cd_text_words.begin(), cd_text_words.end(),
                             [&](const CdTextWord& known) { return known.word == word; });
            if (word.starts_with("ENCODING_")) {
                block.character_set = word == "ENCODING_ASCII" ? 1 : 0;
            } else if (found == cd_text_words.end()) {
                return wrong("unknown word \"{}\" in a LANGUAGE of CD_TEXT", shown(word));
            } else if (peek() == "{") {
                const auto bytes = numbers(',');
                if (!bytes) {
                    return tl::unexpected(bytes.error());
                }
                if (found->type != CdTextType::size_information) { // it is made anew
                    block.bytes[found->type].assign(bytes->begin(), bytes->end());
                }
            } else if (const std::string text = next(); !text.empty()) {
                block.texts[found->type][track] = text;
            }
        }
        return {};
    }

    Result<void> track() {
        struct Mode {
            std::string_view word;
            SheetMode mode;
        };
        static constexpr std::array<Mode, 8> modes{{{"AUDIO", audio_mode},
                                                    {"MODE1", mode1_mode},
                                                    {"MODE1_RAW", mode1_raw_mode},
                                                    {"MODE2", mode2_mode},
                                                    {"MODE2_RAW", mode2_raw_mode},
                                                    {"MODE2_FORM1", form1_mode},
                                                    {"MODE2_FORM2", form2_mode},
                                                    {"MODE2_FORM_MIX", form_mix_mode}}};
        const std::string word = next();
        const auto found = std::find_if(modes.begin(), modes.end(),
                                        [&](const Mode& mode) { return mode.word == word; });
        if (found == modes.end()) {
            std::array<std::string_view, modes.size()> known;
            std::transform(modes.begin(), modes.end(), known.begin(),
                           [](const Mode& each) { return each.word; });
            return wrong("unknown track mode \"{}\"; did you mean {}? Known: {}", shown(word),
                         nearest(shown(word), known), fmt::join(known, ", "));
        }
        if (sheet_.tracks.size() == 99) {
            return wrong("a CD has no more than 99 tracks");
        }
        SheetTrack track;
        track.line = line();
        track.number = static_cast<std::uint16_t>(sheet_.tracks.size() + 1);
        track.mode = found->mode;
        track.control = track.mode.is_audio() ? 0 : 4;
        take_subchannel(track.mode);
        sheet_.tracks.push_back(track);
        no_ = false;
        return {};
    }

    // TRACK AUDIO RW_RAW: 96 bytes more in each block.
    void take_subchannel(SheetMode& mode) {
        constexpr std::uint16_t subchannel_bytes = 96;
        if (accept("RW")) {
            mode.subchannel = SheetSubchannel::packed_rw;
        } else if (accept("RW_RAW")) {
            mode.subchannel = SheetSubchannel::raw_rw;
        }
        if (mode.subchannel != SheetSubchannel::none) {
            mode.stride = static_cast<std::uint16_t>(mode.stride + subchannel_bytes);
        }
    }

    Result<void> isrc() {
        const std::string word = next();
        const auto code = isrc_of(word);
        if (!code) {
            return wrong("ISRC \"{}\" must have 12 characters, as in DEA000700001: 5 of A-Z and "
                         "0-9, then 7 digits",
                         shown(word));
        }
        last().isrc = *code;
        return {};
    }
    Result<void> no() {
        no_ = true;
        return {};
    }
    Result<void> copy() { return flag(2); }
    Result<void> pre_emphasis() { return flag(1); }
    Result<void> four_channels() { return flag(8); }
    Result<void> flag(std::uint8_t bit) {
        last().control |= no_ ? std::uint8_t{0} : bit;
        no_ = false;
        return {};
    }

    // FILE "name" [SWAP] [#bytes] start [length]; start and length as a time or in samples.
    Result<void> audio_file() {
        const std::string name = next();
        const std::string ending = fs::path(name).extension().string();
        const bool wave = ending == ".wav" || ending == ".WAV";
        const bool swap = accept("SWAP");
        // cdrdao takes raw samples with the most significant byte first, WAVE as it is.
        return take_file(name, wave, sample_bytes, swap == wave);
    }

    // DATAFILE "name" [#bytes] [length]; length as a time or in bytes.
    Result<void> data_file() { return take_file(next(), false, 0, false); }

    // `unit`: bytes that a number in the place of a time counts; 0: no start, and bytes.
    Result<void> take_file(const std::string& name, bool wave, unsigned unit, bool swapped) {
        if (name.empty() || name == "-") {
            return wrong("a file must be named; standard input cannot be read from a TOC file");
        }
        const std::size_t file = file_of_sheet(sheet_, name);
        const auto bytes = wave ? bytes_of_wave(sheet_.files[file], files_)
                                : bytes_of_file(sheet_.files[file], files_);
        if (!bytes) {
            return wrong("{}", bytes.error().message);
        }
        auto skip = offset();
        if (!skip) {
            return tl::unexpected(skip.error());
        }
        auto begin = unit > 0 ? length(unit) : Result<std::optional<std::uint64_t>>(0);
        if (!begin) {
            return tl::unexpected(begin.error());
        }
        auto wanted = length(std::max(unit, 1U));
        if (!wanted) {
            return tl::unexpected(wanted.error());
        }
        if (*wanted == 0U) { // all that there is
            wanted->reset();
        }
        return add_file(file, *bytes, *skip + begin->value_or(0), *wanted, swapped);
    }

    Result<void> add_file(std::size_t file, const SampleBytes& bytes, std::uint64_t from,
                          std::optional<std::uint64_t> wanted, bool swapped) {
        if (from > bytes.bytes || (wanted && *wanted > bytes.bytes - from)) {
            return wrong("{} has {} bytes, but bytes {} to {} are asked for; is it cut?",
                         sheet_.files[file].string(), bytes.bytes, from, from + wanted.value_or(0));
        }
        const std::uint64_t length = wanted.value_or(bytes.bytes - from);
        if (length == 0) {
            return wrong("{} has no bytes to give", sheet_.files[file].string());
        }
        last().parts.push_back(
            {file, bytes.offset + from, length, swapped && last().mode.is_audio()});
        return {};
    }

    Result<void> silence() { return add_silence(); }
    Result<void> zero() {
        for (const char* mode : {"AUDIO", "MODE0", "MODE1", "MODE1_RAW", "MODE2", "MODE2_RAW",
                                 "MODE2_FORM1", "MODE2_FORM2", "MODE2_FORM_MIX", "RW", "RW_RAW"}) {
            accept(mode);
        }
        return add_silence();
    }
    Result<void> add_silence() {
        const auto bytes = length(last().mode.is_audio() ? sample_bytes : 1);
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        if (!*bytes) {
            return wrong("a length is missing; write MM:SS:FF");
        }
        last().parts.push_back({SheetPart::silence, 0, **bytes, false});
        return {};
    }

    Result<void> pregap() {
        auto added = add_silence();
        return added ? start() : added;
    }

    // START [time]: where index 1 is; what the parts have so far when no time is given.
    Result<void> start() {
        last().index1 = static_cast<std::int32_t>(std::min<std::uint64_t>(last().blocks(), most));
        if (const auto time = blocks_of_time(peek())) {
            next();
            last().index1 = *time;
        }
        return {};
    }
    // INDEX time: from the track's start.
    Result<void> index() {
        const std::string word = next();
        const auto time = blocks_of_time(word);
        if (!time) {
            return wrong("INDEX needs a time, not \"{}\"; write MM:SS:FF", shown(word));
        }
        last().indexes.push_back(last().index1 + *time);
        return {};
    }
    Result<void> fifo() { return wrong("FIFO cannot be read; name a file"); }

    // #bytes
    Result<std::uint64_t> offset() {
        if (!peek().starts_with('#')) {
            return std::uint64_t{0};
        }
        const std::string word = next();
        std::uint64_t value = 0;
        const char* end = word.data() + word.size();
        const auto read = std::from_chars(word.data() + 1, end, value);
        if (read.ptr != end || read.ec != std::errc{} || value > most_bytes) {
            return wrong("\"{}\" is no offset; write # and a number of bytes", shown(word));
        }
        return value;
    }

    // A time or a number of units, in bytes; nothing when neither comes.
    Result<std::optional<std::uint64_t>> length(unsigned unit) {
        const std::string word = peek();
        if (const auto time = blocks_of_time(word)) {
            next();
            return std::optional<std::uint64_t>(static_cast<std::uint64_t>(*time) *
                                                last().mode.stride);
        }
        if (word.empty() || std::isdigit(static_cast<unsigned char>(word[0])) == 0) {
            return std::optional<std::uint64_t>();
        }
        std::uint64_t value = 0;
        const char* end = word.data() + word.size();
        const auto read = std::from_chars(word.data(), end, value);
        if (read.ptr != end || read.ec != std::errc{} || value > most_bytes) {
            return wrong("\"{}\" is no length; write MM:SS:FF or a number", shown(word));
        }
        next();
        return std::optional<std::uint64_t>(value * unit);
    }

    SheetTrack& last() { return sheet_.tracks.back(); }
    bool at_end() const { return at_ == words_.size(); }
    std::string next() { return at_end() ? std::string() : words_[at_++].text; }
    std::string peek() const {
        return at_end() || words_[at_].quoted ? std::string() : words_[at_].text;
    }
    bool accept(std::string_view word) {
        const bool found = peek() == word;
        at_ += found ? 1 : 0;
        return found;
    }
    int line() const { return words_.empty() ? 1 : words_[std::max<std::size_t>(at_, 1) - 1].line; }

    template <class... Values>
    tl::unexpected<Error> wrong(fmt::format_string<Values...> format, Values&&... values) {
        return sheet_error(sheet_.path, line(), format, std::forward<Values>(values)...);
    }

    SheetFiles& files_;
    std::vector<Word> words_;
    std::size_t at_ = 0;
    Sheet sheet_;
    bool no_ = false;
};

} // namespace

Result<Sheet> read_cdrdao_toc(const fs::path& path, SheetFiles& files) {
    const auto text = files.whole(path);
    if (!text)
        return tl::unexpected(text.error());
    auto words = words_of(path, *text);
    if (!words)
        return tl::unexpected(words.error());
    return TocReader(path, std::move(*words), files).read();
}

} // namespace burnrig::mmc
