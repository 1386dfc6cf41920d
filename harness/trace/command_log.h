// SPDX-License-Identifier: Apache-2.0
// The commands of a run in memory, for whoever asks about them meanwhile: the latest ones whole,
// all of them counted.
//
//     log.count(mmc::Group::write)     however many there were
//     log.records()                    the last 65,536
//
// One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "harness/trace/command_sink.h"
#include "mmc/opcode.h"

namespace burnrig::harness {

class CommandLog final : public CommandSink {
public:
    static constexpr std::size_t records_max = 65'536;

    void command(const CommandRecord& record, const mmc::Command& command) override;

    const std::deque<CommandRecord>& records() const { return records_; }
    /// Of all commands, of one, of a group.
    std::uint64_t count() const;
    std::uint64_t count(std::uint8_t opcode) const { return counts_[opcode]; }
    std::uint64_t count(mmc::Group group) const;
    void clear();

private:
    std::deque<CommandRecord> records_;
    std::array<std::uint64_t, 256> counts_{};
};

} // namespace burnrig::harness
