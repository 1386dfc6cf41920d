// SPDX-License-Identifier: Apache-2.0
// SG_IO (version 3) and CDROM_SEND_PACKET: commands that come from the program.
//
// The order of the checks is the kernel's, and differs between srN and sgN: which errno a broken
// request gets tells a program what it talks to (cdparanoia and libusal probe with broken ones).
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <scsi/sg.h>

#include "emulator/nodes/linux/command_filter.h"
#include "emulator/nodes/linux/linux_device.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::size_t cdb_bytes_max = 32;

std::chrono::milliseconds timeout_of(const sg_io_hdr& header, NodeKind kind,
                                     std::uint32_t sr_timeout_ticks) {
    using std::chrono::milliseconds;
    if (kind == NodeKind::generic)
        return milliseconds(header.timeout != 0 ? header.timeout : 60000);
    constexpr std::uint32_t least_ms = 7000;
    std::uint64_t ms = header.timeout;
    if (ms == 0)
        ms = sr_timeout_ticks != 0 ? std::uint64_t{sr_timeout_ticks} * 10 : 60000;
    return milliseconds(std::max<std::uint64_t>(ms, least_ms));
}

} // namespace

/// One command of the program's on its way to the drive.
struct LinuxDevice::Transfer {
    std::uint8_t cdb[cdb_bytes_max] = {};
    std::uint8_t cdb_length = 0;
    bool to_drive = false;
    std::uint32_t length = 0;
    std::uint64_t buffer = 0;
    std::uint16_t pieces = 0; ///< > 0: `buffer` points to that many sg_iovec
    mmc::Duration timeout{};
    mmc::Completion completion;
    std::uint32_t resid = 0;

    /// Calls action(address, part of the payload) for each piece of the buffer, in order.
    template <class Action>
    int for_each_piece(CallerMemory& memory, std::span<std::uint8_t> data, Action action) const {
        if (pieces == 0)
            return data.empty() || action(buffer, data) ? 0 : -EFAULT;
        for (std::uint16_t i = 0; i < pieces && !data.empty(); ++i) {
            sg_iovec piece{};
            if (!read_struct(memory, buffer + i * sizeof piece, piece))
                return -EFAULT;
            const auto part = data.first(std::min<std::size_t>(data.size(), piece.iov_len));
            if (!part.empty() && !action(reinterpret_cast<std::uint64_t>(piece.iov_base), part))
                return -EFAULT;
            data = data.subspan(part.size());
        }
        return 0;
    }
};

bool LinuxDevice::allowed(const Call& call, std::uint8_t opcode, bool filter_always) const {
    const bool free_pass = call.file.kind == NodeKind::generic && call.file.for_both();
    return call.caller.raw_io || (free_pass && !filter_always) ||
           command_allowed(opcode, call.file.for_writing());
}

/// Runs the command with its data in the door's payload. Negative errno only for bad addresses.
long LinuxDevice::send_user_command(const Call& call, Transfer& transfer) {
    const auto payload = call.memory.payload();
    const auto data = payload.first(std::min<std::size_t>(transfer.length, payload.size()));
    mmc::Command command;
    command.cdb = {transfer.cdb, transfer.cdb_length};
    command.timeout = transfer.timeout;
    if (!data.empty() && transfer.to_drive) {
        const int error = transfer.for_each_piece(
            call.memory, data, [&](std::uint64_t address, std::span<std::uint8_t> part) {
                return call.memory.read(address, part);
            });
        if (error != 0)
            return error;
        command.data_out = data;
        if (!mmc::in_group(transfer.cdb[0], mmc::Group::write)) {
            // The drive reads a parameter list more than once: it must not change meanwhile.
            std::memcpy(private_data_.data(), data.data(), data.size());
            command.data_out = {private_data_.data(), data.size()};
        }
    } else if (!data.empty()) {
        command.data_in = data;
    }
    transfer.completion = target_.execute(command);
    if (transfer.completion.system_error != 0)
        return -transfer.completion.system_error;
    const auto moved = std::min<std::uint32_t>(transfer.completion.transferred, transfer.length);
    transfer.resid = transfer.length - moved;
    const auto sense = mmc::decode_sense(transfer.completion.sense.view());
    if (transfer.completion.status == mmc::Status::check_condition && sense &&
        sense->code.key == mmc::SenseKey::unit_attention)
        kernel_.note_changed();
    if (transfer.to_drive || moved == 0 || transfer.buffer == 0)
        return transfer.buffer == 0 && moved > 0 && call.file.kind == NodeKind::block ? -EFAULT : 0;
    return transfer.for_each_piece(call.memory, data.first(moved),
                                   [&](std::uint64_t address, std::span<std::uint8_t> part) {
                                       return call.memory.write(address, part);
                                   });
}

namespace {

/// The checks that need nothing but the header: 0 or the errno.
int check_header(const sg_io_hdr& header, NodeKind kind, std::uint32_t bytes_max) {
    const int direction = header.dxfer_direction;
    if (kind == NodeKind::generic) {
        if (header.interface_id != 'S')
            return -ENOSYS;
        if (header.cmdp == nullptr || header.cmd_len < 6 || header.cmd_len > 252)
            return -EMSGSIZE;
        if (header.cmd_len > cdb_bytes_max || header.dxfer_len > bytes_max)
            return -EINVAL;
        return direction == SG_DXFER_TO_FROM_DEV ? -ENOMEM : 0;
    }
    if (header.interface_id != 'S')
        return -EINVAL;
    if (header.dxfer_len > bytes_max)
        return -EIO;
    if (header.dxfer_len > 0 && direction != SG_DXFER_TO_DEV && direction != SG_DXFER_FROM_DEV &&
        direction != SG_DXFER_TO_FROM_DEV)
        return -EINVAL;
    if (header.cmd_len > cdb_bytes_max)
        return -EINVAL;
    return header.cmd_len < 6 ? -EMSGSIZE : 0;
}

void fill_result(sg_io_hdr& header, const mmc::Completion& completion, std::uint32_t resid,
                 std::uint8_t sense_written, NodeKind kind) {
    const auto status = static_cast<std::uint8_t>(completion.status);
    const bool check = completion.status == mmc::Status::check_condition;
    header.status = status;
    header.masked_status = (status >> 1) & 0x7F;
    header.msg_status = 0;
    header.sb_len_wr = sense_written;
    header.host_status = static_cast<unsigned short>(completion.host);
    const bool sense_counts = kind == NodeKind::block || sense_written > 0;
    header.driver_status = check && sense_counts ? 8 : 0;
    header.resid = static_cast<int>(resid);
    header.duration = static_cast<unsigned>(
        std::chrono::duration_cast<std::chrono::milliseconds>(completion.duration).count());
    header.info = header.masked_status != 0 || header.host_status != 0 || header.driver_status != 0
                      ? SG_INFO_CHECK
                      : 0;
}

} // namespace

long LinuxDevice::sg_io(const Call& call) {
    const NodeKind kind = call.file.kind;
    sg_io_hdr header{};
    if (!read_struct(call.memory, call.argument, header))
        return -EFAULT;
    const auto bytes_max = static_cast<std::uint32_t>(
        std::min<std::size_t>(options_.transfer_bytes_max, call.memory.payload().size()));
    if (const int error = check_header(header, kind, bytes_max))
        return error;

    Transfer transfer;
    transfer.cdb_length = header.cmd_len;
    if (!call.memory.read(reinterpret_cast<std::uint64_t>(header.cmdp),
                          {transfer.cdb, transfer.cdb_length}))
        return kind == NodeKind::block ? -EFAULT : -EMSGSIZE;
    if (!allowed(call, transfer.cdb[0], false))
        return -EPERM;
    transfer.to_drive = header.dxfer_direction == SG_DXFER_TO_DEV;
    transfer.length = header.dxfer_direction == SG_DXFER_NONE ? 0 : header.dxfer_len;
    transfer.buffer = reinterpret_cast<std::uint64_t>(header.dxferp);
    transfer.pieces = header.iovec_count;
    transfer.timeout = timeout_of(header, kind, sr_timeout_ticks_);
    if (const long error = send_user_command(call, transfer))
        return error;

    const auto sense = transfer.completion.sense.view();
    std::uint8_t sense_written = 0;
    if (transfer.completion.status == mmc::Status::check_condition && header.sbp != nullptr)
        sense_written =
            static_cast<std::uint8_t>(std::min<std::size_t>(header.mx_sb_len, sense.size()));
    if (sense_written > 0 &&
        !call.memory.write(reinterpret_cast<std::uint64_t>(header.sbp), sense.first(sense_written)))
        return -EFAULT;
    fill_result(header, transfer.completion, transfer.resid, sense_written, kind);
    return write_struct(call.memory, call.argument, header) ? 0 : -EFAULT;
}

namespace {

/// struct cdrom_generic_command of linux/cdrom.h, with addresses as numbers.
struct GenericCommand {
    std::uint8_t cdb[12];
    std::uint8_t padding0[4];
    std::uint64_t buffer;
    std::uint32_t length;
    std::int32_t stat;
    std::uint64_t sense;
    std::uint8_t direction;
    std::uint8_t padding1[3];
    std::int32_t quiet;
    std::int32_t timeout;
    std::uint8_t padding2[4];
    std::uint64_t unused;
};
static_assert(sizeof(GenericCommand) == 64);

enum PacketDirection : std::uint8_t { unknown = 0, write = 1, read = 2, none = 3 };

} // namespace

long LinuxDevice::send_packet(const Call& call) {
    GenericCommand packet{};
    if (!read_struct(call.memory, call.argument, packet))
        return -EFAULT;
    if (packet.direction > PacketDirection::none)
        return -EINVAL;
    const auto refuse = [&](int error, std::uint32_t length) -> long {
        packet.stat = error == -EPERM ? -1 : error;
        packet.length = length;
        return write_struct(call.memory, call.argument, packet) ? error : -EFAULT;
    };
    const bool has_data =
        packet.direction == PacketDirection::write || packet.direction == PacketDirection::read;
    if (packet.length > 0 && !has_data)
        return refuse(-EINVAL, 0);
    if (packet.length > options_.transfer_bytes_max)
        return refuse(-EIO, packet.length);
    if (!allowed(call, packet.cdb[0], true))
        return refuse(-EPERM, 0);

    Transfer transfer;
    transfer.cdb_length = sizeof packet.cdb;
    std::memcpy(transfer.cdb, packet.cdb, sizeof packet.cdb);
    transfer.to_drive = packet.direction == PacketDirection::write;
    transfer.length = packet.length;
    transfer.buffer = packet.buffer;
    const std::int64_t ticks = packet.timeout > 0 ? packet.timeout : sr_timeout_ticks_;
    transfer.timeout =
        std::chrono::milliseconds(ticks > 0 ? std::max<std::int64_t>(ticks * 10, 7000) : 60000);
    if (const long error = send_user_command(call, transfer))
        return error;

    const auto sense = transfer.completion.sense.view();
    const bool failed = transfer.completion.status != mmc::Status::good;
    if (failed && packet.sense != 0 && !sense.empty() && !call.memory.write(packet.sense, sense))
        return -EFAULT;
    if (failed)
        return -EIO; // and the structure stays as it was
    packet.stat = 0;
    packet.length = transfer.resid;
    return write_struct(call.memory, call.argument, packet) ? 0 : -EFAULT;
}

} // namespace burnrig::emulator::nodes
