// SPDX-License-Identifier: Apache-2.0
// ioctl, read, write, lseek and mmap on the drive's files. The position of a file is the kernel's,
// kept by the memfd behind it, so that dup and fork share it as they must.
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <fcntl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::uint32_t block_kind = 0;
constexpr std::uint32_t cdb_bytes_max = 32;

/// Lays into the slot what SG_IO will ask for, so that a command is one trip to the rig. Whatever
/// is not as it should be is left out, and the rig finds the fault by asking.
void prefetch_sg_io(SlotCall& call, std::uint64_t argument) {
    sg_io_hdr request;
    if (!call.prefetch(argument, sizeof request, true))
        return;
    memcpy(&request, call.slot()->small, sizeof request);
    if (request.interface_id != 'S')
        return;
    if (request.cmd_len > 0 && request.cmd_len <= cdb_bytes_max)
        call.prefetch(reinterpret_cast<std::uint64_t>(request.cmdp), request.cmd_len, true);
    if (request.dxfer_direction == SG_DXFER_TO_DEV && request.iovec_count == 0)
        call.prefetch(reinterpret_cast<std::uint64_t>(request.dxferp), request.dxfer_len, false);
}

/// What the kernel answers for every file, before a driver is asked.
bool is_for_the_kernel(unsigned long request) {
    return request == FIOCLEX || request == FIONCLEX || request == FIONBIO || request == FIOASYNC;
}

long ioctl_ours(Header* shared, int open_index, unsigned long request, std::uint64_t argument) {
    SlotCall call(shared, Operation::ioctl, static_cast<std::uint32_t>(open_index));
    if (call.slot() == nullptr)
        return -ENODEV;
    call.slot()->request = request & 0xFFFFFFFFUL;
    call.slot()->argument = argument;
    if (call.slot()->request == SG_IO)
        prefetch_sg_io(call, argument);
    return call.run();
}

bool is_aix(int open_index) {
    return preload::is_aix(header()->opens[open_index].kind.load());
}

/// Whether the file has a position.
bool is_block(int open_index) {
    return header()->opens[open_index].kind.load() == block_kind || is_aix(open_index);
}

/// read() and write() of the other nodes: the rig takes what it needs from the buffer itself.
long sg_transfer(Operation operation, int open_index, const void* buffer, std::size_t length) {
    SlotCall call(header(), operation, static_cast<std::uint32_t>(open_index));
    if (call.slot() == nullptr)
        return -ENODEV;
    call.slot()->request = reinterpret_cast<std::uint64_t>(buffer);
    call.slot()->argument = length;
    return call.run();
}

/// One piece of a read; fewer bytes than asked for when the slot is full.
long read_piece(Header* shared, int open_index, void* buffer, std::size_t length,
                std::int64_t offset) {
    constexpr std::size_t slack = 4096; // the blocks around the wanted bytes
    SlotCall call(shared, Operation::read, static_cast<std::uint32_t>(open_index));
    if (call.slot() == nullptr)
        return -ENODEV;
    // AIX's rules are for the whole length.
    const std::size_t asked =
        length < payload_bytes - slack || is_aix(open_index) ? length : payload_bytes - slack;
    call.slot()->request = static_cast<std::uint64_t>(offset);
    call.slot()->argument = asked;
    const long result = call.run();
    if (result <= 0)
        return result;
    const std::size_t from = call.slot()->result_offset;
    const auto count = static_cast<std::size_t>(result);
    if (count > asked || from > payload_bytes || count > payload_bytes - from)
        return -EIO;
    return copy_to_program(reinterpret_cast<std::uint64_t>(buffer), call.payload() + from, count)
               ? result
               : -EFAULT;
}

/// One piece of a write; fewer bytes than asked for when the slot is full.
long write_piece(Header* shared, int open_index, const void* buffer, std::size_t length,
                 std::int64_t offset) {
    SlotCall call(shared, Operation::write, static_cast<std::uint32_t>(open_index));
    if (call.slot() == nullptr)
        return -ENODEV;
    const auto count = static_cast<std::uint32_t>(length < payload_bytes ? length : payload_bytes);
    call.slot()->request = static_cast<std::uint64_t>(offset);
    call.slot()->argument = count;
    return call.prefetch(reinterpret_cast<std::uint64_t>(buffer), count, false) ? call.run()
                                                                                : -EFAULT;
}

/// read_piece() or write_piece() until all is done, an end is reached, or one fails.
template <class Byte, class Piece>
long in_pieces(int open_index, Byte* buffer, std::size_t length, std::int64_t offset, Piece piece) {
    if (offset < 0)
        return -EINVAL;
    std::size_t done = 0;
    while (done < length) {
        const long result = piece(header(), open_index, buffer + done, length - done,
                                  offset + static_cast<std::int64_t>(done));
        if (result < 0 && done == 0)
            return result;
        if (result <= 0)
            break;
        done += static_cast<std::size_t>(result);
    }
    return static_cast<long>(done);
}

long read_ours(int open_index, void* buffer, std::size_t length, std::int64_t offset) {
    return in_pieces(open_index, static_cast<char*>(buffer), length, offset, read_piece);
}

long write_ours(int open_index, const void* buffer, std::size_t length, std::int64_t offset) {
    return in_pieces(open_index, static_cast<const char*>(buffer), length, offset, write_piece);
}

/// read() or write() at the file's position, which moves on.
template <class Transfer>
long at_position(int file, Transfer transfer) {
    const long position = raw(SYS_lseek, file, 0, SEEK_CUR);
    if (position < 0)
        return position;
    const long result = transfer(position);
    if (result > 0)
        raw(SYS_lseek, file, position + result, SEEK_SET);
    return result;
}

long read_at_position(int file, int open_index, void* buffer, std::size_t length) {
    if (!is_block(open_index))
        return sg_transfer(Operation::sg_read, open_index, buffer, length);
    return at_position(file, [&](long at) { return read_ours(open_index, buffer, length, at); });
}

long write_at_position(int file, int open_index, const void* buffer, std::size_t length) {
    if (!is_block(open_index))
        return sg_transfer(Operation::sg_write, open_index, buffer, length);
    return at_position(file, [&](long at) { return write_ours(open_index, buffer, length, at); });
}

long seek_ours(int file, int open_index, std::int64_t offset, int whence) {
    if (!is_block(open_index))
        return -ESPIPE;
    SlotCall call(header(), Operation::size, static_cast<std::uint32_t>(open_index));
    const long size = call.run();
    if (size < 0)
        return size;
    const std::int64_t base =
        whence == SEEK_END ? size : (whence == SEEK_CUR ? raw(SYS_lseek, file, 0, SEEK_CUR) : 0);
    std::int64_t target = 0;
    if (whence < SEEK_SET || whence > SEEK_END || __builtin_add_overflow(base, offset, &target) ||
        target < 0 || (target > size && !is_aix(open_index)))
        return -EINVAL;
    return raw(SYS_lseek, file, target, SEEK_SET);
}

struct Mapping {
    void* address;
    std::size_t length;
    int protection;
    int flags;
    off_t offset;
};

/// Maps the reserved buffer of sgN, which is memory of the rig's.
long map_ours(int open_index, const Mapping& wish) {
    Header* const shared = header();
    const bool shared_write =
        (wish.protection & PROT_WRITE) != 0 && (wish.flags & MAP_TYPE) != MAP_PRIVATE;
    if (wish.length == 0 || wish.offset % 4096 != 0)
        return -EINVAL;
    SlotCall call(shared, Operation::map, static_cast<std::uint32_t>(open_index));
    if (call.slot() == nullptr || is_aix(open_index))
        return -ENODEV;
    call.slot()->request = static_cast<std::uint64_t>(wish.offset) | (shared_write ? 1U : 0U);
    call.slot()->argument = wish.length;
    const long answer = call.run();
    if (answer < 0)
        return answer;
    const long file =
        open_server_file(shared, static_cast<std::uint32_t>(answer), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return file;
    const long address = raw(SYS_mmap, word(wish.address), static_cast<long>(wish.length),
                             wish.protection, wish.flags, file, 0);
    raw(SYS_close, file);
    return address;
}

constinit Next<int(int, unsigned long, void*)> next_ioctl{"ioctl"};
constinit Next<ssize_t(int, void*, std::size_t)> next_read{"read"};
constinit Next<ssize_t(int, void*, std::size_t, off_t)> next_pread{"pread64"};
constinit Next<ssize_t(int, const iovec*, int)> next_readv{"readv"};
constinit Next<ssize_t(int, const void*, std::size_t)> next_write{"write"};
constinit Next<ssize_t(int, const void*, std::size_t, off_t)> next_pwrite{"pwrite64"};
constinit Next<void*(void*, std::size_t, int, int, int, off_t)> next_mmap{"mmap64"};

} // namespace

BURNRIG_HOOK(int, ioctl, int file, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void* const argument = va_arg(arguments, void*);
    va_end(arguments);
    const int open_index = device_of(file);
    if (open_index == not_ours || is_for_the_kernel(request))
        return next_ioctl(file, request, argument);
    return static_cast<int>(to_errno(
        ioctl_ours(header(), open_index, request, reinterpret_cast<std::uint64_t>(argument))));
}

BURNRIG_HOOK(ssize_t, read, int file, void* buffer, std::size_t length) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return next_read(file, buffer, length);
    return to_errno(read_at_position(file, open_index, buffer, length));
}

BURNRIG_HOOK(ssize_t, __read_chk, int file, void* buffer, std::size_t length, std::size_t room) {
    if (length > room)
        __builtin_trap();
    return hook_read(file, buffer, length);
}

BURNRIG_HOOK(ssize_t, pread, int file, void* buffer, std::size_t length, off_t offset) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return next_pread(file, buffer, length, offset);
    if (!is_block(open_index))
        return to_errno(-ESPIPE);
    return to_errno(read_ours(open_index, buffer, length, offset));
}
BURNRIG_HOOK_ALIAS(pread64, pread);

BURNRIG_HOOK(ssize_t, __pread_chk, int file, void* buffer, std::size_t length, off_t offset,
             std::size_t room) {
    if (length > room)
        __builtin_trap();
    return hook_pread(file, buffer, length, offset);
}
BURNRIG_HOOK_ALIAS(__pread64_chk, __pread_chk);

BURNRIG_HOOK(ssize_t, readv, int file, const iovec* pieces, int count) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return next_readv(file, pieces, count);
    ssize_t total = 0;
    for (int i = 0; i < count; ++i) {
        const long result =
            read_at_position(file, open_index, pieces[i].iov_base, pieces[i].iov_len);
        if (result < 0 && total == 0)
            return to_errno(result);
        total += result > 0 ? result : 0;
        if (result < static_cast<long>(pieces[i].iov_len))
            break;
    }
    return total;
}

BURNRIG_HOOK(ssize_t, write, int file, const void* buffer, std::size_t length) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return next_write(file, buffer, length);
    return to_errno(write_at_position(file, open_index, buffer, length));
}

BURNRIG_HOOK(ssize_t, pwrite, int file, const void* buffer, std::size_t length, off_t offset) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return next_pwrite(file, buffer, length, offset);
    if (!is_block(open_index))
        return to_errno(-ESPIPE);
    return to_errno(write_ours(open_index, buffer, length, offset));
}
BURNRIG_HOOK_ALIAS(pwrite64, pwrite);

BURNRIG_HOOK(off_t, lseek, int file, off_t offset, int whence) {
    const int open_index = device_of(file);
    if (open_index == not_ours)
        return to_errno(raw(SYS_lseek, file, offset, whence));
    return to_errno(seek_ours(file, open_index, offset, whence));
}
BURNRIG_HOOK_ALIAS(lseek64, lseek);

BURNRIG_HOOK(void*, mmap, void* address, std::size_t length, int protection, int flags, int file,
             off_t offset) {
    const int open_index = (flags & MAP_ANONYMOUS) == 0 ? device_of(file) : not_ours;
    if (open_index != not_ours) {
        const long result = map_ours(open_index, {address, length, protection, flags, offset});
        return reinterpret_cast<void*>(to_errno(result)); // MAP_FAILED is -1
    }
    return next_mmap(address, length, protection, flags, file, offset);
}
BURNRIG_HOOK_ALIAS(mmap64, mmap);

} // namespace burnrig::emulator::nodes::preload::shim
