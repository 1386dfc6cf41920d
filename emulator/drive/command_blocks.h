// SPDX-License-Identifier: Apache-2.0
// Which blocks a request speaks of, and the same request for a part of them. Thread-safe (no
// state).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "emulator/drive/request.h"
#include "mmc/command_blocks.h"

namespace burnrig::emulator {

/// Nothing for commands without a block address.
inline std::optional<mmc::CommandBlocks> command_blocks(const Request& request) {
    return mmc::command_blocks(request.cdb);
}

/// The same command for the first `ratio` of its blocks; nothing when that is less than one block
/// or the command has no number of blocks.
inline std::optional<Request> first_part(const Request& request, double ratio) {
    const auto range = mmc::command_blocks(request.cdb);
    const double wanted = range ? range->blocks * std::clamp(ratio, 0.0, 1.0) : 0;
    auto part = request;
    if (wanted < 1 || !mmc::set_block_count(part.cdb, static_cast<std::uint32_t>(wanted)))
        return std::nullopt;
    return part;
}

} // namespace burnrig::emulator
