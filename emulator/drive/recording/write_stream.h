// SPDX-License-Identifier: Apache-2.0
// What every write has in common, whatever the medium: the laser gets ready, blocks go into the
// buffer, the buffer drains at the speed of the disc.
//
//     first WRITE:  begin_stream()  calibrate, spin up, seek, lead-in      then for every WRITE:
//     later ones:   keep_fed()      did the buffer run dry meanwhile?      take_blocks()
//     the end:      drain_time()    until the last block is burned
//
// One thread at a time.
#pragma once

#include <cstdint>

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// CHECK CONDITION when the host sent less than it announced (B/4B/00).
inline constexpr mmc::SenseCode data_phase_error{mmc::SenseKey::aborted_command, 0x4B, 0x00};

struct StreamStart {
    mmc::Duration now{0};
    mmc::Duration lead{0}; ///< what is recorded before the first block (a lead-in)
    std::int32_t lba = 0;  ///< of the first block
    std::size_t block_bytes = 2048;
    bool simulated = false;  ///< test write: nothing is calibrated
    bool host_waits = false; ///< the first WRITE is answered when all this is done
};

/// The laser gets ready and the buffer begins to fill. Errors: those of the calibration; then
/// nothing has begun. Answer::time is what the host waits beside the room in the buffer.
Answer begin_stream(LogicalUnit& unit, const StreamStart& start);

/// Before a later WRITE: a buffer that ran dry is linked when the recording is protected. Else
/// 3/0C/09 with `next` in the information field: the caller ends the recording.
Answer keep_fed(LogicalUnit& unit, mmc::Duration now, bool is_protected, std::int32_t next);

/// Room for `blocks` at `lba`: Answer::time is how long the host waits for it, or 2/04/08 from a
/// drive that does not hold the command.
Answer take_blocks(LogicalUnit& unit, mmc::Duration now, std::int32_t lba, std::uint32_t blocks);

/// The same on a medium that is written at random.
struct RandomBlocks {
    std::uint32_t passes = 1; ///< 2: read again after writing
    mmc::Duration before{0};  ///< what the head needs to get there
};
/// Any drive holds the command until there is room.
Answer take_blocks(LogicalUnit& unit, mmc::Duration now, std::int32_t lba, std::uint32_t blocks,
                   const RandomBlocks& how);

/// Until the last block in the buffer is burned.
mmc::Duration drain_time(const LogicalUnit& unit, mmc::Duration now);

} // namespace burnrig::emulator
