// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/written.h"

#include <algorithm>

#include "mmc/bytes.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {

std::optional<WrittenRange> written_range(const CommandRecord& record) {
    if (!mmc::in_group(record.opcode(), mmc::Group::write))
        return std::nullopt;
    const auto& cdb = record.cdb_bytes;
    const bool of_12 = record.opcode() == static_cast<std::uint8_t>(mmc::Opcode::write_12);
    const auto first = static_cast<std::int32_t>(mmc::get32(&cdb[2]));
    return WrittenRange{first,
                        first + std::int64_t{of_12 ? mmc::get32(&cdb[6]) : mmc::get16(&cdb[7])}};
}

std::int64_t blocks_sent_again(const std::vector<CommandRecord>& commands) {
    std::vector<WrittenRange> ranges;
    for (const auto& record : commands)
        if (const auto range = written_range(record))
            ranges.push_back(*range);
    std::sort(ranges.begin(), ranges.end(),
              [](const WrittenRange& a, const WrittenRange& b) { return a.first < b.first; });
    std::int64_t again = 0;
    for (std::size_t i = 1; i < ranges.size(); ++i) {
        again +=
            std::max<std::int64_t>(0, std::min(ranges[i - 1].end, ranges[i].end) - ranges[i].first);
        ranges[i].end = std::max(ranges[i].end, ranges[i - 1].end);
    }
    return again;
}

} // namespace burnrig::harness::sweep
