// SPDX-License-Identifier: Apache-2.0
// What will be written where: data, made from the job, the drive and the disc before anything is
// sent that changes one of them.
//
//     CD, session at once      LBA -150        0                      n
//                               | pre-gap zeros | source | padding | lead-out by the drive
//     DVD+R                                    next writable address
//                                               | source | padding to 16 blocks
//
// Which planner makes it is a table of (profile, mode); the planners stand in plans/, one file per
// family of media. A plan that begins with a format ends with it: the disc is then looked at anew
// and planned again, so that what the format really gave is compared with what is needed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/commands/formatting.h"
#include "driver/commands/recording.h"
#include "driver/commands/write_parameters.h"
#include "driver/recorder/disc_summary.h"
#include "driver/recorder/job.h"
#include "driver/source/source.h"
#include "driver/verify/read_back_form.h"

namespace burnrig::driver {

/// Blocks that are written one behind the other.
struct Extent {
    Source* source = nullptr;   ///< lives as long as the job, or is one of Plan::own_sources
    std::int32_t first_lba = 0; ///< of the first WRITE
    std::uint32_t block_bytes = data_block_bytes;
    bool is_audio = false;
    bool has_subchannel = false;     ///< the last 96 bytes of each block
    bool is_lead_area = false;       ///< lead-in or lead-out: nothing that is read back
    std::uint32_t pregap_blocks = 0; ///< of the source, in front of index 1
    ReadBackForm read_form{};        ///< how it is read back, if the blocks are not of 2048 bytes
    /// Page 05h is set for it, and the buffer is written out before: another track at once.
    std::optional<WriteParameters> parameters{};
    /// The address is not known yet: the drive tells it when the extent before is done.
    bool at_next_writable = false;
    std::uint64_t leading_zero_blocks = 0;
    std::uint64_t source_first = 0;   ///< block of the source that comes first
    std::uint64_t resumed_blocks = 0; ///< of the source, directly before: recorded earlier
    std::uint64_t source_blocks = 0;
    std::uint64_t trailing_zero_blocks = 0;
    /// A stream whose length nobody knows: it is written until it ends, and only then the blocks of
    /// the source and the zeros behind them are counted here.
    bool until_end = false;
    std::uint64_t blocks_min = 0; ///< of such a stream, with zeros
    std::uint64_t blocks_max = 0; ///< what there is room for

    std::uint64_t blocks() const {
        return leading_zero_blocks + source_blocks + trailing_zero_blocks;
    }
    /// Where the recording of the source begins, also when that was earlier.
    std::int32_t source_lba() const {
        return first_lba + static_cast<std::int32_t>(leading_zero_blocks) -
               static_cast<std::int32_t>(resumed_blocks);
    }
};

/// One CLOSE TRACK/SESSION.
struct CloseStep {
    CloseFunction function = CloseFunction::session;
    /// Sent instead when the drive refuses `function`.
    std::optional<CloseFunction> otherwise{};
    /// A refusal does not matter, since a later step tells whether it was needed.
    bool may_be_refused = false;

    bool operator==(const CloseStep&) const = default;
};

struct Plan {
    WriteMode mode = WriteMode::tao; ///< never automatic
    std::string reason;
    std::optional<FormatRequest> format{};       ///< comes first; then everything is planned anew
    std::optional<WriteParameters> parameters{}; ///< nothing where the medium has no page 05h
    std::vector<CueEntry> cue_sheet{};
    std::optional<std::uint32_t> layer_break{}; ///< blocks of the first layer, to be set
    std::optional<std::uint32_t> reservation{}; ///< blocks, for RESERVE TRACK
    std::vector<Extent> extents{};
    /// How the recording is read back, where that is not how it is written: a raw recording.
    std::vector<Extent> read_back{};
    bool writes_cd_text = false;
    std::vector<std::shared_ptr<Source>> own_sources{}; ///< made for this plan
    bool writes_whole_track = true;                     ///< not so on media written at any address
    std::uint32_t multiple = 1; ///< blocks of the medium's packet, ECC block or cluster
    bool streaming = false;
    std::uint16_t track = invisible_track; ///< the number by which CLOSE TRACK speaks of it
    std::vector<CloseStep> close{};
    /// How the disc has to be afterwards; nothing: not blank.
    std::optional<DiscStatus> expected{};
    bool calibrates = true; ///< SEND OPC INFORMATION is of use before it
    std::vector<std::string> notes{};

    std::uint64_t blocks() const; ///< user data with padding, without pre-gaps
    /// The length of a stream is not known yet, and so is blocks().
    bool until_end() const;
    const std::vector<Extent>& tracks() const { return read_back.empty() ? extents : read_back; }
};

/// All that a planner looks at.
struct Situation {
    const BurnJob& job;
    const DriveSummary& drive;
    const DiscSummary& disc;
};

/// Fails when the job contradicts itself, the disc is not fit for it, or the image is too large:
/// all that can be known before the first command that changes something.
Outcome<Plan> make_plan(const BurnJob& job, const DriveSummary& drive, const DiscSummary& disc);

/// The job itself: what can be said without a drive.
Outcome<void> check_job(const BurnJob& job);

/// The modes that media of this profile can be recorded in; empty: this driver records none.
std::vector<WriteMode> modes_of(std::uint16_t profile);

} // namespace burnrig::driver
