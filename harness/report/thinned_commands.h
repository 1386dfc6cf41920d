// SPDX-License-Identifier: Apache-2.0
// The commands of a run, but not too many of them for a page. Of each kind (same opcode, same
// answer) the first ones are kept; when there are too many, of the rest only every second, every
// fourth, ... So what is rare, and what went wrong, is always there.
//
//     72113 commands: 9844 kept, left out 62269 WRITE_10
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "harness/trace/command_record.h"

namespace burnrig::harness {

class ThinnedCommands {
public:
    static constexpr std::size_t kept_max = 10'000;
    static constexpr std::uint64_t always_kept = 64; ///< of each kind

    void add(const CommandRecord& record);

    std::uint64_t total() const { return total_; }
    /// In the order they came, the last one always among them.
    std::vector<CommandRecord> kept() const;
    /// How many are missing, by opcode.
    std::map<std::uint8_t, std::uint64_t> left_out() const;

private:
    struct Kept {
        CommandRecord record;
        std::uint64_t of_its_kind = 0; ///< how many came before
    };
    bool stays(std::uint64_t of_its_kind) const {
        return of_its_kind < always_kept || of_its_kind % stride_ == 0;
    }
    void thin_out();

    std::vector<Kept> kept_;
    CommandRecord last_;
    std::unordered_map<std::uint64_t, std::uint64_t> seen_; ///< kind, count
    std::map<std::uint8_t, std::uint64_t> by_opcode_;
    std::uint64_t total_ = 0;
    std::uint64_t stride_ = 1;
};

} // namespace burnrig::harness
