// SPDX-License-Identifier: Apache-2.0
// The memory that the rig's process and every process of the program's tree share: who is running
// and who sleeps, what time it is, and the slots through which calls on the drive go.
//
//     Header | ThreadEntry[thread_count] | TimerEntry[] | OpenEntry[] | Slot[slot_count] | payloads
//
//     program                                   rig
//     claims a slot, fills it, `posted`  --->   runs the call; asks for more of the program's
//     copies on request                  <-->   memory by `copy_in` and `copy_out`
//     copies the results out, `free`     <---   `done`
//
// It is a memfd of the rig's, found through the environment variable of `variable_name`. All words
// that both sides change are atomics; the ones waited for are futexes. The rig trusts nothing in
// here: it copies what it looks at and checks every length and index, since any process of the tree
// can write anything.
//
// No function here allocates or throws, so that the shim needs no C++ library.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace burnrig::emulator::nodes::preload {

inline constexpr char variable_name[] = "BURNRIG_PRELOAD_NODE"; ///< "/proc/PID/fd/N"

inline constexpr std::uint64_t magic_number = 0x4752'4E52'5542'0A0DULL;
inline constexpr std::uint32_t layout_version = 2;
inline constexpr std::uint32_t thread_count = 128;
inline constexpr std::uint32_t timer_count = 32;
inline constexpr std::uint32_t open_count = 64;
inline constexpr std::uint32_t slot_count = 8;
inline constexpr std::uint32_t drive_count = 16;
inline constexpr std::uint32_t path_count = 8 * drive_count + 2;
inline constexpr std::uint32_t path_bytes = 128;
inline constexpr std::uint32_t folder_bytes = 256;
inline constexpr std::uint32_t payload_bytes = 1280 * 1024;
inline constexpr std::uint32_t small_bytes = 8192;
inline constexpr std::uint32_t prefetch_count = 4;
inline constexpr std::uint32_t write_back_count = 8;

/// Kinds of node beside those of NodeKind: AIX's /dev/cdN and /dev/rcdN.
inline constexpr std::uint32_t aix_block_kind = 16;
inline constexpr std::uint32_t aix_raw_kind = 17;
inline constexpr bool is_aix(std::uint32_t kind) {
    return kind == aix_block_kind || kind == aix_raw_kind;
}

/// What a thread of the tree does, as far as time is concerned.
enum class ThreadState : std::uint32_t {
    free,     ///< no thread
    reserved, ///< of a thread or process about to be made: counts as running
    running,  ///< working, or blocked in a system call: the kernel tells which
    sleeping, ///< does nothing until `deadline` or a signal of the program's own
    waiting,  ///< in a system call that ends by itself or at `deadline`, by a signal
    fired,    ///< its deadline came; it has not noticed yet: counts as running
    command,  ///< waits for the rig to answer a call
};

struct alignas(64) ThreadEntry {
    std::atomic<ThreadState> state;
    std::atomic<std::uint32_t> process;
    std::atomic<std::uint32_t> thread;
    std::atomic<std::int64_t> deadline;
    std::atomic<std::uint64_t> order;    ///< place in the tree of creation, see child_order()
    std::atomic<std::uint32_t> children; ///< processes and threads it made so far
    std::atomic<std::uint32_t> maker;    ///< process that reserved the entry; 0: the entry is free
    std::uint64_t routine;               ///< a new thread's function and argument
    std::uint64_t argument;
};

/// alarm() and setitimer(ITIMER_REAL) of a process.
struct TimerEntry {
    std::atomic<std::uint32_t> process; ///< 0: free
    std::atomic<std::int64_t> deadline; ///< 0: not armed
    std::atomic<std::int64_t> interval;
};

/// An open file description of the drive. The file that the program holds is an empty, sealed memfd
/// of the rig's; its inode number tells which. That of sgN is a pipe, which the rig fills and
/// drains so that the kernel's own poll, select, epoll and SIGIO tell what a queue of replies
/// would.
struct OpenEntry {
    std::atomic<std::uint64_t> inode; ///< 0: free
    std::atomic<std::uint32_t> kind;  ///< NodeKind
    std::atomic<std::uint32_t> drive; ///< into Header::drives
    std::atomic<std::uint32_t> server_file;
};

enum class SlotState : std::uint32_t { free, claimed, posted, copy_in, copy_out, copied, done };

enum class Operation : std::uint32_t {
    none,
    open, ///< answers which OpenEntry
    drop, ///< that entry could not be opened after all
    ioctl,
    read,
    write,   ///< the bytes are in the payload
    sg_read, ///< of a file that is no block device: request is the buffer's address
    sg_write,
    size,
    map, ///< may the reserved buffer be mapped? Answers in which file of the rig's it is
};

/// Slot::word holds a state and who owns the slot, so that no owner can die unknown.
inline constexpr std::uint32_t slot_word(SlotState state, std::uint32_t process) {
    return process << 4 | static_cast<std::uint32_t>(state);
}
inline constexpr SlotState slot_state(std::uint32_t word) {
    return SlotState{word & 15};
}
inline constexpr std::uint32_t slot_owner(std::uint32_t word) {
    return word >> 4;
}

/// A piece of the program's memory that the slot already holds, or that it must write at the end.
/// `offset` counts from the payload, or from `small` when in_small is set.
struct Piece {
    std::uint64_t address;
    std::uint32_t length;
    std::uint32_t offset;
    std::uint32_t in_small;
};

struct alignas(64) Slot {
    std::atomic<std::uint32_t> word; ///< slot_word(); futex, both ways; 0: free
    std::uint32_t thread_index;      ///< into the thread entries; thread_count: none
    Operation operation;
    std::uint32_t open_index;
    std::uint32_t node;          ///< open: which one, a node_number()
    std::uint32_t privileged;    ///< the process is root
    std::uint64_t request;       ///< ioctl: request; open: flags; read, write: offset
    std::uint64_t argument;      ///< ioctl: argument; read, write: length; open: openx()'s word
    std::int64_t result;         ///< as the system call would return it: negative is an errno
    std::uint32_t result_offset; ///< read: where in the payload the bytes are
    std::int64_t issued;         ///< drive time when it was posted
    Piece copy;                  ///< copy_in, copy_out: what; afterwards
    std::uint32_t copy_failed;   ///< whether it was not possible
    std::uint32_t prefetched;
    Piece prefetch[prefetch_count];
    std::uint32_t write_backs;
    Piece write_back[write_back_count];
    std::uint8_t small[small_bytes];
};

enum class TimeMode : std::uint32_t {
    untouched, ///< --time real: the program's clocks and sleeps are the machine's
    scaled,    ///< --time xN
    virtual_time,
};

struct NodePath {
    char path[path_bytes]; ///< absolute, ended by 0; "" after the last
    std::uint32_t kind;    ///< NodeKind
    std::uint32_t drive;
    std::uint32_t link; ///< a symbolic link to the first name of that node
};

struct DriveEntry {
    std::uint32_t minor_number;           ///< N of /dev/srN
    std::atomic<std::uint32_t> unplugged; ///< its nodes are not there
};

/// A node is a kind of node of a drive.
inline constexpr int node_number(std::uint32_t kind, std::uint32_t drive) {
    return static_cast<int>(kind | drive << 8);
}
inline constexpr std::uint32_t node_kind(int node) {
    return static_cast<std::uint32_t>(node) & 0xFF;
}
inline constexpr std::uint32_t node_drive(int node) {
    return static_cast<std::uint32_t>(node) >> 8;
}

struct Header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t header_bytes;
    std::uint64_t total_bytes;
    std::uint32_t server_process;
    TimeMode time_mode;
    double speed;
    std::uint64_t file_device; ///< st_dev of all memfds
    std::uint64_t pipe_device; ///< st_dev of all pipes
    std::int32_t wake_signal;  ///< ends system calls in state `waiting`
    std::int64_t real_base;    ///< CLOCK_REALTIME and CLOCK_MONOTONIC when time was 0, in ns
    std::int64_t monotonic_base;
    char system_files[folder_bytes]; ///< SystemFiles::folder(); "" for none
    NodePath paths[path_count];
    DriveEntry drives[drive_count];

    std::atomic<std::int64_t> now;           ///< drive time, ns
    std::atomic<std::uint32_t> changes;      ///< futex: something the rig should look at
    std::atomic<std::uint32_t> server_waits; ///< the rig sleeps on `changes`
    std::atomic<std::uint32_t> slot_freed;   ///< futex: counts slots given back
    std::atomic<std::uint32_t> slot_waiters; ///< how many wait for one
    std::atomic<std::uint32_t> signals;      ///< counts signals sent in the tree: sleepers may run
    std::atomic<std::uint32_t> closing;      ///< the rig is gone

    ThreadEntry threads[thread_count];
    TimerEntry timers[timer_count];
    OpenEntry opens[open_count];
    Slot slots[slot_count];
};

inline constexpr std::size_t page_bytes = 4096;
inline constexpr std::size_t payload_offset =
    (sizeof(Header) + page_bytes - 1) / page_bytes * page_bytes;
inline constexpr std::size_t total_bytes = payload_offset + std::size_t{slot_count} * payload_bytes;

inline std::uint8_t* payload_of(Header* header, std::uint32_t slot) {
    return reinterpret_cast<std::uint8_t*>(header) + payload_offset +
           std::size_t{slot} * payload_bytes;
}

/// Reads a plain field once, so that what was checked is what is used: a program can change it
/// meanwhile.
template <class T>
inline T read_once(const T& field) {
    return *const_cast<const volatile T*>(&field);
}

/// What happens at one instant happens in the order of creation, which does not change from run to
/// run as process numbers do. The root is 01 00 00...; its second child is 01 02 00...; that one's
/// first child is 01 02 01 00.... From the 255th child and the 9th generation on numbers repeat,
/// and the order of registration decides.
inline constexpr std::uint64_t root_order = 1ULL << 56;

inline std::uint64_t child_order(std::uint64_t parent, std::uint32_t child_number) {
    const std::uint64_t number = child_number < 255 ? child_number : 255;
    for (int shift = 48; shift >= 0; shift -= 8)
        if (((parent >> shift) & 0xFF) == 0)
            return parent | number << shift;
    return parent;
}

} // namespace burnrig::emulator::nodes::preload
