// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/sheet.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>

#include "emulator/disc/whole_file.h"
#include "mmc/bytes.h"
#include "mmc/cd_text.h"
#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;

std::uint32_t little_endian(const char* at, std::size_t bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(at[i])) << 8 * i;
    }
    return value;
}

// Walks over the chunks of a RIFF file to its samples.
mmc::Result<AudioBytes> wave_bytes(const fs::path& path, std::uint64_t size) {
    constexpr std::uint32_t pcm_of_a_cd[] = {1, 2, 44100}; // coding, channels, rate
    std::ifstream in(path, std::ios::binary);
    std::array<char, 12> head{};
    in.read(head.data(), head.size());
    if (!in || std::memcmp(head.data(), "RIFF", 4) != 0 || std::memcmp(&head[8], "WAVE", 4) != 0) {
        return mmc::fail("{}: is no WAVE file, it does not begin with RIFF and WAVE; name a WAVE "
                         "file, or say BINARY in the sheet",
                         path.string());
    }
    bool fits = false;
    for (std::uint64_t at = head.size(); at + 8 <= size;) {
        std::array<char, 8> chunk{};
        in.seekg(static_cast<std::streamoff>(at));
        in.read(chunk.data(), chunk.size());
        const std::uint64_t length = little_endian(&chunk[4], 4);
        if (std::memcmp(chunk.data(), "fmt ", 4) == 0) {
            std::array<char, 16> format{};
            in.read(format.data(), format.size());
            fits = little_endian(&format[0], 2) == pcm_of_a_cd[0] &&
                   little_endian(&format[2], 2) == pcm_of_a_cd[1] &&
                   little_endian(&format[4], 4) == pcm_of_a_cd[2] &&
                   little_endian(&format[14], 2) == 16;
        } else if (std::memcmp(chunk.data(), "data", 4) == 0) {
            if (!fits) {
                break;
            }
            return AudioBytes{at + 8, std::min(length, size - at - 8)};
        }
        at += 8 + length + length % 2;
    }
    return mmc::fail("{}: holds no samples of a CD (44100 Hz, stereo, 16 bits); convert it, for "
                     "instance with sox",
                     path.string());
}

constexpr std::array<std::string_view, 4> endings{".iso", ".cue", ".toc", ".raw"};

mmc::Result<Sheet> iso_sheet(const fs::path& path) {
    const auto bytes = bytes_of_file(path, false);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    if (bytes->bytes == 0 || bytes->bytes % mode1_mode.stride != 0) {
        return mmc::fail("{}: has {} bytes, which are no whole blocks of {}; an image of whole "
                         "sectors needs a .cue beside it: name that",
                         path.string(), bytes->bytes, mode1_mode.stride);
    }
    Sheet sheet;
    sheet.path = path;
    sheet.files = {path};
    SheetTrack track;
    track.mode = mode1_mode;
    track.control = 4;
    track.parts = {{0, 0, static_cast<std::int32_t>(bytes->bytes / mode1_mode.stride), false}};
    sheet.tracks = {track};
    return sheet;
}

} // namespace

mmc::Result<Sheet> read_sheet(const fs::path& path) {
    using Reader = mmc::Result<Sheet> (*)(const fs::path&);
    constexpr std::array<Reader, endings.size()> readers{iso_sheet, read_cue_sheet, read_cdrdao_toc,
                                                         read_raw_dump};
    const std::string ending = path.extension().string();
    const auto found = std::find(endings.begin(), endings.end(), ending);
    if (found == endings.end()) {
        return mmc::fail("{}: unknown ending \"{}\"; did you mean \"{}\"? Known: {}{}",
                         path.string(), ending, mmc::nearest(ending, endings),
                         fmt::join(endings, ", "),
                         ending == ".bin" ? "; a .bin belongs to a .cue or .toc: name that" : "");
    }
    return readers[static_cast<std::size_t>(found - endings.begin())](path);
}

std::optional<std::int32_t> blocks_of_time(std::string_view text) {
    std::array<std::int32_t, 3> parts{};
    const char* at = text.data();
    const char* end = at + text.size();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto read = std::from_chars(at, end, parts[i]);
        if (read.ec != std::errc{} || parts[i] < 0 ||
            (i < 2 && (read.ptr == end || *read.ptr != ':'))) {
            return std::nullopt;
        }
        at = read.ptr + (i < 2 ? 1 : 0);
    }
    if (at != end || parts[0] > 99 || parts[1] > 59 || parts[2] > 74) {
        return std::nullopt;
    }
    return (parts[0] * 60 + parts[1]) * 75 + parts[2];
}

mmc::Result<AudioBytes> bytes_of_file(const fs::path& path, bool wave) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(path, error);
    if (error) {
        return mmc::fail("{}: {}", path.string(), error.message());
    }
    return wave ? wave_bytes(path, size) : AudioBytes{0, size};
}

mmc::Result<std::vector<std::uint8_t>> cd_text_file(const fs::path& path) {
    constexpr std::size_t header = 4;
    const auto text = read_file(path);
    if (!text) {
        return tl::unexpected(text.error());
    }
    std::vector<std::uint8_t> packs(text->begin(), text->end());
    const std::size_t beside = packs.size() % mmc::cd_text_pack_size;
    if (beside == header && mmc::get16(packs.data()) == packs.size() - 2) {
        packs.erase(packs.begin(), packs.begin() + header);
    } else if (beside == 1 && packs.back() == 0) {
        packs.pop_back();
    }
    if (packs.empty() || packs.size() % mmc::cd_text_pack_size != 0) {
        return mmc::fail("{}: has {} bytes, which are no CD-TEXT packs of {} each", path.string(),
                         text->size(), mmc::cd_text_pack_size);
    }
    constexpr std::size_t most = std::size_t{8} * 256; // languages of so many packs
    const std::size_t count = packs.size() / mmc::cd_text_pack_size;
    if (count > most) {
        return mmc::fail("{}: has {} CD-TEXT packs, and {} are the most", path.string(), count,
                         most);
    }
    const std::size_t bad = mmc::first_bad_cd_text_pack(packs);
    if (bad < count) {
        return mmc::fail("{}: the CRC of pack {} is wrong; is it a file of CD-TEXT packs?",
                         path.string(), bad);
    }
    return packs;
}

std::size_t file_of_sheet(Sheet& sheet, const std::string& name) {
    const fs::path path = sheet.path.parent_path() / name; // an absolute name stays absolute
    const auto found = std::find(sheet.files.begin(), sheet.files.end(), path);
    if (found != sheet.files.end()) {
        return static_cast<std::size_t>(found - sheet.files.begin());
    }
    sheet.files.push_back(path);
    return sheet.files.size() - 1;
}

} // namespace burnrig::emulator
