// SPDX-License-Identifier: Apache-2.0
// The rig's end of a seccomp filter: the system calls of the program's threads that wait for an
// answer.
//
//     thread: openat(...)  --filter-->  waits      Listener: receive -> go_on | answer | give_file
//
// A thread may be killed while it waits; answers to it are then dropped. One thread at a time.
#pragma once

#include <cstdint>
#include <linux/seccomp.h>
#include <sys/types.h>

#include "emulator/nodes/file_descriptor.h"

namespace burnrig::emulator::nodes::seccomp {

/// A system call that waits.
struct Call {
    std::uint64_t id = 0;
    pid_t thread = 0; ///< who called
    int number = 0;   ///< __NR_...
    std::uint64_t arguments[6] = {};

    int descriptor(int index = 0) const { return static_cast<int>(arguments[index]); }
};

class Listener {
public:
    explicit Listener(FileDescriptor file);

    /// Readable when a call waits; POLLHUP when nobody is left under the filter.
    int descriptor() const { return file_.get(); }

    /// The next call; false when its thread has died meanwhile. Blocks when there is none.
    bool receive(Call& call) const;

    /// Whether the thread still waits: what was read from its memory before was its own.
    bool valid(const Call& call) const;

    /// Has the kernel run the call as if there were no filter.
    void go_on(const Call& call) const;

    /// Ends the call with a result or a negative errno.
    void answer(const Call& call, long result) const;

    /// Ends the call with a new descriptor for `file`. False when the thread cannot have one.
    bool give_file(const Call& call, int file, bool close_on_exec) const;

private:
    FileDescriptor file_;
};

} // namespace burnrig::emulator::nodes::seccomp
