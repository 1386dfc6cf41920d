// SPDX-License-Identifier: Apache-2.0
// What a cue sheet, a cdrdao TOC file or any other description of an image says: tracks, and where
// in which files their bytes lie; without addresses on a disc. Both sides speak these words: the
// drive's discs are made from sheets, and the driver burns them.
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

#include "mmc/cd_text_words.h"
#include "mmc/result.h"
#include "mmc/sheet/sheet_files.h"

namespace burnrig::mmc {

/// What the bytes of a block are.
enum class SheetForm : std::uint8_t {
    audio,
    mode1,
    mode2,     ///< 2336, with or without sub-headers
    xa_form1,  ///< 2048
    xa_form2,  ///< 2324
    xa_mix,    ///< 2336 with sub-headers
    raw_mode1, ///< whole sectors
    raw_mode2,
};

enum class SheetSubchannel : std::uint8_t { none, packed_rw, raw_rw, raw_pw };

/// How the blocks of a track lie in its file.
struct SheetMode {
    std::string_view word; ///< of a cue sheet
    SheetForm form;
    std::uint16_t stride; ///< bytes from one block to the next
    std::uint8_t disc_type = 0;
    SheetSubchannel subchannel = SheetSubchannel::none; ///< at the end of each block

    bool is_audio() const { return form == SheetForm::audio; }
};

inline constexpr SheetMode audio_mode{"AUDIO", SheetForm::audio, 2352};
inline constexpr SheetMode mode1_mode{"MODE1/2048", SheetForm::mode1, 2048};
inline constexpr SheetMode mode1_raw_mode{"MODE1/2352", SheetForm::raw_mode1, 2352};
inline constexpr SheetMode mode2_mode{"MODE2/2336", SheetForm::mode2, 2336, 0x20};
inline constexpr SheetMode mode2_raw_mode{"MODE2/2352", SheetForm::raw_mode2, 2352, 0x20};
inline constexpr SheetMode form1_mode{"MODE2/2048", SheetForm::xa_form1, 2048, 0x20};
inline constexpr SheetMode form2_mode{"MODE2/2324", SheetForm::xa_form2, 2324, 0x20};
inline constexpr SheetMode form_mix_mode{"MODE2_FORM_MIX", SheetForm::xa_mix, 2336, 0x20};

/// Bytes that follow each other, of a file or zeros.
struct SheetPart {
    static constexpr std::size_t silence = SIZE_MAX;

    std::size_t file = silence; ///< index into Sheet::files
    std::uint64_t offset = 0;   ///< of the first byte
    std::uint64_t bytes = 0;
    bool swapped = false; ///< audio samples with the most significant byte first
};

struct SheetTrack {
    int line = 0; ///< where the sheet speaks of it
    std::uint16_t number = 1;
    std::uint16_t session = 1;
    SheetMode mode = audio_mode;
    std::uint8_t control = 0;
    bool serial_copy = false; ///< SCMS
    std::string isrc;
    std::vector<SheetPart> parts;      ///< one after the other; zeros fill up the last block
    std::int32_t index1 = 0;           ///< blocks of the parts before the track's start
    std::vector<std::int32_t> indexes; ///< the same for index 2, 3 ...

    std::uint64_t bytes() const;
    /// Rounded up.
    std::uint64_t blocks() const { return (bytes() + mode.stride - 1) / mode.stride; }
};

struct Sheet {
    std::filesystem::path path;
    std::vector<std::filesystem::path> files;
    std::string media_catalog_number;
    CdText cd_text;                          ///< words that stand in the sheet
    std::vector<std::uint8_t> cd_text_packs; ///< of a file that the sheet names; they go before
    std::vector<std::string> notes;          ///< what was read, but not word by word
    std::uint8_t disc_type = 0;              ///< 10h CD-I, 20h XA, where the sheet says so itself
    std::vector<SheetTrack> tracks;
    std::optional<std::size_t> subchannel; ///< file of 96 bytes a block, P to W one after the other
    bool subchannel_interleaved = false;   ///< it stands in each sector, as a drive reads it
};

Result<Sheet> read_cue_sheet(const std::filesystem::path& path, SheetFiles& files = disk_files());
Result<Sheet> read_cdrdao_toc(const std::filesystem::path& path, SheetFiles& files = disk_files());

// ------------------------------------------------------------------------- what readers share

/// "FILE:LINE: what is wrong; what would be right".
template <class... Values>
tl::unexpected<Error> sheet_error(const std::filesystem::path& path, int line,
                                  fmt::format_string<Values...> format, Values&&... values) {
    return fail("{}:{}: {}", path.string(), line,
                fmt::format(format, std::forward<Values>(values)...));
}

/// A word of the sheet as a message may show it: not endless, and printable.
std::string shown(std::string_view word);

/// "MM:SS:FF" in blocks.
std::optional<std::int32_t> blocks_of_time(std::string_view text);

/// The index of a file in the sheet, which it enters when it is new. Relative names are relative to
/// the sheet's directory.
std::size_t file_of_sheet(Sheet& sheet, const std::string& name);

/// 12 characters, hyphens taken out; nothing when it is no ISRC.
std::optional<std::string> isrc_of(std::string text);

bool is_catalog_number(std::string_view text);

/// The packs in a file: 18 bytes each, a READ TOC header of 4 in front of them or a zero behind
/// them, as burners write it.
Result<std::vector<std::uint8_t>> cd_text_file(const std::filesystem::path& path,
                                               SheetFiles& files = disk_files());

} // namespace burnrig::mmc
