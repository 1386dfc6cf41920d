// SPDX-License-Identifier: Apache-2.0
#include "harness/safety/drive_lock.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace burnrig::harness {
namespace {

// FHS 3.0, 5.9: anybody's, emptied at boot; systems without it have the other.
std::string usual_directory() {
    constexpr auto locks = "/run/lock";
    return ::access(locks, W_OK | X_OK) == 0 ? locks : "/tmp";
}

std::string file_name(const std::string& serial) {
    std::string name = "burnrig-drive-";
    for (const char c : serial)
        name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return name + ".lock";
}

// Nobody may open another one's file in a sticky directory with O_CREAT (proc(5),
// protected_regular), so that is asked for only where there is none.
int open_lock(const std::string& path) {
    constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
    const int there = ::open(path.c_str(), flags);
    if (there >= 0 || errno != ENOENT)
        return there;
    const int made = ::open(path.c_str(), flags | O_CREAT | O_EXCL, 0666);
    if (made < 0)
        return errno == EEXIST ? ::open(path.c_str(), flags) : -1;
    (void)::fchmod(made, 0666); // whatever the umask says: other users lock it too
    return made;
}

std::string said_in(int descriptor) {
    char text[64];
    const auto length = ::pread(descriptor, text, sizeof text, 0);
    return {text, static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

} // namespace

mmc::Result<DriveLock> DriveLock::take(const std::string& serial, std::string directory) {
    if (directory.empty())
        directory = usual_directory();
    const auto path = directory + "/" + file_name(serial);
    DriveLock lock(open_lock(path));
    if (lock.descriptor_ < 0)
        return mmc::fail("{}: the drive cannot be locked for this program alone: {}", path,
                         std::strerror(errno));
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
        return mmc::fail("drive {} is in use by {} (its lock is {})", serial,
                         said_in(lock.descriptor_), path);
    const auto who = fmt::format("process {}", ::getpid());
    // What is said there is for people: without it the lock holds all the same.
    if (::ftruncate(lock.descriptor_, 0) == 0)
        (void)!::pwrite(lock.descriptor_, who.data(), who.size(), 0);
    return lock;
}

DriveLock::DriveLock(DriveLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DriveLock& DriveLock::operator=(DriveLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

DriveLock::~DriveLock() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

} // namespace burnrig::harness
