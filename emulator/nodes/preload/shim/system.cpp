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

bool in_disk(const char* path) {
    return begins_with(path, "/dev/disk/");
}

/// Whether the rig's folder might have it.
bool may_be_told(const char* path) {
    return begins_with(path, "/sys/") || begins_with(path, "/proc/sys/dev/cdrom") ||
           begins_with(path, "/run/udev/") || strcmp(path, "/dev/disk") == 0 || in_disk(path);
}

/// The path of an open directory, or of the working directory (AT_FDCWD).
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
    const char* const place = directory == AT_FDCWD ? "/proc/self/cwd" : link;
    const long length = raw(SYS_readlinkat, AT_FDCWD, word(place), word(room), sizeof room - 1);
    if (length <= 0 || room[0] != '/')
        return false;
    room[length] = 0;
    return true;
}

/// Whether the rig's folder may have something below a directory.
bool may_lead_to_told(const char* directory) {
    for (const char* const top : {"/sys", "/run", "/proc", "/dev"})
        if (begins_with(directory, top))
            return true;
    return strcmp(directory, "/") == 0;
}

/// A directory of /dev that is being read: the nodes come behind the machine's own entries.
struct Listing {
    std::atomic<DIR*> directory;
    std::uint32_t next;
    bool disk_seen; ///< the machine has a /dev/disk
    dirent entry;
};
constexpr int listings_max = 8;
constinit Listing listings[listings_max]{};

constinit Next<DIR*(const char*)> next_opendir{"opendir"};
constinit Next<DIR*(int)> next_fdopendir{"fdopendir"};
constinit Next<char*(char*, std::size_t)> next_getcwd{"getcwd"};
constinit Next<char*(char*, std::size_t, std::size_t)> next_getcwd_chk{"__getcwd_chk"};
constinit Next<char*()> next_current_dir{"get_current_dir_name"};
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
    char room[told_path_bytes];
    if (listing.disk_seen || told_path(AT_FDCWD, "/dev/disk", room) == nullptr)
        return nullptr;
    listing.disk_seen = true;
    listing.entry.d_type = DT_DIR;
    strcpy(listing.entry.d_name, "disk");
    return &listing.entry;
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

/// The nodes come behind what a directory has.
void list_nodes(DIR* directory) {
    for (Listing& listing : listings) {
        DIR* nobody = nullptr;
        if (listing.directory.compare_exchange_strong(nobody, directory)) {
            listing.next = 0;
            listing.disk_seen = false;
            break;
        }
    }
}

bool names_dev(const char* path) {
    return strcmp(path, "/dev") == 0 || strcmp(path, "/dev/") == 0;
}

} // namespace

bool absolute_path(int directory, const char* path, char (&room)[told_path_bytes]) {
    const Header* const shared = header();
    if (!path_of_directory(directory, room))
        return false;
    // A directory of the rig's folder seems to be the machine's.
    const std::size_t folder = strlen(shared->system_files);
    if (folder != 0 && begins_with(room, shared->system_files) && room[folder] == '/')
        memmove(room, room + folder, strlen(room + folder) + 1);
    if (strlen(room) + strlen(path) + 2 > sizeof room)
        return false;
    if (strcmp(room, "/") != 0)
        strcat(room, "/");
    strcat(room, path);
    return true;
}

const char* told_path(int directory, const char* path, char (&room)[told_path_bytes]) {
    Header* const shared = header();
    if (shared == nullptr || path == nullptr || shared->system_files[0] == 0 || path[0] == 0)
        return nullptr;
    char absolute[told_path_bytes];
    if (path[0] != '/') {
        if (directory < 0 || !absolute_path(directory, path, absolute) ||
            !may_lead_to_told(absolute))
            return nullptr;
        path = absolute;
    }
    const std::size_t length = strlen(shared->system_files);
    if (!may_be_told(path) || length + strlen(path) + 1 > sizeof room)
        return nullptr;
    memcpy(room, shared->system_files, length);
    strcpy(room + length, path);
    struct stat status;
    if (raw(SYS_newfstatat, AT_FDCWD, word(room), word(&status), AT_SYMLINK_NOFOLLOW) != 0)
        return nullptr;
    // Links to nodes are told by the table of nodes; of the folder's only their directories count.
    return in_disk(path) && !S_ISDIR(status.st_mode) ? nullptr : room;
}

BURNRIG_HOOK(DIR*, opendir, const char* path) {
    char room[told_path_bytes];
    if (const char* const told = told_path(AT_FDCWD, path, room))
        return next_opendir(told);
    DIR* const directory = next_opendir(path);
    char absolute[told_path_bytes];
    if (directory != nullptr && header() != nullptr &&
        (path[0] == '/' ? names_dev(path)
                        : path_of_directory(::dirfd(directory), absolute) && names_dev(absolute)))
        list_nodes(directory);
    return directory;
}

/// find and other walkers open directories by descriptor.
BURNRIG_HOOK(DIR*, fdopendir, int file) {
    char path[told_path_bytes];
    DIR* const directory = next_fdopendir(file);
    if (directory != nullptr && header() != nullptr && path_of_directory(file, path) &&
        names_dev(path))
        list_nodes(directory);
    return directory;
}

BURNRIG_HOOK(dirent*, readdir, DIR* directory) {
    Listing* const listing = listing_of(directory);
    dirent* entry = next_readdir(directory);
    if (listing == nullptr)
        return entry;
    while (entry != nullptr && is_a_node(entry->d_name)) // the machine's own of that name is hidden
        entry = next_readdir(directory);
    if (entry != nullptr && strcmp(entry->d_name, "disk") == 0)
        listing->disk_seen = true;
    return entry != nullptr ? entry : next_node(*listing);
}
BURNRIG_HOOK_ALIAS(readdir64, readdir);

BURNRIG_HOOK(void, rewinddir, DIR* directory) {
    if (Listing* const listing = listing_of(directory)) {
        listing->next = 0;
        listing->disk_seen = false;
    }
    next_rewinddir(directory);
}

BURNRIG_HOOK(int, closedir, DIR* directory) {
    if (Listing* const listing = listing_of(directory))
        listing->directory.store(nullptr);
    return next_closedir(directory);
}

/// lsscsi, among others, goes into the directories it looks at and asks where it is.
BURNRIG_HOOK(int, chdir, const char* path) {
    char room[told_path_bytes];
    const char* const told = told_path(AT_FDCWD, path, room);
    return static_cast<int>(to_errno(raw(SYS_chdir, word(told != nullptr ? told : path))));
}

namespace {

/// A working directory in the rig's folder seems to be the machine's.
char* as_told(char* path) {
    const Header* const shared = header();
    if (path == nullptr || shared == nullptr || shared->system_files[0] == 0)
        return path;
    const std::size_t folder = strlen(shared->system_files);
    if (begins_with(path, shared->system_files) && path[folder] == '/')
        memmove(path, path + folder, strlen(path + folder) + 1);
    return path;
}

} // namespace

BURNRIG_HOOK(char*, getcwd, char* buffer, std::size_t size) {
    return as_told(next_getcwd(buffer, size));
}

BURNRIG_HOOK(char*, __getcwd_chk, char* buffer, std::size_t size, std::size_t room) {
    return as_told(next_getcwd_chk(buffer, size, room));
}

BURNRIG_HOOK(char*, get_current_dir_name) {
    return as_told(next_current_dir());
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
