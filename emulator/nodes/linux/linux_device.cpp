// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/linux/linux_device.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include "mmc/bytes.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

LinuxDevice::LinuxDevice(mmc::Target& target, mmc::Clock& clock, LinuxDeviceOptions options)
    : target_(target), clock_(clock), options_(options), kernel_(target, clock),
      private_data_(options.transfer_bytes_max), sr_reserved_size_(options.transfer_bytes_max) {}

int LinuxDevice::open(OpenFile& file, Caller) {
    if (options_.host_event)
        if (const int error = options_.host_event("open"))
            return -error;
    return file.kind == NodeKind::block ? open_block(file) : open_generic(file);
}

/// An sg file sends nothing; O_EXCL keeps everybody else out. Where Linux would wait for the holder
/// to close (no O_NONBLOCK) this answers EBUSY as well: a door has one server, which must not wait.
int LinuxDevice::open_generic(OpenFile& file) {
    const bool exclusive = (file.flags & O_EXCL) != 0;
    if (exclusive && (file.flags & O_ACCMODE) == O_RDONLY)
        return -EPERM;
    if ((file.flags & O_DIRECT) != 0)
        return -EINVAL;
    if (generic_holder_ != nullptr || (exclusive && generic_opens_ > 0))
        return -EBUSY;
    if (exclusive)
        generic_holder_ = &file;
    ++generic_opens_;
    return 0;
}

int LinuxDevice::open_block(OpenFile& file) {
    constexpr std::uint32_t use_fflags = 4;
    const bool exclusive = (file.flags & O_EXCL) != 0;
    if (exclusive && block_holder_ != nullptr)
        return -EBUSY;
    if (media_events())
        stale_ = true;
    if (stale_)
        revalidate();
    file.data_open = (file.flags & O_NONBLOCK) == 0 || (cdrom_options_ & use_fflags) == 0;
    if (file.data_open) {
        const int error = open_for_data(file);
        if (error != 0)
            return error;
    }
    if (exclusive)
        block_holder_ = &file;
    ++block_opens_;
    return 0;
}

/// Open without O_NONBLOCK: the disc must be there, and writable if it is to be written.
int LinuxDevice::open_for_data(OpenFile& file) {
    constexpr int tray_open = 2;
    constexpr int disc_ok = 4;
    constexpr std::uint32_t auto_close = 1;
    constexpr std::uint32_t can_close_tray = 1;
    int status = drive_status();
    if (status == tray_open && (cdrom_options_ & auto_close) != 0 &&
        (capability() & can_close_tray) != 0) {
        static constexpr std::uint8_t load[6] = {0x1B, 0, 0, 0, 3, 0};
        if (kernel_.tray(load, std::chrono::seconds(60)) != 0)
            return -ENOMEDIUM;
        status = drive_status();
        revalidate();
    }
    if (status != disc_ok)
        return -ENOMEDIUM;
    std::uint8_t toc[12] = {};
    int error = toc_header(toc);
    if (error == -ENOMEDIUM)
        return error;
    for (int track = toc[2]; error == 0 && track <= std::min<int>(toc[3], 99); ++track) {
        std::uint8_t entry[12] = {};
        toc_entry(static_cast<std::uint8_t>(track), true, entry);
    }
    prevent_removal(true);
    error = file.for_writing() ? check_writable() : 0;
    if (error != 0)
        prevent_removal(false);
    return error;
}

/// Which profiles Linux lets open for block writing: DVD-RAM, DVD+RW, BD-RE, and those only when
/// the drive has random writable media (feature 0020h) among its capabilities.
int LinuxDevice::check_writable() {
    constexpr std::uint32_t has_ram = 0x200000;
    static constexpr std::uint8_t get_profile[10] = {0x46, 0, 0, 0, 0, 0, 0, 0, 0x20, 0};
    std::uint8_t reply[32] = {};
    if (kernel_.packet(get_profile, reply) != 0 || (capability() & has_ram) == 0)
        return -EROFS;
    const std::uint16_t profile = mmc::get16(reply + 6);
    return profile == 0x12 || profile == 0x1A || profile == 0x43 ? 0 : -EROFS;
}

void LinuxDevice::close(OpenFile& file) {
    if (options_.host_event)
        (void)options_.host_event("close"); // nothing can refuse it
    if (file.kind == NodeKind::generic) {
        if (generic_holder_ == &file)
            generic_holder_ = nullptr;
        generic_opens_ -= generic_opens_ > 0 ? 1 : 0;
        return;
    }
    constexpr std::uint32_t auto_eject = 2;
    if (block_holder_ == &file)
        block_holder_ = nullptr;
    block_opens_ -= block_opens_ > 0 ? 1 : 0;
    if (block_opens_ > 0)
        return;
    finish_block_writes();
    if (!keep_locked_)
        prevent_removal(false);
    if (file.data_open && (cdrom_options_ & auto_eject) != 0) {
        static constexpr std::uint8_t eject[6] = {0x1B, 0, 0, 0, 2, 0};
        kernel_.tray(eject, std::chrono::seconds(60));
    }
    if (media_events())
        stale_ = true;
}

void LinuxDevice::prevent_removal(bool prevent) {
    constexpr std::uint32_t lock_option = 8;
    if (!lockable_ || (prevent && (cdrom_options_ & lock_option) == 0))
        return;
    const std::uint8_t cdb[6] = {0x1E, 0, 0, 0, static_cast<std::uint8_t>(prevent ? 1 : 0), 0};
    if (kernel_.tray(cdb, std::chrono::seconds(10)) == 0 ||
        kernel_.last().host != mmc::HostStatus::ok)
        return;
    const auto sense = mmc::decode_sense(kernel_.last().sense.view());
    if (sense && sense->code.key == mmc::SenseKey::illegal_request)
        lockable_ = false;
}

/// Asks for media events, then whether the unit is ready: a pending unit attention ends here.
bool LinuxDevice::media_events() {
    static constexpr std::uint8_t poll[10] = {0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0};
    std::uint8_t reply[8] = {};
    kernel_.packet(poll, reply, std::chrono::seconds(30));
    constexpr std::uint8_t media_class = 4;
    const bool answered =
        kernel_.last().good() && kernel_.transferred() >= 8 && (reply[2] & 0x87) == media_class;
    const std::uint8_t event = answered ? reply[4] & 0x0F : 0;
    bool changed = event == 2 || event == 3; // new media, removal
    const bool was_present = present_;
    present_ = kernel_.unit_ready();
    if (!present_) {
        const auto sense = mmc::decode_sense(kernel_.last().sense.view());
        present_ = sense && sense->code.asc != 0x3A;
    }
    changed = kernel_.take_changed() || changed || was_present != present_;
    if (changed)
        changed_since_asked_ = true;
    return changed;
}

/// What the kernel asks of a disc it has not seen: sessions, tracks, capacity.
void LinuxDevice::revalidate() {
    stale_ = false;
    if (!kernel_.unit_ready()) {
        last_session_ = 0;
        return;
    }
    read_sessions();
    read_capacity();
}

void LinuxDevice::read_sessions() {
    std::uint8_t reply[12] = {};
    last_session_ = 0;
    if (toc_header(reply, true) == 0 && reply[6] > 1)
        last_session_ = static_cast<std::int32_t>(mmc::get32(reply + 8));
    std::uint8_t header[12] = {};
    if (toc_header(header) != 0)
        return;
    for (int track = header[2]; track <= std::min<int>(header[3], 99); ++track) {
        std::uint8_t entry[12] = {};
        const bool data_track =
            toc_entry(static_cast<std::uint8_t>(track), false, entry) == 0 && (entry[5] & 4) != 0;
        if (data_track)
            break;
    }
}

/// READ CAPACITY, or the last written address if that lies further. Keeps the old size on failure.
void LinuxDevice::read_capacity() {
    static constexpr std::uint8_t cdb[10] = {0x25};
    std::uint8_t reply[8] = {};
    if (kernel_.packet(cdb, reply, std::chrono::seconds(30)) != 0 || kernel_.transferred() < 8)
        return;
    const std::uint32_t block_length = mmc::get32(reply + 4);
    const bool usual = block_length == 0 || block_length == block_bytes || block_length == 2340 ||
                       block_length == 2352;
    capacity_blocks_ = usual ? std::uint64_t{mmc::get32(reply)} + 1 : 0;
    std::int64_t written = 0;
    if (usual && last_written(written, false) == 0 && written > 0)
        capacity_blocks_ = std::max(capacity_blocks_, static_cast<std::uint64_t>(written));
}

std::span<const std::uint8_t> LinuxDevice::read(OpenFile& file, std::uint64_t offset,
                                                std::uint32_t length,
                                                std::span<std::uint8_t> payload, int& error) {
    error = 0;
    if (file.kind == NodeKind::generic) {
        error = -EAGAIN; // no reply waits: the write() protocol of sg is not served
        return {};
    }
    if (offset >= size() || length == 0)
        return {};
    const std::uint64_t end = std::min<std::uint64_t>(size(), offset + length);
    const std::uint64_t first = offset / block_bytes;
    const std::uint64_t blocks_wanted = (end + block_bytes - 1) / block_bytes - first;
    const auto blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        {blocks_wanted, payload.size() / block_bytes, options_.transfer_bytes_max / block_bytes}));
    if (stale_ || blocks == 0) {
        error = -EIO;
        return {};
    }
    std::uint8_t cdb[10] = {0x28};
    mmc::put32(cdb + 2, static_cast<std::uint32_t>(first));
    mmc::put16(cdb + 7, blocks);
    const auto data = payload.first(std::size_t{blocks} * block_bytes);
    if (kernel_.packet(cdb, data, std::chrono::seconds(30)) != 0 ||
        kernel_.transferred() < data.size()) {
        error = -EIO;
        return {};
    }
    const std::size_t skip = offset % block_bytes;
    const std::size_t here = std::min<std::uint64_t>(data.size() - skip, end - offset);
    return data.subspan(skip, here);
}

LinuxDevice::Handler LinuxDevice::find(std::span<const Entry> table, std::uint32_t request) {
    const auto found = std::find_if(table.begin(), table.end(), [request](const Entry& entry) {
        return entry.request == request;
    });
    return found == table.end() ? nullptr : found->handler;
}

long LinuxDevice::ioctl(OpenFile& file, std::uint32_t request, std::uint64_t argument,
                        Caller caller, CallerMemory& memory) {
    const Call call{file, request, argument, caller, memory};
    if (file.kind == NodeKind::block) {
        for (const auto table : {block_table(), cdrom_table(), shared_table(), scsi_table()})
            if (const Handler handler = find(table, request))
                return (this->*handler)(call);
        return -ENOTTY;
    }
    for (const auto table : {shared_table(), generic_table()})
        if (const Handler handler = find(table, request))
            return (this->*handler)(call);
    if (!file.for_both())
        return -EPERM;
    const Handler handler = find(scsi_table(), request);
    return handler == nullptr ? -ENOTTY : (this->*handler)(call);
}

} // namespace burnrig::emulator::nodes
