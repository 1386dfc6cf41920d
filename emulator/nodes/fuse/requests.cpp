// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/fuse/requests.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include "emulator/nodes/fuse/request_memory.h"

namespace burnrig::emulator::nodes::fuse {
namespace {

constexpr std::size_t most_handles = 4096;
constexpr std::size_t longest_line = 64 * 1024;

/// Where a program's buffer for read() and write() counts to lie, whose bytes come and go with the
/// request: where no program can have any of its own.
constexpr std::uint64_t buffer_address = 0xFFFF'8000'0000'0000;

bool is_device(const Entry& entry) {
    return entry.kind == EntryKind::block_device || entry.kind == EntryKind::generic_device;
}

} // namespace

Requests::Requests(Folder folder, LinuxDevice& device)
    : folder_(std::move(folder)), device_(device),
      // A read that begins and ends within blocks needs room for these whole.
      payload_(std::max(longest_read, device.options().transfer_bytes_max) + 4096) {}

Requests::~Requests() {
    for (auto& [number, handle] : handles_)
        close(*handle);
}

struct stat Requests::attributes(const Entry& entry) const {
    struct stat status {};
    const bool folder = entry.kind == EntryKind::folder;
    status.st_ino = entry.number;
    status.st_mode = folder ? S_IFDIR | S_IRWXU
                            : S_IFREG | S_IRUSR | (entry.writable ? mode_t{S_IWUSR} : mode_t{0});
    status.st_nlink = folder ? 2 : 1;
    status.st_uid = ::geteuid();
    status.st_gid = ::getegid();
    status.st_blksize = LinuxDevice::block_bytes;
    const auto size = entry.kind == EntryKind::block_device ? device_.size() : entry.size;
    status.st_size = static_cast<off_t>(size);
    status.st_blocks = static_cast<blkcnt_t>((size + 511) / 512);
    return status;
}

int Requests::open(Handle& handle, int flags) {
    if ((flags & O_ACCMODE) != O_RDONLY && !handle.entry.writable)
        return EACCES;
    if (is_device(handle.entry)) {
        handle.device.kind =
            handle.entry.kind == EntryKind::block_device ? NodeKind::block : NodeKind::generic;
        handle.device.flags = flags;
        const int error = device_.open(handle.device, caller_rights_);
        devices_open_ += error == 0 ? 1 : 0;
        return -error;
    }
    if (handle.entry.kind == EntryKind::text && (flags & O_ACCMODE) != O_WRONLY)
        handle.text = folder_.text(handle.entry.number).text();
    if (handle.entry.kind == EntryKind::shown) {
        const ShownFile& file = folder_.shown(handle.entry.number);
        handle.shown.reset(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
        return handle.shown ? 0 : errno;
    }
    return 0;
}

void Requests::close(Handle& handle) {
    if (handle.poll != nullptr)
        fuse_pollhandle_destroy(std::exchange(handle.poll, nullptr));
    if (!is_device(handle.entry))
        return;
    device_.close(handle.device);
    --devices_open_;
}

/// The reply to a command that was written to an sg file.
std::span<const std::uint8_t> Requests::read_generic(Handle& handle, std::size_t length,
                                                     int& error) {
    reply_.resize(longest_read);
    const auto room = std::span(reply_).first(length);
    RequestMemory memory(caller, payload_, buffer_address, {}, room);
    const long count = device_.sg_read(handle.device, buffer_address, length, memory);
    if (memory.forbidden())
        complain_of_memory();
    error = count < 0 ? static_cast<int>(count) : 0;
    wake(handle);
    return room.first(count < 0 ? 0 : std::min(length, static_cast<std::size_t>(count)));
}

/// Whoever polls an sg file asks again.
void Requests::wake(Handle& handle) {
    if (handle.poll == nullptr)
        return;
    fuse_lowlevel_notify_poll(handle.poll);
    fuse_pollhandle_destroy(std::exchange(handle.poll, nullptr));
}

long Requests::write_device(Handle& handle, std::uint64_t offset,
                            std::span<const std::uint8_t> data) {
    if (handle.device.kind == NodeKind::block)
        return device_.write(handle.device, offset, data);
    RequestMemory memory(caller, payload_, buffer_address, data, {});
    const long count =
        device_.sg_write(handle.device, buffer_address, data.size(), caller_rights_, memory);
    if (memory.forbidden())
        complain_of_memory();
    wake(handle);
    return count;
}

std::span<const std::uint8_t> Requests::read_device(Handle& handle, std::uint64_t offset,
                                                    std::size_t length, int flags, int& error) {
    if (handle.device.kind == NodeKind::generic)
        return read_generic(handle, length, error);
    // libusal takes what is no block device for an old sg device, and empties its queue of replies.
    const bool empties_queue = (flags & O_NONBLOCK) != 0 && length % LinuxDevice::block_bytes != 0;
    if (empties_queue) {
        error = -EAGAIN;
        return {};
    }
    return device_.read(handle.device, offset, static_cast<std::uint32_t>(length), payload_, error);
}

/// What is there at that offset; in the payload or in the handle. Negative errno in `error`.
std::span<const std::uint8_t> Requests::read(Handle& handle, std::uint64_t offset,
                                             std::size_t length, int flags, int& error) {
    error = 0;
    length = std::min<std::size_t>(length, longest_read);
    const std::span<std::uint8_t> room(payload_.data(), length);
    long count = -EISDIR;
    switch (handle.entry.kind) {
    case EntryKind::block_device:
    case EntryKind::generic_device:
        return read_device(handle, offset, length, flags, error);
    case EntryKind::text: {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(handle.text.data());
        const auto from = std::min<std::uint64_t>(offset, handle.text.size());
        return {bytes + from, std::min<std::size_t>(length, handle.text.size() - from)};
    }
    case EntryKind::disc:
        count = folder_.read_disc(handle.entry.number, offset, room);
        break;
    case EntryKind::shown:
        if (const auto& file = folder_.shown(handle.entry.number); file.before_read)
            file.before_read();
        count = ::pread(handle.shown.get(), room.data(), room.size(), static_cast<off_t>(offset));
        count = count < 0 ? -errno : count;
        break;
    case EntryKind::folder:
        break;
    }
    error = count < 0 ? static_cast<int>(count) : 0;
    return room.first(count < 0 ? 0 : static_cast<std::size_t>(count));
}

/// The whole lines of what was written, and with `last` the rest too. An errno.
int Requests::take_lines(Handle& handle, bool last) {
    const TextFile& file = folder_.text(handle.entry.number);
    std::size_t from = 0;
    for (;;) {
        auto end = handle.pending.find('\n', from);
        if (end == std::string::npos && (!last || from == handle.pending.size()))
            break;
        end = std::min(end, handle.pending.size());
        const auto line = std::string_view(handle.pending).substr(from, end - from);
        from = std::min(end + 1, handle.pending.size());
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        if (const auto taken = file.take_line(line); !taken) {
            last_error = taken.error().message + "\n";
            handle.pending.clear();
            return EINVAL;
        }
        last_error.clear();
    }
    handle.pending.erase(0, from);
    return 0;
}

long Requests::write(Handle& handle, std::uint64_t offset, std::span<const std::uint8_t> data) {
    if (is_device(handle.entry))
        return write_device(handle, offset, data);
    if (handle.entry.kind != EntryKind::text)
        return -EBADF;
    if (handle.pending.size() + data.size() > longest_line) {
        last_error = fmt::format("what is written at once has at most {} bytes\n", longest_line);
        handle.pending.clear();
        return -EINVAL;
    }
    handle.pending.append(data.begin(), data.end());
    const int error = take_lines(handle, false);
    return error != 0 ? -error : static_cast<long>(data.size());
}

void Requests::complain_of_memory() {
    if (complained_)
        return;
    complained_ = true;
    fmt::print(stderr,
               "burnrig: the memory of process {} is out of reach, and with it its commands: it is "
               "of another user, may not be traced, or kernel.yama.ptrace_scope is not 0\n",
               caller);
}

void Requests::ioctl(fuse_req_t request, Handle& handle, std::uint32_t number,
                     std::uint64_t argument, std::span<const std::uint8_t> in,
                     std::size_t out_bytes) {
    std::array<std::uint8_t, 256> out{};
    if (!is_device(handle.entry) || out_bytes > out.size()) {
        fuse_reply_err(request, ENOTTY);
        return;
    }
    RequestMemory memory(caller, payload_, argument, in, std::span(out).first(out_bytes),
                         &foresight_);
    const long result = device_.ioctl(handle.device, number, argument, caller_rights_, memory);
    if (memory.forbidden())
        complain_of_memory();
    if (result < 0)
        fuse_reply_err(request, static_cast<int>(-result));
    else
        fuse_reply_ioctl(request, static_cast<int>(result), out.data(), memory.out_used());
}

/// What libfuse calls; `self` and `handle` find our side of a request.
struct Operations {
    /// Notes who asks.
    static Requests& self(fuse_req_t request) {
        auto& all = *static_cast<Requests*>(fuse_req_userdata(request));
        const fuse_ctx* const who = fuse_req_ctx(request);
        all.caller = who->pid;
        all.caller_rights_ = Caller{who->uid == 0, who->uid == 0};
        return all;
    }
    static Requests::Handle* handle(fuse_req_t request, const fuse_file_info* file) {
        auto& handles = self(request).handles_;
        const auto found = file == nullptr ? handles.end() : handles.find(file->fh);
        return found == handles.end() ? nullptr : found->second.get();
    }

    static void init(void*, fuse_conn_info* connection) {
        connection->max_read = longest_read;
        connection->max_write = longest_read;
    }

    static void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
        const auto found = self(request).folder_.find(parent, name);
        if (!found) {
            fuse_reply_err(request, ENOENT);
            return;
        }
        fuse_entry_param entry{}; // with timeouts of 0: nothing is kept
        entry.ino = found->number;
        entry.attr = self(request).attributes(*found);
        fuse_reply_entry(request, &entry);
    }

    static void getattr(fuse_req_t request, fuse_ino_t number, fuse_file_info*) {
        const auto found = self(request).folder_.entry(number);
        if (!found) {
            fuse_reply_err(request, ENOENT);
            return;
        }
        const struct stat status = self(request).attributes(*found);
        fuse_reply_attr(request, &status, 0);
    }

    /// A shell's `>` cuts a file first; that and changes of times and modes mean nothing here.
    static void setattr(fuse_req_t request, fuse_ino_t number, struct stat*, int,
                        fuse_file_info* file) {
        getattr(request, number, file);
    }

    static void open(fuse_req_t request, fuse_ino_t number, fuse_file_info* file) {
        Requests& all = self(request);
        const auto found = all.folder_.entry(number);
        if (!found || all.handles_.size() >= most_handles) {
            fuse_reply_err(request, found ? ENFILE : ENOENT);
            return;
        }
        auto made = std::make_unique<Requests::Handle>();
        made->entry = *found;
        if (const int error = all.open(*made, file->flags)) {
            fuse_reply_err(request, error);
            return;
        }
        file->direct_io = 1;
        file->fh = ++all.last_handle_;
        all.handles_.emplace(file->fh, std::move(made));
        if (fuse_reply_open(request, file) != 0) // whoever wanted it is gone: no release will come
            forget(all, file->fh);
    }

    static void forget(Requests& all, std::uint64_t number) {
        const auto found = all.handles_.find(number);
        if (found == all.handles_.end())
            return;
        all.close(*found->second);
        all.handles_.erase(found);
    }

    static void read(fuse_req_t request, fuse_ino_t, std::size_t length, off_t offset,
                     fuse_file_info* file) {
        auto* const from = handle(request, file);
        int error = -EBADF;
        std::span<const std::uint8_t> bytes;
        if (from != nullptr)
            bytes = self(request).read(*from, static_cast<std::uint64_t>(offset), length,
                                       file->flags, error);
        if (error != 0)
            fuse_reply_err(request, -error);
        else
            fuse_reply_buf(request, reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    static void write(fuse_req_t request, fuse_ino_t, const char* data, std::size_t length,
                      off_t offset, fuse_file_info* file) {
        auto* const to = handle(request, file);
        const std::span bytes(reinterpret_cast<const std::uint8_t*>(data), length);
        const long count =
            to == nullptr ? -EBADF
                          : self(request).write(*to, static_cast<std::uint64_t>(offset), bytes);
        if (count < 0)
            fuse_reply_err(request, static_cast<int>(-count));
        else
            fuse_reply_write(request, static_cast<std::size_t>(count));
    }

    /// A close: a last line without an end counts from now on.
    static void flush(fuse_req_t request, fuse_ino_t, fuse_file_info* file) {
        auto* const closing = handle(request, file);
        const bool lines = closing != nullptr && !closing->pending.empty();
        fuse_reply_err(request, lines ? self(request).take_lines(*closing, true) : 0);
    }

    static void release(fuse_req_t request, fuse_ino_t, fuse_file_info* file) {
        forget(self(request), file->fh);
        fuse_reply_err(request, 0);
    }

    static void readdir(fuse_req_t request, fuse_ino_t folder, std::size_t size, off_t offset,
                        fuse_file_info*) {
        std::vector<char> room(std::min<std::size_t>(size, 64 * 1024));
        std::size_t used = 0;
        for (const Entry& entry : self(request).folder_.list(folder)) {
            const auto next = static_cast<off_t>(entry.number);
            if (next <= offset)
                continue;
            const struct stat status = self(request).attributes(entry);
            const auto needed = fuse_add_direntry(request, room.data() + used, room.size() - used,
                                                  entry.name.c_str(), &status, next);
            if (needed > room.size() - used)
                break;
            used += needed;
        }
        fuse_reply_buf(request, room.data(), used);
    }

    static void poll(fuse_req_t request, fuse_ino_t, fuse_file_info* file, fuse_pollhandle* poll) {
        auto* const on = handle(request, file);
        const bool device = on != nullptr && is_device(on->entry);
        if (poll != nullptr && device)
            std::swap(on->poll, poll);
        if (poll != nullptr)
            fuse_pollhandle_destroy(poll);
        const short events =
            device ? self(request).device_.poll(on->device) : short{POLLIN | POLLOUT};
        fuse_reply_poll(request, static_cast<unsigned>(events));
    }

    static void ioctl(fuse_req_t request, fuse_ino_t, unsigned int number, void* argument,
                      fuse_file_info* file, unsigned flags, const void* in, std::size_t in_bytes,
                      std::size_t out_bytes) {
        auto* const on = handle(request, file);
        const bool of_32_bits = (flags & FUSE_IOCTL_COMPAT) != 0;
        if (on == nullptr || of_32_bits) {
            fuse_reply_err(request, ENOTTY);
            return;
        }
        self(request).ioctl(request, *on, number, reinterpret_cast<std::uint64_t>(argument),
                            {static_cast<const std::uint8_t*>(in), in_bytes}, out_bytes);
    }
};

const fuse_lowlevel_ops& Requests::operations() {
    static const fuse_lowlevel_ops all = [] {
        fuse_lowlevel_ops made{};
        made.init = Operations::init;
        made.lookup = Operations::lookup;
        made.getattr = Operations::getattr;
        made.setattr = Operations::setattr;
        made.open = Operations::open;
        made.read = Operations::read;
        made.write = Operations::write;
        made.flush = Operations::flush;
        made.release = Operations::release;
        made.readdir = Operations::readdir;
        made.ioctl = Operations::ioctl;
        made.poll = Operations::poll;
        return made;
    }();
    return all;
}

} // namespace burnrig::emulator::nodes::fuse
