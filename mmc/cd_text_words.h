// SPDX-License-Identifier: Apache-2.0
// CD-TEXT as words, and the packs that carry them:
//
//     language 0: title "Album", "First", "Second"  ->  80 00 00 00  A l b u m 0 F i r s t 0   CRC
//                                                       80 02 01 00  S e c o n d 0 ...         CRC
//                                                       8F ...       how many packs of each type
//
// Text is kept byte by byte as it stands in the packs (mostly ISO 8859-1). Source: MMC-3 annex J.
// Thread-safe (no state).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mmc/result.h"

namespace burnrig::mmc {

/// What a text is about: the pack types.
enum class CdTextType : std::uint8_t {
    title = 0x80,
    performer = 0x81,
    songwriter = 0x82,
    composer = 0x83,
    arranger = 0x84,
    message = 0x85,
    disc_id = 0x86,
    genre = 0x87,       ///< a number of two bytes, then text
    toc_info = 0x88,    ///< bytes
    second_toc = 0x89,  ///< bytes
    closed_info = 0x8D, ///< text that no player shows
    codes = 0x8E,       ///< of the disc: UPC or EAN; of a track: ISRC
    size_information = 0x8F,
};

/// Types whose packs hold bytes, not texts of disc and tracks.
constexpr bool holds_bytes(CdTextType type) {
    return type == CdTextType::genre || type == CdTextType::toc_info ||
           type == CdTextType::second_toc || type == CdTextType::size_information;
}

/// One language.
struct CdTextBlock {
    std::uint8_t language = 9; ///< code of EBU Tech 3258-E, annex 1; 9 is English
    std::uint8_t character_set = 0;
    std::map<CdTextType, std::map<int, std::string>> texts; ///< by track; 0: of the disc
    std::map<CdTextType, std::string> bytes;

    bool empty() const { return texts.empty() && bytes.empty(); }
};

/// Up to 8 languages, by block number; those that are not there are empty.
using CdText = std::array<CdTextBlock, 8>;

bool is_empty(const CdText& text);

/// The packs for tracks `first` to `last`. Fails when a language needs more packs than the 256 that
/// it may have.
Result<std::vector<std::uint8_t>> make_cd_text_packs(const CdText& text, int first, int last);

/// The words in packs. Packs with a bad CRC and languages of two bytes a character are left out.
CdText read_cd_text_packs(std::span<const std::uint8_t> packs);

} // namespace burnrig::mmc
