// SPDX-License-Identifier: Apache-2.0
// What a cue sheet, a cdrdao TOC file or any other image says: tracks, and where in which files
// their blocks lie; without addresses on a disc yet (see disc_image.h).
//
//     track 2  AUDIO  parts: 150 blocks of silence | 20000 blocks of data.bin from byte 48000
//                            \___ index1 = 150 __/
//
// Mistakes are errors that name file and line, and say what would be right. Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/disc/structure.h"
#include "mmc/cd_text_words.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// How the blocks of a track lie in its file.
struct SheetMode {
    std::string_view word; ///< of a cue sheet
    BlockForm form;        ///< raw: whole sectors, kept as less when nothing is lost by it
    std::uint16_t stride;  ///< bytes from one block to the next
    std::uint8_t disc_type = 0;
};

inline constexpr SheetMode audio_mode{"AUDIO", BlockForm::audio, 2352};
inline constexpr SheetMode mode1_mode{"MODE1/2048", BlockForm::mode1, 2048};
inline constexpr SheetMode mode1_raw_mode{"MODE1/2352", BlockForm::raw, 2352};
inline constexpr SheetMode mode2_mode{"MODE2/2336", BlockForm::mode2, 2336, 0x20};
inline constexpr SheetMode mode2_raw_mode{"MODE2/2352", BlockForm::raw, 2352, 0x20};
inline constexpr SheetMode form1_mode{"MODE2/2048", BlockForm::xa_form1, 2048, 0x20};
inline constexpr SheetMode form2_mode{"MODE2/2324", BlockForm::xa_form2, 2324, 0x20};

/// Blocks that follow each other, of a file or of silence.
struct SheetPart {
    static constexpr std::size_t silence = SIZE_MAX;

    std::size_t file = silence; ///< index into Sheet::files
    std::uint64_t offset = 0;   ///< of the first byte
    std::int32_t blocks = 0;
    bool swapped = false; ///< audio samples with the most significant byte first
};

struct SheetTrack {
    int line = 0; ///< where the sheet speaks of it
    std::uint16_t number = 1;
    std::uint16_t session = 1;
    SheetMode mode = audio_mode;
    std::uint8_t control = 0;
    std::string isrc;
    std::vector<SheetPart> parts;
    std::int32_t index1 = 0;           ///< blocks of the parts before the track's start
    std::vector<std::int32_t> indexes; ///< the same for index 2, 3 ...
};

struct Sheet {
    std::filesystem::path path;
    std::vector<std::filesystem::path> files;
    std::string media_catalog_number;
    mmc::CdText cd_text;                     ///< words that stand in the sheet
    std::vector<std::uint8_t> cd_text_packs; ///< of a file that the sheet names; they go before
    std::vector<SheetTrack> tracks;
    std::optional<std::size_t> subchannel; ///< file of 96 bytes a block, P to W one after the other
    bool subchannel_interleaved = false;   ///< it stands in each sector, as a drive reads it
};

/// Reads PATH: .cue, .toc, .iso, .raw; the ending says which.
mmc::Result<Sheet> read_sheet(const std::filesystem::path& path);

mmc::Result<Sheet> read_cue_sheet(const std::filesystem::path& path);
mmc::Result<Sheet> read_cdrdao_toc(const std::filesystem::path& path);
/// Whole sectors of 2352 bytes beside a .sub, or of 2448 with the sub-channel in each.
mmc::Result<Sheet> read_raw_dump(const std::filesystem::path& path);

// ------------------------------------------------------------------------- what readers share

/// "FILE:LINE: what is wrong; what would be right".
template <class... Values>
tl::unexpected<mmc::Error> sheet_error(const std::filesystem::path& path, int line,
                                       fmt::format_string<Values...> format, Values&&... values) {
    return mmc::fail("{}:{}: {}", path.string(), line,
                     fmt::format(format, std::forward<Values>(values)...));
}

/// "MM:SS:FF" in blocks.
std::optional<std::int32_t> blocks_of_time(std::string_view text);

/// Where the samples are: all of a raw file, the data chunk of a WAVE file.
struct AudioBytes {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};
mmc::Result<AudioBytes> bytes_of_file(const std::filesystem::path& path, bool wave);

/// The packs in a file: 18 bytes each, a READ TOC header of 4 in front of them or a zero behind
/// them, as burners write it.
mmc::Result<std::vector<std::uint8_t>> cd_text_file(const std::filesystem::path& path);

/// The index of a file in the sheet, which it enters when it is new. Relative names are relative to
/// the sheet's directory.
std::size_t file_of_sheet(Sheet& sheet, const std::string& name);

} // namespace burnrig::emulator
