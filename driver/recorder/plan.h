// SPDX-License-Identifier: Apache-2.0
// What will be written where: made from the job, the disc and the drive before anything is sent
// that changes either.
//
//     session at once          LBA -150        0                      n
//                               | pre-gap zeros | source | padding | lead-out by the drive
//     track at once                     next writable address
//                               gap by the drive | source | padding | run-out by the drive
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/commands/recording.h"
#include "driver/commands/write_parameters.h"
#include "driver/recorder/disc_summary.h"
#include "driver/recorder/job.h"

namespace burnrig::driver {

/// The shortest track of a CD: four seconds.
inline constexpr std::uint64_t track_blocks_min = 300;

struct Plan {
    WriteMode mode = WriteMode::tao; ///< never automatic
    std::string reason;
    std::int32_t first_lba = 0;      ///< of the user data
    std::uint32_t pregap_blocks = 0; ///< zeros that are sent before them
    std::uint64_t source_blocks = 0;
    std::uint64_t padding_blocks = 0; ///< zeros that are sent behind them
    WriteParameters parameters;
    std::vector<std::string> notes;

    std::uint64_t blocks() const { return source_blocks + padding_blocks; }
    std::int32_t first_write() const {
        return first_lba - static_cast<std::int32_t>(pregap_blocks);
    }
};

/// Fails when the job contradicts itself, the disc is not fit for it, or the image is too large:
/// all that can be known before the first command that changes something.
Outcome<Plan> make_plan(const BurnJob& job, const DriveSummary& drive, const DiscSummary& disc);

/// The job itself: what can be said without a drive.
Outcome<void> check_job(const BurnJob& job);

/// One data track of Mode 1, for a plan of session at once.
std::vector<CueEntry> cue_sheet(const Plan& plan);

} // namespace burnrig::driver
