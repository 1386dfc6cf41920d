// SPDX-License-Identifier: Apache-2.0
// Writes what a reader would get from a disc to a file; the file's ending says in which form.
//
//     .iso         user data, 2048 bytes a block. One data track: that track. Several (sessions):
//                  everything from LBA 0 to the last data track's end, each track at its own
//                  address, gaps as zeros, so that the addresses in a later session's file system
//                  stay right.
//     .cue, .bin   all tracks: a .cue sheet beside one .bin of whole sectors, 2352 bytes a block,
//                  and a .cdt with the CD-TEXT packs when there are any.
//                  Gaps between tracks that hold no recorded blocks become PREGAP lines, so that
//                  addresses stay right.
//     .toc         the same as a TOC file of cdrdao beside a .bin, in which samples have their most
//                  significant byte first; it holds one session.
//     .raw         whole sectors from the first track to the last, and beside it a .sub with the
//                  sub-channel of each: P, Q ... W one after the other, 12 bytes each; one session.
//
// Blocks that a reader could not get (damaged or lost) are zeros in the file and listed in the
// report. Run-out blocks are no data and not in the file. Files are sparse; an unfinished one is
// removed. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/disc/disc.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// Blocks [first, end).
struct BlockRange {
    std::int32_t first = 0;
    std::int32_t end = 0;

    bool operator==(const BlockRange&) const = default;
};

struct ExportReport {
    std::int32_t blocks = 0;            ///< in the files, gaps and unreadable ones included
    std::vector<BlockRange> unreadable; ///< ascending
    std::vector<std::filesystem::path> files;
};

/// The endings export_disc() knows.
inline constexpr std::array<std::string_view, 5> export_endings{".iso", ".cue", ".bin", ".toc",
                                                                ".raw"};

/// Overwrites what is there. Only the tracks of `session` when one is named. Fails for an unknown
/// ending, for a disc without tracks (.iso: without data tracks), for blocks that are kept as
/// digests, and when the file cannot be written.
mmc::Result<ExportReport> export_disc(const Disc& disc, const std::filesystem::path& out,
                                      std::optional<std::uint16_t> session = std::nullopt);

} // namespace burnrig::emulator
