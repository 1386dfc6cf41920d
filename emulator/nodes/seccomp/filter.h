// SPDX-License-Identifier: Apache-2.0
// The seccomp filter that the program and everything it starts runs under: which of its system
// calls wait for the rig, and which never leave the kernel.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <linux/filter.h>

namespace burnrig::emulator::nodes::seccomp {

/// Which calls of one number wait.
enum class Waits : unsigned char {
    always,
    not_of_sockets, ///< ioctl: all requests but those that sockets alone know
    of_files,       ///< mmap: not anonymous memory
};

struct Watched {
    int number; ///< __NR_...
    Waits waits = Waits::always;
};

/// The filter's program. Calls of another machine word size or byte order are let through.
std::vector<sock_filter> make_filter(std::span<const Watched> calls);

/// Puts the calling thread, for ever, under the filter. Returns the listener or a negative errno.
/// Safe after fork().
int install_filter(std::span<const sock_filter> program);

/// Why programs cannot be run under such a filter on this machine; "" when they can.
std::string obstacle();

} // namespace burnrig::emulator::nodes::seccomp
