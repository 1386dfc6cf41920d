// SPDX-License-Identifier: Apache-2.0
// What Linux makes of a recorder: the block device /dev/srN and the character device /dev/sgN,
// their open rules, their ioctls and reading, on top of a Target. Behaves as Linux 6.1 with the
// drive on a SATA host (unknown ioctls answer ENOTTY), except that `resid` is told exactly, as by
// USB and virtio hosts.
//
//     door (preload, fuse, seccomp, ...) -> open / ioctl / read / close -> LinuxDevice -> Target
//
// The device knows nothing of the door: the program's memory is behind CallerMemory, its rights are
// in Caller. A request that is not in the tables answers as an unknown one does.
// Not thread-safe: one call at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "emulator/nodes/linux/caller_memory.h"
#include "emulator/nodes/linux/kernel_commands.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

enum class NodeKind : std::uint8_t { block, generic };

/// The rights of the process that makes the call.
struct Caller {
    bool raw_io = false; ///< CAP_SYS_RAWIO: no command filter
    bool admin = false;  ///< CAP_SYS_ADMIN
};

/// One open file description. The door keeps it from open() to the last close.
struct OpenFile {
    NodeKind kind = NodeKind::block;
    int flags = 0; ///< as given to open()
    bool data_open = false;
    // The settings of an sg file (Linux keeps those of sr in the drive).
    std::int32_t timeout_ticks = 6000;
    std::int32_t reserved_size = 32768;
    std::int32_t command_queue = 0;
    std::int32_t keep_orphan = 0;
    std::int32_t force_pack_id = 0;

    bool for_writing() const { return (flags & 3) == 1 || (flags & 3) == 2; }
    bool for_both() const { return (flags & 3) == 2; }
};

struct LinuxDeviceOptions {
    int minor = 0; ///< N of /dev/srN and /dev/sgN, the SCSI host's number
    std::uint32_t transfer_bytes_max = 512 * 1024;
    /// Told when a program opens ("open") or closes ("close") a node; an errno from it refuses the
    /// opening. Empty: nobody listens.
    std::function<int(std::string_view event)> host_event{};
};

class LinuxDevice {
public:
    LinuxDevice(mmc::Target& target, mmc::Clock& clock, LinuxDeviceOptions options = {});

    /// 0 or a negative errno. On success the file counts as open until close().
    int open(OpenFile& file, Caller caller);
    void close(OpenFile& file);

    /// What ioctl() returns, or a negative errno.
    long ioctl(OpenFile& file, std::uint32_t request, std::uint64_t argument, Caller caller,
               CallerMemory& memory);

    /// Reads the block device at any byte address. The bytes are the returned part of `payload`,
    /// which must have room for the whole blocks around them: length + 4094 bytes are always
    /// enough. Negative errno in `error`; an empty part is the end of the disc.
    std::span<const std::uint8_t> read(OpenFile& file, std::uint64_t offset, std::uint32_t length,
                                       std::span<std::uint8_t> payload, int& error);

    /// Writes to the block device at any byte address, straight through: what the kernel would
    /// keep in its page cache goes to the drive at once. Bytes written, or a negative errno: EBADF
    /// for a file not opened for writing, ENOSPC at the end of the disc, EIO what the drive
    /// refuses, EPERM for an sg node (its write() protocol is not served).
    long write(OpenFile& file, std::uint64_t offset, std::span<const std::uint8_t> data);

    /// Bytes of the block device as last read from the drive.
    std::uint64_t size() const { return capacity_blocks_ * block_bytes; }

    const LinuxDeviceOptions& options() const { return options_; }

    static constexpr std::uint32_t block_bytes = 2048;

    /// One call of ioctl(), handed from function to function.
    struct Call {
        OpenFile& file;
        std::uint32_t request;
        std::uint64_t argument;
        Caller caller;
        CallerMemory& memory;
    };

private:
    using Handler = long (LinuxDevice::*)(const Call&);
    struct Entry {
        std::uint32_t request;
        Handler handler;
    };
    static std::span<const Entry> cdrom_table();
    static std::span<const Entry> block_table();
    static std::span<const Entry> shared_table();
    static std::span<const Entry> scsi_table();
    static std::span<const Entry> generic_table();
    static Handler find(std::span<const Entry> table, std::uint32_t request);

    // open and close (linux_device.cpp)
    int open_block(OpenFile& file);
    int open_generic(OpenFile& file);
    int open_for_data(OpenFile& file);
    int check_writable();
    bool media_events();
    void revalidate();
    void read_capacity();
    void read_sessions();
    void prevent_removal(bool prevent);

    // Block writes (block_writing.cpp)
    int write_blocks(std::uint32_t first, std::span<const std::uint8_t> data);
    int write_within_block(std::uint64_t offset, std::span<const std::uint8_t> data);
    void finish_block_writes();

    // SG_IO and the sg settings (sg_io.cpp, scsi_ioctls.cpp)
    long sg_io(const Call& call);
    struct Transfer;
    long send_user_command(const Call& call, Transfer& transfer);
    bool allowed(const Call& call, std::uint8_t opcode, bool filter_always) const;
    long sg_version(const Call& call);
    long sg_get_timeout(const Call& call);
    long sg_set_timeout(const Call& call);
    long sg_get_reserved_size(const Call& call);
    long sg_set_reserved_size(const Call& call);
    long sg_emulated_host(const Call& call);
    long sg_scsi_id(const Call& call);
    long sg_constant(const Call& call);
    long sg_file_setting(const Call& call);
    long scsi_reset(const Call& call);
    long scsi_idlun(const Call& call);
    long scsi_bus_number(const Call& call);
    long scsi_probe_host(const Call& call);
    long scsi_pci(const Call& call);
    long scsi_tray(const Call& call);
    long scsi_door(const Call& call);
    long send_packet(const Call& call);

    // The uniform CD-ROM calls (cdrom_ioctls.cpp, cdrom_media.cpp)
    long cdrom_toc_header(const Call& call);
    long cdrom_toc_entry(const Call& call);
    long cdrom_start_stop(const Call& call);
    long cdrom_subchannel(const Call& call);
    long cdrom_mcn(const Call& call);
    long cdrom_multisession(const Call& call);
    long cdrom_eject_switch(const Call& call);
    long cdrom_set_options(const Call& call);
    long cdrom_clear_options(const Call& call);
    long cdrom_lock_door(const Call& call);
    long cdrom_select_speed(const Call& call);
    long cdrom_media_changed(const Call& call);
    long cdrom_drive_status(const Call& call);
    long cdrom_disc_status(const Call& call);
    long cdrom_slots(const Call& call);
    long cdrom_capability(const Call& call);
    long cdrom_reset(const Call& call);
    long cdrom_written(const Call& call);
    int toc_header(std::uint8_t (&reply)[12], bool last_session = false);
    int toc_entry(std::uint8_t track, bool msf, std::uint8_t (&reply)[12]);
    int packet_of_own_length(std::uint8_t (&cdb)[10], std::span<std::uint8_t> reply,
                             std::size_t first);
    int last_track(std::uint32_t& track);
    int track_information(std::uint32_t track, std::uint8_t (&reply)[32]);
    int last_written(std::int64_t& address, bool next_writable);
    int toc_lead_out(std::int64_t& address);
    int drive_status();
    std::uint32_t capability();

    // BLK* (block_ioctls.cpp)
    long block_size_value(const Call& call);
    long block_number(const Call& call);
    long block_privileged(const Call& call);

    mmc::Target& target_;
    mmc::Clock& clock_;
    LinuxDeviceOptions options_;
    KernelCommands kernel_;
    std::vector<std::uint8_t> private_data_; // parameter lists, out of the program's reach

    // Opens
    std::uint32_t block_opens_ = 0;
    std::uint32_t generic_opens_ = 0;
    const OpenFile* block_holder_ = nullptr;   // O_EXCL on srN
    const OpenFile* generic_holder_ = nullptr; // O_EXCL on sgN

    // What Linux keeps of the drive, not of a file
    bool changed_since_asked_ = true; // CDROM_MEDIA_CHANGED
    bool present_ = false;            // the last media check found a disc
    bool stale_ = true;               // block reads fail until the next open
    bool keep_locked_ = false;
    bool block_written_ = false; // since the first open: the last close ends the recording
    bool lockable_ = true;
    std::uint32_t cdrom_options_ = 0x0D; // AUTO_CLOSE, USE_FFLAGS, LOCK
    std::uint64_t capacity_blocks_ = 0x1FFFFF / 4;
    std::int32_t last_session_ = 0;
    std::uint32_t capability_ = 0; // 0: not asked yet
    std::uint32_t sr_timeout_ticks_ = 0;
    std::uint32_t sr_reserved_size_;
};

} // namespace burnrig::emulator::nodes
