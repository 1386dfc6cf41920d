// SPDX-License-Identifier: Apache-2.0
// Drive time for a whole tree of processes: a discrete-event simulation. Nothing happens while a
// thread of the tree works; when all rest, the earliest event happens:
//
//     a command posted at 3.2 s   ->  runs; its own duration moves time on, sleepers wake on the
//     way a sleeper until 3.25 s      ->  time is 3.25 s, the sleeper runs an alarm at 3.5 s ->
//     time is 3.5 s, SIGALRM
//
// Events at one time go by the order of creation of their threads. So the same program gives the
// same commands at the same times in every run.
//
// TreeClock is this time as a mmc::Clock for the drive. Only the rig's thread may sleep on it.
#pragma once

#include <functional>
#include <optional>

#include "emulator/nodes/preload/tree.h"
#include "mmc/clock.h"

namespace burnrig::emulator::nodes::preload {

/// What wakes somebody up when its time comes.
struct Event {
    enum class Kind : std::uint8_t { sleeper, alarm, command };
    Kind kind = Kind::sleeper;
    std::int64_t time = 0;
    std::uint64_t order = 0;
    std::size_t index = 0; ///< of the thread entry, the timer, the slot

    bool before(const Event& other) const {
        return time != other.time
                   ? time < other.time
                   : (order != other.order ? order < other.order : kind < other.kind);
    }
};

class Scheduler {
public:
    Scheduler(Header& header, Tree& tree) : header_(header), tree_(tree) {}

    std::int64_t now() const { return now_; }

    /// Waits until every thread of the tree rests. `handle_deaths` runs whenever it may have found
    /// some; false from it stops the waiting. Returns whether the tree rests.
    bool await_quiescence();

    /// The earliest sleeper or alarm; nothing when there is none.
    std::optional<Event> next_wake() const;

    /// Sets the time to the event's, if that is later, and lets its thread run.
    void fire(const Event& event);

    /// Lets drive time reach `time`: every sleeper before that wakes at its time and works.
    void advance_to(std::int64_t time);

    /// Some thread was let run: the tree has to come to rest again.
    void note_running() { resting_ = false; }

    void on_deaths(std::function<bool()> handler) { handle_deaths_ = std::move(handler); }

private:
    void set_now(std::int64_t time);
    void wake_thread(std::size_t index);

    Header& header_;
    Tree& tree_;
    std::int64_t now_ = 0;
    bool resting_ = false;
    std::function<bool()> handle_deaths_;
};

class TreeClock final : public mmc::Clock {
public:
    explicit TreeClock(Scheduler& scheduler) : scheduler_(scheduler) {}

    mmc::Duration now() const override { return mmc::Duration{scheduler_.now()}; }
    void sleep_until(mmc::Duration time) override { scheduler_.advance_to(time.count()); }

private:
    Scheduler& scheduler_;
};

} // namespace burnrig::emulator::nodes::preload
