// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/power_switch.h"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace burnrig::harness {
namespace {

constexpr auto between_looks = std::chrono::milliseconds(200);

mmc::Result<pid_t> start_shell(const std::string& command) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::string text = command;
    char shell[] = "sh";
    char option[] = "-c";
    char* arguments[]{shell, option, text.data(), nullptr};
    pid_t process = 0;
    const int error = ::posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return mmc::fail("no shell: {}", std::strerror(error));
    return process;
}

// True when it ended within the time.
bool wait_for_end(pid_t process, std::chrono::seconds limit) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    if (handle < 0)
        return true; // no such call: wait without a limit
    pollfd ended{handle, POLLIN, 0};
    int ready = 0;
    const auto milliseconds = std::chrono::milliseconds(limit).count();
    while ((ready = ::poll(&ended, 1, static_cast<int>(milliseconds))) < 0 && errno == EINTR) {
    }
    ::close(handle);
    return ready > 0;
}

} // namespace

mmc::Result<void> run_shell(const std::string& command, std::chrono::seconds limit) {
    const auto process = start_shell(command);
    if (!process)
        return tl::unexpected(process.error());
    const bool in_time = wait_for_end(*process, limit);
    if (!in_time)
        ::kill(-*process, SIGKILL);
    int status = 0;
    while (::waitpid(*process, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time)
        return mmc::fail("'{}' did not end within {} s", command, limit.count());
    if (WIFSIGNALED(status))
        return mmc::fail("'{}' was ended by signal {}", command, WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return mmc::fail("'{}' ended with exit code {}", command, WEXITSTATUS(status));
    return {};
}

mmc::Result<void> PowerSwitch::off() {
    off_ = true; // it may be, whatever the command says
    if (auto run = run_shell(commands_.off, commands_.wait); !run)
        return run;
    return wait_until(false, "still answers after its power was switched off");
}

mmc::Result<void> PowerSwitch::on() {
    if (auto run = run_shell(commands_.on, commands_.wait); !run)
        return run;
    off_ = false;
    return wait_until(true, "does not answer after its power was switched on");
}

mmc::Result<void> PowerSwitch::wait_until(bool there, const char* word) {
    const auto limit = clock_.now() + std::chrono::duration_cast<mmc::Duration>(commands_.wait);
    while (answers_() != there) {
        if (clock_.now() >= limit)
            return mmc::fail("the drive {} (waited {} s)", word, commands_.wait.count());
        clock_.sleep_for(between_looks);
    }
    return {};
}

} // namespace burnrig::harness
