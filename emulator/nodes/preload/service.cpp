// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/preload/service.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "emulator/nodes/preload/futex.h"
#include "emulator/nodes/preload/slot_memory.h"
#include "emulator/nodes/watch_events.h"

namespace burnrig::emulator::nodes::preload {

mmc::Result<void> Service::start() {
    closes_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!closes_)
        return mmc::fail("cannot watch files for their last close: {}", std::strerror(errno));
    return {};
}

void Service::serve(std::size_t index) {
    Slot& slot = header_.slots[index];
    const std::uint32_t process = slot_owner(slot.word.load());
    const std::uint32_t thread_index = read_once(slot.thread_index);
    run_operation(slot, index, process);
    ++served_;
    // Running first: between the two the thread must not look as if it waited for somebody else.
    if (thread_index < thread_count) {
        ThreadState waits = ThreadState::command;
        header_.threads[thread_index].state.compare_exchange_strong(waits, ThreadState::running);
    }
    slot.word.store(slot_word(SlotState::done, process));
    futex_wake(slot.word);
}

Service::File* Service::file_of(std::uint32_t index) {
    return index < open_count && files_[index].in_use ? &files_[index] : nullptr;
}

void Service::run_operation(Slot& slot, std::size_t index, std::uint32_t process) {
    const Operation operation = read_once(slot.operation);
    if (operation == Operation::open) {
        slot.result = open_file(slot, process);
        return;
    }
    const std::uint32_t file_index = read_once(slot.open_index);
    File* const file = file_of(file_index);
    if (file == nullptr) {
        slot.result = -EBADF;
        return;
    }
    if (file->aix_device != nullptr && operation != Operation::drop) {
        slot.result = run_aix(operation, slot, index, process, *file);
        return;
    }
    const bool root = slot.privileged != 0;
    switch (operation) {
    case Operation::ioctl: {
        SlotMemory memory(header_, index, process);
        slot.result = file->device->ioctl(file->open, static_cast<std::uint32_t>(slot.request),
                                          slot.argument, Caller{root, root}, memory);
        break;
    }
    case Operation::read:
        slot.result = read_file(slot, index, *file);
        break;
    case Operation::write: {
        const auto length = std::min<std::uint64_t>(read_once(slot.argument), payload_bytes);
        slot.result = file->device->write(
            file->open, read_once(slot.request),
            {payload_of(&header_, static_cast<std::uint32_t>(index)), std::size_t{length}});
        break;
    }
    case Operation::sg_read:
    case Operation::sg_write: {
        SlotMemory memory(header_, index, process);
        const auto buffer = read_once(slot.request);
        const auto length = read_once(slot.argument);
        slot.result =
            operation == Operation::sg_read
                ? file->device->sg_read(file->open, buffer, length, memory)
                : file->device->sg_write(file->open, buffer, length, Caller{root, root}, memory);
        show_readiness(*file);
        break;
    }
    case Operation::size:
        slot.result = static_cast<std::int64_t>(file->device->size());
        break;
    case Operation::map:
        slot.result = map_reserve(slot, *file);
        break;
    case Operation::drop:
        if (!file->was_opened)
            close_file(file_index);
        slot.result = 0;
        break;
    default:
        slot.result = -EINVAL;
    }
}

/// The request holds the offset, with the lowest bit for a wish to write.
long Service::map_reserve(const Slot& slot, File& file) {
    const std::uint64_t offset = read_once(slot.request);
    const bool to_write = (offset & 1) != 0;
    if (const long error = file.device->sg_mmap(file.open, read_once(slot.argument),
                                                offset & ~std::uint64_t{1}, to_write))
        return error;
    if (!file.reserve)
        file.reserve = SharedBuffer::create(static_cast<std::size_t>(file.open.reserved_size));
    file.open.reserve = file.reserve.bytes();
    return file.reserve ? file.reserve.file() : -ENOMEM;
}

long Service::read_file(Slot& slot, std::size_t index, File& file) {
    auto* const payload = payload_of(&header_, static_cast<std::uint32_t>(index));
    const auto length = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(read_once(slot.argument), payload_bytes));
    int error = 0;
    const auto bytes = file.device->read(file.open, read_once(slot.request), length,
                                         {payload, payload_bytes}, error);
    if (error != 0)
        return error;
    slot.result_offset = bytes.empty() ? 0 : static_cast<std::uint32_t>(bytes.data() - payload);
    return static_cast<long>(bytes.size());
}

bool Service::make_pipe(File& file) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    file.handle.reset(ends[0]);
    file.bell.reset(ends[1]);
    file.shown = POLLOUT;
    return true;
}

/// An empty pipe can be written, one with a byte in it read, and written too unless it has no more
/// than that one page.
void Service::show_readiness(File& file) {
    constexpr int one_page = 4096;
    constexpr int roomy = 16 * one_page;
    const short now = file.device->poll(file.open);
    if (!file.bell || now == file.shown)
        return;
    const bool readable = (now & ~POLLOUT) != 0; // POLLHUP is for reading, too
    const bool was_readable = (file.shown & ~POLLOUT) != 0;
    std::uint8_t byte = 0;
    if (!readable) [[maybe_unused]]
        const ssize_t taken = ::read(file.handle.get(), &byte, 1);
    ::fcntl(file.bell.get(), F_SETPIPE_SZ, readable && (now & POLLOUT) == 0 ? one_page : roomy);
    if (readable && !was_readable) [[maybe_unused]]
        const ssize_t put = ::write(file.bell.get(), &byte, 1);
    file.shown = now;
}

mmc::Result<void> Service::make_handle(File& file, std::size_t index) {
    static constexpr const char* names[] = {"burnrig-sr", "burnrig-sg", "burnrig-bsg"};
    const char* const name =
        file.aix_device != nullptr ? "burnrig-cd" : names[static_cast<std::size_t>(file.open.kind)];
    const bool piped = file.aix_device == nullptr && file.open.kind == NodeKind::generic;
    // Sealed: a program that goes around the shim finds the file empty and cannot fill it.
    constexpr int seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL;
    if (!piped)
        file.handle.reset(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    const bool made = piped ? make_pipe(file)
                            : file.handle && ::fcntl(file.handle.get(), F_ADD_SEALS, seals) == 0;
    struct stat status {};
    if (!made || ::fstat(file.handle.get(), &status) != 0)
        return mmc::fail("cannot make a file for the program: {}", std::strerror(errno));
    const std::string path = fmt::format("/proc/self/fd/{}", file.handle.get());
    file.watch = ::inotify_add_watch(closes_.get(), path.c_str(), IN_OPEN | IN_CLOSE);
    if (file.watch < 0)
        return mmc::fail("cannot watch a file of the program: {}", std::strerror(errno));
    OpenEntry& entry = header_.opens[index];
    entry.kind.store(node_kind(file.node));
    entry.drive.store(node_drive(file.node));
    entry.server_file.store(static_cast<std::uint32_t>(file.handle.get()));
    entry.inode.store(status.st_ino);
    return {};
}

long Service::open_file(Slot& slot, std::uint32_t process) {
    const auto free_file =
        std::find_if(files_.begin(), files_.end(), [](const File& file) { return !file.in_use; });
    if (free_file == files_.end())
        return -ENFILE;
    const auto index = static_cast<std::size_t>(free_file - files_.begin());
    File& file = *free_file;
    file.node = static_cast<int>(read_once(slot.node));
    file.owner = process;
    file.was_opened = false;
    file.descriptions = 0;
    file.aix_device = nullptr;
    const long error = is_aix(node_kind(file.node)) ? open_aix(slot, file) : open_linux(slot, file);
    if (error != 0)
        return error;
    file.in_use = true;
    if (!make_handle(file, index)) {
        close_file(index);
        return -ENFILE;
    }
    slot.open_index = static_cast<std::uint32_t>(index);
    return 0;
}

long Service::open_linux(const Slot& slot, File& file) {
    if (node_kind(file.node) > 2 || node_drive(file.node) >= devices_.size())
        return -ENODEV;
    file.device = devices_[node_drive(file.node)];
    file.open = OpenFile{};
    file.open.kind = static_cast<NodeKind>(node_kind(file.node));
    file.open.flags = static_cast<int>(slot.request);
    const bool root = slot.privileged != 0;
    return file.device->open(file.open, Caller{root, root});
}

void Service::close_file(std::size_t index) {
    File& file = files_[index];
    header_.opens[index].inode.store(0);
    if (file.watch >= 0)
        ::inotify_rm_watch(closes_.get(), file.watch);
    file.watch = -1;
    file.handle.reset();
    file.bell.reset();
    file.reserve = {};
    if (file.aix_device != nullptr)
        (void)file.aix_device->close(file.aix); // the program is past hearing of it
    else
        file.device->close(file.open);
    file.in_use = false;
}

bool Service::take_closes() {
    std::vector<std::size_t> closed;
    for_each_watch_event(closes_.get(), [&](int watch, std::uint32_t mask) {
        for (std::size_t i = 0; i < open_count; ++i) {
            File& file = files_[i];
            if (!file.in_use || file.watch != watch)
                continue;
            file.was_opened = true;
            file.descriptions += (mask & IN_OPEN) != 0 ? 1 : 0;
            file.descriptions -= (mask & IN_CLOSE) != 0 ? 1 : 0;
            if (file.descriptions <= 0 && (mask & IN_CLOSE) != 0)
                closed.push_back(i);
        }
    });
    for (const std::size_t index : closed)
        if (files_[index].in_use && files_[index].descriptions <= 0)
            close_file(index);
    return !closed.empty();
}

void Service::forget(std::uint32_t process) {
    for (Slot& slot : header_.slots) {
        const std::uint32_t word = slot.word.load();
        if (word == 0 || slot_owner(word) != process)
            continue;
        slot.word.store(0);
        tell_slot_freed(header_);
    }
    take_closes();
    for (std::size_t i = 0; i < open_count; ++i)
        if (files_[i].in_use && !files_[i].was_opened && files_[i].owner == process)
            close_file(i);
}

} // namespace burnrig::emulator::nodes::preload
