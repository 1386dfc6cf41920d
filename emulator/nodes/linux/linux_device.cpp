// SPDX-License-Identifier: Apache-2.0
// Opening and closing, and who answers a request. Source: Linux 6.1 cdrom_open(), open_for_data(),
// cdrom_release(), sg_open().
#include "emulator/nodes/linux/linux_device.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <poll.h>
#include <scsi/sg.h>
#include <utility>

#include "mmc/bytes.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

namespace {

LinuxDeviceOptions with_host_limits(LinuxDeviceOptions options) {
    if (options.transfer_bytes_max == 0)
        options.transfer_bytes_max = options.host.transfer_bytes_max;
    return options;
}

} // namespace

LinuxDevice::LinuxDevice(mmc::Target& target, mmc::Clock& clock, LinuxDeviceOptions options)
    : target_(target), clock_(clock), options_(with_host_limits(std::move(options))),
      kernel_(target, clock), private_data_(options_.transfer_bytes_max),
      sr_reserved_size_(options_.transfer_bytes_max) {}

/// A drive that comes back is a new one: nothing is open on it, its options are as after power-on.
void LinuxDevice::plug(bool there) {
    if (there == there_)
        return;
    there_ = there;
    if (!there)
        return;
    ++plugged_;
    block_opens_ = generic_opens_ = 0;
    block_holder_ = generic_holder_ = nullptr;
    cdrom_options_ = CDO_AUTO_CLOSE | CDO_USE_FFLAGS | CDO_LOCK;
    keep_locked_ = block_written_ = found_ = false;
    capability_ = 0;
    kernel_.note_changed();
}

int LinuxDevice::open(OpenFile& file, Caller) {
    if (!there_)
        return -ENXIO;
    if (options_.host_event)
        if (const int error = options_.host_event("open"))
            return -error;
    file.plugged = plugged_;
    switch (file.kind) {
    case NodeKind::block:
        return open_block(file);
    case NodeKind::generic:
        return open_generic(file);
    case NodeKind::bsg:
        break; // no rules of its own
    }
    return 0;
}

/// What the drive says of having been switched on goes to Linux, which asks TEST UNIT READY as long
/// as there is something when it finds a drive. No program has a node by then: it is made up for
/// when the first one is opened, and later attentions are the programs' own.
void LinuxDevice::find_drive() {
    if (!std::exchange(found_, true))
        (void)kernel_.unit_ready();
}

/// An sg file sends nothing; O_EXCL keeps everybody else out. Where Linux would wait for the holder
/// to close (no O_NONBLOCK) this answers EBUSY as well: a door has one server, which must not wait.
int LinuxDevice::open_generic(OpenFile& file) {
    const bool exclusive = (file.flags & O_EXCL) != 0;
    if ((file.flags & O_DIRECT) != 0)
        return -EINVAL;
    if (exclusive && (file.flags & O_ACCMODE) == O_RDONLY)
        return -EPERM;
    if (generic_holder_ != nullptr || (exclusive && generic_opens_ > 0))
        return -EBUSY;
    if (exclusive)
        generic_holder_ = &file;
    find_drive();
    ++generic_opens_;
    return 0;
}

int LinuxDevice::open_block(OpenFile& file) {
    const bool exclusive = (file.flags & O_EXCL) != 0;
    if (exclusive && block_holder_ != nullptr)
        return -EBUSY;
    found_ = true; // these ask the same
    media_events();
    if (change_for_open_) {
        change_for_open_ = false;
        ++disk_sequence_;
        revalidate();
    }
    file.data_open = (file.flags & O_NONBLOCK) == 0 || (cdrom_options_ & CDO_USE_FFLAGS) == 0;
    if (file.data_open)
        if (const int error = open_for_data(file))
            return error;
    if (block_opens_ == 0)
        set_first_block_size();
    if (exclusive)
        block_holder_ = &file;
    ++block_opens_;
    return 0;
}

/// An open tray is closed if it may be. -ENOMEDIUM when it stays open.
int LinuxDevice::close_open_tray(int& status) {
    if ((cdrom_options_ & CDO_AUTO_CLOSE) == 0 || (capability() & CDC_CLOSE_TRAY) == 0)
        return -ENOMEDIUM;
    static constexpr std::uint8_t load[6] = {0x1B, 0, 0, 0, 3, 0};
    if (kernel_.packet(load, {}, std::chrono::seconds(30)) != 0)
        return -ENOMEDIUM;
    status = drive_status();
    return status == CDS_NO_DISC || status == CDS_TRAY_OPEN ? -ENOMEDIUM : 0;
}

/// Open without O_NONBLOCK: the disc must be there, and writable if it is to be written.
int LinuxDevice::open_for_data(OpenFile& file) {
    const auto find_disc = [this]() -> int {
        int status = drive_status();
        if (status == CDS_TRAY_OPEN)
            if (const int error = close_open_tray(status))
                return error;
        if (status != CDS_DISC_OK)
            return -ENOMEDIUM;
        const Tracks tracks = count_tracks();
        if (!tracks.known && tracks.error == CDS_NO_DISC)
            return -ENOMEDIUM;
        return tracks.data == 0 && (cdrom_options_ & CDO_CHECK_TYPE) != 0 ? -EMEDIUMTYPE : 0;
    };
    const auto unlock = [this] {
        if ((cdrom_options_ & CDO_LOCK) != 0)
            prevent_removal(false);
    };
    if (const int error = find_disc()) {
        unlock();
        return error;
    }
    if ((cdrom_options_ & CDO_LOCK) != 0)
        prevent_removal(true);
    static constexpr std::uint8_t get_profile[10] = {0x46, 0, 0, 0, 0, 0, 0, 0, 0x20, 0};
    std::uint8_t reply[32] = {};
    profile_ = kernel_.packet(get_profile, reply) == 0 ? mmc::get16(reply + 6) : 0xFFFFU;
    const int error = file.for_writing() ? check_writable() : 0;
    if (error != 0)
        unlock();
    return error;
}

/// Linux's idea of what may be opened for block writing: what it asks depends on what the drive
/// can write at all, and in the end the drive must be able to write some medium at random.
int LinuxDevice::check_writable() {
    constexpr std::uint32_t other_writing =
        CDC_CD_R | CDC_CD_RW | CDC_DVD | CDC_DVD_R | CDC_MRW | CDC_MO_DRIVE;
    const std::uint32_t can = capability();
    bool writable = false;
    if ((can & CDC_DVD_RAM) != 0)
        writable = media_erasable();
    else if ((can & CDC_RAM) != 0 && (can & other_writing) == 0)
        writable = random_feature_current();
    else
        writable = profile_ == 0x12 || profile_ == 0x1A || profile_ == 0x43;
    return writable && (can & CDC_RAM) != 0 ? 0 : -EROFS;
}

/// A disc whose information cannot be read counts as erasable.
bool LinuxDevice::media_erasable() {
    std::uint8_t reply[34] = {};
    std::uint8_t cdb[10] = {0x51, 0, 0, 0, 0, 0, 0, 0, 2, 0};
    if (packet_of_own_length(cdb, reply, 2) != 0)
        return true;
    return mmc::get16(reply) + 2 >= 3 && (reply[2] & 0x10) != 0;
}

/// For drives that only know disks: defects managed by the drive, and writable at random just now.
bool LinuxDevice::random_feature_current() {
    std::uint8_t reply[24] = {};
    std::uint8_t cdb[10] = {0x46, 0, 0, 0x24, 0, 0, 0, 0, 16, 0};
    if (kernel_.packet(cdb, std::span(reply).first(16)) != 0 || mmc::get16(reply + 8) != 0x24)
        return false;
    cdb[3] = 0x20;
    cdb[8] = sizeof reply;
    return kernel_.packet(cdb, reply) == 0 && mmc::get16(reply + 8) == 0x20 && (reply[10] & 1) != 0;
}

void LinuxDevice::close(OpenFile& file) {
    if (!attached(file))
        return;
    if (options_.host_event)
        (void)options_.host_event("close"); // nothing can refuse it
    if (file.kind == NodeKind::generic) {
        if (generic_holder_ == &file)
            generic_holder_ = nullptr;
        generic_opens_ -= generic_opens_ > 0 ? 1 : 0;
        file.queue = {};
    }
    if (file.kind != NodeKind::block)
        return;
    if (block_holder_ == &file)
        block_holder_ = nullptr;
    block_opens_ -= block_opens_ > 0 ? 1 : 0;
    if (block_opens_ > 0)
        return;
    finish_block_writes();
    if (!keep_locked_)
        prevent_removal(false);
    if (file.data_open && (cdrom_options_ & CDO_AUTO_EJECT) != 0 &&
        (capability() & CDC_OPEN_TRAY) != 0) {
        static constexpr std::uint8_t eject[6] = {0x1B, 0, 0, 0, 2, 0};
        kernel_.packet(eject, {}, std::chrono::seconds(30));
    }
    media_events();
}

void LinuxDevice::prevent_removal(bool prevent) {
    if (!lockable_)
        return;
    const std::uint8_t cdb[6] = {0x1E, 0, 0, 0, static_cast<std::uint8_t>(prevent ? 1 : 0), 0};
    if (kernel_.tray(cdb, std::chrono::seconds(10)) == 0 ||
        kernel_.last().host != mmc::HostStatus::ok)
        return;
    const auto sense = mmc::decode_sense(kernel_.last().sense.view());
    if (sense && sense->code.key == mmc::SenseKey::illegal_request)
        lockable_ = false;
}

/// A disc is always readable and writable as far as poll() knows.
short LinuxDevice::poll(const OpenFile& file) const {
    if (file.kind != NodeKind::generic)
        return POLLIN | POLLOUT;
    if (!attached(file))
        return POLLHUP;
    const std::size_t waiting = file.queue.replies.size();
    short events = waiting > 0 ? POLLIN : 0;
    if (waiting == 0 || (file.command_queue != 0 && waiting < SgQueue::outstanding_max))
        events |= POLLOUT;
    return events;
}

LinuxDevice::Handler LinuxDevice::find(std::span<const Entry> table, std::uint32_t request) {
    const auto found = std::find_if(table.begin(), table.end(), [request](const Entry& entry) {
        return entry.request == request;
    });
    return found == table.end() ? nullptr : found->handler;
}

std::vector<LinuxDevice::Request> LinuxDevice::requests() {
    std::vector<Request> all;
    const auto add = [&all](std::span<const Entry> table, bool block, bool generic, bool bsg) {
        for (const Entry& entry : table) {
            const auto known = std::find_if(all.begin(), all.end(), [&entry](const Request& one) {
                return one.number == entry.request;
            });
            Request& request =
                known != all.end()
                    ? *known
                    : all.emplace_back(Request{entry.request, entry.name, false, false, false});
            request.block |= block;
            request.generic |= generic;
            request.bsg |= bsg;
        }
    };
    for (const auto table : {block_table(), cdrom_table(), audio_table(), dvd_table()})
        add(table, true, false, false);
    add(shared_table(), true, true, false);
    add(scsi_table(), true, true, false);
    add(generic_table(), false, true, false);
    add(bsg_table(), false, false, true);
    return all;
}

long LinuxDevice::ioctl(OpenFile& file, std::uint32_t request, std::uint64_t argument,
                        Caller caller, CallerMemory& memory) {
    if (!attached(file))
        return -ENODEV;
    const Call call{file, request, argument, caller, memory};
    if (file.kind == NodeKind::bsg) {
        const Handler handler = find(bsg_table(), request);
        return handler == nullptr ? -ENOTTY : (this->*handler)(call);
    }
    if (request == SG_IO) // the one that matters for speed
        return sg_io(call);
    if (file.kind == NodeKind::block) {
        for (const auto table : {block_table(), cdrom_table(), audio_table(), dvd_table(),
                                 shared_table(), scsi_table()})
            if (const Handler handler = find(table, request))
                return (this->*handler)(call);
        return unknown();
    }
    for (const auto table : {shared_table(), generic_table()})
        if (const Handler handler = find(table, request))
            return (this->*handler)(call);
    if (!file.for_both())
        return -EPERM;
    const Handler handler = find(scsi_table(), request);
    return handler == nullptr ? unknown() : (this->*handler)(call);
}

} // namespace burnrig::emulator::nodes
