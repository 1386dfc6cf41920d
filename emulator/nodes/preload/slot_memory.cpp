// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/slot_memory.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include "emulator/nodes/preload/futex.h"

namespace burnrig::emulator::nodes::preload {

SlotMemory::SlotMemory(Header& header, std::size_t slot, std::uint32_t process)
    : slot_(header.slots[slot]),
      payload_(payload_of(&header, static_cast<std::uint32_t>(slot)), payload_bytes),
      process_(process) {
    // Copied once and checked, since the program can write here at any time.
    const std::uint32_t count = std::min(read_once(slot_.prefetched), prefetch_count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Piece& laid = slot_.prefetch[i];
        const Piece piece{read_once(laid.address), read_once(laid.length), read_once(laid.offset),
                          read_once(laid.in_small)};
        const std::uint32_t room = piece.in_small != 0 ? small_bytes : payload_bytes;
        if (piece.offset > room || piece.length > room - piece.offset)
            continue;
        prefetch_[prefetches_++] = piece;
        if (piece.in_small != 0)
            small_used_ = std::max(small_used_, piece.offset + piece.length);
    }
    slot_.write_backs = 0;
}

bool SlotMemory::in_payload(const std::uint8_t* at, std::size_t length) const {
    return at >= payload_.data() && at + length <= payload_.data() + payload_.size();
}

const std::uint8_t* SlotMemory::prefetched(std::uint64_t address, std::size_t length) const {
    for (std::uint32_t i = 0; i < prefetches_; ++i) {
        const Piece& piece = prefetch_[i];
        if (address < piece.address || address - piece.address > piece.length ||
            length > piece.length - (address - piece.address))
            continue;
        const std::uint8_t* const from = piece.in_small != 0 ? slot_.small : payload_.data();
        return from + piece.offset + (address - piece.address);
    }
    return nullptr;
}

/// Has the waiting thread copy a piece, one way or the other.
bool SlotMemory::exchange(SlotState wish, const Piece& piece) {
    constexpr std::int64_t look_after_program_ns = 20'000'000;
    constexpr int looks_max = 100; // 2 s of real time for a copy: its thread is gone
    slot_.copy = piece;
    slot_.copy_failed = 1;
    const std::uint32_t asked = slot_word(wish, process_);
    slot_.word.store(asked);
    futex_wake(slot_.word);
    for (int looks = 0; slot_.word.load() == asked; ++looks) {
        if (looks == looks_max)
            return false;
        if (futex_wait(slot_.word, asked, look_after_program_ns) == WaitEnd::timed_out &&
            ::kill(static_cast<pid_t>(process_), 0) != 0)
            return false;
    }
    return slot_.word.load() == slot_word(SlotState::copied, process_) && slot_.copy_failed == 0;
}

bool SlotMemory::read(std::uint64_t address, std::span<std::uint8_t> into) {
    if (into.empty())
        return true;
    if (const std::uint8_t* const from = prefetched(address, into.size())) {
        if (from != into.data())
            std::memmove(into.data(), from, into.size());
        return true;
    }
    if (in_payload(into.data(), into.size())) {
        const auto offset = static_cast<std::uint32_t>(into.data() - payload_.data());
        return exchange(SlotState::copy_in,
                        {address, static_cast<std::uint32_t>(into.size()), offset, 0});
    }
    const std::uint32_t room = small_bytes - small_used_;
    for (std::size_t done = 0; done < into.size();) {
        const auto length =
            static_cast<std::uint32_t>(std::min<std::size_t>(room, into.size() - done));
        if (length == 0 || !exchange(SlotState::copy_in, {address + done, length, small_used_, 1}))
            return false;
        std::memcpy(into.data() + done, slot_.small + small_used_, length);
        done += length;
    }
    return true;
}

bool SlotMemory::queue(const Piece& piece) {
    if (write_backs_ == write_back_count)
        return exchange(SlotState::copy_out, piece);
    slot_.write_back[write_backs_++] = piece;
    slot_.write_backs = write_backs_;
    return true;
}

bool SlotMemory::write(std::uint64_t address, std::span<const std::uint8_t> from) {
    if (from.empty())
        return true;
    const auto length = static_cast<std::uint32_t>(from.size());
    if (in_payload(from.data(), from.size()))
        return queue(
            {address, length, static_cast<std::uint32_t>(from.data() - payload_.data()), 0});
    if (length > small_bytes - small_used_)
        return false; // no structure of ours is as long as that
    std::memcpy(slot_.small + small_used_, from.data(), length);
    const Piece piece{address, length, small_used_, 1};
    small_used_ += length;
    return queue(piece);
}

} // namespace burnrig::emulator::nodes::preload
