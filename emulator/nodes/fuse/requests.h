// SPDX-License-Identifier: Apache-2.0
// Answers the kernel's requests on the folder of a FUSE door. Internal to it.
//
//     lookup getattr readdir         -> Folder
//     open read write ioctl release  -> LinuxDevice for sr and sg, texts, the disc's own bytes
//
// One thread at a time.
#pragma once

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/fuse/folder.h"
#include "emulator/nodes/linux/linux_device.h"
#include "emulator/nodes/process_memory.h"

namespace burnrig::emulator::nodes::fuse {

/// The kernel splits longer reads and writes, so that each fits into one command of the drive.
inline constexpr std::uint32_t longest_read = 256 * 1024;

class Requests {
public:
    /// The device must outlive this.
    Requests(Folder folder, LinuxDevice& device);
    ~Requests();
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    /// For fuse_session_new(), with a Requests as user data.
    static const fuse_lowlevel_ops& operations();

    bool device_open() const { return devices_open_ > 0; }

    /// Why the last line was refused.
    std::string last_error;
    /// Whose request is being answered; 0 when none is.
    pid_t caller = 0;

private:
    friend struct Operations;

    /// One file that a program has open.
    struct Handle {
        Entry entry;
        OpenFile device;
        std::string text;    ///< what reading gives, as of the opening
        std::string pending; ///< written, no whole line yet
        FileDescriptor shown;
        fuse_pollhandle* poll = nullptr; ///< who waits for a reply of an sg file
    };

    struct stat attributes(const Entry& entry) const;
    int open(Handle& handle, int flags);
    void close(Handle& handle);
    std::span<const std::uint8_t> read(Handle& handle, std::uint64_t offset, std::size_t length,
                                       int flags, int& error);
    std::span<const std::uint8_t> read_device(Handle& handle, std::uint64_t offset,
                                              std::size_t length, int flags, int& error);
    std::span<const std::uint8_t> read_generic(Handle& handle, std::size_t length, int& error);
    long write_device(Handle& handle, std::uint64_t offset, std::span<const std::uint8_t> data);
    static void wake(Handle& handle);
    long write(Handle& handle, std::uint64_t offset, std::span<const std::uint8_t> data);
    int take_lines(Handle& handle, bool last);
    void ioctl(fuse_req_t request, Handle& handle, std::uint32_t number, std::uint64_t argument,
               std::span<const std::uint8_t> in, std::size_t out_bytes);
    void complain_of_memory();

    Folder folder_;
    LinuxDevice& device_;
    std::vector<std::uint8_t> payload_;
    Foresight foresight_;
    std::vector<std::uint8_t> reply_; ///< of read() on an sg file, when somebody used that
    std::unordered_map<std::uint64_t, std::unique_ptr<Handle>> handles_;
    std::uint64_t last_handle_ = 0;
    Caller caller_rights_;
    int devices_open_ = 0;
    bool complained_ = false;
};

} // namespace burnrig::emulator::nodes::fuse
