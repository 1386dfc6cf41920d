// SPDX-License-Identifier: Apache-2.0
// What commands do to a disc that wears it or uses it up. A table of opcodes says which those are.
//
// Thread-safe but for count().
#pragma once

#include <cstdint>

#include "mmc/target.h"

namespace burnrig::harness {

/// Commands that change what is on a disc, or use up a place in its power calibration area.
bool changes_disc(std::uint8_t opcode);

/// Commands that load firmware: WRITE BUFFER, and the vendors' ones that are known.
bool loads_firmware(std::uint8_t opcode);

struct DiscUse {
    std::uint64_t blocks_written = 0;
    /// Asked for by SEND OPC INFORMATION, failed ones too: each uses a place. What a drive does on
    /// its own before it writes is not known here.
    std::uint32_t calibrations = 0;
    std::uint32_t blankings = 0;
    std::uint32_t formats = 0;
    std::uint32_t closings = 0;

    void count(const mmc::Command& command, const mmc::Completion& completion);
};

} // namespace burnrig::harness
