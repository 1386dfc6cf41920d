// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/program/launch.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/nodes/file_descriptor.h"

extern char** environ;

namespace burnrig::emulator::nodes {
namespace {

std::atomic<pid_t> forward_to{0};
std::atomic<bool> terminated{false};

void forward(int number, siginfo_t* information, void*) {
    const int saved = errno;
    const bool from_terminal = information->si_code == SI_KERNEL;
    if (const pid_t child = forward_to.load(); child > 0 && !from_terminal) {
        terminated.store(terminated.load() || number == SIGTERM);
        ::kill(child, number);
    }
    errno = saved;
}

std::vector<std::string> make_environment(const std::vector<Variable>& variables) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : variables)
            replaced = replaced || text.starts_with(fmt::format("{}=", name));
        if (!replaced)
            result.push_back(text);
    }
    for (const auto& [name, value] : variables)
        result.push_back(fmt::format("{}={}", name, value));
    return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// The child's side: only calls that are safe after fork() in a process with threads. It tells of
/// errors by send(), which no filter of a door holds up.
[[noreturn]] void become(const char* path, char* const* argv, char* const* environment, int go,
                         int report, const std::function<int()>& in_child) {
    char byte = 0;
    while (::read(go, &byte, 1) < 0 && errno == EINTR) {
    }
    int error = in_child ? in_child() : 0;
    if (error == 0) {
        ::execve(path, argv, environment);
        error = errno;
    }
    ::send(report, &error, sizeof error, MSG_NOSIGNAL);
    ::_exit(error == ENOENT ? 127 : 126);
}

} // namespace

mmc::Result<pid_t> launch(const std::string& path, const std::vector<std::string>& argv,
                          const std::vector<Variable>& variables,
                          const std::function<void(pid_t)>& before_exec,
                          const std::function<int()>& in_child) {
    std::vector<std::string> argument_texts = argv;
    std::vector<Variable> all = variables;
    all.push_back({"BURNRIG_RIG", fmt::format("{}", ::getpid())});
    std::vector<std::string> environment_texts = make_environment(all);
    const std::vector<char*> arguments = pointers_to(argument_texts);
    const std::vector<char*> environment = pointers_to(environment_texts);
    int go[2];
    int report[2];
    if (::pipe2(go, O_CLOEXEC) != 0)
        return mmc::fail("cannot start {}: {}", path, std::strerror(errno));
    FileDescriptor go_read(go[0]);
    FileDescriptor go_write(go[1]);
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, report) != 0)
        return mmc::fail("cannot start {}: {}", path, std::strerror(errno));
    const FileDescriptor report_read(report[0]);
    FileDescriptor report_write(report[1]);
    const pid_t child = ::fork();
    if (child < 0)
        return mmc::fail("cannot start {}: {}", path, std::strerror(errno));
    if (child == 0) {
        ::close(go_write.get());
        become(path.c_str(), arguments.data(), environment.data(), go_read.get(),
               report_write.get(), in_child);
    }
    before_exec(child);
    go_write.reset();
    report_write.reset();
    int error = 0;
    ssize_t count = 0;
    while ((count = ::read(report_read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (count != sizeof error)
        return child;
    ::waitpid(child, nullptr, 0);
    return mmc::fail("{}: {}", path, std::strerror(error));
}

struct SignalForwarding::Saved {
    struct sigaction interrupt;
    struct sigaction terminate;
};

SignalForwarding::SignalForwarding(pid_t child) : saved_(new Saved) {
    terminated.store(false);
    forward_to.store(child);
    struct sigaction action {};
    action.sa_sigaction = forward;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigaction(SIGINT, &action, &saved_->interrupt);
    ::sigaction(SIGTERM, &action, &saved_->terminate);
}

SignalForwarding::~SignalForwarding() {
    ::sigaction(SIGINT, &saved_->interrupt, nullptr);
    ::sigaction(SIGTERM, &saved_->terminate, nullptr);
    forward_to.store(0);
    delete saved_;
}

bool SignalForwarding::asked_to_end() {
    return terminated.load();
}

Subreaper::Subreaper() {
    ::prctl(PR_GET_CHILD_SUBREAPER, &before_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1UL);
}

Subreaper::~Subreaper() {
    ::prctl(PR_SET_CHILD_SUBREAPER, static_cast<unsigned long>(before_));
}

int exit_code_of(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace burnrig::emulator::nodes
