// SPDX-License-Identifier: Apache-2.0
// Which blocks a command speaks of, read from its CDB alone. Thread-safe (no state).
//
//     READ(10) 28 00 00 00 10 00 00 00 20 00      32 blocks from LBA 4096
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace burnrig::mmc {

struct CommandBlocks {
    std::int32_t first = 0;
    std::uint32_t blocks = 0; ///< 0 for a command that only has an address, such as SEEK
};

/// Nothing for commands without a block address, and for a CDB too short to hold one.
std::optional<CommandBlocks> command_blocks(std::span<const std::uint8_t> cdb);

/// Writes another number of blocks into the CDB, or another address. False when that command has
/// no such field.
bool set_block_count(std::span<std::uint8_t> cdb, std::uint32_t blocks);
bool set_first_block(std::span<std::uint8_t> cdb, std::int32_t first);

} // namespace burnrig::mmc
