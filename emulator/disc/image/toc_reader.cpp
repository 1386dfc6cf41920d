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

#include "emulator/disc/cd_text_sheet.h"
#include "emulator/disc/image/sheet.h"
#include "emulator/disc/whole_file.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

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
mmc::Result<std::vector<Word>> words_of(const fs::path& path, const std::string& text) {
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
    TocReader(const fs::path& path, std::vector<Word> words) : words_(std::move(words)) {
        sheet_.path = path;
    }

    mmc::Result<Sheet> read() {
        while (!at_end()) {
            if (auto taken = take(); !taken) {
                return tl::unexpected(taken.error());
            }
        }
        if (sheet_.tracks.empty()) {
            return wrong("has no TRACK; is it a TOC file of cdrdao?");
        }
        return std::move(sheet_);
    }

private:
    using Handler = mmc::Result<void> (TocReader::*)();
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
            {"CD_ROM_XA", false, &TocReader::nothing},
            {"CD_I", false, &TocReader::nothing},
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

    mmc::Result<void> take() {
        const std::string word = next();
        const auto& table = statements();
        const auto found = std::find_if(table.begin(), table.end(),
                                        [&](const Statement& each) { return each.word == word; });
        if (found == table.end()) {
            std::array<std::string_view, statement_count> known;
            std::transform(table.begin(), table.end(), known.begin(),
                           [](const Statement& each) { return each.word; });
            return wrong("unknown statement \"{}\"; did you mean {}?", word,
                         mmc::nearest(word, known));
        }
        if (found->in_track && sheet_.tracks.empty()) {
            return wrong("{} belongs below a TRACK", word);
        }
        return (this->*found->handler)();
    }

    mmc::Result<void> nothing() { return {}; }

    mmc::Result<void> catalog() {
        sheet_.media_catalog_number = next();
        if (sheet_.media_catalog_number.size() != 13) {
            return wrong("CATALOG must have 13 digits");
        }
        return {};
    }

    // CD_TEXT { LANGUAGE_MAP { 0 : 9 } LANGUAGE 0 { TITLE "First" ... } }
    mmc::Result<void> block() {
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
                                                        word);
            if (!taken) {
                return taken;
            }
        }
        return {};
    }

    // { 0 : 9  1 : 10 }: number of the block and code of its language. EN is 9.
    mmc::Result<void> language_map() {
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
    mmc::Result<std::vector<std::uint8_t>> numbers(char mark) {
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
                    return wrong("\"{}\" is no number from 0 to 255", number);
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
    mmc::Result<void> language() {
        const std::string number = next();
        if (number.size() != 1 || number[0] < '0' || number[0] > '7' || next() != "{") {
            return wrong("write LANGUAGE, its number from 0 to 7, and {{");
        }
        mmc::CdTextBlock& block = sheet_.cd_text[static_cast<std::size_t>(number[0] - '0')];
        const int track = sheet_.tracks.empty() ? 0 : last().number;
        while (!accept("}")) {
            const std::string word = next();
            const auto found =
                std::find_if(cd_text_words.begin(), cd_text_words.end(),
                             [&](const CdTextWord& known) { return known.word == word; });
            if (word.starts_with("ENCODING_")) {
                block.character_set = word == "ENCODING_ASCII" ? 1 : 0;
            } else if (found == cd_text_words.end()) {
                return wrong("unknown word \"{}\" in a LANGUAGE of CD_TEXT", word);
            } else if (peek() == "{") {
                const auto bytes = numbers(',');
                if (!bytes) {
                    return tl::unexpected(bytes.error());
                }
                if (found->type != mmc::CdTextType::size_information) { // it is made anew
                    block.bytes[found->type].assign(bytes->begin(), bytes->end());
                }
            } else if (const std::string text = next(); !text.empty()) {
                block.texts[found->type][track] = text;
            }
        }
        return {};
    }

    mmc::Result<void> track() {
        struct Mode {
            std::string_view word;
            SheetMode mode;
        };
        static constexpr std::array<Mode, 7> modes{{{"AUDIO", audio_mode},
                                                    {"MODE1", mode1_mode},
                                                    {"MODE1_RAW", mode1_raw_mode},
                                                    {"MODE2", mode2_mode},
                                                    {"MODE2_RAW", mode2_raw_mode},
                                                    {"MODE2_FORM1", form1_mode},
                                                    {"MODE2_FORM2", form2_mode}}};
        const std::string word = next();
        const auto found = std::find_if(modes.begin(), modes.end(),
                                        [&](const Mode& mode) { return mode.word == word; });
        if (found == modes.end()) {
            return wrong("unknown track mode {}; known: AUDIO, MODE1, MODE1_RAW, MODE2, MODE2_RAW, "
                         "MODE2_FORM1, MODE2_FORM2",
                         word);
        }
        if (sheet_.tracks.size() == 99) {
            return wrong("a CD has no more than 99 tracks");
        }
        if (peek() == "RW" || peek() == "RW_RAW") {
            return wrong("sub-channels in a TOC file's data are not read; leave them out with "
                         "cdrdao's --read-subchan, or name a .raw image");
        }
        SheetTrack track;
        track.line = line();
        track.number = static_cast<std::uint16_t>(sheet_.tracks.size() + 1);
        track.mode = found->mode;
        track.control = track.mode.form == BlockForm::audio ? 0 : 4;
        sheet_.tracks.push_back(track);
        no_ = false;
        return {};
    }

    mmc::Result<void> isrc() {
        last().isrc = next();
        return last().isrc.size() == 12 ? mmc::Result<void>()
                                        : wrong("ISRC must have 12 characters");
    }
    mmc::Result<void> no() {
        no_ = true;
        return {};
    }
    mmc::Result<void> copy() { return flag(2); }
    mmc::Result<void> pre_emphasis() { return flag(1); }
    mmc::Result<void> four_channels() { return flag(8); }
    mmc::Result<void> flag(std::uint8_t bit) {
        last().control |= no_ ? std::uint8_t{0} : bit;
        no_ = false;
        return {};
    }

    // FILE "name" [SWAP] [#bytes] start [length]; start and length as a time or in samples.
    mmc::Result<void> audio_file() {
        const std::string name = next();
        const std::string ending = fs::path(name).extension().string();
        const bool wave = ending == ".wav" || ending == ".WAV";
        const bool swap = accept("SWAP");
        const std::size_t file = file_of_sheet(sheet_, name);
        const auto bytes = bytes_of_file(sheet_.files[file], wave);
        if (!bytes) {
            return wrong("{}", bytes.error().message);
        }
        auto skip = offset();
        auto begin = length(4);
        if (!skip || !begin) {
            return tl::unexpected(skip ? begin.error() : skip.error());
        }
        const auto from = *skip + begin->value_or(0);
        auto wanted = length(4);
        if (!wanted) {
            return tl::unexpected(wanted.error());
        }
        // cdrdao takes raw samples with the most significant byte first, WAVE as it is.
        return add_file(file, *bytes, from, *wanted, swap == wave);
    }

    // DATAFILE "name" [#bytes] [length]; length as a time or in bytes.
    mmc::Result<void> data_file() {
        const std::size_t file = file_of_sheet(sheet_, next());
        const auto bytes = bytes_of_file(sheet_.files[file], false);
        if (!bytes) {
            return wrong("{}", bytes.error().message);
        }
        auto skip = offset();
        if (!skip) {
            return tl::unexpected(skip.error());
        }
        auto wanted = length(1);
        if (!wanted) {
            return tl::unexpected(wanted.error());
        }
        return add_file(file, *bytes, *skip, *wanted, false);
    }

    mmc::Result<void> add_file(std::size_t file, const AudioBytes& bytes, std::uint64_t from,
                               std::optional<std::uint64_t> wanted, bool swapped) {
        const std::uint32_t stride = last().mode.stride;
        if (from > bytes.bytes || (wanted && *wanted > bytes.bytes - from)) {
            return wrong("{} has {} bytes, but bytes {} to {} are asked for; is it cut?",
                         sheet_.files[file].string(), bytes.bytes, from, from + wanted.value_or(0));
        }
        const std::uint64_t length = wanted.value_or(bytes.bytes - from);
        if (length % stride != 0) {
            return wrong("{} bytes of {} are no whole number of blocks of {} bytes", length,
                         sheet_.files[file].string(), stride);
        }
        last().parts.push_back({file, bytes.offset + from,
                                static_cast<std::int32_t>(length / stride),
                                swapped && last().mode.form == BlockForm::audio});
        return {};
    }

    mmc::Result<void> silence() { return add_silence(4); }
    mmc::Result<void> zero() {
        for (const char* mode : {"AUDIO", "MODE0", "MODE1", "MODE1_RAW", "MODE2", "MODE2_RAW",
                                 "MODE2_FORM1", "MODE2_FORM2", "RW", "RW_RAW"}) {
            accept(mode);
        }
        return add_silence(last().mode.form == BlockForm::audio ? 4 : 1);
    }
    mmc::Result<void> add_silence(unsigned unit) {
        const auto bytes = length(unit);
        if (!bytes) {
            return tl::unexpected(bytes.error());
        }
        if (!*bytes) {
            return wrong("a length is missing; write MM:SS:FF");
        }
        const auto blocks = static_cast<std::int32_t>(**bytes / last().mode.stride);
        last().parts.push_back({SheetPart::silence, 0, blocks, false});
        return {};
    }

    mmc::Result<void> pregap() {
        auto added = add_silence(4);
        if (added) {
            last().index1 = last().parts.back().blocks;
        }
        return added;
    }

    // START [time]: where index 1 is; what the parts have so far when no time is given.
    mmc::Result<void> start() {
        std::int32_t blocks = 0;
        for (const SheetPart& part : last().parts) {
            blocks += part.blocks;
        }
        if (const auto time = blocks_of_time(peek())) {
            next();
            blocks = *time;
        }
        last().index1 = blocks;
        return {};
    }
    // INDEX time: from the track's start.
    mmc::Result<void> index() {
        const auto time = blocks_of_time(next());
        if (!time) {
            return wrong("INDEX needs a time; write MM:SS:FF");
        }
        last().indexes.push_back(last().index1 + *time);
        return {};
    }
    mmc::Result<void> fifo() { return wrong("FIFO cannot be read; name a file"); }

    // #bytes
    mmc::Result<std::uint64_t> offset() {
        if (!peek().starts_with('#')) {
            return std::uint64_t{0};
        }
        const std::string word = next();
        std::uint64_t value = 0;
        const char* end = word.data() + word.size();
        if (std::from_chars(word.data() + 1, end, value).ptr != end) {
            return wrong("\"{}\" is no offset; write # and a number of bytes", word);
        }
        return value;
    }

    // A time or a number of units, in bytes; nothing when neither comes.
    mmc::Result<std::optional<std::uint64_t>> length(unsigned unit) {
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
        if (read.ptr != end || read.ec != std::errc{} || value > UINT64_MAX / 8) {
            return wrong("\"{}\" is no length; write MM:SS:FF or a number", word);
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
    tl::unexpected<mmc::Error> wrong(fmt::format_string<Values...> format, Values&&... values) {
        return sheet_error(sheet_.path, line(), format, std::forward<Values>(values)...);
    }

    std::vector<Word> words_;
    std::size_t at_ = 0;
    Sheet sheet_;
    bool no_ = false;
};

} // namespace

mmc::Result<Sheet> read_cdrdao_toc(const fs::path& path) {
    const auto text = read_file(path);
    if (!text) {
        return tl::unexpected(text.error());
    }
    auto words = words_of(path, *text);
    if (!words) {
        return tl::unexpected(words.error());
    }
    return TocReader(path, std::move(*words)).read();
}

} // namespace burnrig::emulator
