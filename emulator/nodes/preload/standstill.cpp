// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/standstill.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace burnrig::emulator::nodes::preload {
namespace {

/// How the kernel sees a thread.
struct Sight {
    std::string name = "?";
    char state = 'X';
    std::string place{}; ///< the function of the kernel's it waits in
    int tracer = 0;
};

Sight look_at(std::uint32_t process, std::uint32_t thread) {
    Sight sight;
    const std::string folder = fmt::format("/proc/{}/task/{}/", process, thread);
    std::ifstream status(folder + "status");
    for (std::string line; std::getline(status, line);) {
        const std::size_t value = std::min(line.find('\t') + 1, line.size());
        if (line.starts_with("Name:"))
            sight.name = line.substr(value);
        if (line.starts_with("State:") && value < line.size())
            sight.state = line[value];
        if (line.starts_with("TracerPid:"))
            sight.tracer = std::atoi(line.c_str() + value);
    }
    std::getline(std::ifstream(folder + "wchan"), sight.place);
    return sight;
}

std::string in_words(const ThreadEntry& entry, const Sight& sight) {
    const double until = static_cast<double>(entry.deadline.load()) / 1e9;
    switch (entry.state.load()) {
    case ThreadState::reserved:
        return "is about to begin";
    case ThreadState::sleeping:
        return fmt::format("sleeps until {:.3f} s of drive time", until);
    case ThreadState::command:
        return "waits for the drive";
    default:
        break;
    }
    switch (sight.state) {
    case 'R':
        return "works";
    case 't':
        return fmt::format("is halted by its tracer {}", sight.tracer);
    case 'T':
        return "is stopped by a signal";
    case 'Z':
    case 'X':
        return "has ended";
    default:
        return fmt::format("waits in the kernel ({})", sight.place);
    }
}

template <class Function>
void for_each_thread(const Header& header, Function function) {
    for (const ThreadEntry& entry : header.threads)
        if (entry.maker.load() != 0 && entry.process.load() != 0)
            function(entry, look_at(entry.process.load(), entry.thread.load()));
}

} // namespace

std::string what_threads_do(const Header& header) {
    std::string text;
    for_each_thread(header, [&text](const ThreadEntry& entry, const Sight& sight) {
        fmt::format_to(std::back_inserter(text), "  {} ({}) {}\n", sight.name, entry.thread.load(),
                       in_words(entry, sight));
    });
    return text;
}

std::string reason_of_standstill(const Header& header) {
    bool working = false;
    bool halted = false;
    for_each_thread(header, [&](const ThreadEntry& entry, const Sight& sight) {
        const ThreadState state = entry.state.load();
        const bool rests = state == ThreadState::sleeping || state == ThreadState::command;
        working = working || (!rests && sight.state == 'R');
        halted = halted || (!rests && (sight.state == 't' || sight.state == 'D')) ||
                 state == ThreadState::fired || state == ThreadState::reserved;
    });
    return halted && !working ? what_threads_do(header) : "";
}

} // namespace burnrig::emulator::nodes::preload
