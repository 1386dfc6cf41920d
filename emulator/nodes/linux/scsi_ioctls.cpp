// SPDX-License-Identifier: Apache-2.0
// The settings and questions of the SCSI layer: SG_* and SCSI_IOCTL_*, on both kinds of node.
//
// SCSI_IOCTL_SEND_COMMAND, SG_GET_REQUEST_TABLE, SG_NEXT_CMD_LEN and the write()/read() protocol of
// sg are not served; they answer as an unknown request does.
#include <algorithm>
#include <array>
#include <cerrno>
#include <scsi/scsi_ioctl.h>
#include <scsi/sg.h>

#include "emulator/nodes/linux/linux_device.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::uint32_t cdrom_send_packet = 0x5393;
constexpr std::uint32_t cdrom_eject = 0x5309;
constexpr std::uint32_t cdrom_close_tray = 0x5319;
constexpr std::uint32_t scsi_get_idlun = 0x5382;
constexpr std::uint32_t scsi_probe_host_name = 0x5385; // SCSI_IOCTL_PROBE_HOST
constexpr std::uint32_t scsi_get_bus_number = 0x5386;  // SCSI_IOCTL_GET_BUS_NUMBER
constexpr std::uint32_t sg_get_access_count = 0x2289;
constexpr std::uint32_t block_sector_maximum = 0x1267; // BLKSECTGET
constexpr char host_name[] = "burnrig";

long write_int(const LinuxDevice::Call& call, std::int32_t value) {
    return write_struct(call.memory, call.argument, value) ? 0 : -EFAULT;
}

} // namespace

/// What both nodes answer, whatever the mode of the file.
std::span<const LinuxDevice::Entry> LinuxDevice::shared_table() {
    static constexpr std::array entries = {
        Entry{SG_IO, &LinuxDevice::sg_io},
        Entry{SG_GET_VERSION_NUM, &LinuxDevice::sg_version},
        Entry{SG_GET_TIMEOUT, &LinuxDevice::sg_get_timeout},
        Entry{SG_SET_TIMEOUT, &LinuxDevice::sg_set_timeout},
        Entry{SG_GET_RESERVED_SIZE, &LinuxDevice::sg_get_reserved_size},
        Entry{SG_SET_RESERVED_SIZE, &LinuxDevice::sg_set_reserved_size},
        Entry{SG_EMULATED_HOST, &LinuxDevice::sg_emulated_host},
        Entry{SG_SCSI_RESET, &LinuxDevice::scsi_reset},
        Entry{scsi_get_idlun, &LinuxDevice::scsi_idlun},
        Entry{scsi_get_bus_number, &LinuxDevice::scsi_bus_number},
        Entry{scsi_probe_host_name, &LinuxDevice::scsi_probe_host},
    };
    return entries;
}

/// What both nodes answer too; on sgN these need O_RDWR.
std::span<const LinuxDevice::Entry> LinuxDevice::scsi_table() {
    static constexpr std::array entries = {
        Entry{cdrom_send_packet, &LinuxDevice::send_packet},
        Entry{cdrom_eject, &LinuxDevice::scsi_tray},
        Entry{cdrom_close_tray, &LinuxDevice::scsi_tray},
        Entry{5, &LinuxDevice::scsi_tray}, // SCSI_IOCTL_START_UNIT
        Entry{6, &LinuxDevice::scsi_tray}, // SCSI_IOCTL_STOP_UNIT
        Entry{SCSI_IOCTL_DOORLOCK, &LinuxDevice::scsi_door},
        Entry{SCSI_IOCTL_DOORUNLOCK, &LinuxDevice::scsi_door},
        Entry{0x5387, &LinuxDevice::scsi_pci}, // SCSI_IOCTL_GET_PCI
    };
    return entries;
}

/// What only sgN answers, whatever the mode of the file.
std::span<const LinuxDevice::Entry> LinuxDevice::generic_table() {
    static constexpr std::array entries = {
        Entry{SG_GET_SCSI_ID, &LinuxDevice::sg_scsi_id},
        Entry{SG_GET_SG_TABLESIZE, &LinuxDevice::sg_constant},
        Entry{SG_GET_LOW_DMA, &LinuxDevice::sg_constant},
        Entry{SG_GET_NUM_WAITING, &LinuxDevice::sg_constant},
        Entry{SG_GET_PACK_ID, &LinuxDevice::sg_constant},
        Entry{sg_get_access_count, &LinuxDevice::sg_constant},
        Entry{block_sector_maximum, &LinuxDevice::sg_constant},
        Entry{SG_GET_COMMAND_Q, &LinuxDevice::sg_file_setting},
        Entry{SG_SET_COMMAND_Q, &LinuxDevice::sg_file_setting},
        Entry{SG_GET_KEEP_ORPHAN, &LinuxDevice::sg_file_setting},
        Entry{SG_SET_KEEP_ORPHAN, &LinuxDevice::sg_file_setting},
        Entry{SG_SET_FORCE_PACK_ID, &LinuxDevice::sg_file_setting},
    };
    return entries;
}

long LinuxDevice::sg_version(const Call& call) {
    return write_int(call, call.file.kind == NodeKind::block ? 30527 : 30536);
}

long LinuxDevice::sg_get_timeout(const Call& call) {
    return call.file.kind == NodeKind::block ? static_cast<std::int32_t>(sr_timeout_ticks_)
                                             : call.file.timeout_ticks;
}

long LinuxDevice::sg_set_timeout(const Call& call) {
    std::int32_t ticks = 0;
    if (!read_struct(call.memory, call.argument, ticks))
        return -EFAULT;
    if (call.file.kind == NodeKind::block) {
        sr_timeout_ticks_ = static_cast<std::uint32_t>(ticks);
        return 0;
    }
    if (ticks < 0)
        return -EIO;
    call.file.timeout_ticks = ticks;
    return 0;
}

long LinuxDevice::sg_get_reserved_size(const Call& call) {
    return write_int(call, call.file.kind == NodeKind::block
                               ? static_cast<std::int32_t>(sr_reserved_size_)
                               : call.file.reserved_size);
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
    if (call.file.kind == NodeKind::block)
        sr_reserved_size_ = static_cast<std::uint32_t>(size);
    else
        call.file.reserved_size = std::max(size, page_bytes);
    return 0;
}

long LinuxDevice::sg_emulated_host(const Call& call) {
    return write_int(call, 1);
}

long LinuxDevice::sg_scsi_id(const Call& call) {
    constexpr std::int32_t type_cd = 5;
    // host, channel, id, lun, type; commands per LUN 0 and queue depth 1 in one word; two spares
    const std::int32_t id[8] = {options_.minor, 0, 0, 0, type_cd, 1 << 16, 0, 0};
    return write_struct(call.memory, call.argument, id) ? 0 : -EFAULT;
}

long LinuxDevice::sg_constant(const Call& call) {
    struct Constant {
        std::uint32_t request;
        std::int32_t value;
    };
    static constexpr Constant constants[] = {
        {SG_GET_SG_TABLESIZE, 167}, {SG_GET_LOW_DMA, 0},      {SG_GET_NUM_WAITING, 0},
        {SG_GET_PACK_ID, -1},       {sg_get_access_count, 1},
    };
    for (const auto& [request, value] : constants)
        if (request == call.request)
            return write_int(call, value);
    return write_int(call, static_cast<std::int32_t>(options_.transfer_bytes_max)); // BLKSECTGET
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
    const std::uint32_t idlun[2] = {host << 24, host};
    return write_struct(call.memory, call.argument, idlun) ? 0 : -EFAULT;
}

long LinuxDevice::scsi_bus_number(const Call& call) {
    return write_int(call, options_.minor);
}

long LinuxDevice::scsi_probe_host(const Call& call) {
    std::uint32_t room = 0;
    if (!read_struct(call.memory, call.argument, room))
        return -EFAULT;
    const std::size_t length = std::min<std::size_t>(room, sizeof host_name);
    const auto* name = reinterpret_cast<const std::uint8_t*>(host_name);
    return length == 0 || call.memory.write(call.argument, {name, length}) ? 1 : -EFAULT;
}

long LinuxDevice::scsi_pci(const Call&) {
    return -ENXIO;
} // the host has no parent device

/// Eject, load, start, stop. A refusal is the positive number 2, without errno.
long LinuxDevice::scsi_tray(const Call& call) {
    struct Action {
        std::uint32_t request;
        std::uint8_t byte4;
    };
    static constexpr Action actions[] = {{cdrom_eject, 2}, {cdrom_close_tray, 3}, {5, 1}, {6, 0}};
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
