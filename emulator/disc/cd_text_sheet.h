// SPDX-License-Identifier: Apache-2.0
// CD-TEXT in the words of cue sheets and of cdrdao's TOC files:
//
//     TITLE "First"          CD_TEXT { LANGUAGE 0 { TITLE "First" } }
//
// A cue sheet has one language. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "mmc/cd_text_words.h"
#include "mmc/sheet/sheet_words.h"

namespace burnrig::emulator {

/// The lines of a cue sheet for the disc (track 0) or a track, `indent` in front of each.
std::string cue_text_lines(const mmc::CdText& text, int track, std::string_view indent);

/// The CD_TEXT block of a TOC file; "" when there is nothing to say.
std::string toc_text_lines(const mmc::CdText& text, int track);

} // namespace burnrig::emulator
