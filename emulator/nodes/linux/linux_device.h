// SPDX-License-Identifier: Apache-2.0
// What Linux makes of a recorder: the block device /dev/srN and the character device /dev/sgN,
// /dev/bsg/N:0:0:0, their open rules, their ioctls, reading and writing, on top of a Target.
// Behaves as Linux 6.1 with the drive on the host that the options name, except that `resid` is
// told exactly also by a SATA host. README.md lists every request.
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
#include "emulator/nodes/linux/linux_host.h"
#include "emulator/nodes/linux/sg_queue.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

enum class NodeKind : std::uint8_t { block, generic, bsg };

/// The rights of the process that makes the call.
struct Caller {
    bool raw_io = false; ///< CAP_SYS_RAWIO: no command filter
    bool admin = false;  ///< CAP_SYS_ADMIN
};

/// One open file description. The door keeps it from open() to the last close.
struct OpenFile {
    NodeKind kind = NodeKind::block;
    int flags = 0;             ///< as given to open()
    std::uint32_t plugged = 0; ///< which plugging in of the drive it was opened at
    bool data_open = false;
    // The settings of an sg file (Linux keeps those of sr in the drive).
    std::int32_t timeout_ticks = 6000;
    std::int32_t reserved_size = 32768;
    std::int32_t command_queue = 0;
    std::int32_t keep_orphan = 0;
    std::int32_t force_pack_id = 0;
    SgQueue queue;
    bool mapped = false; ///< its reserved buffer, by sg_mmap()
    /// The reserved buffer, where the program has it mapped. Empty where a door cannot map it, or
    /// nobody wanted it: then data of SG_FLAG_MMAP_IO are lost, which nobody could have seen.
    std::span<std::uint8_t> reserve{};

    bool for_writing() const { return (flags & 3) == 1 || (flags & 3) == 2; }
    bool for_both() const { return (flags & 3) == 2; }
};

struct LinuxDeviceOptions {
    int minor = 0; ///< N of /dev/srN and /dev/sgN, the SCSI host's number
    LinuxHost host = sata_host;
    std::uint32_t transfer_bytes_max = 0; ///< in one command; 0: what the host can
    /// Told when a program opens ("open") or closes ("close") a node; an errno from it refuses the
    /// opening. Empty: nobody listens.
    std::function<int(std::string_view event)> host_event{};
    /// Told of the block device's size, in 512 bytes, when it is another.
    std::function<void(std::uint64_t sectors)> on_capacity{};
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
    /// refuses, EPERM for a writable file of a drive that is for reading only.
    long write(OpenFile& file, std::uint64_t offset, std::span<const std::uint8_t> data);

    /// write(2) and read(2) on sgN and bsg, with the buffer where the program has it. A command
    /// runs while it is written, so its reply waits when write() returns. Where Linux would wait
    /// for a reply that nobody asked for, this answers EAGAIN: a door has one server, which must
    /// not wait.
    long sg_write(OpenFile& file, std::uint64_t buffer, std::uint64_t length, Caller caller,
                  CallerMemory& memory);
    long sg_read(OpenFile& file, std::uint64_t buffer, std::uint64_t length, CallerMemory& memory);

    /// mmap(2) of sgN: whether its reserved buffer may be mapped, from `offset` on and for `length`
    /// bytes of whole pages. The door then sets OpenFile::reserve to at least `reserved_size`
    /// bytes.
    long sg_mmap(OpenFile& file, std::uint64_t length, std::uint64_t offset, bool to_write) const;

    /// Pulls the drive's cable, or puts it back. Without it every call on an open file fails with
    /// ENODEV (reading and writing with EIO), also when the drive is back: what was open is gone.
    void plug(bool there);

    /// What poll(2) tells of a file: POLLIN, POLLOUT, as they are now.
    short poll(const OpenFile& file) const;

    /// Bytes of the block device as last read from the drive.
    std::uint64_t size() const { return capacity_sectors_ * 512; }

    /// One request as users know it, and which nodes answer it.
    struct Request {
        std::uint32_t number;
        std::string_view name;
        bool block;
        bool generic; ///< perhaps only through a file for reading and writing
        bool bsg;
    };
    /// All that do not answer as an unknown one, in no order.
    static std::vector<Request> requests();

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
        std::string_view name;
        Handler handler;
    };
    static std::span<const Entry> cdrom_table();
    static std::span<const Entry> audio_table();
    static std::span<const Entry> dvd_table();
    static std::span<const Entry> bsg_table();
    static std::span<const Entry> block_table();
    static std::span<const Entry> shared_table();
    static std::span<const Entry> scsi_table();
    static std::span<const Entry> generic_table();
    static Handler find(std::span<const Entry> table, std::uint32_t request);

    /// What a request answers that nobody knows.
    long unknown() const { return -options_.host.unknown_request; }

    // open and close (linux_device.cpp)
    int open_block(OpenFile& file);
    int open_generic(OpenFile& file);
    int open_for_data(OpenFile& file);
    int close_open_tray(int& status);
    int check_writable();
    bool media_erasable();
    bool random_feature_current();
    void prevent_removal(bool prevent);

    // The disc (media.cpp)
    void media_events();
    void revalidate();
    void find_drive();
    void read_capacity();
    void set_capacity(std::uint64_t sectors);
    void read_sessions();
    void set_first_block_size();
    void forget_unreadable_end();

    // Block writes (block_writing.cpp)
    int write_blocks(std::uint32_t first, std::span<const std::uint8_t> data);
    int write_within_block(std::uint64_t offset, std::span<const std::uint8_t> data);
    void finish_block_writes();

    // Commands of the program's (sg_io.cpp, sg_v4.cpp, send_command.cpp)
    long sg_io(const Call& call);
    long sg_io_v4(const Call& call);
    long send_packet(const Call& call);
    long scsi_send_command(const Call& call);
    struct Transfer;
    long send_user_command(const Call& call, Transfer& transfer);
    void execute_user_command(Transfer& transfer, const mmc::Command& command);
    bool allowed(const Call& call, std::uint8_t opcode, bool filter_always) const;
    mmc::Duration srn_timeout(std::uint64_t milliseconds) const;
    long prepare_version_3(const Call& call, sg_io_hdr& header, Transfer& transfer);

    // write() and read() on sgN (sg_async.cpp)
    long write_version_3(const Call& call);
    long write_old(const Call& call, std::uint64_t length, const SgOldHeader& header);
    long read_version_3(SgReply& reply, std::uint64_t buffer, std::uint64_t length,
                        CallerMemory& memory);
    long read_old(SgReply& reply, std::uint64_t buffer, std::uint64_t length, CallerMemory& memory);
    static void finish_old_reply(SgReply& reply, const mmc::Completion& completion);
    long sg_request_table(const Call& call);
    long sg_next_command_length(const Call& call);
    long sg_queue_number(const Call& call);

    // Settings and questions of the SCSI layer (scsi_ioctls.cpp)
    long sg_version(const Call& call);
    long sg_get_timeout(const Call& call);
    long sg_set_timeout(const Call& call);
    long sg_get_reserved_size(const Call& call);
    long sg_set_reserved_size(const Call& call);
    long sg_emulated_host(const Call& call);
    long sg_scsi_id(const Call& call);
    long sg_constant(const Call& call);
    long sg_file_setting(const Call& call);
    long sg_ignored(const Call& call);
    long answer_unknown(const Call& call);
    long scsi_reset(const Call& call);
    long scsi_idlun(const Call& call);
    long scsi_bus_number(const Call& call);
    long scsi_probe_host(const Call& call);
    long scsi_pci(const Call& call);
    long scsi_tray(const Call& call);
    long scsi_door(const Call& call);
    long bsg_command_queue(const Call& call);
    long bsg_zero(const Call& call);
    long bsg_refused(const Call& call);

    // The uniform CD-ROM calls (cdrom_ioctls.cpp, cdrom_media.cpp)
    long cdrom_toc_header(const Call& call);
    long cdrom_toc_entry(const Call& call);
    long cdrom_subchannel(const Call& call);
    long cdrom_mcn(const Call& call);
    long cdrom_multisession(const Call& call);
    long cdrom_eject_switch(const Call& call);
    long cdrom_set_options(const Call& call);
    long cdrom_clear_options(const Call& call);
    long cdrom_lock_door(const Call& call);
    long cdrom_select_speed(const Call& call);
    long cdrom_select_disc(const Call& call);
    long cdrom_media_changed(const Call& call);
    long cdrom_timed_media_change(const Call& call);
    long cdrom_drive_status(const Call& call);
    long cdrom_disc_status(const Call& call);
    long cdrom_slots(const Call& call);
    long cdrom_capability(const Call& call);
    long cdrom_debug(const Call& call);
    long cdrom_reset(const Call& call);
    long cdrom_written(const Call& call);
    int drive_status();
    struct Tracks {
        int audio = 0;
        int data = 0;
        int error = 0; ///< a drive status: 1 no disc, 0 nothing to be had
        bool known = false;
    };
    Tracks count_tracks();
    int toc_header(std::uint8_t (&reply)[12], bool last_session = false);
    int toc_entry(std::uint8_t track, bool msf, std::uint8_t (&reply)[12]);

    // How far a disc is written, what the drive can do (cdrom_written.cpp)
    struct TrackReply {
        std::uint8_t bytes[32] = {};
        std::size_t length = 0; ///< as the drive says; 0: none came
    };
    int packet_of_own_length(std::uint8_t (&cdb)[10], std::span<std::uint8_t> reply,
                             std::size_t first);
    std::uint32_t last_track();
    TrackReply track_information(std::uint32_t track);
    int last_written(std::int64_t& address);
    int next_writable(std::int64_t& address);
    int toc_lead_out(std::int64_t& address);
    std::uint32_t capability();
    void read_features(std::uint32_t& bits);

    // Playing and raw sectors (cdrom_audio.cpp)
    long cdrom_start_stop(const Call& call);
    long cdrom_pause_resume(const Call& call);
    long cdrom_play_msf(const Call& call);
    long cdrom_play_track(const Call& call);
    long cdrom_play_block(const Call& call);
    int play_track_by_address(std::uint8_t first, std::uint8_t last);
    int check_for_audio();
    long cdrom_volume(const Call& call);
    int mode_sense(std::uint8_t page, std::span<std::uint8_t> reply);
    long cdrom_read_sector(const Call& call);
    int switch_block_size(std::uint32_t bytes);
    long cdrom_read_audio(const Call& call);
    int read_audio_frames(const Call& call, std::uint64_t buffer, std::uint32_t lba,
                          std::uint32_t count);

    // DVD (dvd_ioctls.cpp)
    long dvd_read_structure(const Call& call);
    long dvd_authenticate(const Call& call);

    // BLK* (block_ioctls.cpp)
    long block_size_value(const Call& call);
    long block_number(const Call& call);
    long block_privileged(const Call& call);
    long block_read_only(const Call& call);
    long block_read_ahead(const Call& call);
    long block_set_size(const Call& call);
    long block_discard(const Call& call);
    long block_partition(const Call& call);
    long block_no_geometry(const Call& call);
    long block_reservation(const Call& call);
    long file_system_block_size(const Call& call);
    long ata_identity(const Call& call);
    long ata_32_bit(const Call& call);
    bool read_only_disk();

    mmc::Target& target_;
    mmc::Clock& clock_;
    LinuxDeviceOptions options_;
    KernelCommands kernel_;
    std::vector<std::uint8_t> private_data_; // parameter lists, out of the program's reach

    /// Whether the drive that a file was opened on is still there.
    bool attached(const OpenFile& file) const { return there_ && file.plugged == plugged_; }

    // Opens
    bool there_ = true;
    bool found_ = false;        // Linux has asked the drive whether it is there
    std::uint32_t plugged_ = 0; // how often the drive was plugged in
    std::uint32_t block_opens_ = 0;
    std::uint32_t generic_opens_ = 0;
    const OpenFile* block_holder_ = nullptr;   // O_EXCL on srN
    const OpenFile* generic_holder_ = nullptr; // O_EXCL on sgN

    // What Linux keeps of the drive, not of a file. A change of the disc is told to open() and to
    // CDROM_MEDIA_CHANGED once each; the third note, in kernel_, makes block reads fail meanwhile.
    bool change_for_open_ = true;
    bool change_for_ioctl_ = true;
    mmc::Duration last_change_{0};
    bool present_ = false; // the last media check found a disc
    int unconfirmed_changes_ = 0;
    bool events_ignored_ = false; // too many that TEST UNIT READY knew nothing of
    bool keep_locked_ = false;
    bool block_written_ = false; // since the first open: the last close ends the recording
    bool lockable_ = true;
    bool debug_ = false;
    std::uint32_t cdrom_options_ = 0x0D; // AUTO_CLOSE, USE_FFLAGS, LOCK
    std::uint64_t capacity_sectors_ = 0x1FFFFF;
    std::uint32_t logical_block_ = 512; // until a disc was seen
    std::uint32_t block_size_ = 512;    // BLKBSZGET
    std::uint64_t read_ahead_ = 256;    // sectors
    bool read_only_set_ = false;
    std::uint64_t disk_sequence_ = 1;
    std::int32_t last_session_ = 0;
    bool no_multisession_ = false;
    std::uint32_t capability_ = 0; // 0: not asked yet
    std::uint32_t profile_ = 0;
    std::uint32_t slots_ = 1;
    enum class AudioMethod : std::uint8_t { pieces, single_frames, copied };
    AudioMethod audio_method_ = AudioMethod::pieces;
    std::uint32_t sr_timeout_ticks_ = 0;
    std::uint32_t sr_reserved_size_;
    std::int32_t bsg_queue_ = 64;
};

} // namespace burnrig::emulator::nodes
