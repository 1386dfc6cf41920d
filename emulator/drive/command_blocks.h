// SPDX-License-Identifier: Apache-2.0
// Which blocks a command speaks of, read from its CDB alone. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct CommandBlocks {
    std::int32_t first = 0;
    std::uint32_t blocks = 0;
};

/// Nothing for commands without a block address.
std::optional<CommandBlocks> command_blocks(const Request& request);

/// The same command for the first `ratio` of its blocks; nothing when that is less than one block
/// or the command has no number of blocks.
std::optional<Request> first_part(const Request& request, double ratio);

} // namespace burnrig::emulator
