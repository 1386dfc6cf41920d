// SPDX-License-Identifier: Apache-2.0
// Directories, and the system's files about drives. Paths of /proc/sys/dev/cdrom, /sys and
// /run/udev that the rig's folder has lead there, so directories such as /sys/class/block list the
// simulated drives only; everything else is the machine's. /dev lists the nodes beside what it has.
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emulator/nodes/preload/shim/shim.h"

namespace burnrig::emulator::nodes::preload::shim {
namespace {

bool begins_with(const char* path, const char* start) {
    return strncmp(path, start, strlen(start)) == 0;
}

/// Whether the rig's folder might have it.
bool may_be_told(const char* path) {
    return begins_with(path, "/sys/") || begins_with(path, "/proc/sys/dev/cdrom") ||
           begins_with(path, "/run/udev/");
}

/// The path of an open directory that may lead to such a file; false for others.
bool path_of_directory(int directory, char (&room)[told_path_bytes]) {
    char link[32] = "/proc/self/fd/";
    char* at = link + strlen(link);
    char digits[12];
    int count = 0;
    for (int rest = directory; count == 0 || rest > 0; rest /= 10)
        digits[count++] = static_cast<char>('0' + rest % 10);
    while (count > 0)
        *at++ = digits[--count];
    *at = 0;
    const long length = raw(SYS_readlinkat, AT_FDCWD, word(link), word(room), sizeof room - 1);
    if (length <= 0)
        return false;
    room[length] = 0;
    return strcmp(room, "/") == 0 || begins_with(room, "/sys") || begins_with(room, "/run") ||
           begins_with(room, "/proc");
}

/// A directory of /dev that is being read: the nodes come behind the machine's own entries.
struct Listing {
    std::atomic<DIR*> directory;
    std::uint32_t next;
    dirent entry;
};
constexpr int listings_max = 8;
constinit Listing listings[listings_max]{};

constinit Next<DIR*(const char*)> next_opendir{"opendir"};
constinit Next<dirent*(DIR*)> next_readdir{"readdir64"};
constinit Next<int(DIR*)> next_closedir{"closedir"};
constinit Next<void(DIR*)> next_rewinddir{"rewinddir"};
constinit Next<int(const char*, int, int (*)(const char*, int), glob_t*)> next_glob{"glob64"};
using Filter = int (*)(const dirent*);
using Compare = int (*)(const dirent**, const dirent**);
constinit Next<int(const char*, dirent***, Filter, Compare)> next_scandir{"scandir64"};

Listing* listing_of(DIR* directory) {
    for (Listing& listing : listings)
        if (directory != nullptr && listing.directory.load() == directory)
            return &listing;
    return nullptr;
}

/// The name in /dev of the n-th node, nullptr for one that lies elsewhere or is not there.
const char* name_in_dev(const Header& shared, std::uint32_t n) {
    const NodePath& node = shared.paths[n];
    if (!begins_with(node.path, "/dev/") || strchr(node.path + 5, '/') != nullptr ||
        shared.drives[node.drive].unplugged.load() != 0)
        return nullptr;
    return node.path + 5;
}

dirent* next_node(Listing& listing) {
    const Header* const shared = header();
    while (shared != nullptr && listing.next < path_count) {
        const std::uint32_t n = listing.next++;
        const char* const name = name_in_dev(*shared, n);
        if (name == nullptr)
            continue;
        memset(&listing.entry, 0, sizeof listing.entry);
        listing.entry.d_ino = 0xB0 + n;
        listing.entry.d_reclen = sizeof listing.entry;
        listing.entry.d_type = shared->paths[n].kind == 0 ? DT_BLK : DT_CHR;
        strcpy(listing.entry.d_name, name);
        return &listing.entry;
    }
    return nullptr;
}

bool is_a_node(const char* name) {
    const Header* const shared = header();
    for (std::uint32_t i = 0; shared != nullptr && i < path_count; ++i) {
        const char* const node = name_in_dev(*shared, i);
        if (node != nullptr && strcmp(node, name) == 0)
            return true;
    }
    return false;
}

bool names_dev(const char* path) {
    return strcmp(path, "/dev") == 0 || strcmp(path, "/dev/") == 0;
}

} // namespace

const char* told_path(int directory, const char* path, char (&room)[told_path_bytes]) {
    Header* const shared = header();
    if (shared == nullptr || path == nullptr || shared->system_files[0] == 0 || path[0] == 0)
        return nullptr;
    char absolute[told_path_bytes];
    if (path[0] != '/') {
        if (directory == AT_FDCWD || directory < 0 || !path_of_directory(directory, absolute) ||
            strlen(absolute) + strlen(path) + 2 > sizeof absolute)
            return nullptr;
        if (strcmp(absolute, "/") != 0)
            strcat(absolute, "/");
        strcat(absolute, path);
        path = absolute;
    }
    const std::size_t length = strlen(shared->system_files);
    if (!may_be_told(path) || length + strlen(path) + 1 > sizeof room)
        return nullptr;
    memcpy(room, shared->system_files, length);
    strcpy(room + length, path);
    struct stat status;
    return raw(SYS_newfstatat, AT_FDCWD, word(room), word(&status), AT_SYMLINK_NOFOLLOW) == 0
               ? room
               : nullptr;
}

BURNRIG_HOOK(DIR*, opendir, const char* path) {
    char room[told_path_bytes];
    if (const char* const told = told_path(AT_FDCWD, path, room))
        return next_opendir(told);
    DIR* const directory = next_opendir(path);
    if (directory == nullptr || header() == nullptr || !names_dev(path))
        return directory;
    for (Listing& listing : listings) {
        DIR* nobody = nullptr;
        if (listing.directory.compare_exchange_strong(nobody, directory)) {
            listing.next = 0;
            break;
        }
    }
    return directory;
}

BURNRIG_HOOK(dirent*, readdir, DIR* directory) {
    Listing* const listing = listing_of(directory);
    dirent* entry = next_readdir(directory);
    if (listing == nullptr)
        return entry;
    while (entry != nullptr && is_a_node(entry->d_name)) // the machine's own of that name is hidden
        entry = next_readdir(directory);
    return entry != nullptr ? entry : next_node(*listing);
}
BURNRIG_HOOK_ALIAS(readdir64, readdir);

BURNRIG_HOOK(void, rewinddir, DIR* directory) {
    if (Listing* const listing = listing_of(directory))
        listing->next = 0;
    next_rewinddir(directory);
}

BURNRIG_HOOK(int, closedir, DIR* directory) {
    if (Listing* const listing = listing_of(directory))
        listing->directory.store(nullptr);
    return next_closedir(directory);
}

/// Only for directories of the rig's folder: the C library opens what it scans around our
/// opendir().
BURNRIG_HOOK(int, scandir, const char* path, dirent*** names, Filter filter, Compare compare) {
    char room[told_path_bytes];
    const char* const told = told_path(AT_FDCWD, path, room);
    return next_scandir(told != nullptr ? told : path, names, filter, compare);
}
BURNRIG_HOOK_ALIAS(scandir64, scandir);

namespace {

void* open_for_glob(const char* path) {
    return hook_opendir(path);
}
dirent* read_for_glob(void* directory) {
    return hook_readdir(static_cast<DIR*>(directory));
}
void close_for_glob(void* directory) {
    hook_closedir(static_cast<DIR*>(directory));
}
int stat_for_glob(const char* path, struct stat* status) {
    return ::stat(path, status);
}
int lstat_for_glob(const char* path, struct stat* status) {
    return ::lstat(path, status);
}

} // namespace

/// glob() looks into directories and at files with the functions above.
BURNRIG_HOOK(int, glob, const char* pattern, int flags, int (*failed)(const char*, int),
             glob_t* found) {
    if (header() == nullptr || found == nullptr || (flags & GLOB_ALTDIRFUNC) != 0)
        return next_glob(pattern, flags, failed, found);
    found->gl_opendir = open_for_glob;
    found->gl_readdir = read_for_glob;
    found->gl_closedir = close_for_glob;
    found->gl_stat = stat_for_glob;
    found->gl_lstat = lstat_for_glob;
    const int result = next_glob(pattern, flags | GLOB_ALTDIRFUNC, failed, found);
    found->gl_flags &= ~GLOB_ALTDIRFUNC;
    return result;
}
BURNRIG_HOOK_ALIAS(glob64, glob);

} // namespace burnrig::emulator::nodes::preload::shim
