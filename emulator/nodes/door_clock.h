// SPDX-License-Identifier: Apache-2.0
// Drive time for doors that leave their programs' clocks alone: it goes on by itself, because the
// programs' time does, and can be told anew while the rig runs.
//
//     virtual   as fast as real time, but what a command takes passes at once
//     xN        N times as fast as real time, and commands take their time
//
// A program that finds the drive busy looks again after a second or so of its own time, however far
// the drive could jump. PatientTarget therefore lets half a minute pass when TEST UNIT READY says
// so, and twice as long each further time: a format of an hour and a half is over after eight
// looks. No other answer makes time jump: a WRITE that finds the buffer full comes again soon, and
// must not find that the drive ran dry.
//
//     clock.set({.jumps = false, .speed = 10});      `burnrig ctl SOCKET time x10`
//
// now() and sleep_until() are thread-safe; set() must not be called while anybody sleeps.
#pragma once

#include <functional>
#include <mutex>

#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

struct Pace {
    bool jumps = true; ///< a sleeper's time comes at once
    double speed = 1;  ///< drive seconds in a real second; positive
};

class DoorClock final : public mmc::Clock {
public:
    using Machine = std::chrono::steady_clock;

    explicit DoorClock(Pace pace = {}) : pace_(pace) {}

    mmc::Duration now() const override;
    void sleep_until(mmc::Duration time) override;

    void set(Pace pace);
    Pace pace() const;

    /// What is done instead of sleeping until a moment, as serving somebody else. Not thread-safe.
    void while_waiting(std::function<void(Machine::time_point end)> wait) {
        wait_ = std::move(wait);
    }

private:
    mmc::Duration now_locked() const;

    mutable std::mutex mutex_;
    Pace pace_;
    mmc::Duration drive_base_{0}; ///< drive time at machine_base_
    Machine::time_point machine_base_ = Machine::now();
    std::function<void(Machine::time_point end)> wait_;
};

/// A drive that is ready soon for who looks again, under jumping time; the same drive otherwise.
class PatientTarget final : public mmc::Target {
public:
    PatientTarget(mmc::Target& target, DoorClock& clock) : target_(target), clock_(clock) {}
    mmc::Completion execute(const mmc::Command& command) override;

private:
    static constexpr std::chrono::seconds first_pause{30};
    static constexpr std::chrono::seconds longest_pause{3600};

    mmc::Target& target_;
    DoorClock& clock_;
    std::chrono::seconds pause_ = first_pause;
};

} // namespace burnrig::emulator::nodes
