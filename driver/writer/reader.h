// SPDX-License-Identifier: Apache-2.0
// Source -> ring: the half of the writing that knows what comes next, and from where.
//
//     leading zeros | source ........................ | zeros
//     [ piece ][ piece ]  ...  [ piece ][ last of the source + first zeros ][ piece ]
//
// A step function: each step puts one piece into the ring or says what it waits for. Only the
// source itself may make a step wait, if it is a stream. One thread at a time.
#pragma once

#include <span>

#include "driver/writer/block_digests.h"
#include "driver/writer/ring.h"
#include "driver/writer/step.h"
#include "driver/writer/write_task.h"
#include "mmc/clock.h"

namespace burnrig::driver {

class Reader {
public:
    /// Tasks, ring and clock outlive the reader. `digests` takes the source's blocks in order;
    /// nullptr: not wanted.
    Reader(std::span<const WriteTask> tasks, Ring& ring, mmc::Clock& clock, BlockDigests* digests);

    /// Waits for room, time or nothing; `end` when the ring has been told so.
    Wait step();

    /// The stream has more than there is room for. Valid once the ring has ended.
    bool too_long() const { return too_long_; }

private:
    const WriteTask& task() const { return tasks_[index_]; }
    std::uint32_t piece_blocks() const;
    void begin_task();
    mmc::Result<void> put_piece();
    mmc::Result<void> put_source();
    mmc::Result<void> assemble(std::uint64_t most);
    mmc::Result<void> look_for_the_end();
    mmc::Result<void> source_ended();
    void put_zeros(std::uint64_t& left);
    void put(std::span<const std::uint8_t> data, bool from_source);

    std::span<const WriteTask> tasks_;
    Ring& ring_;
    mmc::Clock& clock_;
    BlockDigests* digests_;
    std::size_t index_ = 0;
    std::uint64_t leading_left_ = 0;
    std::uint64_t source_read_ = 0; // blocks of this task
    bool source_done_ = false;
    std::uint64_t filling_left_ = 0;
    bool too_long_ = false;
};

} // namespace burnrig::driver
