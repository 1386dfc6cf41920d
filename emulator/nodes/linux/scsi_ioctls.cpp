// SPDX-License-Identifier: Apache-2.0
// The settings and questions of the SCSI layer: SG_* and SCSI_IOCTL_*, on all kinds of node.
#include <algorithm>
#include <array>
#include <cerrno>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>

#include "emulator/nodes/linux/sg_transfer.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::uint32_t cdrom_send_packet = 0x5393;
constexpr std::uint32_t cdrom_eject = 0x5309;
constexpr std::uint32_t cdrom_close_tray = 0x5319;
constexpr std::uint32_t scsi_send_command_number = 1; // SCSI_IOCTL_SEND_COMMAND
constexpr std::uint32_t file_system_block = 2;        // FIGETBSZ
constexpr std::uint32_t scsi_start_unit = 5;
constexpr std::uint32_t scsi_stop_unit = 6;
constexpr std::uint32_t scsi_get_pci = 0x5387;
constexpr std::uint32_t ata_get_identity = 0x030D; // HDIO_GET_IDENTITY
constexpr std::uint32_t ata_get_32_bit = 0x0309;   // HDIO_GET_32BIT
constexpr std::uint32_t scsi_get_idlun = 0x5382;
constexpr std::uint32_t scsi_probe_host_name = 0x5385; // SCSI_IOCTL_PROBE_HOST
constexpr std::uint32_t scsi_get_bus_number = 0x5386;  // SCSI_IOCTL_GET_BUS_NUMBER
constexpr std::uint32_t sg_get_access_count = 0x2289;
constexpr std::uint32_t block_sector_maximum = 0x1267; // BLKSECTGET

/// What SG_GET_TIMEOUT says after a negative time was set.
constexpr std::uint32_t negative_timeout = 0x66666666;

} // namespace

/// What both nodes answer, whatever the mode of the file.
std::span<const LinuxDevice::Entry> LinuxDevice::shared_table() {
    static constexpr std::array entries = {
        Entry{SG_IO, "SG_IO", &LinuxDevice::sg_io},
        Entry{file_system_block, "FIGETBSZ", &LinuxDevice::file_system_block_size},
        Entry{SG_GET_VERSION_NUM, "SG_GET_VERSION_NUM", &LinuxDevice::sg_version},
        Entry{SG_GET_TIMEOUT, "SG_GET_TIMEOUT", &LinuxDevice::sg_get_timeout},
        Entry{SG_SET_TIMEOUT, "SG_SET_TIMEOUT", &LinuxDevice::sg_set_timeout},
        Entry{SG_GET_RESERVED_SIZE, "SG_GET_RESERVED_SIZE", &LinuxDevice::sg_get_reserved_size},
        Entry{SG_SET_RESERVED_SIZE, "SG_SET_RESERVED_SIZE", &LinuxDevice::sg_set_reserved_size},
        Entry{SG_EMULATED_HOST, "SG_EMULATED_HOST", &LinuxDevice::sg_emulated_host},
        Entry{SG_SCSI_RESET, "SG_SCSI_RESET", &LinuxDevice::scsi_reset},
        Entry{scsi_send_command_number, "SCSI_IOCTL_SEND_COMMAND", &LinuxDevice::scsi_send_command},
        Entry{scsi_get_idlun, "SCSI_IOCTL_GET_IDLUN", &LinuxDevice::scsi_idlun},
        Entry{scsi_get_bus_number, "SCSI_IOCTL_GET_BUS_NUMBER", &LinuxDevice::scsi_bus_number},
        Entry{scsi_probe_host_name, "SCSI_IOCTL_PROBE_HOST", &LinuxDevice::scsi_probe_host},
    };
    return entries;
}

/// What both nodes answer too; on sgN these need O_RDWR.
std::span<const LinuxDevice::Entry> LinuxDevice::scsi_table() {
    static constexpr std::array entries = {
        Entry{cdrom_send_packet, "CDROM_SEND_PACKET", &LinuxDevice::send_packet},
        Entry{cdrom_eject, "CDROMEJECT", &LinuxDevice::scsi_tray},
        Entry{cdrom_close_tray, "CDROMCLOSETRAY", &LinuxDevice::scsi_tray},
        Entry{scsi_start_unit, "SCSI_IOCTL_START_UNIT", &LinuxDevice::scsi_tray},
        Entry{scsi_stop_unit, "SCSI_IOCTL_STOP_UNIT", &LinuxDevice::scsi_tray},
        Entry{SCSI_IOCTL_DOORLOCK, "SCSI_IOCTL_DOORLOCK", &LinuxDevice::scsi_door},
        Entry{SCSI_IOCTL_DOORUNLOCK, "SCSI_IOCTL_DOORUNLOCK", &LinuxDevice::scsi_door},
        Entry{scsi_get_pci, "SCSI_IOCTL_GET_PCI", &LinuxDevice::scsi_pci},
        Entry{ata_get_identity, "HDIO_GET_IDENTITY", &LinuxDevice::ata_identity},
        Entry{ata_get_32_bit, "HDIO_GET_32BIT", &LinuxDevice::ata_32_bit},
    };
    return entries;
}

/// What only sgN answers, whatever the mode of the file.
std::span<const LinuxDevice::Entry> LinuxDevice::generic_table() {
    static constexpr std::array entries = {
        Entry{SG_GET_SCSI_ID, "SG_GET_SCSI_ID", &LinuxDevice::sg_scsi_id},
        Entry{SG_GET_SG_TABLESIZE, "SG_GET_SG_TABLESIZE", &LinuxDevice::sg_constant},
        Entry{SG_GET_LOW_DMA, "SG_GET_LOW_DMA", &LinuxDevice::sg_constant},
        Entry{SG_GET_NUM_WAITING, "SG_GET_NUM_WAITING", &LinuxDevice::sg_queue_number},
        Entry{SG_GET_PACK_ID, "SG_GET_PACK_ID", &LinuxDevice::sg_queue_number},
        Entry{sg_get_access_count, "SG_GET_ACCESS_COUNT", &LinuxDevice::sg_constant},
        Entry{block_sector_maximum, "BLKSECTGET", &LinuxDevice::sg_constant},
        Entry{SG_GET_COMMAND_Q, "SG_GET_COMMAND_Q", &LinuxDevice::sg_file_setting},
        Entry{SG_SET_COMMAND_Q, "SG_SET_COMMAND_Q", &LinuxDevice::sg_file_setting},
        Entry{SG_GET_KEEP_ORPHAN, "SG_GET_KEEP_ORPHAN", &LinuxDevice::sg_file_setting},
        Entry{SG_SET_KEEP_ORPHAN, "SG_SET_KEEP_ORPHAN", &LinuxDevice::sg_file_setting},
        Entry{SG_SET_FORCE_PACK_ID, "SG_SET_FORCE_PACK_ID", &LinuxDevice::sg_file_setting},
        Entry{SG_SET_DEBUG, "SG_SET_DEBUG", &LinuxDevice::sg_ignored},
        Entry{SG_SET_FORCE_LOW_DMA, "SG_SET_FORCE_LOW_DMA", &LinuxDevice::sg_ignored},
        Entry{SG_GET_REQUEST_TABLE, "SG_GET_REQUEST_TABLE", &LinuxDevice::sg_request_table},
        Entry{SG_NEXT_CMD_LEN, "SG_NEXT_CMD_LEN", &LinuxDevice::sg_next_command_length},
        Entry{SG_GET_TRANSFORM, "SG_GET_TRANSFORM", &LinuxDevice::answer_unknown},
    };
    return entries;
}

long LinuxDevice::sg_version(const Call& call) {
    return write_int(call, call.file.kind == NodeKind::generic ? 30536 : 30527);
}

long LinuxDevice::sg_get_timeout(const Call& call) {
    return call.file.kind == NodeKind::generic ? call.file.timeout_ticks
                                               : static_cast<std::int32_t>(sr_timeout_ticks_);
}

long LinuxDevice::sg_set_timeout(const Call& call) {
    std::int32_t ticks = 0;
    if (!read_struct(call.memory, call.argument, ticks))
        return -EFAULT;
    if (call.file.kind != NodeKind::generic) {
        // Linux keeps ticks of 4 ms without a sign, so what is negative comes back as something
        // else.
        sr_timeout_ticks_ = ticks >= 0 ? static_cast<std::uint32_t>(ticks) : negative_timeout;
        return 0;
    }
    if (ticks < 0)
        return -EIO;
    call.file.timeout_ticks = ticks;
    return 0;
}

long LinuxDevice::sg_get_reserved_size(const Call& call) {
    return write_int(call, call.file.kind == NodeKind::generic
                               ? call.file.reserved_size
                               : static_cast<std::int32_t>(sr_reserved_size_));
}

long LinuxDevice::sg_set_reserved_size(const Call& call) {
    constexpr std::int32_t page_bytes = 4096;
    const auto bytes_max = static_cast<std::int32_t>(options_.transfer_bytes_max);
    std::int32_t size = 0;
    if (!read_struct(call.memory, call.argument, size))
        return -EFAULT;
    if (size < 0)
        return -EINVAL;
    size = std::min(size, bytes_max);
    if (call.file.kind == NodeKind::generic) {
        size = std::max(size, page_bytes);
        if (call.file.mapped && size != call.file.reserved_size)
            return -EBUSY;
        call.file.reserved_size = size;
    } else
        sr_reserved_size_ = static_cast<std::uint32_t>(size);
    return 0;
}

long LinuxDevice::sg_emulated_host(const Call& call) {
    const bool always = call.file.kind != NodeKind::generic;
    return write_int(call, always || options_.host.emulated ? 1 : 0);
}

long LinuxDevice::sg_scsi_id(const Call& call) {
    constexpr std::int32_t type_cd = 5;
    // host, channel, id, lun, type; commands per LUN 0 and queue depth 1 in one word; two spares
    const std::int32_t id[8] = {
        options_.minor, 0, options_.host.target_id, 0, type_cd, 1 << 16, 0, 0};
    return write_struct(call.memory, call.argument, id) ? 0 : -EFAULT;
}

long LinuxDevice::sg_constant(const Call& call) {
    switch (call.request) {
    case SG_GET_SG_TABLESIZE:
        return write_int(call, options_.host.pieces_max);
    case SG_GET_LOW_DMA:
        return write_int(call, 0);
    case sg_get_access_count:
        return write_int(call, 1);
    default: // BLKSECTGET: bytes, unlike srN
        return write_int(call, static_cast<std::int32_t>(options_.transfer_bytes_max));
    }
}

long LinuxDevice::sg_ignored(const Call& call) {
    std::int32_t value = 0;
    return call.request == SG_SET_FORCE_LOW_DMA || read_struct(call.memory, call.argument, value)
               ? 0
               : -EFAULT;
}

long LinuxDevice::answer_unknown(const Call&) {
    return unknown();
}

long LinuxDevice::sg_file_setting(const Call& call) {
    OpenFile& file = call.file;
    const auto store = [&](std::int32_t& setting) -> long {
        std::int32_t value = 0;
        if (!read_struct(call.memory, call.argument, value))
            return -EFAULT;
        setting = value != 0 ? 1 : 0;
        return 0;
    };
    switch (call.request) {
    case SG_GET_COMMAND_Q:
        return write_int(call, file.command_queue);
    case SG_SET_COMMAND_Q:
        return store(file.command_queue);
    case SG_GET_KEEP_ORPHAN:
        return write_int(call, file.keep_orphan);
    case SG_SET_KEEP_ORPHAN:
        return store(file.keep_orphan);
    default:
        return store(file.force_pack_id);
    }
}

/// A reset is answered as a SATA host does: it cannot.
long LinuxDevice::scsi_reset(const Call& call) {
    if (!call.caller.admin || !call.caller.raw_io)
        return -EACCES;
    std::int32_t what = 0;
    if (!read_struct(call.memory, call.argument, what))
        return -EFAULT;
    return what == 0 ? 0 : -EIO;
}

long LinuxDevice::scsi_idlun(const Call& call) {
    const auto host = static_cast<std::uint32_t>(options_.minor & 0xFF);
    const std::uint32_t idlun[2] = {host << 24 | options_.host.target_id, host};
    return write_struct(call.memory, call.argument, idlun) ? 0 : -EFAULT;
}

long LinuxDevice::scsi_bus_number(const Call& call) {
    return write_int(call, options_.minor);
}

long LinuxDevice::scsi_probe_host(const Call& call) {
    const std::string_view name = options_.host.driver;
    std::uint32_t room = 0;
    if (call.argument != 0 && !read_struct(call.memory, call.argument, room))
        return -EFAULT;
    const std::size_t length = std::min<std::size_t>(room, name.size() + 1); // and the 0
    std::array<std::uint8_t, 64> text{};
    std::copy(name.begin(), name.end(), text.begin());
    return length == 0 || call.memory.write(call.argument, {text.data(), length}) ? 1 : -EFAULT;
}

/// The name of the host's parent device, without a 0 behind it.
long LinuxDevice::scsi_pci(const Call& call) {
    const std::string_view name = options_.host.parent;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(name.data());
    return call.memory.write(call.argument, {bytes, name.size()}) ? 0 : -EFAULT;
}

/// Words of IDENTIFY PACKET DEVICE as the host driver of a SATA port keeps them: what it is (a CD
/// drive that takes packets of 12 bytes), and a name.
long LinuxDevice::ata_identity(const Call& call) {
    if (!options_.host.ata)
        return unknown();
    std::array<std::uint8_t, 512> words{0xC0, 0x85};
    constexpr std::string_view model = "BURNRIG DRIVE                           ";
    // Linux hands out the texts as texts, not as words with the first character high.
    std::copy(model.begin(), model.end(), words.begin() + 54);
    return call.memory.write(call.argument, words) ? 0 : -EFAULT;
}

long LinuxDevice::ata_32_bit(const Call& call) {
    if (!options_.host.ata)
        return unknown();
    const std::int64_t off = 0;
    return write_struct(call.memory, call.argument, off) ? 0 : -EFAULT;
}

/// Eject, load, start, stop. A refusal is the positive number 2, without errno.
long LinuxDevice::scsi_tray(const Call& call) {
    struct Action {
        std::uint32_t request;
        std::uint8_t byte4;
    };
    static constexpr Action actions[] = {
        {cdrom_eject, 2}, {cdrom_close_tray, 3}, {scsi_start_unit, 1}, {scsi_stop_unit, 0}};
    const auto* const action =
        std::find_if(std::begin(actions), std::end(actions),
                     [&](const Action& entry) { return entry.request == call.request; });
    const std::uint8_t cdb[6] = {0x1B, 0, 0, 0, action->byte4, 0};
    return kernel_.tray(cdb, std::chrono::seconds(60));
}

long LinuxDevice::scsi_door(const Call& call) {
    if (!lockable_)
        return 0;
    const std::uint8_t prevent = call.request == SCSI_IOCTL_DOORLOCK ? 1 : 0;
    const std::uint8_t cdb[6] = {0x1E, 0, 0, 0, prevent, 0};
    return kernel_.tray(cdb, std::chrono::seconds(10));
}

} // namespace burnrig::emulator::nodes
