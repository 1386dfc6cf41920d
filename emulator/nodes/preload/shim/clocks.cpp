// SPDX-License-Identifier: Apache-2.0
// Clocks and plain sleeps. Under virtual time a sleeper writes its deadline into its thread entry
// and rests until the rig wakes it; under scaled time durations are divided by the speed.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timeb.h>
#include <sys/times.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t longest_ns = std::int64_t{1} << 62;

constinit Next<int(clockid_t, timespec*)> next_clock_gettime{"clock_gettime"};
constinit Next<int(clockid_t, int, const timespec*, timespec*)> next_clock_nanosleep{
    "clock_nanosleep"};
constinit Next<int(timeval*, void*)> next_gettimeofday{"gettimeofday"};
constinit Next<time_t(time_t*)> next_time{"time"};
constinit Next<clock_t(tms*)> next_times{"times"};

constinit thread_local std::uint32_t idle_calls __attribute__((tls_model("initial-exec"))) = 0;

std::int64_t real_monotonic() {
    timespec time{};
    raw(SYS_clock_gettime, CLOCK_MONOTONIC, word(&time));
    return to_ns(time);
}

/// The rig's header when it decides what the program's clocks show.
Header* clock_header() {
    Header* const shared = virtual_header();
    return shared != nullptr ? shared : scaled_header();
}

/// What a clock of the program's shows; false for one that is left alone.
bool show_clock(clockid_t clock, std::int64_t& time) {
    Header* const shared = clock_header();
    std::int64_t base = 0;
    if (shared == nullptr || !clock_base(shared, clock, base))
        return false;
    count_idle_call(shared);
    time = base + drive_now(shared);
    return true;
}

/// Sleeps `duration` of the program's time; `left` tells what remained when a signal came.
int sleep_for(clockid_t clock, std::int64_t duration, std::int64_t& left) {
    left = 0;
    Header* const shared = resting_header();
    if (shared != nullptr) {
        const std::int64_t deadline = deadline_after(shared, duration);
        if (sleep_virtually(shared, deadline))
            return 0;
        left = deadline - drive_now(shared);
        return EINTR;
    }
    Header* const scaled = scaled_header();
    const double speed = scaled != nullptr ? scaled->speed : 1.0;
    const timespec wanted =
        to_timespec(static_cast<std::int64_t>(static_cast<double>(duration) / speed));
    timespec remaining{};
    const int error = next_clock_nanosleep(clock, 0, &wanted, &remaining);
    left = static_cast<std::int64_t>(static_cast<double>(to_ns(remaining)) * speed);
    return error;
}

bool valid(const timespec* time) {
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < second_ns;
}

/// A duration so long that it would not fit counts as the longest there is.
std::int64_t bounded_ns(const timespec& time) {
    return time.tv_sec > longest_ns / second_ns - 1 ? longest_ns : to_ns(time);
}

} // namespace

std::int64_t drive_now(Header* shared) {
    if (shared->time_mode == TimeMode::virtual_time)
        return shared->now.load();
    const auto real = static_cast<double>(real_monotonic() - shared->monotonic_base);
    return static_cast<std::int64_t>(real * shared->speed);
}

bool clock_base(Header* shared, clockid_t clock, std::int64_t& base) {
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
        base = shared->real_base;
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        base = shared->monotonic_base;
        return true;
    default:
        return false;
    }
}

std::int64_t deadline_after(Header* shared, std::int64_t duration) {
    const std::int64_t now = drive_now(shared);
    return duration >= longest_ns - now ? longest_ns : now + duration;
}

Resting::Resting(Header* shared, ThreadState state, std::int64_t deadline,
                 const sigset_t* wanted_mask)
    : entry_(self()) {
    sigemptyset(&mask_);
    if (wanted_mask != nullptr) {
        mask_ = *wanted_mask;
    } else {
        const std::uint64_t before = signals_.before();
        memcpy(&mask_, &before, sizeof before);
    }
    sigdelset(&mask_, shared->wake_signal);
    idle_calls = 0;
    if (entry_ == nullptr)
        return;
    entry_->deadline.store(deadline);
    entry_->state.store(state);
    notify(shared);
}

bool Resting::end() {
    if (!ended_ && entry_ != nullptr)
        fired_ = entry_->state.exchange(ThreadState::running) == ThreadState::fired;
    ended_ = true;
    return fired_;
}

bool sleep_virtually(Header* shared, std::int64_t deadline) {
    const timespec look_after_server{1, 0};
    if (self() == nullptr || shared->now.load() >= deadline)
        return true;
    Resting resting(shared, ThreadState::sleeping, deadline, nullptr);
    for (;;) {
        timespec timeout = look_after_server;
        const long result =
            raw(SYS_ppoll, 0, 0, word(&timeout), word(resting.mask()), sizeof(std::uint64_t));
        if (result == 0 && server_alive(shared))
            continue;
        return resting.end() || result == 0 || shared->now.load() >= deadline;
    }
}

// A maker may spin until the new thread has done something (libburn's does): then it never rests,
// and the turn must come all the same. Spinning shows as processor time that the process uses up
// meanwhile; time on the wall would make a busy machine's runs differ. The wait is bounded in any
// case.
void wait_for_turn(Header* shared) {
    constexpr timespec slice{0, 10'000'000};
    constexpr int slices_max = 100;
    constexpr std::int64_t spinning_ns = 60'000'000;
    if (self() == nullptr || resting_header() == nullptr)
        return;
    const auto used = [] {
        timespec time{};
        raw(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, word(&time));
        return to_ns(time);
    };
    const std::int64_t begin = used();
    const Resting resting(shared, ThreadState::sleeping, shared->now.load(), nullptr);
    for (int i = 0; i < slices_max && used() - begin < spinning_ns; ++i) {
        timespec timeout = slice;
        if (raw(SYS_ppoll, 0, 0, word(&timeout), word(resting.mask()), sizeof(std::uint64_t)) != 0)
            return;
    }
}

void count_idle_call(Header* shared) {
    constexpr std::uint32_t calls_max = 2000;
    constexpr std::int64_t pause_ns = 1'000'000;
    if (resting_header() != nullptr && ++idle_calls >= calls_max)
        sleep_virtually(shared, deadline_after(shared, pause_ns));
}

BURNRIG_HOOK(int, sched_yield, void) {
    if (Header* const shared = resting_header())
        count_idle_call(shared);
    return static_cast<int>(to_errno(raw(SYS_sched_yield)));
}

BURNRIG_HOOK(int, clock_gettime, clockid_t clock, timespec* result) {
    std::int64_t time = 0;
    if (result == nullptr || !show_clock(clock, time))
        return next_clock_gettime(clock, result);
    *result = to_timespec(time);
    return 0;
}

BURNRIG_HOOK(int, gettimeofday, timeval* result, void* zone) {
    std::int64_t time = 0;
    if (result == nullptr || !show_clock(CLOCK_REALTIME, time))
        return next_gettimeofday(result, zone);
    *result = {time / second_ns, time % second_ns / 1000};
    return 0;
}

BURNRIG_HOOK(time_t, time, time_t* result) {
    std::int64_t time = 0;
    if (!show_clock(CLOCK_REALTIME, time))
        return next_time(result);
    if (result != nullptr)
        *result = time / second_ns;
    return time / second_ns;
}

BURNRIG_HOOK(int, ftime, timeb* result) {
    timeval now{};
    hook_gettimeofday(&now, nullptr);
    *result = {now.tv_sec, static_cast<unsigned short>(now.tv_usec / 1000), 0, 0};
    return 0;
}

/// The return value counts ticks of real time; the fields count CPU time and stay as they are.
BURNRIG_HOOK(clock_t, times, tms* result) {
    constexpr std::int64_t tick_ns = second_ns / 100;
    const clock_t machine = next_times(result);
    std::int64_t time = 0;
    return show_clock(CLOCK_MONOTONIC, time) ? time / tick_ns : machine;
}

BURNRIG_HOOK(int, clock_nanosleep, clockid_t clock, int flags, const timespec* request,
             timespec* remaining) {
    Header* const shared = clock_header();
    std::int64_t base = 0;
    if (shared == nullptr || request == nullptr || !clock_base(shared, clock, base))
        return next_clock_nanosleep(clock, flags, request, remaining);
    if (!valid(request))
        return EINVAL;
    std::int64_t duration = bounded_ns(*request);
    if ((flags & TIMER_ABSTIME) != 0)
        duration -= base + drive_now(shared);
    std::int64_t left = 0;
    const int error = duration <= 0 ? 0 : sleep_for(clock, duration, left);
    if (error == EINTR && (flags & TIMER_ABSTIME) == 0 && remaining != nullptr)
        *remaining = to_timespec(left > 0 ? left : 0);
    return error;
}

BURNRIG_HOOK(int, nanosleep, const timespec* request, timespec* remaining) {
    const int error = hook_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remaining);
    return error == 0 ? 0 : static_cast<int>(to_errno(-error));
}

BURNRIG_HOOK(int, usleep, unsigned microseconds) {
    const timespec time = to_timespec(std::int64_t{microseconds} * 1000);
    return hook_nanosleep(&time, nullptr);
}

BURNRIG_HOOK(unsigned, sleep, unsigned seconds) {
    const timespec time{static_cast<time_t>(seconds), 0};
    timespec left{};
    const int error = hook_clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &left);
    constexpr std::int64_t half_second = second_ns / 2;
    return error == 0 ? 0 : static_cast<unsigned>((to_ns(left) + half_second) / second_ns);
}

} // namespace burnrig::emulator::nodes::preload::shim
