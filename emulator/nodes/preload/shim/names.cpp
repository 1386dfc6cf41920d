// SPDX-License-Identifier: Apache-2.0
// The stat family, access, readlink and realpath: the drive's nodes exist, are a block and a
// character device, and belong to whoever asks. Both generations of stat symbols are here, since
// programs built before glibc 2.33 call __xstat and its kin.
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

constexpr std::uint32_t block_kind = 0;
constexpr unsigned cdrom_major = 11;
constexpr unsigned generic_major = 21;
constexpr unsigned bsg_major = 240;       // Linux gives it any that is free
constexpr unsigned device_filesystem = 5; // a plausible st_dev of /dev
constexpr unsigned node_inode = 0xB0;

/// The system call's own structure is glibc's on every 64-bit machine.
long stat_any(int directory, const char* path, struct stat* result, int flags) {
    Header* const shared = header();
    char room[told_path_bytes];
    if (const char* const told = told_path(directory, path, room))
        return raw(SYS_newfstatat, AT_FDCWD, word(told), word(result), flags);
    char link[link_text_bytes];
    if ((flags & AT_SYMLINK_NOFOLLOW) != 0 && result != nullptr &&
        *link_text(directory, path, link) != 0) {
        fill_stat(shared, node_of(directory, path), *result);
        result->st_mode = S_IFLNK | 0777;
        result->st_rdev = 0;
        result->st_size = static_cast<off_t>(strlen(link));
        return 0;
    }
    if (shared != nullptr && result != nullptr) {
        const bool by_descriptor = (flags & AT_EMPTY_PATH) != 0 && path != nullptr && *path == 0;
        const int open_index = by_descriptor ? device_of(directory) : not_ours;
        const int node =
            open_index != not_ours ? node_of_open(shared, open_index) : node_of(directory, path);
        if (node != not_ours) {
            fill_stat(shared, node, *result);
            return 0;
        }
    }
    return raw(SYS_newfstatat, directory, word(path), word(result), flags);
}

long stat_descriptor(int file, struct stat* result) {
    const int open_index = device_of(file);
    if (open_index == not_ours || result == nullptr)
        return raw(SYS_fstat, file, word(result));
    Header* const shared = header();
    fill_stat(shared, node_of_open(shared, open_index), *result);
    return 0;
}

statx_timestamp to_statx(const timespec& time) {
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec), 0};
}

void fill_statx(const struct stat& from, struct statx& result) {
    memset(&result, 0, sizeof result);
    result.stx_mask = STATX_BASIC_STATS;
    result.stx_blksize = static_cast<std::uint32_t>(from.st_blksize);
    result.stx_nlink = static_cast<std::uint32_t>(from.st_nlink);
    result.stx_uid = from.st_uid;
    result.stx_gid = from.st_gid;
    result.stx_mode = static_cast<std::uint16_t>(from.st_mode);
    result.stx_ino = from.st_ino;
    result.stx_size = static_cast<std::uint64_t>(from.st_size);
    result.stx_dev_minor = device_filesystem;
    result.stx_rdev_major = gnu_dev_major(from.st_rdev);
    result.stx_rdev_minor = gnu_dev_minor(from.st_rdev);
    result.stx_atime = to_statx(from.st_atim);
    result.stx_mtime = to_statx(from.st_mtim);
    result.stx_ctime = to_statx(from.st_ctim);
}

/// The nodes may be read and written by everybody who sees them, and not executed.
long access_any(int directory, const char* path, int mode, int flags) {
    char room[told_path_bytes];
    if (const char* const told = told_path(directory, path, room))
        return raw(SYS_faccessat, AT_FDCWD, word(told), mode);
    if (node_of(directory, path) != not_ours)
        return (mode & X_OK) != 0 ? -EACCES : 0;
    if (flags == 0)
        return raw(SYS_faccessat, directory, word(path), mode);
    return raw(SYS_faccessat2, directory, word(path), mode, flags);
}

} // namespace

void fill_stat(Header* shared, int node, struct stat& result) {
    static constexpr unsigned majors[] = {cdrom_major, generic_major, bsg_major};
    const std::uint32_t kind = node_kind(node) < 3 ? node_kind(node) : 0;
    const bool block = kind == block_kind && node_kind(node) != aix_raw_kind;
    memset(&result, 0, sizeof result);
    result.st_dev = makedev(0, device_filesystem);
    result.st_ino = node_inode + static_cast<unsigned>(node);
    result.st_nlink = 1;
    result.st_mode = static_cast<mode_t>((block ? S_IFBLK : S_IFCHR) | 0660);
    result.st_uid = static_cast<uid_t>(raw(SYS_geteuid));
    result.st_gid = static_cast<gid_t>(raw(SYS_getegid));
    result.st_rdev = makedev(majors[kind], shared->drives[node_drive(node)].minor_number);
    result.st_blksize = 4096;
    result.st_atim = result.st_mtim = result.st_ctim = to_timespec(shared->real_base);
}

BURNRIG_HOOK(int, stat, const char* path, struct stat* result) {
    return static_cast<int>(to_errno(stat_any(AT_FDCWD, path, result, 0)));
}
BURNRIG_HOOK_ALIAS(stat64, stat);

BURNRIG_HOOK(int, lstat, const char* path, struct stat* result) {
    return static_cast<int>(to_errno(stat_any(AT_FDCWD, path, result, AT_SYMLINK_NOFOLLOW)));
}
BURNRIG_HOOK_ALIAS(lstat64, lstat);

BURNRIG_HOOK(int, fstat, int file, struct stat* result) {
    return static_cast<int>(to_errno(stat_descriptor(file, result)));
}
BURNRIG_HOOK_ALIAS(fstat64, fstat);

BURNRIG_HOOK(int, fstatat, int directory, const char* path, struct stat* result, int flags) {
    return static_cast<int>(to_errno(stat_any(directory, path, result, flags)));
}
BURNRIG_HOOK_ALIAS(fstatat64, fstatat);

BURNRIG_HOOK(int, __xstat, int, const char* path, struct stat* result) {
    return static_cast<int>(to_errno(stat_any(AT_FDCWD, path, result, 0)));
}
BURNRIG_HOOK_ALIAS(__xstat64, __xstat);

BURNRIG_HOOK(int, __lxstat, int, const char* path, struct stat* result) {
    return static_cast<int>(to_errno(stat_any(AT_FDCWD, path, result, AT_SYMLINK_NOFOLLOW)));
}
BURNRIG_HOOK_ALIAS(__lxstat64, __lxstat);

BURNRIG_HOOK(int, __fxstat, int, int file, struct stat* result) {
    return static_cast<int>(to_errno(stat_descriptor(file, result)));
}
BURNRIG_HOOK_ALIAS(__fxstat64, __fxstat);

BURNRIG_HOOK(int, __fxstatat, int, int directory, const char* path, struct stat* result,
             int flags) {
    return static_cast<int>(to_errno(stat_any(directory, path, result, flags)));
}
BURNRIG_HOOK_ALIAS(__fxstatat64, __fxstatat);

BURNRIG_HOOK(int, statx, int directory, const char* path, int flags, unsigned mask,
             struct statx* result) {
    struct stat status;
    Header* const shared = header();
    char room[told_path_bytes];
    if (const char* const told = told_path(directory, path, room))
        return static_cast<int>(
            to_errno(raw(SYS_statx, AT_FDCWD, word(told), flags, mask, word(result))));
    const bool by_descriptor = (flags & AT_EMPTY_PATH) != 0 && (path == nullptr || *path == 0);
    const bool ours =
        shared != nullptr && result != nullptr &&
        (by_descriptor ? device_of(directory) != not_ours : node_of(directory, path) != not_ours);
    if (!ours)
        return static_cast<int>(
            to_errno(raw(SYS_statx, directory, word(path), flags, mask, word(result))));
    stat_any(directory, by_descriptor ? "" : path, &status, flags);
    fill_statx(status, *result);
    return 0;
}

BURNRIG_HOOK(int, access, const char* path, int mode) {
    return static_cast<int>(to_errno(access_any(AT_FDCWD, path, mode, 0)));
}

BURNRIG_HOOK(int, faccessat, int directory, const char* path, int mode, int flags) {
    return static_cast<int>(to_errno(access_any(directory, path, mode, flags)));
}

BURNRIG_HOOK(int, eaccess, const char* path, int mode) {
    return static_cast<int>(to_errno(access_any(AT_FDCWD, path, mode, AT_EACCESS)));
}
BURNRIG_HOOK_ALIAS(euidaccess, eaccess);

namespace {

/// As readlinkat() and a negative errno.
long read_link(int directory, const char* path, char* buffer, std::size_t size) {
    char room[told_path_bytes];
    if (const char* const told = told_path(directory, path, room))
        return raw(SYS_readlinkat, AT_FDCWD, word(told), word(buffer), static_cast<long>(size));
    char link[link_text_bytes];
    if (*link_text(directory, path, link) != 0) {
        const std::size_t length = strlen(link) < size ? strlen(link) : size;
        memcpy(buffer, link, length);
        return static_cast<long>(length);
    }
    if (path != nullptr && strncmp(path, "/dev/", 5) == 0 && node_of(directory, path) != not_ours)
        return -EINVAL; // a node is no symbolic link
    return raw(SYS_readlinkat, directory, word(path), word(buffer), static_cast<long>(size));
}

} // namespace

BURNRIG_HOOK(ssize_t, readlink, const char* path, char* buffer, std::size_t size) {
    return to_errno(read_link(AT_FDCWD, path, buffer, size));
}

BURNRIG_HOOK(ssize_t, readlinkat, int directory, const char* path, char* buffer, std::size_t size) {
    return to_errno(read_link(directory, path, buffer, size));
}

/// Extended attributes: the nodes have none (ls -l asks).
BURNRIG_HOOK(ssize_t, getxattr, const char* path, const char* name, void* value, std::size_t size) {
    if (node_of(AT_FDCWD, path) != not_ours)
        return to_errno(-ENODATA);
    char room[told_path_bytes];
    const char* const told = told_path(AT_FDCWD, path, room);
    return to_errno(raw(SYS_getxattr, word(told != nullptr ? told : path), word(name), word(value),
                        static_cast<long>(size)));
}

BURNRIG_HOOK(ssize_t, lgetxattr, const char* path, const char* name, void* value,
             std::size_t size) {
    if (node_of(AT_FDCWD, path) != not_ours)
        return to_errno(-ENODATA);
    char room[told_path_bytes];
    const char* const told = told_path(AT_FDCWD, path, room);
    return to_errno(raw(SYS_lgetxattr, word(told != nullptr ? told : path), word(name), word(value),
                        static_cast<long>(size)));
}

namespace {

constinit Next<char*(const char*, char*)> next_realpath{"realpath"};
constinit Next<char*(const char*, char*, std::size_t)> next_realpath_chk{"__realpath_chk"};

/// The node's own name, as it is configured; nullptr when the path is no node.
const char* node_name(const char* path) {
    Header* const shared = header();
    const int found = node_of(AT_FDCWD, path);
    if (shared == nullptr || found == not_ours || strncmp(path, "/dev/", 5) != 0)
        return nullptr;
    for (const NodePath& node : shared->paths)
        if (node.path[0] != 0 && node_number(node.kind, node.drive) == found)
            return node.path; // the first of its kind is the real one, later ones are aliases
    return nullptr;
}

/// realpath() may return memory to be freed: that is the only allocation here, and the caller's.
char* answer_realpath(const char* name, char* buffer) {
    return buffer != nullptr ? strcpy(buffer, name) : strdup(name);
}

} // namespace

namespace {

/// Of a file in the rig's folder: the path it seems to have.
char* real_told_path(const char* told, char* buffer) {
    char room[PATH_MAX];
    const Header* const shared = header();
    if (next_realpath(told, room) == nullptr)
        return nullptr;
    const std::size_t folder = strlen(shared->system_files);
    const bool inside = strncmp(room, shared->system_files, folder) == 0;
    return answer_realpath(inside ? room + folder : room, buffer);
}

} // namespace

BURNRIG_HOOK(char*, realpath, const char* path, char* buffer) {
    char room[told_path_bytes];
    if (const char* const told = told_path(AT_FDCWD, path, room))
        return real_told_path(told, buffer);
    const char* const name = node_name(path);
    return name != nullptr ? answer_realpath(name, buffer) : next_realpath(path, buffer);
}

BURNRIG_HOOK(char*, __realpath_chk, const char* path, char* buffer, std::size_t size) {
    char room[told_path_bytes];
    if (told_path(AT_FDCWD, path, room) != nullptr || node_name(path) != nullptr)
        return hook_realpath(path, buffer);
    return next_realpath_chk(path, buffer, size);
}

BURNRIG_HOOK(char*, canonicalize_file_name, const char* path) {
    return hook_realpath(path, nullptr);
}

} // namespace burnrig::emulator::nodes::preload::shim
