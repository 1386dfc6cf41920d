// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/stop_token.h"

#include <cerrno>
#include <climits>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace burnrig::driver {

void Wakeup::wait(std::uint32_t ticket) {
    const int saved = errno;
    ::syscall(SYS_futex, &count_, FUTEX_WAIT_PRIVATE, ticket, nullptr, nullptr, 0);
    errno = saved;
}

void Wakeup::wake() {
    const int saved = errno; // a signal handler leaves it alone
    count_.fetch_add(1);
    ::syscall(SYS_futex, &count_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
    errno = saved;
}

} // namespace burnrig::driver
