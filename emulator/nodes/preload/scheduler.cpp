// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/scheduler.h"

#include <algorithm>
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace burnrig::emulator::nodes::preload {

bool Scheduler::await_quiescence() {
    constexpr std::int64_t first_wait_ns = 50'000;
    constexpr std::int64_t longest_wait_ns = 1'000'000;
    std::int64_t wait_ns = first_wait_ns;
    std::uint32_t seen = tree_.changes();
    if (!resting_) // whoever was just let run will soon tell of itself
        tree_.wait_for_change(seen, wait_ns);
    for (;;) {
        seen = tree_.changes();
        if (handle_deaths_ && !handle_deaths_())
            return false;
        if (tree_.quiescent())
            return resting_ = true;
        resting_ = false;
        tree_.wait_for_change(seen, wait_ns);
        wait_ns = std::min(wait_ns + wait_ns / 4, longest_wait_ns);
    }
}

std::optional<Event> Scheduler::next_wake() const {
    std::optional<Event> earliest;
    const auto offer = [&](const Event& event) {
        if (!earliest || event.before(*earliest))
            earliest = event;
    };
    for (std::size_t i = 0; i < thread_count; ++i) {
        const ThreadEntry& entry = header_.threads[i];
        const ThreadState state = entry.state.load();
        if (entry.maker.load() != 0 &&
            (state == ThreadState::sleeping || state == ThreadState::waiting))
            offer({Event::Kind::sleeper, entry.deadline.load(), entry.order.load(), i});
    }
    for (std::size_t i = 0; i < timer_count; ++i) {
        const TimerEntry& timer = header_.timers[i];
        if (timer.process.load() != 0 && timer.deadline.load() != 0)
            offer({Event::Kind::alarm, timer.deadline.load(), 0, i});
    }
    return earliest;
}

void Scheduler::set_now(std::int64_t time) {
    now_ = std::max(now_, time);
    header_.now.store(now_);
}

/// A signal that only the system call of a resting thread lets through: it cannot come too early.
void Scheduler::wake_thread(std::size_t index) {
    ThreadEntry& entry = header_.threads[index];
    const std::uint32_t process = entry.process.load();
    ThreadState sleeping = ThreadState::sleeping;
    ThreadState waiting = ThreadState::waiting;
    if (!tree_.alive(process)) // never a number that was only written into the shared memory
        return;
    if (entry.state.compare_exchange_strong(sleeping, ThreadState::fired) ||
        entry.state.compare_exchange_strong(waiting, ThreadState::fired))
        ::syscall(SYS_tgkill, process, entry.thread.load(), header_.wake_signal);
}

void Scheduler::fire(const Event& event) {
    set_now(event.time);
    resting_ = false;
    if (event.kind == Event::Kind::sleeper) {
        wake_thread(event.index);
        return;
    }
    TimerEntry& timer = header_.timers[event.index];
    const std::int64_t interval = timer.interval.load();
    timer.deadline.store(interval > 0 ? event.time + interval : 0);
    header_.signals.fetch_add(1);
    const std::uint32_t process = timer.process.load();
    if (tree_.alive(process))
        ::kill(static_cast<pid_t>(process), SIGALRM);
}

void Scheduler::advance_to(std::int64_t time) {
    for (;;) {
        if (!resting_ && !await_quiescence())
            break;
        const std::optional<Event> event = next_wake();
        if (!event || event->time >= time)
            break;
        fire(*event);
    }
    set_now(time);
}

} // namespace burnrig::emulator::nodes::preload
