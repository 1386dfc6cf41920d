// SPDX-License-Identifier: Apache-2.0
// The tracks of a CD as its planners see them, whether they come from a compilation or from a lone
// source; and what a block of theirs is called in a cue sheet and in page 05h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/recorder/plan.h"
#include "driver/source/compilation.h"

namespace burnrig::driver::plans {

/// How blocks of one kind and size are spoken of.
struct BlockForm {
    TrackKind kind;
    std::uint32_t block_bytes;              ///< without sub-channel
    std::optional<std::uint8_t> cue_form;   ///< DATA FORM of a cue sheet
    std::uint8_t silence_form;              ///< the same of blocks that the drive makes
    std::optional<std::uint8_t> block_type; ///< data block type of page 05h, for track at once
};

struct CdTrack {
    Source* data = nullptr;
    TrackKind kind = TrackKind::mode1;
    SubchannelData subchannel = SubchannelData::none;
    const BlockForm* form = nullptr;
    std::uint8_t control = 4;
    bool serial_copy = false;
    std::uint64_t blocks = 0;             ///< from index 1 on
    std::uint32_t pregap_blocks = 0;      ///< beside the 150 that the first track has
    std::uint32_t pregap_in_source = 0;   ///< how many of them the source begins with
    std::vector<std::uint32_t> indexes{}; ///< index 2, 3 ...: blocks from index 1
    std::string isrc{};
};

/// Fails on kinds of blocks that no recording knows, more than 99 tracks, and sessions: they are
/// recorded one by one.
Outcome<std::vector<CdTrack>> cd_tracks(const BurnJob& job);

/// Blocks that a cue sheet or page 05h has no name for become others, of which it has.
void convert_for_session_at_once(Plan& plan, std::vector<CdTrack>& tracks);
void convert_for_track_at_once(Plan& plan, std::vector<CdTrack>& tracks);

/// How READ CD gives the same bytes back that the source had, but for the sub-channel. A raw
/// recording has all of them; else the drive makes what is no user data.
ReadBackForm read_form_of(const CdTrack& track, bool is_raw = false);

/// Nothing that one data track of user data could not be.
bool is_plain(const BurnJob& job);

// A CD ends before 99:59:74; whatever room a drive claims beyond that has no address.
inline constexpr std::uint64_t cd_addresses = 100 * 60 * 75 - mmc::pregap_blocks;

/// The number of the first track to come: they go on over all sessions.
std::uint8_t first_number(const Situation& now);

/// Extents and cue sheet of a whole session: the disc's first one, or behind those that it has.
Outcome<void> plan_session(Plan& plan, const Situation& now, const std::vector<CdTrack>& tracks);

/// The drive takes such a cue sheet, and knows all of its kinds of blocks.
Outcome<void> check_cue_sheet(const Plan& plan, const Situation& now,
                              const std::vector<CdTrack>& tracks);

/// Between the session's first track and the last place that a lead-out may have. No blocks are
/// lost to linking, and some drives subtract them from the free blocks of a blank disc.
Outcome<void> check_session_room(Plan& plan, const Situation& now);

/// The lead-in with the CD-TEXT of the compilation, in front of everything.
void plan_cd_text(Plan& plan, const Situation& now);

} // namespace burnrig::driver::plans
