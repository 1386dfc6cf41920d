// SPDX-License-Identifier: Apache-2.0
// Drive time. Every duration of the rig is measured on a Clock, so that a burn of an hour takes
// milliseconds under virtual time and an hour under real time, with the same code.
//
//     VirtualClock   jumps: sleep_until() sets the time                 (tests, in-process burns)
//     RealClock      waits: `speed` drive seconds pass per real second  (--time real, --time x10)
//
// Times are nanoseconds since the clock was made. They never go back.
#pragma once

#include <atomic>
#include <chrono>

namespace burnrig::mmc {

using Duration = std::chrono::nanoseconds;

class Clock {
public:
    virtual ~Clock() = default;

    /// Time since the clock was made. Thread-safe.
    virtual Duration now() const = 0;

    /// Returns when now() >= time; at once when that is so already. Thread-safe.
    virtual void sleep_until(Duration time) = 0;

    void sleep_for(Duration duration) { sleep_until(now() + duration); }
};

/// Time that passes only when somebody sleeps.
class VirtualClock final : public Clock {
public:
    Duration now() const override { return Duration{now_.load(std::memory_order_acquire)}; }
    void sleep_until(Duration time) override;

private:
    std::atomic<Duration::rep> now_{0};
};

/// The machine's steady clock, run `speed` times as fast. speed must be positive.
class RealClock final : public Clock {
public:
    explicit RealClock(double speed = 1.0);
    Duration now() const override;
    void sleep_until(Duration time) override;

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double speed_;
};

} // namespace burnrig::mmc
