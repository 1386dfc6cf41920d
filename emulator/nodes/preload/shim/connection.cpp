// SPDX-License-Identifier: Apache-2.0
// Finds the rig's shared memory, registers this process and its threads.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/nodes/preload/futex.h"
#include "emulator/nodes/preload/shim/shim.h"
#include "emulator/nodes/preload/system_call.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

enum class Link : int { untried, trying, none, made };

constinit std::atomic<Link> link{Link::untried};
constinit std::atomic<Header*> shared_header{nullptr};
constinit thread_local ThreadEntry* own_entry __attribute__((tls_model("initial-exec"))) = nullptr;

void ignore_wake(int) {}

/// The handler of the signal by which the rig ends a system call. Without SA_RESTART: it must end.
void install_wake_handler(int signal_number) {
    struct KernelAction {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)();
        std::uint64_t mask;
    };
    struct sigaction action {};
    action.sa_handler = ignore_wake;
    static constinit Next<int(int, const struct sigaction*, struct sigaction*)> next_sigaction{
        "sigaction"};
    next_sigaction(signal_number, &action, nullptr);
}

Header* map_header(const char* path) {
    const long file = raw(SYS_openat, AT_FDCWD, word(path), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return nullptr;
    const long address = raw(SYS_mmap, 0, total_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    raw(SYS_close, file);
    if (address < 0 && address > -4096)
        return nullptr;
    auto* const found = reinterpret_cast<Header*>(address);
    const bool known = found->magic == magic_number && found->version == layout_version &&
                       found->header_bytes == sizeof(Header) && found->total_bytes == total_bytes;
    if (known)
        return found;
    raw(SYS_munmap, address, total_bytes);
    return nullptr;
}

void complain(const char* text) {
    raw(SYS_write, 2, word(text), static_cast<long>(strlen(text)));
}

void make_link() {
    const char* const path = getenv(variable_name);
    if (path == nullptr) {
        link.store(Link::none);
        return;
    }
    Header* const found = map_header(path);
    if (found == nullptr) {
        complain("burnrig: this process cannot reach the rig's memory; it sees no simulated "
                 "drive (is the rig gone, or does it run as another user?)\n");
        link.store(Link::none);
        return;
    }
    shared_header.store(found);
    link.store(Link::made);
    install_wake_handler(found->wake_signal);
}

std::uint32_t process_number() {
    return static_cast<std::uint32_t>(raw(SYS_getpid));
}
std::uint32_t thread_number() {
    return static_cast<std::uint32_t>(raw(SYS_gettid));
}

void start_entry(ThreadEntry& entry) {
    entry.process.store(process_number());
    entry.thread.store(thread_number());
    entry.state.store(ThreadState::running);
}

/// After exec: the main thread keeps its entry, those of the old image's other threads go.
ThreadEntry* entry_before_exec(Header* shared) {
    const std::uint32_t process = process_number();
    ThreadEntry* kept = nullptr;
    for (ThreadEntry& entry : shared->threads) {
        if (entry.maker.load() == 0 || entry.process.load() != process)
            continue;
        if (kept == nullptr && entry.thread.load() == process)
            kept = &entry;
        else
            release_entry(shared, &entry);
    }
    return kept;
}

/// After exec: gives back the slots of calls that the old image's other threads were in. One that
/// the rig still works on comes back to it as `done` and stays until this process ends.
void free_old_slots(Header* shared) {
    for (Slot& slot : shared->slots) {
        std::uint32_t seen = slot.word.load();
        const SlotState state = slot_state(seen);
        if (seen != 0 && slot_owner(seen) == process_number() &&
            (state == SlotState::done || state == SlotState::claimed))
            slot.word.compare_exchange_strong(seen, 0);
    }
}

/// The entry that a parent reserved for a child whose number it did not know.
ThreadEntry* entry_of_parent(Header* shared) {
    const auto parent = static_cast<std::uint32_t>(raw(SYS_getppid));
    for (ThreadEntry& entry : shared->threads) {
        std::uint32_t nobody = 0;
        if (entry.maker.load() == parent && entry.state.load() == ThreadState::reserved &&
            entry.process.compare_exchange_strong(nobody, process_number()))
            return &entry;
    }
    return nullptr;
}

ThreadEntry* main_entry_of(Header* shared, std::uint32_t process) {
    for (ThreadEntry& entry : shared->threads)
        if (entry.maker.load() != 0 && entry.process.load() == process &&
            entry.thread.load() == process)
            return &entry;
    return nullptr;
}

/// A thread that nobody announced: made by a bare clone(), or before the tables knew it.
ThreadEntry* new_entry(Header* shared) {
    const bool is_main = process_number() == thread_number();
    const auto parent = static_cast<std::uint32_t>(is_main ? raw(SYS_getppid) : raw(SYS_getpid));
    return reserve_entry(shared, main_entry_of(shared, parent));
}

__attribute__((constructor)) void start() {
    Header* const shared = header();
    if (shared == nullptr)
        return;
    free_old_slots(shared);
    self();
    if (virtual_header() != nullptr)
        wait_for_turn(shared);
}

} // namespace

void* find_next(const char* name) {
    return dlsym(RTLD_NEXT, name);
}

long raw(long number, long a, long b, long c, long d, long e, long f) {
    return system_call(number, a, b, c, d, e, f);
}

long to_errno(long result) {
    if (result >= 0 || result < -4095)
        return result;
    errno = static_cast<int>(-result);
    return -1;
}

Header* header() {
    Link expected = Link::untried;
    if (link.load(std::memory_order_acquire) == Link::untried &&
        link.compare_exchange_strong(expected, Link::trying))
        make_link();
    return shared_header.load(std::memory_order_acquire);
}

Header* virtual_header() {
    Header* const shared = header();
    return shared != nullptr && shared->time_mode == TimeMode::virtual_time ? shared : nullptr;
}

Header* scaled_header() {
    Header* const shared = header();
    return shared != nullptr && shared->time_mode == TimeMode::scaled ? shared : nullptr;
}

bool server_alive(Header* shared) {
    return shared->closing.load() == 0 && raw(SYS_kill, shared->server_process, 0) != -ESRCH;
}

void notify(Header* shared) {
    shared->changes.fetch_add(1);
    if (shared->server_waits.load() != 0)
        futex_wake(shared->changes);
}

void set_self(ThreadEntry* entry) {
    own_entry = entry;
    if (entry != nullptr)
        start_entry(*entry);
}

ThreadEntry* self() {
    // Another number than this process's: the C library forked by itself, as daemon() does.
    if (own_entry != nullptr && own_entry->process.load() == process_number())
        return own_entry;
    Header* const shared = header();
    if (shared == nullptr)
        return nullptr;
    ThreadEntry* entry = nullptr;
    if (process_number() == thread_number()) {
        entry = entry_before_exec(shared);
        if (entry == nullptr)
            entry = entry_of_parent(shared);
    }
    set_self(entry != nullptr ? entry : new_entry(shared));
    notify(shared);
    return own_entry;
}

ThreadEntry* reserve_entry(Header* shared, ThreadEntry* parent) {
    for (ThreadEntry& entry : shared->threads) {
        std::uint32_t nobody = 0;
        if (!entry.maker.compare_exchange_strong(nobody, process_number()))
            continue;
        entry.process.store(0);
        entry.thread.store(0);
        entry.children.store(0);
        entry.deadline.store(0);
        const std::uint32_t number = parent != nullptr ? parent->children.fetch_add(1) + 1 : 255;
        entry.order.store(parent != nullptr ? child_order(parent->order.load(), number)
                                            : ~std::uint64_t{0});
        entry.state.store(ThreadState::reserved);
        return &entry;
    }
    return nullptr;
}

void release_entry(Header* shared, ThreadEntry* entry) {
    if (entry == nullptr)
        return;
    entry->state.store(ThreadState::free);
    entry->process.store(0);
    entry->thread.store(0);
    entry->maker.store(0);
    notify(shared);
}

SignalsBlocked::SignalsBlocked() {
    constexpr std::uint64_t faults = 1ULL << (SIGSEGV - 1) | 1ULL << (SIGBUS - 1);
    const std::uint64_t others = ~faults;
    raw(SYS_rt_sigprocmask, SIG_SETMASK, word(&others), word(&saved_), sizeof others);
}

SignalsBlocked::~SignalsBlocked() {
    raw(SYS_rt_sigprocmask, SIG_SETMASK, word(&saved_), 0, sizeof saved_);
}

} // namespace burnrig::emulator::nodes::preload::shim
