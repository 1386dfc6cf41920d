// SPDX-License-Identifier: Apache-2.0
// Waiting for a word of shared memory to change. Used by the rig and by the shim, so it allocates
// nothing and leaves errno alone.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "emulator/nodes/preload/system_call.h"

#include "emulator/nodes/preload/shared_memory.h"

namespace burnrig::emulator::nodes::preload {

enum class WaitEnd : std::uint8_t { changed, interrupted, timed_out };

/// Waits while `word` is `value`, at most `nanoseconds` of real time. A signal handler ends it.
inline WaitEnd futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t value,
                          std::int64_t nanoseconds) {
    const timespec timeout{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    const long result = system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAIT, value,
                                    reinterpret_cast<long>(&timeout));
    if (result == -EINTR)
        return WaitEnd::interrupted;
    return result == -ETIMEDOUT ? WaitEnd::timed_out : WaitEnd::changed;
}

inline void futex_wake(std::atomic<std::uint32_t>& word, int waiters = 1 << 30) {
    system_call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAKE, waiters);
}

/// A slot was given back. One that waits for it counted itself before it looked at `slot_freed`
/// for the last time, so that it is seen here or sees the new count itself.
inline void tell_slot_freed(Header& header) {
    header.slot_freed.fetch_add(1);
    if (header.slot_waiters.load() != 0)
        futex_wake(header.slot_freed, 1);
}

} // namespace burnrig::emulator::nodes::preload
