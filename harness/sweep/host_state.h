// SPDX-License-Identifier: Apache-2.0
// What a process holds: threads, files, locked memory. A sweep must leave it as it was (I12).
#pragma once

#include <cstdint>
#include <string>

namespace burnrig::harness::sweep {

struct HostState {
    std::uint64_t threads = 0;
    std::uint64_t files = 0;
    std::uint64_t locked_kilobytes = 0;

    static HostState now();
    /// "3 files more are open", "" when nothing is.
    std::string difference(const HostState& later) const;
};

} // namespace burnrig::harness::sweep
