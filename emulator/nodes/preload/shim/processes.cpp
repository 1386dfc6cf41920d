// SPDX-License-Identifier: Apache-2.0
// New threads and processes are announced before they exist, so that drive time cannot pass between
// their birth and their first call into the shim, and they begin one after the other.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

extern char** environ;

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constinit std::atomic<bool> traces_others{false};

using Spawn = int(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*,
                  char* const*, char* const*);

constinit Next<pid_t()> next_fork{"fork"};
constinit Next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)> next_create{
    "pthread_create"};
constinit Next<Spawn> next_spawn{"posix_spawn"};
constinit Next<Spawn> next_spawnp{"posix_spawnp"};
constinit Next<FILE*(const char*, const char*)> next_popen{"popen"};
constinit Next<int(const char*)> next_system{"system"};
constinit Next<long(long, long, long, long)> next_ptrace{"ptrace"};

/// Gives a reserved entry to the child it was reserved for, unless the child has taken it already.
void assign_entry(Header* shared, ThreadEntry* entry, std::uint32_t child) {
    if (entry == nullptr)
        return;
    std::uint32_t nobody = 0;
    if (entry->process.compare_exchange_strong(nobody, child)) {
        entry->thread.store(child);
        ThreadState reserved = ThreadState::reserved;
        entry->state.compare_exchange_strong(reserved, ThreadState::running);
    }
    notify(shared);
}

ThreadEntry* reserve_for_child(Header* shared) {
    return shared == nullptr ? nullptr : reserve_entry(shared, self());
}

/// The last process that this thread made, as the kernel lists it; 0 when it has none.
std::uint32_t newest_child() {
    char text[4096];
    const long file = raw(SYS_openat, AT_FDCWD, word("/proc/thread-self/children"), O_RDONLY);
    if (file < 0)
        return 0;
    std::uint32_t number = 0;
    std::uint32_t last = 0;
    for (long count = raw(SYS_read, file, word(text), sizeof text); count > 0;
         count = raw(SYS_read, file, word(text), sizeof text))
        for (long i = 0; i < count; ++i) {
            if (text[i] >= '0' && text[i] <= '9') {
                number = number * 10 + static_cast<std::uint32_t>(text[i] - '0');
                continue;
            }
            last = number != 0 ? number : last;
            number = 0;
        }
    raw(SYS_close, file);
    return number != 0 ? number : last;
}

void* thread_start(void* argument) {
    auto* const entry = static_cast<ThreadEntry*>(argument);
    auto* const routine = reinterpret_cast<void* (*)(void*)>(entry->routine);
    void* const routine_argument = reinterpret_cast<void*>(entry->argument);
    set_self(entry);
    if (Header* const shared = virtual_header())
        wait_for_turn(shared);
    return routine(routine_argument);
}

int spawn(Next<Spawn>& next, pid_t* child, const char* path,
          const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
          char* const* arguments, char* const* environment) {
    Header* const shared = header();
    ThreadEntry* const entry = reserve_for_child(shared);
    pid_t made = 0;
    const int error = next(&made, path, actions, attributes, arguments, environment);
    if (error == 0 && child != nullptr)
        *child = made;
    if (shared != nullptr && error == 0)
        assign_entry(shared, entry, static_cast<std::uint32_t>(made));
    else if (shared != nullptr)
        release_entry(shared, entry);
    return error;
}

} // namespace

Header* resting_header() {
    return traces_others.load(std::memory_order_relaxed) ? nullptr : virtual_header();
}

void set_tracer(bool traces) {
    traces_others.store(traces, std::memory_order_relaxed);
}

BURNRIG_HOOK(long, ptrace, long request, long process, long address, long data) {
    if (request != PTRACE_TRACEME)
        set_tracer(true);
    return next_ptrace(request, process, address, data);
}

/// fork, and vfork too: its child must not write into the parent's thread entry.
BURNRIG_HOOK(pid_t, fork, void) {
    Header* const shared = header();
    if (shared == nullptr)
        return next_fork();
    const SignalsBlocked signals;
    ThreadEntry* const entry = reserve_for_child(shared);
    const pid_t child = next_fork();
    if (child == 0) {
        set_tracer(false);
        set_self(entry);
        if (virtual_header() != nullptr)
            wait_for_turn(shared);
    } else if (child > 0)
        assign_entry(shared, entry, static_cast<std::uint32_t>(child));
    else
        release_entry(shared, entry);
    return child;
}
BURNRIG_HOOK_ALIAS(vfork, fork);

BURNRIG_HOOK(int, pthread_create, pthread_t* thread, const pthread_attr_t* attributes,
             void* (*routine)(void*), void* argument) {
    Header* const shared = header();
    ThreadEntry* const entry = reserve_for_child(shared);
    if (entry == nullptr)
        return next_create(thread, attributes, routine, argument);
    entry->process.store(static_cast<std::uint32_t>(raw(SYS_getpid)));
    entry->routine = reinterpret_cast<std::uint64_t>(routine);
    entry->argument = reinterpret_cast<std::uint64_t>(argument);
    const int error = next_create(thread, attributes, thread_start, entry);
    if (error != 0)
        release_entry(shared, entry);
    return error;
}

BURNRIG_HOOK(int, posix_spawn, pid_t* child, const char* path,
             const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
             char* const* arguments, char* const* environment) {
    return spawn(next_spawn, child, path, actions, attributes, arguments, environment);
}

BURNRIG_HOOK(int, posix_spawnp, pid_t* child, const char* path,
             const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
             char* const* arguments, char* const* environment) {
    return spawn(next_spawnp, child, path, actions, attributes, arguments, environment);
}

BURNRIG_HOOK(FILE*, popen, const char* command, const char* mode) {
    Header* const shared = header();
    ThreadEntry* const entry = reserve_for_child(shared);
    FILE* const stream = next_popen(command, mode);
    const std::uint32_t child = entry != nullptr && stream != nullptr ? newest_child() : 0;
    if (child != 0)
        assign_entry(shared, entry, child);
    else if (entry != nullptr)
        release_entry(shared, entry);
    return stream;
}

/// As the standard says, with the child made by the spawn above: INT and QUIT ignored and CHLD
/// blocked until the shell has ended.
BURNRIG_HOOK(int, system, const char* command) {
    if (header() == nullptr || command == nullptr)
        return next_system(command);
    struct sigaction ignore {};
    struct sigaction old_interrupt {};
    struct sigaction old_quit {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &old_interrupt);
    sigaction(SIGQUIT, &ignore, &old_quit);
    sigset_t child_set;
    sigset_t old_mask;
    sigset_t defaults;
    sigemptyset(&child_set);
    sigaddset(&child_set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_set, &old_mask);
    sigemptyset(&defaults);
    if (old_interrupt.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGINT);
    if (old_quit.sa_handler != SIG_IGN)
        sigaddset(&defaults, SIGQUIT);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &old_mask);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const char* const arguments[] = {"sh", "-c", command, nullptr};
    pid_t child = 0;
    int status = 127 << 8;
    if (spawn(next_spawn, &child, "/bin/sh", nullptr, &attributes,
              const_cast<char* const*>(arguments), environ) == 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    posix_spawnattr_destroy(&attributes);
    sigaction(SIGINT, &old_interrupt, nullptr);
    sigaction(SIGQUIT, &old_quit, nullptr);
    sigprocmask(SIG_SETMASK, &old_mask, nullptr);
    return status;
}

} // namespace burnrig::emulator::nodes::preload::shim
