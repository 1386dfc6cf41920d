// SPDX-License-Identifier: Apache-2.0
// One command and what became of it, as a trace keeps it. Plain data; formatting is thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <fmt/format.h>

#include "mmc/target.h"

namespace burnrig::harness {

struct CommandRecord {
    std::uint64_t number = 0; ///< from 1
    mmc::Duration at{0};      ///< drive time at which it came
    std::array<std::uint8_t, 16> cdb_bytes{};
    std::uint8_t cdb_length = 0;
    std::uint32_t out = 0; ///< bytes for the drive
    std::uint32_t in = 0;  ///< room for the drive's reply
    mmc::Completion completion;
    bool faulted = false; ///< a fault rule had a hand in it; only known where one asked

    std::span<const std::uint8_t> cdb() const { return {cdb_bytes.data(), cdb_length}; }
    std::uint8_t opcode() const { return cdb_bytes[0]; }
};

CommandRecord make_record(std::uint64_t number, mmc::Duration at, const mmc::Command& command,
                          const mmc::Completion& completion);

/// Appends the record as a line of JSON (see tracing_target.h).
void format_record(fmt::memory_buffer& line, const CommandRecord& record);

} // namespace burnrig::harness
