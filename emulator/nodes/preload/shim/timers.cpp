// SPDX-License-Identifier: Apache-2.0
// alarm() and setitimer(ITIMER_REAL): the rig keeps the deadline and sends SIGALRM when drive time
// reaches it. timer_create() and timerfd stay the machine's.
#include <cerrno>
#include <csignal>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

constinit Next<int(int, const itimerval*, itimerval*)> next_setitimer{"setitimer"};
constinit Next<int(int, itimerval*)> next_getitimer{"getitimer"};
constinit Next<int(pid_t, int)> next_kill{"kill"};
constinit Next<int(pthread_t, int)> next_pthread_kill{"pthread_kill"};
constinit Next<int(pid_t, pid_t, int)> next_tgkill{"tgkill"};
constinit Next<int(pid_t, int, const union sigval)> next_sigqueue{"sigqueue"};

std::int64_t ns_of(const timeval& time) {
    return time.tv_sec * second_ns + time.tv_usec * 1000LL;
}
timeval timeval_of(std::int64_t ns) {
    return {ns / second_ns, ns % second_ns / 1000};
}

/// This process's timer; made when missing and wanted. nullptr when there is none.
TimerEntry* own_timer(Header* shared, bool make) {
    const auto process = static_cast<std::uint32_t>(raw(SYS_getpid));
    for (TimerEntry& timer : shared->timers)
        if (timer.process.load() == process)
            return &timer;
    for (TimerEntry& timer : shared->timers) {
        std::uint32_t nobody = 0;
        if (make && timer.process.compare_exchange_strong(nobody, process)) {
            timer.deadline.store(0);
            timer.interval.store(0);
            return &timer;
        }
    }
    return nullptr;
}

itimerval shown(Header* shared, const TimerEntry* timer) {
    if (timer == nullptr || timer->deadline.load() == 0)
        return {};
    const std::int64_t left = timer->deadline.load() - drive_now(shared);
    return {timeval_of(timer->interval.load()), timeval_of(left > 0 ? left : 1000)};
}

int set_virtual_timer(Header* shared, const itimerval* wanted, itimerval* old) {
    TimerEntry* const timer = own_timer(shared, wanted != nullptr);
    if (old != nullptr)
        *old = shown(shared, timer);
    if (wanted == nullptr)
        return 0;
    if (timer == nullptr)
        return static_cast<int>(to_errno(-ENOMEM));
    const std::int64_t first = ns_of(wanted->it_value);
    timer->interval.store(ns_of(wanted->it_interval));
    timer->deadline.store(first == 0 ? 0 : deadline_after(shared, first));
    notify(shared);
    return 0;
}

/// Sleepers of the tree may be about to run a handler: the rig must not take them for asleep.
void announce_signal() {
    if (Header* const shared = virtual_header()) {
        shared->signals.fetch_add(1);
        notify(shared);
    }
}

} // namespace

BURNRIG_HOOK(int, setitimer, int which, const itimerval* wanted, itimerval* old) {
    if (which != ITIMER_REAL)
        return next_setitimer(which, wanted, old);
    if (Header* const shared = virtual_header())
        return set_virtual_timer(shared, wanted, old);
    Header* const faster = scaled_header();
    if (faster == nullptr || wanted == nullptr)
        return next_setitimer(which, wanted, old);
    const auto real = [&](const timeval& time) {
        return timeval_of(
            static_cast<std::int64_t>(static_cast<double>(ns_of(time)) / faster->speed));
    };
    const itimerval scaled{real(wanted->it_interval), real(wanted->it_value)};
    return next_setitimer(which, &scaled, old);
}

BURNRIG_HOOK(int, getitimer, int which, itimerval* result) {
    Header* const shared = virtual_header();
    if (shared == nullptr || which != ITIMER_REAL || result == nullptr)
        return next_getitimer(which, result);
    *result = shown(shared, own_timer(shared, false));
    return 0;
}

BURNRIG_HOOK(unsigned, alarm, unsigned seconds) {
    const itimerval wanted{{}, {static_cast<time_t>(seconds), 0}};
    itimerval old{};
    if (hook_setitimer(ITIMER_REAL, &wanted, &old) != 0)
        return 0;
    return static_cast<unsigned>(old.it_value.tv_sec + (old.it_value.tv_usec > 0 ? 1 : 0));
}

BURNRIG_HOOK(unsigned, ualarm, unsigned microseconds, unsigned interval) {
    const itimerval wanted{timeval_of(std::int64_t{interval} * 1000),
                           timeval_of(std::int64_t{microseconds} * 1000)};
    itimerval old{};
    if (hook_setitimer(ITIMER_REAL, &wanted, &old) != 0)
        return 0;
    return static_cast<unsigned>(ns_of(old.it_value) / 1000);
}

BURNRIG_HOOK(int, kill, pid_t process, int number) {
    announce_signal();
    return next_kill(process, number);
}

BURNRIG_HOOK(int, killpg, pid_t group, int number) {
    announce_signal();
    return next_kill(-group, number);
}

BURNRIG_HOOK(int, pthread_kill, pthread_t thread, int number) {
    announce_signal();
    return next_pthread_kill(thread, number);
}

BURNRIG_HOOK(int, tgkill, pid_t process, pid_t thread, int number) {
    announce_signal();
    return next_tgkill(process, thread, number);
}

BURNRIG_HOOK(int, sigqueue, pid_t process, int number, const union sigval value) {
    announce_signal();
    return next_sigqueue(process, number, value);
}

} // namespace burnrig::emulator::nodes::preload::shim
