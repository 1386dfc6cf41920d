// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/sheet.h"

#include <algorithm>
#include <array>

#include "mmc/nearest.h"

namespace burnrig::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> endings{".iso", ".cue", ".toc", ".raw"};

mmc::Result<Sheet> iso_sheet(const fs::path& path) {
    const auto bytes = mmc::bytes_of_file(path, mmc::disk_files());
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    if (bytes->bytes == 0 || bytes->bytes % mmc::mode1_mode.stride != 0) {
        return mmc::fail("{}: has {} bytes, which are no whole blocks of {}; an image of whole "
                         "sectors needs a .cue beside it: name that",
                         path.string(), bytes->bytes, mmc::mode1_mode.stride);
    }
    Sheet sheet;
    sheet.path = path;
    sheet.files = {path};
    SheetTrack track;
    track.mode = mmc::mode1_mode;
    track.control = 4;
    track.parts = {{0, 0, bytes->bytes, false}};
    sheet.tracks = {track};
    return sheet;
}

} // namespace

mmc::Result<Sheet> read_sheet(const fs::path& path) {
    using Reader = mmc::Result<Sheet> (*)(const fs::path&);
    constexpr std::array<Reader, endings.size()> readers{
        iso_sheet, [](const fs::path& cue) { return mmc::read_cue_sheet(cue); },
        [](const fs::path& toc) { return mmc::read_cdrdao_toc(toc); }, read_raw_dump};
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

} // namespace burnrig::emulator
