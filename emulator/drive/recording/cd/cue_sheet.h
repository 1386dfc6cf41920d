// SPDX-License-Identifier: Apache-2.0
// The cue sheet of a session-at-once recording: what SEND CUE SHEET carries, as a list of stretches
// of blocks of one form (MMC-3, 5.3.33).
//
//     41 00 00 14 00 00 00 00   lead-in             41 = CONTROL 4, ADR 1
//     41 01 00 10 00 00 00 00   track 1, pre-gap    10 = mode 1, 2048 bytes from the host
//     41 01 01 10 00 00 02 00   track 1, index 1    at 00:02:00
//     41 AA 01 14 00 17 07 3D   lead-out            at 23:07:61
//
// becomes [-150, 0) track 1 index 0, [0, 103936) track 1 index 1, lead-out 103936. A lead-in of
// form 41h is a stretch too: the host sends its sub-channel (CD-TEXT), 96 bytes a block. Plain
// data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulator/disc/structure.h"
#include "mmc/msf.h"

namespace burnrig::emulator {

/// Blocks [first, end) of one form.
struct CueSegment {
    std::int32_t first = 0;
    std::int32_t end = 0;
    std::uint16_t track = 1; ///< 0: the lead-in
    std::uint8_t index = 1;
    std::uint8_t control = 4;
    BlockForm form = BlockForm::mode1; ///< as the block is kept
    BlockForm main = BlockForm::mode1; ///< of the main channel; differs when the host sends R to W
    std::uint16_t host_bytes = 2048;   ///< of one block; 0: the drive makes the blocks itself
    std::uint16_t offset = 0;          ///< where in the host's block begins what is kept
    bool zeros = false;                ///< what the host sends for the main channel does not matter
};

struct CueIsrc {
    std::uint16_t track = 1;
    std::string code; ///< 12 characters
};

struct CueSheet {
    std::vector<CueSegment> segments; ///< ascending, without gaps; empty stretches left out
    std::vector<CueIsrc> isrcs;
    std::string media_catalog_number; ///< 13 digits or ""
    std::int32_t lead_out = 0;

    std::int32_t first() const { return segments.empty() ? lead_out : segments.front().first; }
    /// First block of the first pre-gap.
    std::int32_t program_first() const;
    /// The stretch that holds `lba`; nullptr at and behind the lead-out.
    const CueSegment* segment_at(std::int32_t lba) const;
    /// Index 1 of a track; nothing for one that is not in the sheet.
    std::optional<std::int32_t> start_of(std::uint16_t track) const;
    /// Index 2 and on.
    std::vector<std::int32_t> indexes_of(std::uint16_t track) const;
};

/// What a sheet has to fit to.
struct CueConditions {
    std::int32_t pregap = -mmc::pregap_blocks; ///< where the first pre-gap begins
    std::uint16_t first_track = 0;             ///< the number it must have; 0: any
    std::int32_t lead_in = -4650;              ///< where the lead-in begins
    bool raw_subchannel = true;                ///< the drive takes R to W from the host, raw
    bool packed_subchannel = true;             ///< as packs
};

/// A sheet, or the byte that is wrong.
struct ParsedCueSheet {
    std::optional<CueSheet> sheet;
    std::size_t fault = 0;
};

/// Longest sheet taken, in bytes; feature 002Eh tells it. 99 tracks with pre-gap, index 1 and ISRC
/// fit; the number itself is a guess.
inline constexpr std::size_t cue_sheet_limit = 8 * 420;

ParsedCueSheet parse_cue_sheet(std::span<const std::uint8_t> bytes,
                               const CueConditions& conditions = {});

} // namespace burnrig::emulator
