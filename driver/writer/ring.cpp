// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/ring.h"

#include <algorithm>
#include <new>
#include <utility>

namespace burnrig::driver {
namespace {

constexpr std::size_t page_bytes = 4096;

/// Large enough for the allocator to map it: pages that are never used are no memory.
std::uint8_t* map(std::size_t bytes) {
    auto* const memory = static_cast<std::uint8_t*>(std::aligned_alloc(page_bytes, bytes));
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}

} // namespace

Ring::Ring(std::size_t slots, std::size_t slot_bytes, Wakeup& wakeup)
    : slots_(std::max<std::size_t>(slots, 1)),
      slot_bytes_((slot_bytes + page_bytes - 1) / page_bytes * page_bytes),
      memory_(map(slots_.size() * slot_bytes_)), data_(wakeup) {}

std::size_t Ring::filled() const {
    // Taken first: it can only have grown since, never beyond what was put.
    const std::uint64_t taken = taken_.load(std::memory_order_acquire);
    const std::uint64_t put = put_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(std::min<std::uint64_t>(put - taken, slots_.size()));
}

RingStatistics Ring::statistics() const {
    return {.waits_for_data = waits_for_data_, .waits_for_room = waits_for_room_};
}

std::span<std::uint8_t> Ring::buffer() {
    const std::size_t slot = put_.load(std::memory_order_relaxed) % slots_.size();
    return {memory_.get() + slot * slot_bytes_, slot_bytes_};
}

void Ring::put(const Piece& piece) {
    const std::uint64_t put = put_.load(std::memory_order_relaxed);
    slots_[put % slots_.size()] = piece;
    put_.store(put + 1);
    if (put + 1 >= data_goal_.load())
        data_.wake();
}

void Ring::end() {
    ended_.store(true, std::memory_order_release);
    data_.wake();
}

void Ring::fail(mmc::Error error) {
    error_ = std::move(error);
    end();
}

bool Ring::wait_for_room() {
    const std::uint64_t put = put_.load(std::memory_order_relaxed);
    const std::uint64_t free = std::max<std::size_t>(slots_.size() / 4, 1);
    const std::uint64_t goal = put + free - std::min<std::uint64_t>(put + free, slots_.size());
    room_goal_.store(goal);
    std::uint32_t ticket = room_.ticket();
    while (taken_.load() < goal && !closed_.load(std::memory_order_acquire)) {
        ++waits_for_room_;
        room_.wait(ticket);
        ticket = room_.ticket();
    }
    room_goal_.store(nobody);
    return !closed_.load(std::memory_order_acquire);
}

const Piece* Ring::front() const {
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    return taken == put_.load(std::memory_order_acquire) ? nullptr : &slots_[taken % slots_.size()];
}

void Ring::take() {
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed) + 1;
    taken_.store(taken);
    if (taken >= room_goal_.load())
        room_.wake();
}

void Ring::wait_for_data(std::size_t low, const StopToken* stop) {
    const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    const std::uint64_t goal = taken + std::clamp<std::size_t>(low, 1, slots_.size());
    const auto stopped = [stop] { return stop != nullptr && stop->requested(); };
    std::uint32_t ticket = data_.ticket();
    data_goal_.store(goal);
    while (put_.load() < goal && !ended() && !stopped()) {
        ++waits_for_data_;
        data_.wait(ticket);
        ticket = data_.ticket();
    }
    data_goal_.store(nobody);
}

void Ring::close() {
    closed_.store(true, std::memory_order_release);
    room_.wake();
}

} // namespace burnrig::driver
