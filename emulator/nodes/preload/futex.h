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

} // namespace burnrig::emulator::nodes::preload
