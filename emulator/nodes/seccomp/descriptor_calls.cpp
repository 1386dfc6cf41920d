// SPDX-License-Identifier: Apache-2.0
// The system calls on an open file of the drive.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/nodes/seccomp/system_calls.h"

namespace burnrig::emulator::nodes::seccomp {
namespace {

constexpr std::uint64_t transfer_max = 0x7FFF'F000; // Linux's MAX_RW_COUNT

/// The process of a thread.
pid_t process_of(pid_t thread) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(fmt::format("/proc/{}/status", thread).c_str(), "re"), std::fclose);
    char line[128];
    int process = thread;
    while (file && std::fgets(line, sizeof line, file.get()) != nullptr)
        if (std::sscanf(line, "Tgid: %d", &process) == 1)
            break;
    return process;
}

} // namespace

/// The very file that the call's descriptor is, with its position; none when the kernel refuses.
FileDescriptor SystemCalls::program_file(const Call& call) const {
    const auto handle_of = [](pid_t process) {
        return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    };
    FileDescriptor process = handle_of(call.thread);
    if (!process) // the kernel gives one for a process's first thread only
        process = handle_of(process_of(call.thread));
    FileDescriptor file(
        static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), call.descriptor(), 0)));
    return listener_.valid(call) ? std::move(file) : FileDescriptor{};
}

SystemCalls::Answer SystemCalls::ioctl(const Request& request) {
    const Call& call = request.call;
    auto* const file = files_.find(call.thread, call.descriptor());
    if (file == nullptr)
        return in_kernel();
    if (request.drive_busy)
        return later();
    if (!listener_.valid(call))
        return done(-EINTR);
    ProcessMemory memory(call.thread, payload_, &foresight_);
    return done(file->drive->device.ioctl(file->open, static_cast<std::uint32_t>(call.arguments[1]),
                                          call.arguments[2], rights_of(call.thread), memory));
}

// read and write --------------------------------------------------------------------------------

long SystemCalls::read_piece(const Call& call, File& file, std::uint64_t offset,
                             const Piece& piece) {
    ProcessMemory memory = memory_of(call);
    const std::uint64_t room = payload_.size() - 2 * LinuxDevice::block_bytes;
    std::uint64_t moved = 0;
    while (moved < piece.length) {
        const auto wanted = static_cast<std::uint32_t>(std::min(piece.length - moved, room));
        int error = 0;
        const auto bytes =
            file.drive->device.read(file.open, offset + moved, wanted, payload_, error);
        if (error == 0 && !bytes.empty() &&
            (!listener_.valid(call) || !memory.write(piece.address + moved, bytes)))
            error = -EFAULT;
        if (error != 0)
            return moved > 0 ? static_cast<long>(moved) : error;
        moved += bytes.size();
        if (bytes.size() < wanted)
            break;
    }
    return static_cast<long>(moved);
}

long SystemCalls::write_piece(const Call& call, File& file, std::uint64_t offset,
                              const Piece& piece) {
    ProcessMemory memory = memory_of(call);
    const std::uint64_t room = payload_.size() - 2 * LinuxDevice::block_bytes;
    std::uint64_t moved = 0;
    while (moved < piece.length) {
        const auto wanted = static_cast<std::size_t>(std::min(piece.length - moved, room));
        const auto bytes = std::span(payload_).first(wanted);
        const bool readable = memory.read(piece.address + moved, bytes) && listener_.valid(call);
        const long count =
            readable ? file.drive->device.write(file.open, offset + moved, bytes) : -EFAULT;
        if (count < 0)
            return moved > 0 ? static_cast<long>(moved) : count;
        moved += static_cast<std::uint64_t>(count);
        if (static_cast<std::size_t>(count) < wanted)
            break;
    }
    return static_cast<long>(moved);
}

/// A generic node's commands and replies, one a piece.
long SystemCalls::exchange(const Call& call, File& file, Direction direction,
                           std::span<const Piece> pieces) {
    ProcessMemory memory = memory_of(call);
    long moved = 0;
    for (const Piece& piece : pieces) {
        if (!listener_.valid(call))
            return -EINTR;
        const long count =
            direction == Direction::in
                ? file.drive->device.sg_read(file.open, piece.address, piece.length, memory)
                : file.drive->device.sg_write(file.open, piece.address, piece.length,
                                              rights_of(call.thread), memory);
        if (count < 0)
            return moved > 0 ? moved : count;
        moved += count;
    }
    return moved;
}

/// One call's pieces, one after the other; `at` is where, the file's own position otherwise.
SystemCalls::Answer SystemCalls::transfer(const Request& request, Direction direction,
                                          std::span<const Piece> pieces,
                                          std::optional<std::int64_t> at) {
    const Call& call = request.call;
    auto* const file = files_.find(call.thread, call.descriptor());
    if (file == nullptr)
        return in_kernel();
    if (request.drive_busy)
        return later();
    if (file->open.kind != NodeKind::block)
        return done(at ? -ESPIPE : exchange(call, *file, direction, pieces));
    const FileDescriptor theirs = at ? FileDescriptor{} : program_file(call);
    if (!at && !theirs)
        return done(-EIO);
    const std::int64_t start = at ? *at : ::lseek(theirs.get(), 0, SEEK_CUR);
    if (start < 0)
        return done(-EINVAL);
    long moved = 0;
    for (const Piece& piece : pieces) {
        const Piece bounded{
            piece.address,
            std::min(piece.length, transfer_max - static_cast<unsigned long>(moved))};
        const auto offset = static_cast<std::uint64_t>(start + moved);
        const long count = direction == Direction::in ? read_piece(call, *file, offset, bounded)
                                                      : write_piece(call, *file, offset, bounded);
        if (count < 0 && moved == 0)
            return done(count);
        moved += std::max(count, 0L);
        if (count < 0 || static_cast<std::uint64_t>(count) < piece.length)
            break;
    }
    if (theirs)
        ::lseek(theirs.get(), start + moved, SEEK_SET);
    return done(moved);
}

SystemCalls::Answer SystemCalls::one_piece(const Request& request, Direction direction,
                                           std::optional<std::int64_t> at) {
    const Piece piece{request.call.arguments[1], request.call.arguments[2]};
    return transfer(request, direction, {&piece, 1}, at);
}

SystemCalls::Answer SystemCalls::pieces(const Request& request, Direction direction,
                                        std::optional<std::int64_t> at) {
    const Call& call = request.call;
    if (!is_device(call, 0))
        return in_kernel();
    const std::uint64_t count = call.arguments[2];
    if (count > IOV_MAX)
        return done(-EINVAL);
    std::vector<iovec> vector(static_cast<std::size_t>(count));
    ProcessMemory memory = memory_of(call);
    if (!memory.read(call.arguments[1], {reinterpret_cast<std::uint8_t*>(vector.data()),
                                         vector.size() * sizeof(iovec)}))
        return done(-EFAULT);
    std::vector<Piece> result;
    result.reserve(vector.size());
    for (const iovec& one : vector)
        result.push_back({reinterpret_cast<std::uint64_t>(one.iov_base), one.iov_len});
    return transfer(request, direction, result, at);
}

SystemCalls::Answer SystemCalls::read(const Request& request) {
    return one_piece(request, Direction::in, std::nullopt);
}

SystemCalls::Answer SystemCalls::write(const Request& request) {
    return one_piece(request, Direction::out, std::nullopt);
}

SystemCalls::Answer SystemCalls::read_at(const Request& request) {
    return one_piece(request, Direction::in, static_cast<std::int64_t>(request.call.arguments[3]));
}

SystemCalls::Answer SystemCalls::write_at(const Request& request) {
    return one_piece(request, Direction::out, static_cast<std::int64_t>(request.call.arguments[3]));
}

SystemCalls::Answer SystemCalls::read_pieces(const Request& request) {
    return pieces(request, Direction::in, std::nullopt);
}

SystemCalls::Answer SystemCalls::write_pieces(const Request& request) {
    return pieces(request, Direction::out, std::nullopt);
}

/// preadv2() with the position -1 means the file's own.
SystemCalls::Answer SystemCalls::read_pieces_at(const Request& request) {
    const auto at = static_cast<std::int64_t>(request.call.arguments[3]);
    return pieces(request, Direction::in,
                  at == -1 && request.call.number == SYS_preadv2 ? std::nullopt
                                                                 : std::optional(at));
}

SystemCalls::Answer SystemCalls::write_pieces_at(const Request& request) {
    const auto at = static_cast<std::int64_t>(request.call.arguments[3]);
    return pieces(request, Direction::out,
                  at == -1 && request.call.number == SYS_pwritev2 ? std::nullopt
                                                                  : std::optional(at));
}

// The rest --------------------------------------------------------------------------------------

/// As Linux moves in a block device: no further than its end. There are no holes in it.
SystemCalls::Answer SystemCalls::seek(const Request& request) {
    const Call& call = request.call;
    const auto* const file = files_.find(call.thread, call.descriptor());
    if (file == nullptr)
        return in_kernel();
    if (file->open.kind != NodeKind::block)
        return done(-ESPIPE);
    const FileDescriptor theirs = program_file(call);
    if (!theirs)
        return done(-EIO);
    const auto size = static_cast<std::int64_t>(file->drive->device.size());
    const auto offset = static_cast<std::int64_t>(call.arguments[1]);
    const auto from = [offset](std::int64_t base) {
        std::int64_t sum = 0;
        return __builtin_add_overflow(base, offset, &sum) ? -1 : sum;
    };
    std::int64_t position = offset;
    switch (call.descriptor(2)) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        position = from(::lseek(theirs.get(), 0, SEEK_CUR));
        break;
    case SEEK_END:
        position = from(size);
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (offset < 0 || offset >= size)
            return done(-ENXIO);
        position = call.descriptor(2) == SEEK_DATA ? offset : size;
        break;
    default:
        return done(-EINVAL);
    }
    if (position < 0 || position > size)
        return done(-EINVAL);
    const off_t reached = ::lseek(theirs.get(), position, SEEK_SET);
    return done(reached >= 0 ? reached : -errno);
}

/// The pages of a mapping cannot be brought in from here.
SystemCalls::Answer SystemCalls::map(const Request& request) {
    return is_device(request.call, 4) ? done(-ENODEV) : in_kernel();
}

/// Also splice(), whose files are at the same places. Programs that copy within the kernel go back
/// to read() and write() after this answer.
SystemCalls::Answer SystemCalls::copy_range(const Request& request) {
    return is_device(request.call, 0) || is_device(request.call, 2) ? done(-EINVAL) : in_kernel();
}

SystemCalls::Answer SystemCalls::send_file(const Request& request) {
    return is_device(request.call, 0) || is_device(request.call, 1) ? done(-EINVAL) : in_kernel();
}

} // namespace burnrig::emulator::nodes::seccomp
