// SPDX-License-Identifier: Apache-2.0
// The library that LD_PRELOAD puts into every process of the program's tree. It stands in for the
// libc functions that open, stat and use the drive's nodes, that tell or wait for time, and that
// make threads and processes; everything else, and every file that is not the drive, goes straight
// on to the C library.
//
// It holds no state about files: a file of the drive is a memfd of the rig's whose inode number
// stands in the shared memory, so that fork, exec, dup and passing descriptors need no care.
//
// Rules for the code here: no allocation, no locale, no C++ library, no exceptions, errno touched
// only as the libc function would; it must work before its own constructor ran.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "emulator/nodes/preload/shared_memory.h"

// Defines a libc function. The C++ name differs from the symbol, so that the prototypes of the
// system's headers do not matter.
#define BURNRIG_HOOK(type, name, ...)                                                              \
    extern "C" __attribute__((visibility("default")))                                              \
    type hook_##name(__VA_ARGS__) __asm__(#name);                                                  \
    type hook_##name(__VA_ARGS__)

// A second name of a function defined by BURNRIG_HOOK in the same file.
#define BURNRIG_HOOK_ALIAS(name, target)                                                           \
    extern "C" __typeof__(hook_##target) hook_##name __asm__(#name)                                \
        __attribute__((alias(#target), visibility("default")))

namespace burnrig::emulator::nodes::preload::shim {

/// The libc's own function behind a hook, looked up when first needed.
///     constinit Next<int(int)> next_dup{"dup"};   ...   next_dup(file);
void* find_next(const char* name);

template <class Signature>
struct Next;
template <class Result, class... Arguments>
struct Next<Result(Arguments...)> {
    using Function = Result (*)(Arguments...);
    const char* name;
    std::atomic<Function> function{nullptr};

    bool exists() { return get() != nullptr; }
    Result operator()(Arguments... arguments) { return get()(arguments...); }

private:
    Function get() {
        Function found = function.load(std::memory_order_relaxed);
        if (found == nullptr) {
            found = reinterpret_cast<Function>(find_next(name));
            function.store(found, std::memory_order_relaxed);
        }
        return found;
    }
};

/// A system call that returns a negative errno and leaves errno alone.
long raw(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0, long f = 0);

/// Turns a negative errno into -1 and errno.
long to_errno(long result);

template <class T>
long word(T* pointer) {
    return reinterpret_cast<long>(pointer);
}

// --- the connection (connection.cpp) ---

/// nullptr when this process runs under no node.
Header* header();
/// nullptr unless the rig decides what time it is.
Header* virtual_header();
/// As virtual_header(), for whoever waits: nullptr too in a process that traces others (strace,
/// gdb), which waits on the machine's time. What it traces is stopped while it thinks, so the tree
/// would never come to rest, and drive time, that the tracer waited for, never go on.
Header* resting_header();
/// Of this process, from now on (processes.cpp).
void set_tracer(bool traces);
/// nullptr unless time is the machine's, but faster or slower.
Header* scaled_header();
/// Whether the rig is still there.
bool server_alive(Header* shared);
/// Tells the rig that something changed.
void notify(Header* shared);

/// This thread's entry; made when missing. nullptr when the table is full.
ThreadEntry* self();
void set_self(ThreadEntry* entry);
/// An entry for a child of this thread, state reserved. nullptr when the table is full.
ThreadEntry* reserve_entry(Header* shared, ThreadEntry* parent);
void release_entry(Header* shared, ThreadEntry* entry);

/// Blocks every signal for as long as it lives, as a device that waits uninterruptibly does; but
/// for those of a bad address, which a guarded copy needs.
class SignalsBlocked {
public:
    SignalsBlocked();
    ~SignalsBlocked();
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

    /// The signals that were blocked before, one bit each from signal 1 on.
    std::uint64_t before() const { return saved_; }

private:
    std::uint64_t saved_ = 0;
};

/// This thread at rest until drive time reaches a deadline, for as long as it lives. The rig ends
/// the rest by a signal that only a system call with mask() lets through:
///
///     block all signals -> publish the deadline -> ppoll(mask) -> unpublish -> unblock
///
/// So neither that signal nor one of the program's own can come between the publishing and the
/// call and be missed.
class Resting {
public:
    Resting(Header* shared, ThreadState state, std::int64_t deadline, const sigset_t* wanted_mask);
    ~Resting() { end(); }
    Resting(const Resting&) = delete;
    Resting& operator=(const Resting&) = delete;

    const sigset_t* mask() const { return &mask_; }

    /// Gets up; true when the deadline had come.
    bool end();

private:
    SignalsBlocked signals_;
    ThreadEntry* entry_;
    sigset_t mask_;
    bool ended_ = false;
    bool fired_ = false;
};

// --- calls on the drive (slot_call.cpp) ---

/// Claims a slot, has the rig run a call, brings the results back.
class SlotCall {
public:
    SlotCall(Header* shared, Operation operation, std::uint32_t open_index);
    ~SlotCall();
    SlotCall(const SlotCall&) = delete;
    SlotCall& operator=(const SlotCall&) = delete;

    /// nullptr when the rig is gone.
    Slot* slot() { return slot_; }
    std::uint8_t* payload();
    /// Puts a piece of this process's memory into the slot before the rig asks for it.
    bool prefetch(std::uint64_t address, std::uint32_t length, bool in_small);
    /// What the system call returns: a negative errno for failure.
    long run();

private:
    bool serve_copy(SlotState state);
    long write_back();

    SignalsBlocked signals_;
    Header* shared_;
    std::uint32_t process_ = 0;
    Slot* slot_ = nullptr;
    std::uint32_t index_ = 0;
    std::uint32_t small_used_ = 0;
};

// --- memory of the program's (guarded_copy.cpp) ---

/// Copies between this process's own memory and the slot; false for a bad address. Under
/// SignalsBlocked also where the program blocks the signals of a fault.
bool copy_from_program(void* to, std::uint64_t from, std::size_t length);
bool copy_to_program(std::uint64_t to, const void* from, std::size_t length);

// --- the drive's files (files.cpp) ---

inline constexpr int not_ours = -1;

/// Which OpenEntry a descriptor is, or not_ours.
int device_of(int file);
/// Which node (a node_number()) a path names, or not_ours.
int node_of(int directory, const char* path);
/// Which node an open file is of.
int node_of_open(Header* shared, int open_index);
/// Opens a file of the rig's anew, so that the program has its own with its own position: the
/// descriptor or a negative errno.
long open_server_file(Header* shared, std::uint32_t file, int flags);
/// openat2(): the descriptor or a negative errno.
long open_as_told(int directory, const char* path, const open_how* how, std::size_t size);
/// The absolute form of a path that is relative to an open directory, or to the working directory
/// (AT_FDCWD), as the program sees it; false when there is none or it is too long.
inline constexpr std::size_t told_path_bytes = 1024;
bool absolute_path(int directory, const char* path, char (&room)[told_path_bytes]);
/// Where the rig's folder has the file that a path of /sys, /proc or /run/udev names (system.cpp);
/// nullptr when it has not.
const char* told_path(int directory, const char* path, char (&room)[told_path_bytes]);

/// What a symbolic link of ours says: "sr0", "../../sr0"; "" for other paths.
inline constexpr std::size_t link_text_bytes = path_bytes + 16;
const char* link_text(int directory, const char* path, char (&room)[link_text_bytes]);

/// What stat() tells of a node.
void fill_stat(Header* shared, int node, struct stat& result);

// --- time (clocks.cpp) ---

/// Drive time now and what a clock of the program's shows at drive time 0; nothing for a clock
/// that counts CPU time.
std::int64_t drive_now(Header* shared);
bool clock_base(Header* shared, clockid_t clock, std::int64_t& base);
inline std::int64_t to_ns(const timespec& time) {
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}
inline timespec to_timespec(std::int64_t ns) {
    return {ns / 1'000'000'000, ns % 1'000'000'000};
}
/// Drive time `duration` from now, without overflow.
std::int64_t deadline_after(Header* shared, std::int64_t duration);

/// Sleeps until drive time `deadline`. False when a signal handler ran first.
bool sleep_virtually(Header* shared, std::int64_t deadline);
/// futex(): a wait with a limit ends when drive time reaches it. A negative errno for failure.
long wait_on_word(long address, int operation, long value, const timespec* timeout, long other,
                  long mask);
/// A new thread or process begins when everybody else rests, its maker included: two that run at
/// once would race for who sees what first, and runs would differ.
void wait_for_turn(Header* shared);
/// A thread that does nothing but ask for the time, or poll without waiting, is made to wait 1 ms
/// of drive time once in a while, so that a busy wait ends.
void count_idle_call(Header* shared);

} // namespace burnrig::emulator::nodes::preload::shim
