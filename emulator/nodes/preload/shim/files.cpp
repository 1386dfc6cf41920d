// SPDX-License-Identifier: Apache-2.0
// Which paths and descriptors are the drive, and the functions that open them.
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::uint32_t generic_kind = 1;

bool starts_with(const char*& path, const char* prefix) {
    const std::size_t length = strlen(prefix);
    if (strncmp(path, prefix, length) != 0)
        return false;
    path += length;
    return true;
}

/// "/dev//sr0" and "/dev/./sr0" are "/dev/sr0".
bool same_path(const char* path, const char* node) {
    while (*path != 0 && *node != 0) {
        if (*path != *node)
            return false;
        if (*path == '/') {
            while (path[0] == '/' || (path[0] == '.' && (path[1] == '/' || path[1] == 0)))
                ++path;
            ++node;
            continue;
        }
        ++path;
        ++node;
    }
    return *path == 0 && *node == 0;
}

/// N of /dev/fd/N, /proc/self/fd/N and the standard streams; -1 for other paths.
int descriptor_of(const char* path) {
    if (strcmp(path, "/dev/stdin") == 0)
        return 0;
    if (!starts_with(path, "/dev/fd/") && !starts_with(path, "/proc/self/fd/"))
        return -1;
    int number = 0;
    if (*path == 0)
        return -1;
    for (; *path != 0; ++path) {
        if (*path < '0' || *path > '9' || number > 1'000'000)
            return -1;
        number = number * 10 + (*path - '0');
    }
    return number;
}

/// Decimal digits of a number, and the address after them.
char* put_number(char* at, std::uint32_t number) {
    char digits[10];
    int count = 0;
    do {
        digits[count++] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

/// `extension` is openx()'s word for AIX's driver.
long open_node(Header* shared, int node, int flags, long extension) {
    std::uint32_t index = open_count;
    std::uint32_t file = 0;
    {
        SlotCall call(shared, Operation::open, 0);
        if (call.slot() == nullptr)
            return -ENODEV;
        call.slot()->node = static_cast<std::uint32_t>(node);
        call.slot()->request = static_cast<std::uint32_t>(flags);
        call.slot()->argument = static_cast<std::uint64_t>(extension);
        const long result = call.run();
        if (result < 0)
            return result;
        index = call.slot()->open_index;
        if (index >= open_count)
            return -EIO;
        file = shared->opens[index].server_file.load();
    }
    // Both ends of a pipe can be told ready.
    const bool pipe = shared->opens[index].kind.load() == generic_kind;
    const long opened =
        open_server_file(shared, file, pipe ? (flags & ~O_ACCMODE) | O_RDWR : flags);
    if (opened < 0) {
        SlotCall drop(shared, Operation::drop, index);
        if (drop.slot() != nullptr)
            drop.run();
    }
    return opened;
}

/// The descriptor, a negative errno, or not_ours_at_all when the libc must open it.
constexpr long not_ours_at_all = 1L << 40;

/// AIX has a node for drives that are not there: opening one is ENODEV. A tree has AIX's devices
/// when its first node is one.
bool is_undefined_aix(Header* shared, const char* path) {
    if (!is_aix(shared->paths[0].kind) ||
        !(starts_with(path, "/dev/cd") || starts_with(path, "/dev/rcd")) || *path == 0)
        return false;
    while (*path >= '0' && *path <= '9')
        ++path;
    return *path == 0;
}

long open_ours(int directory, const char* path, int flags, long extension = 0) {
    Header* const shared = header();
    if (shared == nullptr || path == nullptr || (flags & O_PATH) != 0)
        return not_ours_at_all;
    const int node = node_of(directory, path);
    if (node == not_ours)
        return is_undefined_aix(shared, path) ? -ENODEV : not_ours_at_all;
    if ((flags & O_DIRECTORY) != 0)
        return -ENOTDIR;
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0)
        return -EEXIST;
    return open_node(shared, node, flags, extension);
}

constinit Next<int(int, const char*, int, mode_t)> next_openat{"openat64"};

int open_any(int directory, const char* path, int flags, mode_t mode) {
    char room[told_path_bytes];
    if (const char* const told = told_path(directory, path, room))
        return next_openat(AT_FDCWD, told, flags, mode);
    const long ours = open_ours(directory, path, flags);
    return ours == not_ours_at_all ? next_openat(directory, path, flags, mode)
                                   : static_cast<int>(to_errno(ours));
}

/// Whether the drive's nodes may be opened in this way. Unlike open(), openat2() refuses what it
/// does not know.
long check_told(int directory, const char* path, const open_how& how) {
    constexpr std::uint64_t known_flags = O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC |
                                          O_APPEND | O_NONBLOCK | O_DSYNC | O_ASYNC | O_DIRECT |
                                          O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME |
                                          O_CLOEXEC | O_SYNC | O_PATH | O_TMPFILE;
    constexpr std::uint64_t known_ways = 0x3F; // RESOLVE_NO_XDEV ... RESOLVE_CACHED
    const bool creates = (how.flags & O_CREAT) != 0;
    if ((how.flags & ~known_flags) != 0 || (how.resolve & ~known_ways) != 0 ||
        (how.mode != 0 && !creates))
        return -EINVAL;
    if (path[0] == '/' && (how.resolve & (RESOLVE_BENEATH | RESOLVE_NO_XDEV)) != 0)
        return -EXDEV; // /dev is a file system of its own
    char room[link_text_bytes];
    const bool link = *link_text(directory, path, room) != 0;
    return link && (how.resolve & RESOLVE_NO_SYMLINKS) != 0 ? -ELOOP : 0;
}

mode_t mode_argument(int flags, va_list arguments) {
    const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller has started it
    return has_mode ? va_arg(arguments, mode_t) : 0;
}

} // namespace

long open_server_file(Header* shared, std::uint32_t file, int flags) {
    char path[64] = "/proc/";
    char* at = put_number(path + strlen(path), shared->server_process);
    memcpy(at, "/fd/", 4);
    *put_number(at + 4, file) = 0;
    constexpr int kept = O_ACCMODE | O_NONBLOCK | O_CLOEXEC | O_APPEND | O_LARGEFILE;
    return raw(SYS_openat, AT_FDCWD, word(path), flags & kept);
}

long open_as_told(int directory, const char* path, const open_how* how, std::size_t size) {
    open_how wish{};
    const bool known = size >= sizeof wish &&
                       copy_from_program(&wish, reinterpret_cast<std::uint64_t>(how), sizeof wish);
    char room[told_path_bytes];
    const char* const told = known ? told_path(directory, path, room) : nullptr;
    if (told != nullptr)
        return raw(SYS_openat2, AT_FDCWD, word(told), word(how), static_cast<long>(size));
    const bool in_root = path != nullptr && path[0] == '/' && (wish.resolve & RESOLVE_IN_ROOT) != 0;
    if (known && !in_root && node_of(directory, path) != not_ours) {
        if (const long error = check_told(directory, path, wish))
            return error;
        const long ours = open_ours(directory, path, static_cast<int>(wish.flags));
        if (ours != not_ours_at_all)
            return ours;
    }
    return raw(SYS_openat2, directory, word(path), word(how), static_cast<long>(size));
}

int device_of(int file) {
    Header* const shared = header();
    struct stat status;
    if (shared == nullptr || file < 0 || raw(SYS_fstat, file, word(&status)) != 0)
        return not_ours;
    const bool memory = status.st_dev == shared->file_device && S_ISREG(status.st_mode);
    const bool pipe = status.st_dev == shared->pipe_device && S_ISFIFO(status.st_mode);
    if (!memory && !pipe)
        return not_ours;
    for (std::uint32_t i = 0; i < open_count; ++i)
        if (shared->opens[i].inode.load() == status.st_ino &&
            (shared->opens[i].kind.load() == generic_kind) == pipe)
            return static_cast<int>(i);
    return not_ours;
}

namespace {

/// Whether a path may be a node's that is relative to some directory: it ends as one does.
bool ends_like_a_node(const Header& shared, const char* path) {
    const char* const slash = strrchr(path, '/');
    const char* const last = slash != nullptr ? slash + 1 : path;
    for (const NodePath& node : shared.paths)
        if (node.path[0] != 0 && strcmp(strrchr(node.path, '/') + 1, last) == 0)
            return true;
    return false;
}

/// A path that may be a node's, in its absolute form; nullptr for one that is not.
const char* absolute_node_path(const Header& shared, int directory, const char* path,
                               char (&room)[told_path_bytes]) {
    if (path[0] == '/')
        return path;
    return ends_like_a_node(shared, path) && absolute_path(directory, path, room) ? room : nullptr;
}

} // namespace

const char* link_text(int directory, const char* path, char (&room)[link_text_bytes]) {
    Header* const shared = header();
    char whole[told_path_bytes];
    room[0] = 0;
    if (shared != nullptr && path != nullptr)
        path = absolute_node_path(*shared, directory, path, whole);
    if (shared == nullptr || path == nullptr)
        return room;
    for (const NodePath& link : shared->paths) {
        if (link.link == 0 || !same_path(path, link.path) ||
            shared->drives[link.drive].unplugged.load() != 0)
            continue;
        for (const NodePath& node : shared->paths) {
            if (node.link != 0 || node.kind != link.kind || node.drive != link.drive)
                continue;
            const char* to = node.path;
            const char* from = link.path;
            if (starts_with(to, "/dev/") && starts_with(from, "/dev/"))
                for (; *from != 0; ++from)
                    if (*from == '/')
                        strcat(room, "../");
            strcat(room, to);
            return room;
        }
    }
    return room;
}

int node_of_open(Header* shared, int open_index) {
    const OpenEntry& entry = shared->opens[open_index];
    const std::uint32_t drive = entry.drive.load();
    return node_number(entry.kind.load(), drive < drive_count ? drive : 0);
}

int node_of(int directory, const char* path) {
    Header* const shared = header();
    char room[told_path_bytes];
    if (shared == nullptr || path == nullptr)
        return not_ours;
    path = absolute_node_path(*shared, directory, path, room);
    if (path == nullptr)
        return not_ours;
    for (const NodePath& node : shared->paths)
        if (node.path[0] != 0 && same_path(path, node.path))
            return shared->drives[node.drive].unplugged.load() != 0
                       ? not_ours
                       : node_number(node.kind, node.drive);
    const int descriptor = descriptor_of(path);
    const int open_index = descriptor < 0 ? not_ours : device_of(descriptor);
    return open_index == not_ours ? not_ours : node_of_open(shared, open_index);
}

BURNRIG_HOOK(int, open, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(AT_FDCWD, path, flags, mode);
}
BURNRIG_HOOK_ALIAS(open64, open);

/// AIX's open() with a word for the driver. Programs have it from libburnrig_aix, which comes
/// behind this library.
BURNRIG_HOOK(int, openx, const char* path, int flags, mode_t mode, long extension) {
    char first = 0;
    if (!copy_from_program(&first, reinterpret_cast<std::uint64_t>(path), 1))
        return static_cast<int>(to_errno(-EFAULT));
    const long ours = open_ours(AT_FDCWD, path, flags, extension);
    return ours == not_ours_at_all ? next_openat(AT_FDCWD, path, flags, mode)
                                   : static_cast<int>(to_errno(ours));
}

BURNRIG_HOOK(int, openat, int directory, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_argument(flags, arguments);
    va_end(arguments);
    return open_any(directory, path, flags, mode);
}
BURNRIG_HOOK_ALIAS(openat64, openat);

BURNRIG_HOOK(int, __open_2, const char* path, int flags) {
    return open_any(AT_FDCWD, path, flags, 0);
}
BURNRIG_HOOK_ALIAS(__open64_2, __open_2);

BURNRIG_HOOK(int, __openat_2, int directory, const char* path, int flags) {
    return open_any(directory, path, flags, 0);
}
BURNRIG_HOOK_ALIAS(__openat64_2, __openat_2);

} // namespace burnrig::emulator::nodes::preload::shim
