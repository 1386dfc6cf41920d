// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/host_state.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace burnrig::harness::sweep {
namespace {

std::uint64_t entries_in(const char* directory) {
    std::error_code error;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        ++count;
    return count;
}

std::uint64_t locked_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmLck:") {
            std::uint64_t kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    return 0;
}

} // namespace

HostState HostState::now() {
    return {entries_in("/proc/self/task"), entries_in("/proc/self/fd"), locked_memory()};
}

std::string HostState::difference(const HostState& later) const {
    std::string text;
    const auto more = [&](std::uint64_t before, std::uint64_t after, const char* what) {
        if (after > before)
            text += fmt::format("{}{} {} more than before", text.empty() ? "" : ", ",
                                after - before, what);
    };
    more(threads, later.threads, "threads");
    more(files, later.files, "open files");
    more(locked_kilobytes, later.locked_kilobytes, "KiB of locked memory");
    return text;
}

} // namespace burnrig::harness::sweep
