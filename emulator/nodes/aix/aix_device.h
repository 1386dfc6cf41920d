// SPDX-License-Identifier: Apache-2.0
// What AIX's IDE CD-ROM driver makes of a drive: the block device /dev/cdN and the raw device
// /dev/rcdN, their open modes, their ioctls, reading and writing, errnos and the error log, on top
// of a Target.
//
//     program -> library or preload door -> open / ioctl / read / close -> AixDevice -> Target
//
// Both devices of a drive share one state: who has it open and how, the data mode, the lock of the
// tray. The device knows nothing of the door: the program's memory is behind CallerMemory.
// Structures are those of 64-bit programs, in this machine's byte order.
//
// Results are 0 or more, or a negative errno of include/errno.h. What the manual leaves open is
// said in emulator/nodes/aix/README.md. Not thread-safe: one call at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/nodes/aix/commands.h"
#include "emulator/nodes/aix/error_log.h"
#include "emulator/nodes/linux/caller_memory.h"
#include "mmc/target.h"

struct cd_audio_cmd; // include/sys/scdisk.h

namespace burnrig::emulator::nodes {

/// The drive's entry in the configuration database.
struct AixAttributes {
    std::uint32_t max_transfer = 0x40000;         ///< bytes of a request to the adapter
    std::uint32_t adapter_max_transfer = 0x40000; ///< the adapter's own; the smaller one holds
    bool prevent_eject = true;                    ///< the medium is locked while the device is open
    bool write_caching = false;                   ///< the drive may keep what is written for later
    bool audio_supported = true;
    bool data_modes = true;           ///< the data mode can be changed
    std::uint32_t adapter_opens = 64; ///< how often the adapter lets its devices be open
    bool everyone_diagnoses = false;  ///< not only those with authority may open for diagnosis

    /// Sets one by name: numbers in decimal or 0x..., yes or no. False for what is not known.
    bool set(std::string_view name, std::string_view value);
    /// "max_transfer, adapter_max_transfer, ...".
    static std::string names();
};

struct AixDeviceOptions {
    int unit = 0; ///< N of /dev/cdN
    AixAttributes attributes{};
    /// Told when a program opens ("open") or closes ("close") a device; an errno from it refuses
    /// the opening. Empty: nobody listens.
    std::function<int(std::string_view event)> host_event{};
};

/// One open file. The door keeps it from open() to close(); it must not move meanwhile.
struct AixFile {
    bool raw = true;    ///< /dev/rcdN, else /dev/cdN
    int flags = 0;      ///< as given to open()
    long extension = 0; ///< as given to openx()

    bool for_writing() const { return (flags & 3) == 1 || (flags & 3) == 2; }
    bool for_reading() const { return (flags & 3) != 1; }
};

class AixDevice {
public:
    AixDevice(mmc::Target& target, mmc::Clock& clock, AixDeviceOptions options = {});

    /// AixAttributes::set(). -EINVAL while the device is open, and for what is not known.
    int configure(std::string_view name, std::string_view value);
    const AixAttributes& attributes() const { return attributes_; }

    /// `privileged`: the process has the authority that diagnosis needs.
    int open(AixFile& file, bool privileged);
    /// The errno of what was left to write; the file is closed all the same. -ENODEV when it was
    /// not open.
    int close(AixFile& file);

    long ioctl(AixFile& file, std::uint32_t request, std::uint64_t argument, CallerMemory& memory);

    /// Reads at a byte address, at most as much as one request may be and `payload` holds. The
    /// bytes are the returned part of `payload`; an empty part is the end. Negative errno in
    /// `error`. `length` is what the program asked for: its rules are for the whole.
    std::span<const std::uint8_t> read(AixFile& file, std::uint64_t offset, std::uint64_t length,
                                       std::span<std::uint8_t> payload, int& error);

    /// Writes whole blocks, at most as much as one request may be. Bytes written, or a negative
    /// errno. `length` is what the program has in all, `data` begins it.
    long write(AixFile& file, std::uint64_t offset, std::uint64_t length,
               std::span<const std::uint8_t> data);

    /// One request to the driver's strategy routine, which does not split: -EINVAL when it is
    /// longer than may be.
    int strategy_read(std::uint64_t block, std::span<std::uint8_t> into);

    /// Bytes of the disc in the data mode that is set.
    std::uint64_t size() const { return std::uint64_t{capacity_blocks_} * block_bytes(); }
    std::uint32_t block_bytes() const;
    /// The largest request there may be.
    std::uint32_t max_transfer() const;

    AixErrorLog& error_log() { return log_; }
    const AixErrorLog& error_log() const { return log_; }
    std::string name() const;

    /// One call of ioctl(), handed from function to function.
    struct Call {
        AixFile& file;
        std::uint64_t argument;
        CallerMemory& memory;
    };

private:
    using Handler = long (AixDevice::*)(const Call&);
    struct Entry {
        std::uint32_t request;
        Handler handler;
    };
    static std::span<const Entry> table();

    // open, close, attributes (aix_device.cpp)
    int check_modes(const AixFile& file, bool privileged) const;
    int open_medium(const AixFile& file);
    int find_medium();
    int find_format();
    int check_writable();
    void identify();
    void lock(bool prevent);
    void set_write_cache();
    bool is_open(const AixFile& file) const;
    bool diagnosing() const { return diagnostic_ != nullptr; }
    bool exclusive(const AixFile& file) const { return exclusive_ == &file; }

    // Commands of the driver itself: a changed medium is noticed, errors are logged
    int command(const mmc::Command& command);
    int quiet_command(const mmc::Command& command); // errors are not logged: the drive may refuse
    void note_error();
    void count_read(std::uint32_t bytes);

    // read and write (transfer.cpp)
    int check_transfer(const AixFile& file, bool writing, std::uint64_t offset,
                       std::uint64_t length);
    int transfer_command(std::uint32_t block, std::span<std::uint8_t> into, mmc::Duration timeout);
    std::size_t part(std::uint64_t length, std::size_t room) const;
    long read_with_sense(const Call& call);

    // ioctls (ioctls.cpp)
    long device_information(const Call& call);
    long prevent_removal(const Call& call);
    long allow_removal(const Call& call);
    long eject(const Call& call);
    long data_mode(const Call& call);
    long door(std::uint8_t opcode, std::uint8_t operation);
    long pass_through(const Call& call); // pass_through.cpp

    // IDE_CDAUDIO (audio.cpp)
    struct AudioRow;
    long audio(const Call& call);
    int audio_command(cd_audio_cmd& request);
    int play(cd_audio_cmd& request);
    int pause(cd_audio_cmd& request);
    int resume(cd_audio_cmd& request);
    int stop(cd_audio_cmd& request);
    int audio_information(cd_audio_cmd& request);
    int track_information(cd_audio_cmd& request);
    int track_address(cd_audio_cmd& request);
    int set_volume(const cd_audio_cmd& request);
    /// 0, or EINPROGRESS while the drive plays, or why it cannot be asked.
    int audio_in_progress();

    AixCommands commands_;
    mmc::Clock& clock_;
    AixDeviceOptions options_;
    AixAttributes attributes_;
    AixErrorLog log_;

    std::vector<const AixFile*> files_; // open ones
    const AixFile* exclusive_ = nullptr;
    const AixFile* diagnostic_ = nullptr;
    std::uint8_t mode_;         // CD_MODE1 ...
    bool removable_ = true;     // the medium can be taken out
    bool medium_known_ = false; // since this opening
    bool medium_writable_ = false;
    int medium_gone_ = 0; // ESTALE or EMEDIA until the last close
    std::uint32_t capacity_blocks_ = 0;
    bool locked_ = false;         // by us
    bool written_ = false;        // something may be in the drive's cache
    bool played_ = false;         // a play was begun and not seen to end
    std::uint8_t play_ended_ = 0; // audio status that we saw and a program has not
    std::uint64_t bytes_read_ = 0;
};

} // namespace burnrig::emulator::nodes
