// SPDX-License-Identifier: Apache-2.0
#include "harness/trace/command_log.h"

#include <numeric>

namespace burnrig::harness {

void CommandLog::command(const CommandRecord& record, const mmc::Command& /*command*/) {
    ++counts_[record.opcode()];
    if (records_.size() == records_max)
        records_.pop_front();
    records_.push_back(record);
}

std::uint64_t CommandLog::count() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t CommandLog::count(mmc::Group group) const {
    std::uint64_t sum = 0;
    for (std::size_t opcode = 0; opcode < counts_.size(); ++opcode)
        if (mmc::in_group(static_cast<std::uint8_t>(opcode), group))
            sum += counts_[opcode];
    return sum;
}

void CommandLog::clear() {
    records_.clear();
    counts_.fill(0);
}

} // namespace burnrig::harness
