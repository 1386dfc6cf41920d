// SPDX-License-Identifier: Apache-2.0
// SG_IO (version 3) and CDROM_SEND_PACKET: commands that come from the program.
//
// The order of the checks is the kernel's, and differs between srN and sgN: which errno a broken
// request gets tells a program what it talks to (cdparanoia and libusal probe with broken ones).
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>

#include "emulator/nodes/linux/command_filter.h"
#include "emulator/nodes/linux/sg_transfer.h"
#include "mmc/opcode.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

/// Not less than 7 s; 0 means what SG_SET_TIMEOUT said, or a minute.
mmc::Duration LinuxDevice::srn_timeout(std::uint64_t milliseconds) const {
    constexpr std::uint64_t least_ms = 7000;
    constexpr std::uint64_t usual_ms = 60000;
    if (milliseconds == 0)
        milliseconds = sr_timeout_ticks_ != 0 ? std::uint64_t{sr_timeout_ticks_} * 10 : usual_ms;
    return std::chrono::milliseconds(std::max(milliseconds, least_ms));
}

bool LinuxDevice::allowed(const Call& call, std::uint8_t opcode, bool filter_always) const {
    const bool free_pass = call.file.kind == NodeKind::generic && call.file.for_both();
    return call.caller.raw_io || (free_pass && !filter_always) ||
           command_allowed(opcode, call.file.for_writing());
}

namespace {

/// What a SATA host does with a CDB too long for it, or shorter than its opcode says: it never
/// reaches the drive.
bool unfit_for_ata(const std::uint8_t* cdb, std::size_t length) {
    constexpr std::size_t longest = 16;

    return length > longest || length < cdb_length_of(cdb[0]);
}

} // namespace

void LinuxDevice::execute_user_command(Transfer& transfer, const mmc::Command& command) {
    if (options_.host.ata && unfit_for_ata(transfer.cdb, transfer.cdb_length)) {
        transfer.completion = {};
        transfer.completion.host = mmc::HostStatus::error;
        transfer.resid = transfer.length;
        return;
    }
    transfer.completion = target_.execute(command);
    transfer.resid =
        transfer.length - std::min<std::uint32_t>(transfer.completion.transferred, transfer.length);
    const auto sense = mmc::decode_sense(transfer.completion.sense.view());
    if (transfer.failed() && sense && sense->code.key == mmc::SenseKey::unit_attention)
        kernel_.note_changed();
}

/// Runs the command with its data in the door's payload, where what came from the drive then is.
/// Negative errno for addresses that cannot be read and for a system call that failed below.
long LinuxDevice::send_user_command(const Call& call, Transfer& transfer) {
    if (const int error = transfer.measure_pieces(call.memory))
        return error;
    const auto payload = call.memory.payload();
    const auto data = payload.first(std::min<std::size_t>(transfer.length, payload.size()));
    mmc::Command command;
    command.cdb = {transfer.cdb, transfer.cdb_length};
    command.timeout = transfer.timeout;
    if (!data.empty() && transfer.to_drive) {
        if (const int error = transfer.copy_in(call.memory, data))
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
    execute_user_command(transfer, command);
    return -transfer.completion.system_error;
}

namespace {

/// The checks that need nothing but the header: 0 or the errno.
int check_header(const sg_io_hdr& header, const OpenFile& file, std::uint32_t bytes_max) {
    constexpr std::size_t cdb_bytes_max = 32;
    const int direction = header.dxfer_direction;
    if (file.kind == NodeKind::generic) {
        if (header.interface_id != 'S')
            return -ENOSYS;
        if ((header.flags & sg_flag_mmap_io) != 0) {
            if (header.dxfer_len > static_cast<std::uint32_t>(file.reserved_size))
                return -ENOMEM;
            if ((header.flags & SG_FLAG_DIRECT_IO) != 0)
                return -EINVAL;
        }
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

} // namespace

void fill_sg_result(sg_io_hdr& header, const mmc::Completion& completion, std::uint32_t resid,
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

/// Everything in front of the drive: checks, the CDB, the filter, what is to be moved.
long LinuxDevice::prepare_version_3(const Call& call, sg_io_hdr& header, Transfer& transfer) {
    const NodeKind kind = call.file.kind;
    const auto bytes_max = static_cast<std::uint32_t>(
        std::min<std::size_t>(options_.transfer_bytes_max, call.memory.payload().size()));
    if (const int error = check_header(header, call.file, bytes_max))
        return error;
    transfer.cdb_length = header.cmd_len;
    if (!call.memory.read(reinterpret_cast<std::uint64_t>(header.cmdp),
                          {transfer.cdb, transfer.cdb_length}))
        return -EFAULT;
    if (!allowed(call, transfer.cdb[0], false))
        return -EPERM;
    transfer.to_drive = header.dxfer_direction == SG_DXFER_TO_DEV;
    transfer.length = header.dxfer_direction == SG_DXFER_NONE ? 0 : header.dxfer_len;
    transfer.buffer = reinterpret_cast<std::uint64_t>(header.dxferp);
    transfer.in_reserve = kind == NodeKind::generic && (header.flags & sg_flag_mmap_io) != 0;
    transfer.reserve = call.file.reserve;
    transfer.pieces = transfer.length > 0 && !transfer.in_reserve ? header.iovec_count : 0;
    constexpr unsigned queue_default_ms = 30000;
    transfer.timeout =
        kind == NodeKind::block
            ? srn_timeout(header.timeout)
            : std::chrono::milliseconds(header.timeout != 0 ? header.timeout : queue_default_ms);
    return 0;
}

/// Source: Linux 6.1 sg_mmap(), and what mmap() itself asks of a file's mode.
long LinuxDevice::sg_mmap(OpenFile& file, std::uint64_t length, std::uint64_t offset,
                          bool to_write) const {
    constexpr std::uint64_t page_bytes = 4096;
    if (file.kind != NodeKind::generic || !attached(file))
        return -ENODEV;
    if ((file.flags & 3) == 1 || (to_write && !file.for_writing()))
        return -EACCES;
    if (offset != 0)
        return -EINVAL;
    const std::uint64_t pages = (length + page_bytes - 1) / page_bytes * page_bytes;
    if (length > pages || pages > static_cast<std::uint64_t>(file.reserved_size))
        return -ENOMEM;
    file.mapped = true;
    return 0;
}

/// srN reports a bad address of the data or the sense before it writes the header back, sgN after.
long LinuxDevice::sg_io(const Call& call) {
    const NodeKind kind = call.file.kind;
    sg_io_hdr header{};
    if (!read_struct(call.memory, call.argument, header))
        return -EFAULT;
    Transfer transfer;
    if (const long error = prepare_version_3(call, header, transfer))
        return error;
    if (kind == NodeKind::generic)
        call.file.command_queue = 1; // the version 3 interface queues
    if (const long error = send_user_command(call, transfer))
        return error;
    const auto copy_data = [&]() -> int {
        if (transfer.to_drive || transfer.moved() == 0)
            return 0;
        if (transfer.buffer == 0 && !transfer.in_reserve) // sgN takes that for "throw it away"
            return kind == NodeKind::generic ? 0 : -EFAULT;
        return transfer.copy_out(call.memory);
    };
    if (kind == NodeKind::block)
        if (const int error = copy_data())
            return error;
    const auto sense = transfer.sense(header.sbp != nullptr ? header.mx_sb_len : 0);
    if (!sense.empty() && !call.memory.write(reinterpret_cast<std::uint64_t>(header.sbp), sense))
        return -EFAULT;
    fill_sg_result(header, transfer.completion, transfer.resid,
                   static_cast<std::uint8_t>(sense.size()), kind);
    if (!write_struct(call.memory, call.argument, header))
        return -EFAULT;
    return kind == NodeKind::generic ? copy_data() : 0;
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

/// Hundredths of a second become ticks of the kernel's clock, which come back: 250 a second.
std::int32_t kernel_ticks(std::int32_t hundredths) {
    return hundredths < 0 ? -1 : static_cast<std::int32_t>(std::int64_t{hundredths} * 250 / 100);
}

} // namespace

/// As SG_IO on srN with a CDB of 12 bytes; the structure comes back only when the command was good
/// or was not sent.
long LinuxDevice::send_packet(const Call& call) {
    GenericCommand packet{};
    if (!read_struct(call.memory, call.argument, packet))
        return -EFAULT;
    if (packet.direction > PacketDirection::none)
        return -EINVAL;
    const std::int32_t hundredths = packet.timeout;
    packet.timeout = kernel_ticks(hundredths);
    const auto refuse = [&](int error) -> long {
        packet.stat = error;
        packet.length = 0;
        return write_struct(call.memory, call.argument, packet) ? error : -EFAULT;
    };
    const bool has_data =
        packet.direction == PacketDirection::write || packet.direction == PacketDirection::read;
    if (packet.length > options_.transfer_bytes_max)
        return refuse(-EIO);
    if (packet.length > 0 && !has_data)
        return refuse(-EINVAL);
    if (!allowed(call, packet.cdb[0], true))
        return refuse(-EPERM);

    Transfer transfer;
    transfer.cdb_length = sizeof packet.cdb;
    std::memcpy(transfer.cdb, packet.cdb, sizeof packet.cdb);
    transfer.to_drive = packet.direction == PacketDirection::write;
    transfer.length = packet.length;
    transfer.buffer = packet.buffer;
    transfer.timeout = srn_timeout(hundredths < 0 ? ~std::uint32_t{0} : hundredths * 10ULL);
    if (const long error = send_user_command(call, transfer))
        return error;
    if (!transfer.to_drive && transfer.moved() > 0)
        if (const int error = transfer.buffer == 0 ? -EFAULT : transfer.copy_out(call.memory))
            return error;
    const auto sense = transfer.sense(64);
    if (packet.sense != 0 && !sense.empty() && !call.memory.write(packet.sense, sense))
        return -EFAULT;
    if (transfer.completion.status != mmc::Status::good)
        return -EIO; // and the structure stays as it was
    packet.stat = 0;
    packet.length = transfer.resid;
    return write_struct(call.memory, call.argument, packet) ? 0 : -EFAULT;
}

} // namespace burnrig::emulator::nodes
