// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/tree.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string_view>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include "emulator/nodes/preload/futex.h"

namespace burnrig::emulator::nodes::preload {
namespace {

/// The text of one of the kernel's small files, "" when its thread is gone.
template <std::size_t Size>
std::string_view read_text(const FileDescriptor& file, std::array<char, Size>& room) {
    const ssize_t count = ::pread(file.get(), room.data(), room.size(), 0);
    return {room.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
}

/// The letter after "12345 (any name) ".
char state_letter(std::string_view stat) {
    const std::size_t end_of_name = stat.rfind(')');
    return end_of_name == std::string_view::npos || end_of_name + 2 >= stat.size()
               ? 'X'
               : stat[end_of_name + 2];
}

/// The third number of schedstat: how often the thread was put on a processor.
std::uint64_t times_on_processor(std::string_view schedstat) {
    const std::size_t last_space = schedstat.rfind(' ');
    std::uint64_t value = 0;
    if (last_space != std::string_view::npos)
        std::from_chars(schedstat.data() + last_space + 1, schedstat.data() + schedstat.size(),
                        value);
    return value;
}

FileDescriptor open_thread_file(std::uint32_t process, std::uint32_t thread, const char* name) {
    const std::string path = fmt::format("/proc/{}/task/{}/{}", process, thread, name);
    return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

/// The parent's number, the second word after "12345 (any name) "; 0 when there is none.
std::uint32_t parent_of(std::uint32_t process) {
    std::array<char, 512> room;
    const FileDescriptor file = open_thread_file(process, process, "stat");
    const std::string_view stat = read_text(file, room);
    const std::size_t state = stat.rfind(')');
    std::uint32_t parent = 0;
    if (state != std::string_view::npos && state + 4 < stat.size())
        std::from_chars(stat.data() + state + 4, stat.data() + stat.size(), parent);
    return parent;
}

/// Orphans of the tree become children of the rig (it is their subreaper), so every process of the
/// tree has the rig among its ancestors; any other number is only noise in the shared memory.
bool descends_from(std::uint32_t process, std::uint32_t ancestor) {
    constexpr int generations_max = 256;
    for (int i = 0; i < generations_max && process > 1; ++i) {
        process = parent_of(process);
        if (process == ancestor)
            return true;
    }
    return false;
}

bool has_died(const FileDescriptor& handle) {
    pollfd wanted{handle.get(), POLLIN, 0};
    return ::poll(&wanted, 1, 0) > 0;
}

} // namespace

Tree::Tree(Header& header) : header_(header) {
    processes_.reserve(thread_count);
}

Tree::~Tree() {
    stop();
}

void Tree::stop() {
    if (!watcher_.joinable())
        return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(stop_.get(), &one, sizeof one);
    watcher_.join();
}

mmc::Result<void> Tree::start(int closes, int visitors) {
    events_.reset(::epoll_create1(EPOLL_CLOEXEC));
    stop_.reset(::eventfd(0, EFD_CLOEXEC));
    if (!events_ || !stop_)
        return mmc::fail("cannot watch processes: {}", std::strerror(errno));
    closes_ = closes;
    visitors_ = visitors;
    for (const int file : {stop_.get(), closes, visitors}) {
        if (file < 0)
            continue;
        epoll_event event{EPOLLIN | EPOLLET, {.fd = file}};
        ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, file, &event);
    }
    watcher_ = std::thread([this] { watch_deaths(); });
    return {};
}

/// Wakes the rig when a process dies, the last descriptor of an open file goes, or somebody visits.
void Tree::watch_deaths() {
    for (;;) {
        std::array<epoll_event, 16> events;
        const int count = ::epoll_wait(events_.get(), events.data(), events.size(), -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd == stop_.get())
                return;
            if (events[i].data.fd != closes_ && events[i].data.fd != visitors_)
                death_noticed_.store(true);
        }
        header_.changes.fetch_add(1);
        futex_wake(header_.changes);
    }
}

void Tree::add_root(std::uint32_t process) {
    ThreadEntry& entry = header_.threads[0];
    entry.maker.store(header_.server_process);
    entry.order.store(root_order);
    entry.process.store(process);
    entry.thread.store(process);
    entry.state.store(ThreadState::running);
}

bool Tree::alive(std::uint32_t process) const {
    return std::any_of(processes_.begin(), processes_.end(),
                       [process](const Process& known) { return known.number == process; });
}

void Tree::kill_all(std::uint32_t root) const {
    std::error_code error;
    for (const auto& folder : std::filesystem::directory_iterator("/proc", error)) {
        const std::string name = folder.path().filename().string();
        std::uint32_t number = 0;
        const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (wrong == std::errc{} && *rest == 0 &&
            (number == root || alive(number) || descends_from(number, root)))
            ::kill(static_cast<pid_t>(number), SIGKILL);
    }
}

void Tree::adopt_processes() {
    for (const ThreadEntry& entry : header_.threads) {
        const std::uint32_t number = entry.process.load();
        if (entry.maker.load() == 0 || number == 0 || alive(number))
            continue;
        FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, number, 0)));
        if (!handle || !descends_from(number, header_.server_process)) {
            if (handle || errno == ESRCH || errno == EINVAL)
                bury(number);
            continue;
        }
        epoll_event event{EPOLLIN | EPOLLONESHOT, {.fd = handle.get()}};
        ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, handle.get(), &event);
        processes_.push_back({number, std::move(handle)});
    }
}

std::vector<std::uint32_t> Tree::take_deaths() {
    adopt_processes();
    std::vector<std::uint32_t> dead;
    if (!death_noticed_.exchange(false))
        return dead;
    for (const Process& process : processes_)
        if (has_died(process.handle))
            dead.push_back(process.number);
    std::erase_if(processes_, [](const Process& process) { return has_died(process.handle); });
    for (const std::uint32_t process : dead)
        bury(process);
    if (!dead.empty()) {
        header_.signals.fetch_add(1); // SIGCHLD may wake a sleeping parent
        fresh_death_ = true;
    }
    return dead;
}

/// Frees the entries, timers and reservations of a process that is no more.
void Tree::bury(std::uint32_t process) {
    for (ThreadEntry& entry : header_.threads) {
        const bool its_own = entry.process.load() == process;
        const bool its_reservation = entry.maker.load() == process && entry.process.load() == 0;
        if (entry.maker.load() == 0 || (!its_own && !its_reservation))
            continue;
        entry.state.store(ThreadState::free);
        entry.process.store(0);
        entry.thread.store(0);
        entry.maker.store(0);
    }
    for (TimerEntry& timer : header_.timers)
        if (timer.process.load() == process) {
            timer.deadline.store(0);
            timer.process.store(0);
        }
}

bool Tree::open_watch(std::size_t index) {
    const ThreadEntry& entry = header_.threads[index];
    Watch& watch = watches_[index];
    const std::uint32_t process = entry.process.load();
    const std::uint32_t thread = entry.thread.load();
    if (watch.process == process && watch.thread == thread)
        return static_cast<bool>(watch.state) && static_cast<bool>(watch.times);
    watch = {};
    watch.process = process;
    watch.thread = thread;
    watch.state = open_thread_file(process, thread, "stat");
    watch.times = open_thread_file(process, thread, "schedstat");
    return static_cast<bool>(watch.state) && static_cast<bool>(watch.times);
}

Tree::Look Tree::look(std::size_t index) {
    std::array<char, 512> room;
    const Watch& watch = watches_[index];
    Look result;
    const char state = state_letter(read_text(watch.state, room));
    result.times_run = times_on_processor(read_text(watch.times, room));
    result.gone = state == 'X' || state == 'Z' || state == 'x';
    result.resting = state == 'S' || state == 'T' || state == 'I' || result.gone;
    return result;
}

/// A thread that ends wakes those who wait for it at about the time it is first seen as ended, so
/// the tree does not rest yet. Its entry goes the second time, except that of a process's first
/// thread, which goes with the process.
bool Tree::still_ending(std::size_t index) {
    ThreadEntry& entry = header_.threads[index];
    if (!watches_[index].ended) {
        watches_[index].ended = true;
        return true;
    }
    if (entry.process.load() == entry.thread.load() && alive(entry.process.load()))
        return false;
    entry.state.store(ThreadState::free);
    entry.process.store(0);
    entry.thread.store(0);
    entry.maker.store(0);
    watches_[index] = {};
    return false;
}

bool Tree::must_look(ThreadState state, bool look_at_sleepers) const {
    return state == ThreadState::running || state == ThreadState::waiting ||
           (look_at_sleepers && state == ThreadState::sleeping);
}

bool Tree::all_rest(bool look_at_sleepers) {
    std::array<std::uint8_t, thread_count> looked;
    std::size_t count = 0;
    for (std::size_t i = 0; i < thread_count; ++i) {
        ThreadEntry& entry = header_.threads[i];
        if (entry.maker.load() == 0)
            continue;
        const ThreadState state = entry.state.load();
        if (state == ThreadState::sleeping || state == ThreadState::command)
            if (!must_look(state, look_at_sleepers))
                continue;
        if (!must_look(state, look_at_sleepers) || entry.thread.load() == 0)
            return false; // about to be, or woken and not aware of it
        if (!open_watch(i) || (first_looks_[i] = look(i)).gone) {
            if (still_ending(i))
                return false;
            continue;
        }
        if (!first_looks_[i].resting)
            return false;
        looked[count++] = static_cast<std::uint8_t>(i);
    }
    return std::all_of(looked.begin(), looked.begin() + count, [this](std::uint8_t i) {
        const Look second = look(i);
        return second.resting && second.times_run == first_looks_[i].times_run;
    });
}

bool Tree::quiescent() {
    if (std::exchange(fresh_death_, false))
        return false; // the dead one's parent may be about to wake
    const std::uint32_t signals = header_.signals.load();
    if (!all_rest(signals != signals_seen_))
        return false;
    signals_seen_ = signals;
    return true;
}

void Tree::wait_for_change(std::uint32_t seen, std::int64_t nanoseconds) {
    header_.server_waits.store(1);
    futex_wait(header_.changes, seen, nanoseconds);
    header_.server_waits.store(0);
}

} // namespace burnrig::emulator::nodes::preload
