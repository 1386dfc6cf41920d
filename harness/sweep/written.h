// SPDX-License-Identifier: Apache-2.0
// What WRITE commands say that they write. Thread-safe (no state).
#pragma once

#include <optional>
#include <vector>

#include "harness/trace/command_record.h"

namespace burnrig::harness::sweep {

struct WrittenRange {
    std::int64_t first = 0;
    std::int64_t end = 0;
};
/// Nothing when the command is no WRITE.
std::optional<WrittenRange> written_range(const CommandRecord& record);

/// Blocks of WRITEs to where an earlier one went already.
std::int64_t blocks_sent_again(const std::vector<CommandRecord>& commands);

} // namespace burnrig::harness::sweep
