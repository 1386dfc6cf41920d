// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/supervisor.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace burnrig::emulator::nodes::seccomp {
namespace {

timespec to_timespec(std::chrono::nanoseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {seconds.count(), (time - seconds).count()};
}

} // namespace

/// Serves one call, or puts it off. False when none waits.
bool Supervisor::serve_next(bool drive_busy) {
    pollfd wanted{listener_.descriptor(), POLLIN, 0};
    if (::poll(&wanted, 1, 0) <= 0 || (wanted.revents & POLLIN) == 0)
        return false;
    if (!drive_busy &&
        files_.any()) // what a thread closed before this call is closed before this call
        files_.take_closes();
    Call call;
    if (listener_.receive(call) && !calls_.serve(call, drive_busy))
        put_off_.push_back(call); // at most one a thread of the program
    return true;
}

/// A burst of calls keeps nobody else waiting for long.
void Supervisor::serve_waiting() {
    constexpr int burst = 64;
    while (!put_off_.empty()) {
        files_.take_closes();
        const Call call = put_off_.front();
        put_off_.pop_front();
        calls_.serve(call, false);
    }
    for (int i = 0; i < burst && serve_next(false); ++i) {
    }
}

void Supervisor::serve_others_until(std::chrono::steady_clock::time_point end) {
    for (;;) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= left.zero())
            return;
        pollfd wanted{listener_.descriptor(), POLLIN, 0};
        const timespec time = to_timespec(left);
        if (::ppoll(&wanted, 1, &time, nullptr) <= 0)
            continue;
        if ((wanted.revents & POLLIN) == 0) { // nobody is left: only the time is waited for
            const timespec rest = to_timespec(end - std::chrono::steady_clock::now());
            ::ppoll(nullptr, 0, &rest, nullptr);
            return;
        }
        serve_next(true);
    }
}

bool Supervisor::anybody_left() const {
    pollfd wanted{listener_.descriptor(), POLLIN, 0};
    ::poll(&wanted, 1, 0);
    return (wanted.revents & POLLHUP) == 0;
}

mmc::Result<int> Supervisor::serve(pid_t program, std::chrono::milliseconds grace) {
    const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, program, 0)));
    if (!handle)
        return mmc::fail("cannot watch the program: {}", std::strerror(errno));
    std::array<pollfd, 4> wanted{
        pollfd{listener_.descriptor(), POLLIN, 0}, pollfd{files_.descriptor(), POLLIN, 0},
        pollfd{attendant_ != nullptr ? attendant_->descriptor() : -1, POLLIN, 0},
        pollfd{handle.get(), POLLIN, 0}};
    auto& [calls, closes, visits, end] = wanted;
    int status = 0;
    bool ended = false;
    std::uint64_t seen = 0;
    auto last_use = std::chrono::steady_clock::now();
    for (;;) {
        if (!put_off_.empty())
            serve_waiting();
        const int timeout = ended ? static_cast<int>(grace.count()) : -1;
        const int count = ::poll(wanted.data(), wanted.size(), timeout);
        if (count < 0 && errno != EINTR)
            return mmc::fail("cannot wait for the program: {}", std::strerror(errno));
        if (count < 0)
            continue;
        if ((calls.revents & POLLIN) != 0)
            serve_waiting();
        if (closes.revents != 0)
            files_.take_closes();
        if (visits.revents != 0)
            attendant_->attend();
        if (end.revents != 0 && !ended) {
            while (::waitpid(program, &status, 0) < 0 && errno == EINTR) {
            }
            ended = true;
            end.fd = -1;
            last_use = std::chrono::steady_clock::now();
        }
        if (std::exchange(seen, calls_.served()) != calls_.served())
            last_use = std::chrono::steady_clock::now();
        const bool all_gone = (calls.revents & (POLLIN | POLLHUP)) == POLLHUP;
        if (ended && (all_gone || std::chrono::steady_clock::now() - last_use >= grace)) {
            files_.take_closes();
            return status;
        }
    }
}

void leave_to_caretaker(const Listener& listener) {
    const pid_t child = ::fork();
    if (child != 0)
        return;
    // Nothing of the rig's is kept open: neither its terminal nor a pipe that somebody reads.
    constexpr int kept = 3;
    ::setsid();
    ::dup2(listener.descriptor(), kept);
    ::syscall(SYS_close_range, kept + 1, ~0U, 0);
    for (int stream = 0; stream < kept; ++stream)
        ::close(stream);
    for (;;) {
        pollfd wanted{kept, POLLIN, 0};
        if (::poll(&wanted, 1, -1) < 0)
            continue;
        if ((wanted.revents & POLLIN) == 0)
            ::_exit(0);
        seccomp_notif call{};
        if (::ioctl(kept, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
            continue;
        seccomp_notif_resp response{call.id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ::ioctl(kept, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }
}

} // namespace burnrig::emulator::nodes::seccomp
