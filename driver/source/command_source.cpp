// SPDX-License-Identifier: Apache-2.0
#include "driver/source/command_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/ranges.h>

extern char** environ; // NOLINT(readability-redundant-declaration): not in every libc's headers

namespace burnrig::driver {
namespace {

mmc::Result<std::array<Descriptor, 2>> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return mmc::fail("no pipe: {}", std::strerror(errno));
    return std::array<Descriptor, 2>{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A file without a name: a program that writes much to it is not held up, as by a pipe.
mmc::Result<Descriptor> make_error_file() {
    const int number = memfd_create("burnrig-stderr", MFD_CLOEXEC);
    if (number < 0)
        return mmc::fail("no memory for the words of a program: {}", std::strerror(errno));
    return Descriptor(number);
}

/// Programs end soon after their output; one that does not is not waited for.
bool ends_in_time(pid_t pid) {
    constexpr int limit_ms = 60'000;
    const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (process.number() < 0)
        return true; // an old kernel
    pollfd waiting{process.number(), POLLIN, 0};
    int ready = poll(&waiting, 1, limit_ms);
    while (ready < 0 && errno == EINTR)
        ready = poll(&waiting, 1, limit_ms);
    return ready != 0;
}

std::string last_words(int file) {
    constexpr off_t most = 400;
    const off_t end = lseek(file, 0, SEEK_END);
    const off_t begin = std::max<off_t>(0, end - most);
    std::string text(static_cast<std::size_t>(std::max<off_t>(0, end - begin)), '\0');
    const ssize_t got = pread(file, text.data(), text.size(), begin);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    if (begin > 0)
        text.erase(0, text.find('\n') + 1);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace

struct CommandSource::Child {
    std::string program;
    pid_t pid = -1;
    Descriptor errors;

    mmc::Result<Descriptor> start(const std::vector<std::string>& command) {
        program = command.front();
        auto ends = make_pipe();
        auto words = make_error_file();
        if (!ends || !words)
            return tl::unexpected(ends ? words.error() : ends.error());
        errors = std::move(*words);
        std::vector<char*> arguments;
        arguments.reserve(command.size() + 1);
        for (const std::string& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, (*ends)[1].number(), STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, errors.number(), STDERR_FILENO);
        // A group of its own: an interrupt from the keyboard is for the burn to handle.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        const int failed =
            posix_spawnp(&pid, program.c_str(), &actions, &attributes, arguments.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (failed != 0) {
            pid = -1;
            return mmc::fail("{} cannot be started: {}", program, std::strerror(failed));
        }
        return std::move((*ends)[0]);
    }

    /// Waits for its end, which comes when its output was closed or its reader has gone.
    mmc::Result<void> finish() {
        int status = 0;
        const pid_t ended = std::exchange(pid, -1);
        if (ended > 0 && !ends_in_time(ended))
            kill(ended, SIGKILL);
        while (ended > 0 && waitpid(ended, &status, 0) < 0)
            if (errno != EINTR)
                return mmc::fail("{} cannot be waited for: {}", program, std::strerror(errno));
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            return {};
        return mmc::fail("{} failed with {} {}: {}", program,
                         WIFSIGNALED(status) ? "signal" : "exit code",
                         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                         last_words(errors.number()));
    }

    ~Child() {
        if (pid > 0) {
            kill(pid, SIGKILL);
            (void)finish();
        }
    }
};

CommandSource::CommandSource(std::unique_ptr<Child> child, Descriptor output, std::string name,
                             std::optional<std::uint64_t> size)
    : StreamSource(std::move(output), std::move(name), size), child_(std::move(child)) {}

CommandSource::~CommandSource() = default;

mmc::Result<std::unique_ptr<CommandSource>>
CommandSource::run(const std::vector<std::string>& command, const std::string& name,
                   std::optional<std::uint64_t> size) {
    auto child = std::make_unique<Child>();
    auto output = child->start(command);
    if (!output)
        return tl::unexpected(output.error());
    return std::unique_ptr<CommandSource>(
        new CommandSource(std::move(child), std::move(*output), name, size));
}

mmc::Result<void> CommandSource::at_end() {
    std::array<std::uint8_t, 1> one{};
    const auto more = read_some(one);
    if (!more)
        return tl::unexpected(more.error());
    if (*more > 0)
        return mmc::fail("{}: {} gives more bytes than the {} it announced; did the files change?",
                         name(), child_->program, *size());
    return child_->finish();
}

/// That the output ended too early says less than why the program ended.
mmc::Error CommandSource::explain(mmc::Error error) {
    if (child_->pid <= 0)
        return error;
    const auto finished = child_->finish();
    return finished ? error : mmc::Error{fmt::format("{}: {}", name(), finished.error().message)};
}

mmc::Result<std::string> output_of(const std::vector<std::string>& command) {
    auto source = CommandSource::run(command, command.front(), {});
    if (!source)
        return tl::unexpected(source.error());
    constexpr std::size_t most = 64 * 1024;
    std::vector<std::uint8_t> bytes(most);
    const auto got = (*source)->fill(0, bytes);
    if (!got)
        return tl::unexpected(got.error());
    const auto length = std::min<std::uint64_t>((*source)->size().value_or(*got), *got);
    return std::string(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length));
}

bool is_installed(const std::string& program) {
    const char* path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
    while (!rest.empty()) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        const std::string candidate = fmt::format("{}/{}", rest.substr(0, colon), program);
        if (access(candidate.c_str(), X_OK) == 0)
            return true;
        rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
    return false;
}

} // namespace burnrig::driver
