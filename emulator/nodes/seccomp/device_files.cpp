// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/device_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/mman.h>

#include "emulator/nodes/watch_events.h"

namespace burnrig::emulator::nodes::seccomp {

DeviceFiles::~DeviceFiles() {
    while (!files_.empty())
        close(files_.begin());
}

mmc::Result<void> DeviceFiles::start() {
    closes_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!closes_)
        return mmc::fail("cannot watch files for their last close: {}", std::strerror(errno));
    return {};
}

bool DeviceFiles::make_handle(File& file) {
    static constexpr const char* names[] = {"burnrig-sr", "burnrig-sg", "burnrig-bsg"};
    file.handle.reset(::memfd_create(names[static_cast<std::size_t>(file.open.kind)],
                                     MFD_CLOEXEC | MFD_ALLOW_SEALING));
    constexpr int seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL;
    struct stat status {};
    if (!file.handle || ::fcntl(file.handle.get(), F_ADD_SEALS, seals) != 0 ||
        ::fstat(file.handle.get(), &status) != 0)
        return false;
    file.inode = status.st_ino;
    filesystem_ = status.st_dev;
    return true;
}

FileDescriptor DeviceFiles::open(AttachedDrive& drive, NodeKind kind, int flags, Caller caller,
                                 int& error) {
    take_closes();
    if (files_.size() >= most_files) {
        error = -ENFILE;
        return {};
    }
    files_.emplace_back();
    const auto file = std::prev(files_.end());
    file->drive = &drive;
    file->open.kind = kind;
    file->open.flags = flags;
    error = make_handle(*file) ? drive.device.open(file->open, caller) : -ENFILE;
    if (error != 0) {
        files_.erase(file);
        return {};
    }
    constexpr int kept = O_ACCMODE | O_NONBLOCK | O_APPEND | O_CLOEXEC;
    const std::string path = fmt::format("/proc/self/fd/{}", file->handle.get());
    FileDescriptor description(::open(path.c_str(), (flags & kept) | O_CLOEXEC));
    file->descriptions = description ? 1 : 0;
    file->watch = ::inotify_add_watch(closes_.get(), path.c_str(), IN_OPEN | IN_CLOSE);
    if (!description || file->watch < 0) {
        close(file);
        error = -ENFILE;
        return {};
    }
    return description;
}

DeviceFiles::File* DeviceFiles::find(pid_t thread, int descriptor) {
    if (files_.empty() || descriptor < 0)
        return nullptr;
    std::array<char, 64> path;
    const auto written =
        fmt::format_to_n(path.data(), path.size() - 1, "/proc/{}/fd/{}", thread, descriptor);
    *written.out = 0;
    struct stat status {};
    if (::stat(path.data(), &status) != 0 || status.st_dev != filesystem_)
        return nullptr;
    const auto found = std::find_if(files_.begin(), files_.end(),
                                    [&](const File& file) { return file.inode == status.st_ino; });
    return found == files_.end() ? nullptr : &*found;
}

void DeviceFiles::take_closes() {
    for_each_watch_event(closes_.get(), [this](int watch, std::uint32_t mask) {
        for (File& file : files_) {
            if (file.watch != watch)
                continue;
            file.descriptions += (mask & IN_OPEN) != 0 ? 1 : 0;
            file.descriptions -= (mask & IN_CLOSE) != 0 ? 1 : 0;
        }
    });
    for (auto file = files_.begin(); file != files_.end();) {
        const auto next = std::next(file);
        if (file->descriptions <= 0)
            close(file);
        file = next;
    }
}

void DeviceFiles::close(std::list<File>::iterator file) {
    if (file->watch >= 0)
        ::inotify_rm_watch(closes_.get(), file->watch);
    file->drive->device.close(file->open);
    files_.erase(file);
}

} // namespace burnrig::emulator::nodes::seccomp
