// SPDX-License-Identifier: Apache-2.0
#include "mmc/clock.h"

#include <stdexcept>
#include <thread>

namespace burnrig::mmc {

void VirtualClock::sleep_until(Duration time) {
    auto seen = now_.load(std::memory_order_acquire);
    while (seen < time.count() &&
           !now_.compare_exchange_weak(seen, time.count(), std::memory_order_acq_rel)) {
    }
}

RealClock::RealClock(double speed) : speed_(speed) {
    if (!(speed > 0))
        throw std::invalid_argument("the speed of a clock must be positive");
}

Duration RealClock::now() const {
    const std::chrono::duration<double, std::nano> real = std::chrono::steady_clock::now() - start_;
    return std::chrono::duration_cast<Duration>(real * speed_);
}

void RealClock::sleep_until(Duration time) {
    const std::chrono::duration<double, std::nano> real(static_cast<double>(time.count()) / speed_);
    std::this_thread::sleep_until(
        start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(real));
}

} // namespace burnrig::mmc
