// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/serving.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/program/find_program.h"
#include "emulator/nodes/program/launch.h"

namespace burnrig::emulator::nodes {
namespace {

/// While it lives, SIGINT and SIGTERM are read from a file instead of ending the process.
class SignalFile {
public:
    SignalFile() {
        sigset_t wanted;
        sigemptyset(&wanted);
        sigaddset(&wanted, SIGINT);
        sigaddset(&wanted, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &wanted, &before_);
        file_.reset(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    /// A signal that came has been obeyed: it does not strike when they are unblocked.
    ~SignalFile() {
        signalfd_siginfo information;
        while (::read(file_.get(), &information, sizeof information) > 0) {
        }
        ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    }
    SignalFile(const SignalFile&) = delete;
    SignalFile& operator=(const SignalFile&) = delete;

    const FileDescriptor& file() const { return file_; }

private:
    sigset_t before_{};
    FileDescriptor file_;
};

enum class Reason { stopped, door_closed, quiet, failed };

/// One poll over everybody.
class Loop {
public:
    Loop(const Served& served, int stop) {
        files_.push_back({stop, POLLIN, 0});
        for (DeviceDoor* door : served.doors)
            add(*door);
        if (served.visitors != nullptr)
            add(*served.visitors);
        doors_ = served.doors;
    }

    /// Until `stop` can be read, a door is closed, or nobody wants anything for that long; with
    /// `until_unused` also when no program has a device open any more.
    Reason serve(int quiet_ms, bool until_unused = false) {
        for (;;) {
            if (until_unused && !in_use())
                return Reason::quiet;
            const int count = ::poll(files_.data(), files_.size(), quiet_ms);
            if (count < 0 && errno != EINTR)
                return Reason::failed;
            if (count == 0)
                return Reason::quiet;
            // Whoever was here before the end is served before the end.
            for (std::size_t i = 0; count > 0 && i < attendants_.size(); ++i)
                if (files_[i + 1].revents != 0)
                    attendants_[i]->attend();
            if (any_closed())
                return Reason::door_closed;
            if (count > 0 && files_[0].revents != 0)
                return Reason::stopped;
        }
    }

    /// The program is gone: nothing is waited for but what others want.
    void forget_stop() { files_[0].fd = -1; }

private:
    void add(Attendant& attendant) {
        files_.push_back({attendant.descriptor(), POLLIN, 0});
        attendants_.push_back(&attendant);
    }
    bool in_use() const {
        return std::any_of(doors_.begin(), doors_.end(),
                           [](const DeviceDoor* door) { return door->in_use(); });
    }
    bool any_closed() const {
        return std::any_of(doors_.begin(), doors_.end(),
                           [](const DeviceDoor* door) { return door->closed(); });
    }

    std::vector<pollfd> files_;
    std::vector<Attendant*> attendants_;
    std::span<DeviceDoor* const> doors_;
};

mmc::Error poll_failed() {
    return {
        fmt::format("cannot wait for the programs that use the drive: {}", std::strerror(errno))};
}

/// First the closes that the program's end made.
mmc::Result<void> serve_those_left(Loop& loop) {
    constexpr int grace_ms = 5000;
    loop.forget_stop();
    auto reason = loop.serve(0);
    if (reason == Reason::quiet)
        reason = loop.serve(grace_ms, true);
    if (reason == Reason::failed)
        return tl::unexpected(poll_failed());
    return {};
}

} // namespace

mmc::Result<void> serve_until_stopped(const Served& served, const std::function<void()>& on_ready) {
    const SignalFile signals;
    if (!signals.file())
        return mmc::fail("cannot hear signals: {}", std::strerror(errno));
    Loop loop(served, signals.file().get());
    on_ready();
    if (loop.serve(-1) == Reason::failed)
        return tl::unexpected(poll_failed());
    return {};
}

mmc::Result<int> run_through(const Served& served, const std::vector<std::string>& argv,
                             const std::function<void(pid_t)>& on_start) {
    if (argv.empty())
        return mmc::fail("no program to run was given");
    const auto program = find_program(argv.front());
    if (program.path.empty()) {
        fmt::print(stderr, "burnrig: {}\n", program.error);
        return program.exit_code;
    }
    const auto child = launch(
        program.path, argv, {{"BURNRIG_DEVICE", served.doors.front()->path()}}, [&](pid_t process) {
            if (on_start)
                on_start(process);
        });
    if (!child) {
        fmt::print(stderr, "burnrig: {}\n", child.error().message);
        return 126;
    }
    const SignalForwarding forwarding(*child);
    const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, *child, 0)));
    if (!handle)
        return mmc::fail("cannot watch the program: {}", std::strerror(errno));
    Loop loop(served, handle.get());
    const auto reason = loop.serve(-1);
    if (reason == Reason::failed)
        return tl::unexpected(poll_failed());
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) {
    }
    if (reason == Reason::stopped)
        if (const auto left = serve_those_left(loop); !left)
            return tl::unexpected(left.error());
    return exit_code_of(status);
}

} // namespace burnrig::emulator::nodes
