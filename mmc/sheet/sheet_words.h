// SPDX-License-Identifier: Apache-2.0
// CD-TEXT in the words of cue sheets and of cdrdao's TOC files:
//
//     TITLE "First"          CD_TEXT { LANGUAGE 0 { TITLE "First" } }
//
// A cue sheet has one language. Thread-safe.
#pragma once

#include <array>
#include <string_view>

#include "mmc/cd_text_words.h"

namespace burnrig::mmc {

struct CdTextWord {
    std::string_view word;
    CdTextType type;
    bool in_cue = true; ///< cue sheets know it too
};

/// A type has two words where the disc's text is called another name than a track's.
inline constexpr std::array cd_text_words{
    CdTextWord{"TITLE", CdTextType::title},
    CdTextWord{"PERFORMER", CdTextType::performer},
    CdTextWord{"SONGWRITER", CdTextType::songwriter},
    CdTextWord{"COMPOSER", CdTextType::composer},
    CdTextWord{"ARRANGER", CdTextType::arranger},
    CdTextWord{"MESSAGE", CdTextType::message},
    CdTextWord{"DISC_ID", CdTextType::disc_id, false},
    CdTextWord{"GENRE", CdTextType::genre, false},
    CdTextWord{"TOC_INFO1", CdTextType::toc_info, false},
    CdTextWord{"TOC_INFO2", CdTextType::second_toc, false},
    CdTextWord{"UPC_EAN", CdTextType::codes, false},
    CdTextWord{"ISRC", CdTextType::codes, false},
    CdTextWord{"SIZE_INFO", CdTextType::size_information, false},
};

} // namespace burnrig::mmc
