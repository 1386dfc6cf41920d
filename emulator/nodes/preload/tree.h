// SPDX-License-Identifier: Apache-2.0
// The program's tree of processes and threads, as far as drive time is concerned: who lives, who
// works, who waits for what time.
//
// Drive time stands still while any thread of the tree works. A thread is known to rest when its
// entry says that it sleeps or waits for the drive. One that is blocked in some other system call
// (a pipe, waitpid, a lock) is found by asking the kernel twice: if every such thread was asleep
// the first time, is asleep the second time, and none was put on a processor in between, then
// there was a moment when all of them were asleep.
//
//     look 1: A asleep, 17 times run   B asleep, 4 times run
//                                  <- at this moment all rest
//     look 2: A asleep, 17 times run   B asleep, 4 times run
//
// One thread uses this class, except for the watcher inside.
#pragma once

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/preload/shared_memory.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes::preload {

class Tree {
public:
    explicit Tree(Header& header);
    ~Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    /// Starts the thread that notices deaths, what the inotify file `closes` has to tell, and that
    /// the descriptor `visitors` (-1: none) became readable.
    mmc::Result<void> start(int closes, int visitors = -1);

    /// Ends that thread, which touches the header and the inotify file: before either goes.
    void stop();

    /// Puts the root of the tree into the table before it runs.
    void add_root(std::uint32_t process);

    /// Looks for new processes and for dead ones; frees what the dead held in the tables.
    /// Returns the processes that died.
    std::vector<std::uint32_t> take_deaths();

    /// Whether every thread rests. Looks once; does not wait.
    bool quiescent();

    /// Waits until a thread tells of something, at most `nanoseconds` of real time. `seen` is the
    /// count of changes before the caller looked.
    void wait_for_change(std::uint32_t seen, std::int64_t nanoseconds);
    std::uint32_t changes() const { return header_.changes.load(); }

    /// Kills every process of the tree, those that no shim is in too.
    void kill_all(std::uint32_t root) const;

    bool any_process() const { return !processes_.empty(); }
    bool alive(std::uint32_t process) const;

private:
    struct Process {
        std::uint32_t number = 0;
        FileDescriptor handle; // pidfd
    };
    /// How the kernel sees one thread.
    struct Look {
        bool resting = false;
        bool gone = false;
        std::uint64_t times_run = 0;
    };
    /// The kernel's files about the thread of an entry, kept open: a new thread with an old number
    /// cannot be taken for it.
    struct Watch {
        std::uint32_t process = 0;
        std::uint32_t thread = 0;
        FileDescriptor state;
        FileDescriptor times;
        bool ended = false; ///< was seen as ended once
    };

    void watch_deaths();
    void adopt_processes();
    void bury(std::uint32_t process);
    bool open_watch(std::size_t index);
    bool still_ending(std::size_t index);
    Look look(std::size_t index);
    bool must_look(ThreadState state, bool look_at_sleepers) const;
    bool all_rest(bool look_at_sleepers);

    Header& header_;
    std::vector<Process> processes_;
    std::array<Watch, thread_count> watches_;
    std::array<Look, thread_count> first_looks_;
    std::uint32_t signals_seen_ = 0;
    bool fresh_death_ = false;
    int closes_ = -1;
    int visitors_ = -1;
    std::atomic<bool> death_noticed_{false};
    FileDescriptor events_; // epoll of the watcher
    FileDescriptor stop_;   // eventfd
    std::thread watcher_;
};

} // namespace burnrig::emulator::nodes::preload
