// SPDX-License-Identifier: Apache-2.0
// One call on the drive: fills a slot, waits for the rig, serves its wishes for more of this
// process's memory, and copies the results to where the program wants them.
#include <cerrno>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/nodes/preload/futex.h"
#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::int64_t look_after_server_ns = 1'000'000'000;

} // namespace

SlotCall::SlotCall(Header* shared, Operation operation, std::uint32_t open_index)
    : shared_(shared) {
    ThreadEntry* const entry = self();
    process_ = entry != nullptr ? entry->process.load() // self() has made sure
                                : static_cast<std::uint32_t>(raw(SYS_getpid));
    while (slot_ == nullptr) {
        const std::uint32_t freed = shared->slot_freed.load();
        for (index_ = 0; index_ < slot_count && slot_ == nullptr; ++index_) {
            std::uint32_t nobody = 0;
            if (shared->slots[index_].word.compare_exchange_strong(
                    nobody, slot_word(SlotState::claimed, process_)))
                slot_ = &shared->slots[index_];
        }
        if (slot_ == nullptr) {
            if (!server_alive(shared))
                return;
            shared->slot_waiters.fetch_add(1);
            futex_wait(shared->slot_freed, freed, look_after_server_ns);
            shared->slot_waiters.fetch_sub(1);
        }
    }
    --index_;
    slot_->thread_index =
        entry != nullptr ? static_cast<std::uint32_t>(entry - shared->threads) : thread_count;
    slot_->operation = operation;
    slot_->open_index = open_index;
    slot_->privileged = raw(SYS_geteuid) == 0 ? 1 : 0;
    slot_->prefetched = 0;
    slot_->write_backs = 0;
    slot_->result = -EIO;
    slot_->result_offset = 0;
}

SlotCall::~SlotCall() {
    if (slot_ == nullptr)
        return;
    slot_->word.store(0);
    tell_slot_freed(*shared_);
}

std::uint8_t* SlotCall::payload() {
    return payload_of(shared_, index_);
}

bool SlotCall::prefetch(std::uint64_t address, std::uint32_t length, bool in_small) {
    const std::uint32_t room = in_small ? small_bytes - small_used_ : payload_bytes;
    if (slot_ == nullptr || length == 0 || length > room || slot_->prefetched >= prefetch_count)
        return false;
    std::uint8_t* const to = in_small ? slot_->small + small_used_ : payload();
    if (!copy_from_program(to, address, length))
        return false;
    slot_->prefetch[slot_->prefetched++] = {address, length, in_small ? small_used_ : 0,
                                            in_small ? 1U : 0U};
    small_used_ += in_small ? length : 0;
    return true;
}

/// The rig wants memory that was not prefetched, or the queue of write-backs is full.
bool SlotCall::serve_copy(SlotState state) {
    const Piece piece = slot_->copy;
    const std::uint32_t room = piece.in_small != 0 ? small_bytes : payload_bytes;
    if (piece.offset > room || piece.length > room - piece.offset)
        return false;
    std::uint8_t* const place = (piece.in_small != 0 ? slot_->small : payload()) + piece.offset;
    return state == SlotState::copy_in ? copy_from_program(place, piece.address, piece.length)
                                       : copy_to_program(piece.address, place, piece.length);
}

long SlotCall::write_back() {
    for (std::uint32_t i = 0; i < slot_->write_backs && i < write_back_count; ++i) {
        slot_->copy = slot_->write_back[i];
        if (!serve_copy(SlotState::copy_out))
            return -EFAULT;
    }
    return static_cast<long>(slot_->result);
}

long SlotCall::run() {
    if (slot_ == nullptr)
        return -ENODEV;
    slot_->issued = shared_->now.load();
    // The slot first: a thread whose entry says `command` must have one the rig can see.
    slot_->word.store(slot_word(SlotState::posted, process_));
    if (slot_->thread_index < thread_count)
        shared_->threads[slot_->thread_index].state.store(ThreadState::command);
    notify(shared_);
    for (;;) {
        const std::uint32_t seen = slot_->word.load();
        const SlotState state = slot_state(seen);
        if (state == SlotState::done)
            return write_back();
        if (state == SlotState::copy_in || state == SlotState::copy_out) {
            slot_->copy_failed = serve_copy(state) ? 0 : 1;
            slot_->word.store(slot_word(SlotState::copied, process_));
            futex_wake(slot_->word);
            continue;
        }
        if (futex_wait(slot_->word, seen, look_after_server_ns) == WaitEnd::timed_out &&
            !server_alive(shared_))
            return -ENODEV;
    }
}

} // namespace burnrig::emulator::nodes::preload::shim
