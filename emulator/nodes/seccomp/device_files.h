// SPDX-License-Identifier: Apache-2.0
// The drive's open files in programs that run under the filter.
//
// An open file is an empty, sealed memfd of its own, put into the program's table of descriptors.
// So dup, fork, exec, passing over a socket, positions and locks are the kernel's business. A
// descriptor is known by its file's inode number, whatever its own number, and inotify tells when
// the last one is gone, however that came about. What is read from it past the filter is empty.
//
// One thread uses this class.
#pragma once

#include <list>
#include <optional>
#include <sys/stat.h>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/seccomp/attached_drive.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes::seccomp {

class DeviceFiles {
public:
    struct File {
        AttachedDrive* drive = nullptr;
        OpenFile open;
        FileDescriptor handle; ///< the memfd; programs get descriptions of their own
        ino_t inode = 0;
        int watch = -1;
        int descriptions = 0; ///< in programs, or on the way to one
    };

    DeviceFiles() = default;
    ~DeviceFiles();
    DeviceFiles(const DeviceFiles&) = delete;
    DeviceFiles& operator=(const DeviceFiles&) = delete;

    mmc::Result<void> start();

    /// Readable when a file may have been closed.
    int descriptor() const { return closes_.get(); }

    /// Opens a drive's node as open(path, flags) does. A description to hand to the program, or a
    /// negative errno; the file is closed when that description goes.
    FileDescriptor open(AttachedDrive& drive, NodeKind kind, int flags, Caller caller, int& error);

    /// The file behind a descriptor of a thread; nullptr when it is none of the drive's.
    File* find(pid_t thread, int descriptor);

    /// Closes the files whose last descriptor went.
    void take_closes();

    bool any() const { return !files_.empty(); }

    static constexpr std::size_t most_files = 1024;

private:
    bool make_handle(File& file);
    void close(std::list<File>::iterator file);

    FileDescriptor closes_; // inotify
    std::list<File> files_; // their addresses are known to the devices
    dev_t filesystem_ = 0;  // of all memfds
};

} // namespace burnrig::emulator::nodes::seccomp
