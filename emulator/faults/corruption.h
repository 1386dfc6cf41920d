// SPDX-License-Identifier: Apache-2.0
// Bytes that come out otherwise than they went in: the same ones each time, block by block.
// Thread-safe (no state).
#pragma once

#include <cstdint>
#include <span>

#include "emulator/faults/decision.h"

namespace burnrig::emulator::faults {

/// Changes the blocks that the effect concerns; `bytes` are whole blocks from LBA `first` on, of
/// `block_bytes` each. Nothing happens when that is 0.
void corrupt_blocks(std::span<std::uint8_t> bytes, std::size_t block_bytes, std::int32_t first,
                    const BlockEffect& effect);

} // namespace burnrig::emulator::faults
