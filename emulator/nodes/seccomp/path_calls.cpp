// SPDX-License-Identifier: Apache-2.0
// The system calls that name the drive by a path, and those that describe it.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "emulator/nodes/seccomp/system_calls.h"

namespace burnrig::emulator::nodes::seccomp {
namespace {

constexpr unsigned cdrom_major = 11;
constexpr unsigned generic_major = 21;
constexpr unsigned device_filesystem = 5; // a plausible st_dev of /dev

/// Its own for each node.
ino_t inode_of(const AttachedDrive& drive, NodeKind kind) {
    constexpr ino_t first = 0xB0;
    constexpr ino_t kinds = 4;
    return first + static_cast<ino_t>(drive.device.options().minor) * kinds +
           static_cast<ino_t>(kind);
}

/// A string of the program's, without its end; false when it cannot be read or is longer than any
/// path. Read in pieces that end with a page, for the page behind the string may not be there.
bool read_path(ProcessMemory& memory, std::uint64_t address, std::string& path) {
    constexpr std::uint64_t piece_bytes = 256;
    char piece[piece_bytes];
    path.clear();
    while (path.size() < PATH_MAX) {
        const std::uint64_t at = address + path.size();
        const std::uint64_t length = piece_bytes - at % piece_bytes;
        if (!memory.read(at, {reinterpret_cast<std::uint8_t*>(piece), length}))
            return false;
        const auto* const end = static_cast<const char*>(std::memchr(piece, 0, length));
        path.append(piece, end != nullptr ? static_cast<std::size_t>(end - piece) : length);
        if (end != nullptr)
            return true;
    }
    return false;
}

statx_timestamp to_statx(const timespec& time) {
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec), 0};
}

struct statx to_statx(const struct stat& from) {
    struct statx result {};
    result.stx_mask = STATX_BASIC_STATS;
    result.stx_blksize = static_cast<std::uint32_t>(from.st_blksize);
    result.stx_nlink = static_cast<std::uint32_t>(from.st_nlink);
    result.stx_uid = from.st_uid;
    result.stx_gid = from.st_gid;
    result.stx_mode = static_cast<std::uint16_t>(from.st_mode);
    result.stx_ino = from.st_ino;
    result.stx_dev_minor = device_filesystem;
    result.stx_rdev_major = major(from.st_rdev);
    result.stx_rdev_minor = minor(from.st_rdev);
    result.stx_atime = to_statx(from.st_atim);
    result.stx_mtime = to_statx(from.st_mtim);
    result.stx_ctime = to_statx(from.st_ctim);
    return result;
}

/// An entry as getdents64() gives it.
void append_entry(std::vector<std::uint8_t>& list, const NodePaths::Name& name, off_t position) {
    struct dirent64 entry {};
    constexpr std::size_t alignment = 8;
    const std::size_t needed = offsetof(dirent64, d_name) + name.name.size() + 1;
    entry.d_ino = inode_of(*name.drive, name.kind);
    entry.d_off = position;
    entry.d_reclen = static_cast<unsigned short>((needed + alignment - 1) / alignment * alignment);
    entry.d_type = name.kind == NodeKind::block ? DT_BLK : DT_CHR;
    std::memcpy(entry.d_name, name.name.c_str(), std::min(name.name.size() + 1, std::size_t{256}));
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&entry);
    list.insert(list.end(), bytes, bytes + entry.d_reclen);
}

} // namespace

std::optional<NamedNode> SystemCalls::node_at(const Call& call, int directory,
                                              std::uint64_t address, bool follow) {
    ProcessMemory memory = memory_of(call);
    std::string path;
    if (!read_path(memory, address, path) || !listener_.valid(call))
        return std::nullopt; // the kernel says what is wrong with it
    return paths_.find({call.thread, directory, path, follow});
}

// open ------------------------------------------------------------------------------------------

SystemCalls::Answer SystemCalls::open_node(const Request& request, int directory,
                                           std::uint64_t path, int flags) {
    if ((flags & O_PATH) != 0) // names a file without opening it: not served
        return in_kernel();
    const auto node = node_at(request.call, directory, path, (flags & O_NOFOLLOW) == 0);
    if (!node)
        return in_kernel();
    if ((flags & O_DIRECTORY) != 0)
        return done(-ENOTDIR);
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0)
        return done(-EEXIST);
    if (request.drive_busy)
        return later();
    int error = 0;
    FileDescriptor file =
        files_.open(node->drive, node->kind, flags, rights_of(request.call.thread), error);
    if (error != 0)
        return done(error);
    return {Answer::Kind::file, 0, std::move(file), (flags & O_CLOEXEC) != 0};
}

SystemCalls::Answer SystemCalls::open(const Request& request) {
    const auto& argument = request.call.arguments;
    return open_node(request, AT_FDCWD, argument[0], static_cast<int>(argument[1]));
}

SystemCalls::Answer SystemCalls::open_at(const Request& request) {
    const auto& argument = request.call.arguments;
    return open_node(request, request.call.descriptor(), argument[1],
                     static_cast<int>(argument[2]));
}

SystemCalls::Answer SystemCalls::open_at2(const Request& request) {
    const auto& argument = request.call.arguments;
    ProcessMemory memory = memory_of(request.call);
    open_how how{};
    if (argument[3] < sizeof how || !read_struct(memory, argument[2], how))
        return in_kernel();
    return open_node(request, request.call.descriptor(), argument[1], static_cast<int>(how.flags));
}

SystemCalls::Answer SystemCalls::create(const Request& request) {
    return open_node(request, AT_FDCWD, request.call.arguments[0], O_CREAT | O_WRONLY | O_TRUNC);
}

// stat, access, readlink ------------------------------------------------------------------------

/// The nodes belong to whoever asks.
struct stat SystemCalls::status_of(const Call& call, const NamedNode& node) const {
    const bool block = node.kind == NodeKind::block;
    struct stat owner {};
    ::stat(fmt::format("/proc/{}", call.thread).c_str(), &owner);
    struct stat result {};
    result.st_dev = makedev(0, device_filesystem);
    result.st_ino = inode_of(node.drive, node.kind);
    result.st_nlink = 1;
    result.st_mode = static_cast<mode_t>((block ? S_IFBLK : S_IFCHR) | 0660);
    result.st_uid = owner.st_uid;
    result.st_gid = owner.st_gid;
    result.st_rdev = makedev(block ? cdrom_major : generic_major,
                             static_cast<unsigned>(node.drive.device.options().minor));
    result.st_blksize = 4096;
    result.st_atim = result.st_mtim = result.st_ctim = owner.st_ctim;
    return result;
}

/// The system call's own structure is the C library's on every 64-bit machine.
SystemCalls::Answer SystemCalls::answer_stat(const Call& call, const NamedNode& node,
                                             std::uint64_t address) {
    ProcessMemory memory = memory_of(call);
    const struct stat status = status_of(call, node);
    return done(listener_.valid(call) && write_struct(memory, address, status) ? 0 : -EFAULT);
}

SystemCalls::Answer SystemCalls::stat(const Request& request) {
    const auto node = node_at(request.call, AT_FDCWD, request.call.arguments[0], true);
    return node ? answer_stat(request.call, *node, request.call.arguments[1]) : in_kernel();
}

SystemCalls::Answer SystemCalls::link_stat(const Request& request) {
    const auto node = node_at(request.call, AT_FDCWD, request.call.arguments[0], false);
    return node && !node->by_link ? answer_stat(request.call, *node, request.call.arguments[1])
                                  : in_kernel();
}

SystemCalls::Answer SystemCalls::stat_descriptor(const Request& request) {
    const auto* const file = files_.find(request.call.thread, request.call.descriptor());
    return file != nullptr ? answer_stat(request.call, {*file->drive, file->open.kind},
                                         request.call.arguments[1])
                           : in_kernel();
}

/// The node that `directory` and `path` name together in a call of the stat family.
std::optional<NamedNode> SystemCalls::described(const Call& call, int flags) {
    if ((flags & AT_EMPTY_PATH) != 0)
        if (const auto* const file = files_.find(call.thread, call.descriptor())) {
            ProcessMemory memory = memory_of(call);
            char first = 0; // a path of NULL is an empty one
            if (call.arguments[1] == 0 ||
                (read_struct(memory, call.arguments[1], first) && first == 0))
                return NamedNode{*file->drive, file->open.kind};
        }
    const bool follow = (flags & AT_SYMLINK_NOFOLLOW) == 0;
    const auto node = node_at(call, call.descriptor(), call.arguments[1], follow);
    return node && (follow || !node->by_link) ? node : std::nullopt;
}

SystemCalls::Answer SystemCalls::stat_at(const Request& request) {
    const Call& call = request.call;
    const auto node = described(call, call.descriptor(3));
    return node ? answer_stat(call, *node, call.arguments[2]) : in_kernel();
}

SystemCalls::Answer SystemCalls::stat_extended(const Request& request) {
    const Call& call = request.call;
    const auto node = described(call, call.descriptor(2));
    if (!node)
        return in_kernel();
    ProcessMemory memory = memory_of(call);
    const struct statx status = to_statx(status_of(call, *node));
    return done(listener_.valid(call) && write_struct(memory, call.arguments[4], status) ? 0
                                                                                         : -EFAULT);
}

/// The nodes may be read and written by everybody who sees them, and not executed.
SystemCalls::Answer SystemCalls::answer_access(const Call& call, int directory, std::uint64_t path,
                                               int mode) {
    if (!node_at(call, directory, path, true))
        return in_kernel();
    return done((mode & X_OK) != 0 ? -EACCES : 0);
}

SystemCalls::Answer SystemCalls::access(const Request& request) {
    return answer_access(request.call, AT_FDCWD, request.call.arguments[0],
                         request.call.descriptor(1));
}

SystemCalls::Answer SystemCalls::access_at(const Request& request) {
    return answer_access(request.call, request.call.descriptor(), request.call.arguments[1],
                         request.call.descriptor(2));
}

/// A node is no symbolic link; /dev/fd/N is one to it.
SystemCalls::Answer SystemCalls::answer_link(const Call& call, int directory, std::uint64_t path,
                                             int buffer) {
    const auto node = node_at(call, directory, path, false);
    if (!node)
        return in_kernel();
    if (!node->by_link)
        return done(-EINVAL);
    const std::string& name = node->drive.path(node->kind);
    const int room = call.descriptor(buffer + 1);
    if (room <= 0)
        return done(-EINVAL);
    const auto length = std::min(name.size(), static_cast<std::size_t>(room));
    ProcessMemory memory = memory_of(call);
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(name.data());
    return done(memory.write(call.arguments[buffer], {bytes, length}) ? static_cast<long>(length)
                                                                      : -EFAULT);
}

SystemCalls::Answer SystemCalls::read_link(const Request& request) {
    return answer_link(request.call, AT_FDCWD, request.call.arguments[0], 1);
}

SystemCalls::Answer SystemCalls::read_link_at(const Request& request) {
    return answer_link(request.call, request.call.descriptor(), request.call.arguments[1], 2);
}

/// The nodes have none (ls -l asks).
SystemCalls::Answer SystemCalls::extended_attribute(const Request& request) {
    return node_at(request.call, AT_FDCWD, request.call.arguments[0], true) ? done(-ENODATA)
                                                                            : in_kernel();
}

// Directories -----------------------------------------------------------------------------------

/// The first entries of the directory that the nodes are in are the nodes; then come those that the
/// kernel has, but for any of the same name.
SystemCalls::Answer SystemCalls::list_directory(const Request& request) {
    const Call& call = request.call;
    const std::string directory = directory_of(call.thread, call.descriptor());
    const auto names = paths_.names_in(directory);
    if (names.empty())
        return in_kernel();
    const FileDescriptor theirs = program_file(call);
    if (!theirs)
        return in_kernel();
    constexpr std::size_t most_bytes = 256 * 1024;
    const auto room = std::min<std::size_t>(call.arguments[2], most_bytes);
    std::vector<std::uint8_t> list;
    list.reserve(room);
    if (::lseek(theirs.get(), 0, SEEK_CUR) == 0)
        for (const NodePaths::Name* name : names)
            append_entry(list, *name, 0);
    if (list.size() > room)
        return done(-EINVAL);
    std::vector<std::uint8_t> kernels(room - list.size());
    const long count = ::syscall(SYS_getdents64, theirs.get(), kernels.data(), kernels.size());
    if (count < 0 && list.empty())
        return done(-errno);
    for (long at = 0; at < count;) {
        const auto* const entry = reinterpret_cast<const dirent64*>(kernels.data() + at);
        const bool hidden =
            std::any_of(names.begin(), names.end(),
                        [&](const NodePaths::Name* name) { return name->name == entry->d_name; });
        if (!hidden)
            list.insert(list.end(), kernels.data() + at, kernels.data() + at + entry->d_reclen);
        at += entry->d_reclen;
    }
    ProcessMemory memory = memory_of(call);
    return done(listener_.valid(call) && memory.write(call.arguments[1], list)
                    ? static_cast<long>(list.size())
                    : -EFAULT);
}

} // namespace burnrig::emulator::nodes::seccomp
