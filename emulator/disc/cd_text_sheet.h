// SPDX-License-Identifier: Apache-2.0
// CD-TEXT in the words of cue sheets and of cdrdao's TOC files:
//
//     TITLE "First"          CD_TEXT { LANGUAGE 0 { TITLE "First" } }
//
// A cue sheet has one language. Thread-safe.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "mmc/cd_text_words.h"

namespace burnrig::emulator {

struct CdTextWord {
    std::string_view word;
    mmc::CdTextType type;
    bool in_cue = true; ///< cue sheets know it too
};

/// A type has two words where the disc's text is called another name than a track's.
inline constexpr std::array cd_text_words{
    CdTextWord{"TITLE", mmc::CdTextType::title},
    CdTextWord{"PERFORMER", mmc::CdTextType::performer},
    CdTextWord{"SONGWRITER", mmc::CdTextType::songwriter},
    CdTextWord{"COMPOSER", mmc::CdTextType::composer},
    CdTextWord{"ARRANGER", mmc::CdTextType::arranger},
    CdTextWord{"MESSAGE", mmc::CdTextType::message},
    CdTextWord{"DISC_ID", mmc::CdTextType::disc_id, false},
    CdTextWord{"GENRE", mmc::CdTextType::genre, false},
    CdTextWord{"TOC_INFO1", mmc::CdTextType::toc_info, false},
    CdTextWord{"TOC_INFO2", mmc::CdTextType::second_toc, false},
    CdTextWord{"UPC_EAN", mmc::CdTextType::codes, false},
    CdTextWord{"ISRC", mmc::CdTextType::codes, false},
    CdTextWord{"SIZE_INFO", mmc::CdTextType::size_information, false},
};

/// The lines of a cue sheet for the disc (track 0) or a track, `indent` in front of each.
std::string cue_text_lines(const mmc::CdText& text, int track, std::string_view indent);

/// The CD_TEXT block of a TOC file; "" when there is nothing to say.
std::string toc_text_lines(const mmc::CdText& text, int track);

} // namespace burnrig::emulator
