// SPDX-License-Identifier: Apache-2.0
// Sends the user data of one track: source -> WRITE(10), in order, each block once.
//
//     zeros (pre-gap) | source | zeros (padding)
//     first_lba --------------------------------->
//
// A WRITE is repeated only when the drive says that it took nothing (2/04/08, 2/04/07: its buffer
// is full), after a pause that its buffer needs to make room, within a bound. Everything else ends
// the loop, since a block that may have been written must not be written again.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/recorder/operation.h"
#include "driver/source/source.h"

namespace burnrig::driver {

struct WriteTask {
    Source& source;
    std::int32_t first_lba = 0;
    std::uint64_t leading_zero_blocks = 0;
    std::uint64_t source_first = 0; ///< block of the source that comes first
    std::uint64_t source_blocks = 0;
    std::uint64_t trailing_zero_blocks = 0;
    std::uint32_t transfer_bytes = 64 * 1024; ///< the most that one WRITE carries
    std::uint32_t multiple = 1; ///< every WRITE but the last carries a multiple of so many blocks
    bool streaming = false;     ///< WRITE(12) with its Streaming bit

    std::uint64_t blocks() const {
        return leading_zero_blocks + source_blocks + trailing_zero_blocks;
    }
};

struct WriteResult {
    std::uint64_t blocks_sent = 0; ///< that the drive said it took
    std::uint32_t retries = 0;
};

class WriteLoop {
public:
    WriteLoop(Operation& operation, const WriteTask& task);

    /// Sends everything. `result()` tells how far it came, either way.
    Outcome<void> run();
    const WriteResult& result() const { return result_; }

private:
    Outcome<std::span<const std::uint8_t>> piece(std::uint64_t at, std::uint64_t most);
    Outcome<std::span<const std::uint8_t>> next_data();
    Outcome<void> send(std::span<const std::uint8_t> data);
    Outcome<void> wait_for_room(std::size_t bytes, mmc::Duration least);
    Outcome<void> report();
    double bytes_per_second() const;

    Operation& operation_;
    WriteTask task_;
    WriteResult result_;
    std::vector<std::uint8_t> packet_; // when source and padding meet in one
    mmc::Duration start_{0};
    std::uint64_t next_report_ = 0; // in blocks
    bool ask_buffer_ = true;        // false once the drive refused to tell
};

} // namespace burnrig::driver
