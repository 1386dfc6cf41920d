// SPDX-License-Identifier: Apache-2.0
// Waiting for something or until a time: poll, select, epoll, condition variables, semaphores.
//
// The system call waits without a limit; when drive time reaches the deadline the rig ends it by a
// signal (see Resting).
//
// A condition variable cannot be left by a signal: it waits in short steps of real time and looks
// after each whether the deadline has come.
#include <cerrno>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::uint32_t generic_kind = 1;

constinit Next<int(pollfd*, nfds_t, const timespec*, const sigset_t*)> next_ppoll{"ppoll"};
constinit Next<int(int, fd_set*, fd_set*, fd_set*, const timespec*, const sigset_t*)> next_pselect{
    "pselect"};
constinit Next<int(int, epoll_event*, int, int, const sigset_t*)> next_epoll_pwait{"epoll_pwait"};
constinit Next<int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)> next_cond_wait{
    "pthread_cond_clockwait"};
constinit Next<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)> next_cond_timedwait{
    "pthread_cond_timedwait"};
constinit Next<int(sem_t*, clockid_t, const timespec*)> next_sem_wait{"sem_clockwait"};
constinit Next<int(sem_t*, const timespec*)> next_sem_timedwait{"sem_timedwait"};

/// What a call that waited returns: 0 when only the deadline ended it.
int end_wait(Resting& resting, int result) {
    const bool fired = resting.end();
    if (result < 0 && errno == EINTR && fired)
        return 0;
    return result;
}

std::int64_t scaled(std::int64_t ns) {
    Header* const shared = scaled_header();
    return shared == nullptr ? ns
                             : static_cast<std::int64_t>(static_cast<double>(ns) / shared->speed);
}

int poll_kernel(pollfd* files, nfds_t count, std::int64_t timeout, const sigset_t* mask) {
    Header* const shared = resting_header();
    const timespec none{};
    if (shared == nullptr || timeout <= 0) {
        if (shared != nullptr && timeout == 0)
            count_idle_call(shared);
        const timespec real = to_timespec(scaled(timeout));
        return next_ppoll(files, count, timeout < 0 ? nullptr : &real, mask);
    }
    const int ready = next_ppoll(files, count, &none, nullptr);
    if (ready != 0)
        return ready;
    Resting resting(shared, ThreadState::waiting, deadline_after(shared, timeout), mask);
    return end_wait(resting, next_ppoll(files, count, nullptr, resting.mask()));
}

/// Whether a file is of a drive whose cable was pulled.
bool is_pulled(int file) {
    Header* const shared = header();
    const int open_index = shared != nullptr ? device_of(file) : not_ours;
    if (open_index == not_ours || shared->opens[open_index].kind.load() != generic_kind)
        return false;
    const std::uint32_t drive = shared->opens[open_index].drive.load();
    return drive < drive_count && shared->drives[drive].unplugged.load() != 0;
}

bool any_pulled(const Header* shared) {
    for (const DriveEntry& drive : shared->drives)
        if (drive.unplugged.load() != 0)
            return true;
    return false;
}

int poll_until(pollfd* files, nfds_t count, std::int64_t timeout, const sigset_t* mask) {
    const Header* const shared = header();
    int pulled = 0;
    if (files != nullptr && shared != nullptr && any_pulled(shared))
        for (nfds_t i = 0; i < count; ++i)
            pulled += is_pulled(files[i].fd) ? 1 : 0;
    const int ready = poll_kernel(files, count, pulled > 0 ? 0 : timeout, mask);
    if (pulled == 0 || ready < 0)
        return ready;
    int told = 0;
    for (nfds_t i = 0; i < count; ++i) {
        if (is_pulled(files[i].fd))
            files[i].revents = POLLHUP;
        told += files[i].revents != 0 ? 1 : 0;
    }
    return told;
}

/// As pselect(); the sets of a wait that ends by the deadline come back empty.
int select_until(int count, fd_set* read, fd_set* write, fd_set* except, std::int64_t timeout,
                 const sigset_t* mask) {
    Header* const shared = resting_header();
    if (shared == nullptr || timeout <= 0) {
        if (shared != nullptr && timeout == 0)
            count_idle_call(shared);
        const timespec real = to_timespec(scaled(timeout));
        return next_pselect(count, read, write, except, timeout < 0 ? nullptr : &real, mask);
    }
    Resting resting(shared, ThreadState::waiting, deadline_after(shared, timeout), mask);
    const int result =
        end_wait(resting, next_pselect(count, read, write, except, nullptr, resting.mask()));
    if (result == 0)
        for (fd_set* set : {read, write, except})
            for (int file = 0; set != nullptr && file < count; ++file)
                FD_CLR(file, set);
    return result;
}

int epoll_until(int file, epoll_event* events, int count, int timeout_ms, const sigset_t* mask) {
    Header* const shared = resting_header();
    if (shared == nullptr || timeout_ms <= 0) {
        if (shared != nullptr && timeout_ms == 0)
            count_idle_call(shared);
        const auto real = static_cast<int>(scaled(timeout_ms * 1'000'000LL) / 1'000'000);
        return next_epoll_pwait(file, events, count, timeout_ms < 0 ? -1 : real, mask);
    }
    Resting resting(shared, ThreadState::waiting, deadline_after(shared, timeout_ms * 1'000'000LL),
                    mask);
    return end_wait(resting, next_epoll_pwait(file, events, count, -1, resting.mask()));
}

timespec real_soon(std::int64_t ns) {
    timespec now{};
    raw(SYS_clock_gettime, CLOCK_MONOTONIC, word(&now));
    return to_timespec(to_ns(now) + ns);
}

/// Which clock an absolute time is of. A program's monotonic clock counts from the machine's start,
/// so the two are decades apart.
clockid_t clock_of(Header* shared, const timespec& until) {
    const std::int64_t middle = shared->real_base / 2 + shared->monotonic_base / 2;
    return until.tv_sec > middle / second_ns ? CLOCK_REALTIME : CLOCK_MONOTONIC;
}

std::int64_t deadline_of(Header* shared, const timespec& until, clockid_t clock) {
    std::int64_t base = 0;
    if (!clock_base(shared, clock, base) || until.tv_sec > (std::int64_t{1} << 62) / second_ns)
        return std::int64_t{1} << 62;
    return to_ns(until) - base;
}

/// The state of a thread that waits in steps. It lets all signals through: the rig's ends no step,
/// and those of the program's must be handled.
class StepwiseWait {
public:
    StepwiseWait(Header* shared, std::int64_t deadline) : entry_(self()) {
        if (entry_ == nullptr)
            return;
        entry_->deadline.store(deadline);
        entry_->state.store(ThreadState::waiting);
        notify(shared);
    }
    ~StepwiseWait() {
        if (entry_ != nullptr)
            entry_->state.store(ThreadState::running);
    }
    StepwiseWait(const StepwiseWait&) = delete;
    StepwiseWait& operator=(const StepwiseWait&) = delete;

private:
    ThreadEntry* entry_;
};

/// Calls step(absolute real time) until it answers something else than ETIMEDOUT or drive time
/// reaches the deadline.
template <class Step>
int wait_in_steps(Header* shared, std::int64_t deadline, Step step) {
    constexpr std::int64_t first_step_ns = 100'000;
    constexpr std::int64_t longest_step_ns = 2'000'000;
    const StepwiseWait wait(shared, deadline);
    std::int64_t length = first_step_ns;
    for (;;) {
        const int result = step(real_soon(length));
        if (result == EINTR && drive_now(shared) >= deadline)
            return ETIMEDOUT; // the rig's signal, or one that came with it
        if (result != ETIMEDOUT || drive_now(shared) >= deadline || !server_alive(shared))
            return result;
        length = length * 2 < longest_step_ns ? length * 2 : longest_step_ns;
    }
}

int cond_wait_until(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                    const timespec* until) {
    Header* const shared = virtual_header();
    const std::int64_t deadline = deadline_of(shared, *until, clock);
    // A deadline in the past still gives other threads the mutex for a moment.
    return wait_in_steps(shared, deadline, [&](const timespec& soon) {
        return next_cond_wait(condition, mutex, CLOCK_MONOTONIC, &soon);
    });
}

int sem_wait_until(sem_t* semaphore, clockid_t clock, const timespec* until) {
    Header* const shared = virtual_header();
    const int error =
        wait_in_steps(shared, deadline_of(shared, *until, clock), [&](const timespec& soon) {
            return next_sem_wait(semaphore, CLOCK_MONOTONIC, &soon) == 0 ? 0 : errno;
        });
    return error == 0 ? 0 : static_cast<int>(to_errno(-error));
}

/// The rig's header when the program's clocks show something else than the machine's.
Header* unlike_machine() {
    Header* const shared = virtual_header();
    return shared != nullptr ? shared : scaled_header();
}

/// Where a time of the program's lies in real time, for waits on that.
timespec unscaled(Header* shared, const timespec& until, clockid_t clock) {
    const std::int64_t left = deadline_of(shared, until, clock) - drive_now(shared);
    timespec now{};
    raw(SYS_clock_gettime, clock, word(&now));
    return to_timespec(to_ns(now) +
                       static_cast<std::int64_t>(static_cast<double>(left) / shared->speed));
}

} // namespace

// std::future and C++20's semaphores and barriers wait by it, until a time that they read from the
// program's clocks.
long wait_on_word(long address, int operation, long value, const timespec* timeout, long other,
                  long mask) {
    const int command = operation & FUTEX_CMD_MASK;
    const bool absolute = command == FUTEX_WAIT_BITSET;
    Header* const shared = unlike_machine();
    if ((command != FUTEX_WAIT && !absolute) || timeout == nullptr || shared == nullptr)
        return raw(SYS_futex, address, operation, value, word(timeout), other, mask);
    const clockid_t clock =
        (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    const int wait = (operation & FUTEX_PRIVATE_FLAG) | FUTEX_WAIT_BITSET;
    const long bits = absolute ? mask : FUTEX_BITSET_MATCH_ANY;
    const std::int64_t deadline =
        absolute ? deadline_of(shared, *timeout, clock) : deadline_after(shared, to_ns(*timeout));
    const auto wait_until = [&](const timespec& until) {
        return static_cast<int>(-raw(SYS_futex, address, wait, value, word(&until), 0, bits));
    };
    if (resting_header() != nullptr)
        return -wait_in_steps(shared, deadline, wait_until);
    const double left = static_cast<double>(deadline - drive_now(shared)) / shared->speed;
    return -wait_until(real_soon(left > 0 ? static_cast<std::int64_t>(left) : 0));
}

BURNRIG_HOOK(int, poll, pollfd* files, nfds_t count, int timeout_ms) {
    return poll_until(files, count, timeout_ms < 0 ? -1 : timeout_ms * 1'000'000LL, nullptr);
}

BURNRIG_HOOK(int, __poll_chk, pollfd* files, nfds_t count, int timeout_ms, std::size_t) {
    return hook_poll(files, count, timeout_ms);
}

BURNRIG_HOOK(int, ppoll, pollfd* files, nfds_t count, const timespec* timeout,
             const sigset_t* mask) {
    return poll_until(files, count, timeout == nullptr ? -1 : to_ns(*timeout), mask);
}

BURNRIG_HOOK(int, select, int count, fd_set* read, fd_set* write, fd_set* except,
             timeval* timeout) {
    Header* const shared = virtual_header();
    const std::int64_t wanted =
        timeout == nullptr ? -1 : timeout->tv_sec * second_ns + timeout->tv_usec * 1000LL;
    const std::int64_t started = shared != nullptr ? drive_now(shared) : 0;
    const int result = select_until(count, read, write, except, wanted, nullptr);
    if (timeout != nullptr && shared != nullptr && wanted > 0) {
        const std::int64_t left = wanted - (drive_now(shared) - started);
        *timeout = left > 0 ? timeval{left / second_ns, left % second_ns / 1000} : timeval{};
    }
    return result;
}

BURNRIG_HOOK(int, pselect, int count, fd_set* read, fd_set* write, fd_set* except,
             const timespec* timeout, const sigset_t* mask) {
    return select_until(count, read, write, except, timeout == nullptr ? -1 : to_ns(*timeout),
                        mask);
}

BURNRIG_HOOK(int, epoll_wait, int file, epoll_event* events, int count, int timeout_ms) {
    return epoll_until(file, events, count, timeout_ms, nullptr);
}

BURNRIG_HOOK(int, epoll_pwait, int file, epoll_event* events, int count, int timeout_ms,
             const sigset_t* mask) {
    return epoll_until(file, events, count, timeout_ms, mask);
}

BURNRIG_HOOK(int, pthread_cond_timedwait, pthread_cond_t* condition, pthread_mutex_t* mutex,
             const timespec* until) {
    if (Header* const shared = resting_header())
        return cond_wait_until(condition, mutex, clock_of(shared, *until), until);
    Header* const faster = unlike_machine();
    if (faster == nullptr)
        return next_cond_timedwait(condition, mutex, until);
    const timespec real = unscaled(faster, *until, clock_of(faster, *until));
    return next_cond_timedwait(condition, mutex, &real);
}

BURNRIG_HOOK(int, pthread_cond_clockwait, pthread_cond_t* condition, pthread_mutex_t* mutex,
             clockid_t clock, const timespec* until) {
    if (resting_header() != nullptr)
        return cond_wait_until(condition, mutex, clock, until);
    Header* const faster = unlike_machine();
    if (faster == nullptr)
        return next_cond_wait(condition, mutex, clock, until);
    const timespec real = unscaled(faster, *until, clock);
    return next_cond_wait(condition, mutex, clock, &real);
}

BURNRIG_HOOK(int, sem_timedwait, sem_t* semaphore, const timespec* until) {
    if (resting_header() != nullptr)
        return sem_wait_until(semaphore, CLOCK_REALTIME, until);
    Header* const faster = unlike_machine();
    if (faster == nullptr)
        return next_sem_timedwait(semaphore, until);
    const timespec real = unscaled(faster, *until, CLOCK_REALTIME);
    return next_sem_timedwait(semaphore, &real);
}

BURNRIG_HOOK(int, sem_clockwait, sem_t* semaphore, clockid_t clock, const timespec* until) {
    if (resting_header() != nullptr)
        return sem_wait_until(semaphore, clock, until);
    Header* const faster = unlike_machine();
    if (faster == nullptr)
        return next_sem_wait(semaphore, clock, until);
    const timespec real = unscaled(faster, *until, clock);
    return next_sem_wait(semaphore, clock, &real);
}

} // namespace burnrig::emulator::nodes::preload::shim
