// SPDX-License-Identifier: Apache-2.0
// A disc's tracks as the lines of a .cue sheet, the text form that burners and emulators read, or
// of a TOC file, which cdrdao reads:
//
//     FILE "disc.bin" BINARY          TRACK AUDIO
//       TRACK 02 AUDIO                SILENCE 00:02:02
//         PREGAP 00:02:02             FILE "disc.bin" 40:08:00 03:00:00
//         INDEX 01 40:10:00           START 00:02:02
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/disc/disc.h"
#include "mmc/cd_text_words.h"

namespace burnrig::emulator {

struct CueTrack {
    Track track;
    std::string_view mode;
    std::int32_t first = 0;  ///< first block in the file: of the gap before the track, or of it
    std::int32_t end = 0;    ///< behind its last block in the file
    std::int32_t pregap = 0; ///< blocks between the tracks that are in no file
    bool new_session = false;
    const mmc::CdText* text = nullptr; ///< of the disc
};

/// Lines that stand once: the media catalog number, the file with CD-TEXT packs ("": none), the
/// disc's text.
std::string cue_head(const Structure& structure, const std::string& text_file,
                     const mmc::CdText& text);

/// The track at `index`; its form, and whether the gap before it is recorded, come from the disc.
CueTrack cue_track(const Disc& disc, const std::vector<Track>& tracks, std::size_t index);

/// The line that opens a file for the tracks behind it.
std::string cue_file_line(const std::string& file);

/// The lines of one track, whose blocks begin behind `position` blocks of the file.
std::string cue_lines(const CueTrack& track, std::int32_t position);

/// The same of a TOC file. Its file holds samples with the most significant byte first.
std::string toc_head(const Disc& disc, const std::vector<Track>& tracks, const mmc::CdText& text);
std::string toc_lines(const CueTrack& track, std::int32_t position, const std::string& file);

} // namespace burnrig::emulator
