// SPDX-License-Identifier: Apache-2.0
// A wish to end a burn early, said from another thread or from a signal handler.
//
//     StopToken stop;                          // outlives the burn
//     signal handler:  stop.request();
//     the writer:      ends after the WRITE under way; a writer that waits for data wakes up
//     stop.request()   once more: also what would be finished for the disc's sake is not waited for
//
// Wakeup is the waiting behind it: a count that changes, and somebody who waits for that. Nobody
// polls. Everything here may be called from any thread; request() and wake() from signal handlers
// too (lock-free atomics and a futex). It is no std::atomic::wait(), which gives its time away some
// times before it waits: on a busy machine that takes longer than a drive's buffer lasts.
#pragma once

#include <atomic>
#include <cstdint>

namespace burnrig::driver {

class Wakeup {
public:
    /// To be taken before the look whether there is something to wait for.
    std::uint32_t ticket() const { return count_.load(std::memory_order_acquire); }
    /// Returns when wake() was called since the ticket was taken; now and then without a reason.
    void wait(std::uint32_t ticket);
    void wake();

private:
    std::atomic<std::uint32_t> count_{0};
    static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
};

class StopToken {
public:
    void request() {
        requests_.fetch_add(1, std::memory_order_acq_rel);
        wakeup_.wake();
    }
    bool requested() const { return requests_.load(std::memory_order_acquire) > 0; }
    /// More than once: the disc no longer matters.
    bool insisted() const { return requests_.load(std::memory_order_acquire) > 1; }

    /// What the writer waits on, so that a request ends its wait.
    Wakeup& wakeup() { return wakeup_; }

private:
    std::atomic<std::uint32_t> requests_{0};
    Wakeup wakeup_;
};

} // namespace burnrig::driver
