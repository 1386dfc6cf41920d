// SPDX-License-Identifier: Apache-2.0
// What lies between a source and the drive: pieces of the data to write, in order, each of the
// length of one WRITE at most. One thread puts in, one takes out.
//
//     taken out                                         put in
//        v                                                v
//     | piece 17 | piece 18 | piece 19 | ............. | room |     slots
//          |           |
//          |           +-> memory of a mapped file: nothing was copied
//          +-> the slot's own buffer: read(2) wrote straight into it
//
// A slot's buffer is aligned to pages and is no memory until it is used. Passing a piece on takes
// no lock and no system call. A side that finds nothing to do waits (futex) until there is enough
// of it, so that the two do not wake each other for every piece: `low` pieces for the one who takes
// out, a quarter of free slots for the one who puts in. Either side ends the other's waiting: end()
// or fail() here, close() there, or a stop request.
//
// filled() may be asked by anybody; the rest by its side alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "driver/writer/stop_token.h"
#include "mmc/result.h"

namespace burnrig::driver {

inline constexpr std::size_t ring_bytes_default = std::size_t{32} << 20;

/// Whole blocks that go to the drive one after another.
struct Piece {
    std::span<const std::uint8_t> data;
    std::uint32_t task = 0;   ///< which of the writer's tasks they belong to
    bool from_source = false; ///< data of the source, not filling
};

struct RingStatistics {
    std::uint64_t waits_for_data = 0; ///< how often the taking side had to wait in truth
    std::uint64_t waits_for_room = 0; ///< the putting side
};

class Ring {
public:
    /// `wakeup` is what the taking side waits on; it outlives the ring.
    Ring(std::size_t slots, std::size_t slot_bytes, Wakeup& wakeup);

    std::size_t slots() const { return slots_.size(); }
    std::size_t slot_bytes() const { return slot_bytes_; }
    /// Pieces in the ring.
    std::size_t filled() const;
    RingStatistics statistics() const;

    // The side that puts in.

    bool has_room() const { return filled() < slots(); }
    /// The buffer of the slot that is next; needs has_room().
    std::span<std::uint8_t> buffer();
    /// Needs has_room(). The data stay where they are until the piece was taken out.
    void put(const Piece& piece);
    /// No more pieces will come.
    void end();
    /// No more pieces will come, since this happened.
    void fail(mmc::Error error);
    /// Waits until a quarter of the slots is free; false when the ring was closed.
    bool wait_for_room();

    // The side that takes out.

    /// The oldest piece; nullptr when there is none now.
    const Piece* front() const;
    /// Needs front().
    void take();
    /// Nothing more will come; front() may still have something.
    bool ended() const { return ended_.load(std::memory_order_acquire); }
    /// Why nothing more comes; nothing after end(). Valid once ended() is true.
    const std::optional<mmc::Error>& error() const { return error_; }
    /// Waits until there are `low` pieces (at least one, at most all slots), the end, or `stop`.
    void wait_for_data(std::size_t low, const StopToken* stop);
    /// Nothing more will be taken out.
    void close();

private:
    struct Free {
        void operator()(std::uint8_t* memory) const { std::free(memory); }
    };
    static constexpr std::uint64_t nobody = UINT64_MAX;

    std::vector<Piece> slots_;
    std::size_t slot_bytes_;
    std::unique_ptr<std::uint8_t, Free> memory_;
    std::optional<mmc::Error> error_; // written before ended_, read after it
    Wakeup& data_;
    Wakeup room_;

    // Counts of pieces since the beginning. Each side waits for the other's count to reach a goal
    // that it has set; sequential consistency orders "set the goal, look at the count" against
    // "raise the count, look at the goal".
    alignas(64) std::atomic<std::uint64_t> put_{0};
    std::atomic<std::uint64_t> room_goal_{nobody}; // for taken_
    std::atomic<bool> ended_{false};
    std::uint64_t waits_for_room_ = 0;
    alignas(64) std::atomic<std::uint64_t> taken_{0};
    std::atomic<std::uint64_t> data_goal_{nobody}; // for put_
    std::atomic<bool> closed_{false};
    std::uint64_t waits_for_data_ = 0;
};

} // namespace burnrig::driver
