// SPDX-License-Identifier: Apache-2.0
// What is to be on the disc, before it is known which disc: tracks in their order, what each of
// them is, and where its bytes come from.
//
//     auto album = open_compilation({"album.cue"});       99 tracks, gaps, ISRC, CD-TEXT
//     auto image = open_compilation({"debian.iso"});      one track of mode 1
//     auto input = open_compilation({"-"});               the same from a pipe
//
// Everything that can be wrong with the words and files is found here, before a drive is touched;
// the error names file, line and what would be right.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/source/source.h"
#include "mmc/result.h"

namespace burnrig::driver {

/// What the blocks of a track are. How much of each block the source has is its block_bytes(): only
/// the user data, or the whole sector of 2352 bytes, or that with 96 bytes of sub-channel.
enum class TrackKind : std::uint8_t {
    audio,
    mode1,       ///< 2048 bytes of user data; everything that is no CD takes only this
    mode2,       ///< 2336, without forms
    mode2_form1, ///< 2048, or 2056 with the sub-header
    mode2_form2, ///< 2324, or 2332 with the sub-header
    mode2_mix,   ///< 2336 with sub-headers, each of which tells its block's form
};

std::string_view to_string(TrackKind kind); ///< "audio", "mode 1", ...

/// The 96 bytes behind each sector, when the source has them.
enum class SubchannelData : std::uint8_t {
    none,
    packed_rw, ///< R to W in packs; the drive makes P and Q, and the packs' error correction
    raw_rw,    ///< R to W as they go to the disc, interleaved
    raw_pw,    ///< all eight channels as they go to the disc
};

/// How the table of contents calls the session's discs.
enum class SessionFormat : std::uint8_t { cd_rom = 0x00, cd_i = 0x10, cd_rom_xa = 0x20 };

struct CompilationTrack {
    std::unique_ptr<Source> data;
    TrackKind kind = TrackKind::mode1;
    SubchannelData subchannel = SubchannelData::none;
    std::uint16_t session = 1;

    bool pre_emphasis = false;
    bool copy_permitted = false;
    bool four_channels = false;
    bool serial_copy = false; ///< SCMS: a copy that may not be copied again

    /// Blocks in front of index 1 that are this track's, index 0. The pause that every first track
    /// has (150 blocks) is not counted where no sheet speaks of it.
    std::uint32_t pregap_blocks = 0;
    /// Whether `data` begins with them. If not, `data` begins with index 1, and the gap is silence
    /// or zeros that are to be made.
    bool pregap_in_data = false;
    std::vector<std::uint32_t> indexes; ///< index 2, 3 ...: blocks from index 1
    std::string isrc;                   ///< 12 characters or none

    bool is_audio() const { return kind == TrackKind::audio; }
    /// Of the data from index 1 on; nothing: not known yet.
    std::optional<std::uint64_t> blocks() const;
    /// CONTROL as the Q channel has it: 4 data, 2 copy permitted, 1 pre-emphasis, 8 four channels.
    std::uint8_t control() const;
};

struct Compilation {
    std::string name; ///< what the person named
    std::vector<CompilationTrack> tracks;
    std::uint8_t first_track = 1; ///< the number of the first
    SessionFormat format = SessionFormat::cd_rom;
    std::string media_catalog_number;        ///< 13 digits or none
    std::vector<std::uint8_t> cd_text_packs; ///< 18 bytes each, as they go to the lead-in
    std::vector<std::string> notes;          ///< such as "track 3 is filled up by 12 samples"

    /// One track of mode 1 with 2048-byte blocks: what every disc can take.
    bool is_plain() const;
    /// Of all tracks, or those of one session; nothing while one is not known.
    std::optional<std::uint64_t> bytes(std::uint16_t session = 0) const;
};

/// A compilation of one track, whatever the source is.
Compilation compilation_of(std::unique_ptr<Source> data, TrackKind kind = TrackKind::mode1);

} // namespace burnrig::driver
