// SPDX-License-Identifier: Apache-2.0
// Commands by write() and read() on sgN: the version 3 header, and the two older interfaces with
// header, command and data in one buffer. Also the requests about the queue.
//
//     write(header [CDB [data]])  ->  runs  ->  reply waits  ->  read(header [data])
//
// Source: Linux 6.1 sg_write(), sg_new_write(), sg_read(), sg_new_read().
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "emulator/nodes/linux/sg_transfer.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::size_t old_header_bytes = sizeof(SgOldHeader);
constexpr std::size_t shortest_write = old_header_bytes + 6;
constexpr std::uint32_t twelve_byte = 1;

} // namespace

long LinuxDevice::sg_write(OpenFile& file, std::uint64_t buffer, std::uint64_t length,
                           Caller caller, CallerMemory& memory) {
    if (!attached(file))
        return -ENODEV;
    if (file.kind == NodeKind::bsg)
        return -EINVAL;
    if (!file.for_writing())
        return -EBADF;
    if (length < old_header_bytes)
        return -EIO;
    SgOldHeader header;
    if (!read_struct(memory, buffer, header))
        return -EFAULT;
    const Call call{file, 0, buffer, caller, memory};
    if (header.reply_length >= 0)
        return write_old(call, length, header);
    if (length < sizeof(sg_io_hdr)) // its direction, which is negative, lies at reply_length
        return -EINVAL;
    return write_version_3(call);
}

long LinuxDevice::write_version_3(const Call& call) {
    OpenFile& file = call.file;
    sg_io_hdr header{};
    if (!read_struct(call.memory, call.argument, header))
        return -EFAULT;
    file.command_queue = 1;
    if (header.interface_id != 'S')
        return -ENOSYS;
    if (file.queue.replies.size() >= SgQueue::outstanding_max)
        return -EDOM;
    Transfer transfer;
    if (const long error = prepare_version_3(call, header, transfer))
        return error;
    if (const long error = send_user_command(call, transfer))
        return error;
    SgReply reply;
    reply.version_3 = true;
    reply.header = header;
    const auto sense = transfer.sense(header.sbp != nullptr ? header.mx_sb_len : 0);
    reply.sense.assign(sense.begin(), sense.end());
    if (!transfer.to_drive && transfer.in_reserve) {
        (void)transfer.copy_out(call.memory); // has no address that could be wrong
    } else if (!transfer.to_drive && transfer.buffer != 0) {
        const auto data = call.memory.payload().first(transfer.moved());
        reply.data.assign(data.begin(), data.end());
    }
    fill_sg_result(reply.header, transfer.completion, transfer.resid,
                   static_cast<std::uint8_t>(sense.size()), NodeKind::generic);
    file.queue.replies.push_back(std::move(reply));
    return sizeof header;
}

/// The command lies behind the header, and data for the drive behind the command; the length of the
/// command is that of its opcode's group unless somebody said otherwise.
long LinuxDevice::write_old(const Call& call, std::uint64_t length, const SgOldHeader& header) {

    OpenFile& file = call.file;
    if (length < shortest_write)
        return -EIO;
    if ((file.command_queue == 0 && !file.queue.replies.empty()) ||
        file.queue.replies.size() >= SgQueue::outstanding_max)
        return -EDOM;
    std::uint8_t opcode = 0;
    if (!read_struct(call.memory, call.argument + old_header_bytes, opcode))
        return -EFAULT;
    Transfer transfer;
    transfer.cdb_length = cdb_length_of(opcode);
    if (opcode >= 0xC0 && (header.bits & twelve_byte) != 0)
        transfer.cdb_length = 12;
    if (const std::int32_t wished = std::exchange(file.queue.next_command_length, 0); wished > 0)
        transfer.cdb_length = static_cast<std::uint8_t>(
            std::min<std::size_t>(static_cast<std::size_t>(wished), Transfer::cdb_bytes_max));
    const std::uint64_t behind_cdb = old_header_bytes + transfer.cdb_length;
    if (length < behind_cdb)
        return -EIO;
    if (!call.memory.read(call.argument + old_header_bytes, {transfer.cdb, transfer.cdb_length}))
        return -EFAULT;
    const std::uint64_t out = length - behind_cdb;
    const std::uint64_t in =
        std::max<std::int64_t>(header.reply_length - std::int64_t{old_header_bytes}, 0);
    const std::size_t room =
        std::min<std::size_t>(options_.transfer_bytes_max, call.memory.payload().size());
    if (std::max(out, in) > room)
        return -ENOMEM;
    transfer.to_drive = out > 0;
    transfer.length = static_cast<std::uint32_t>(out > 0 ? out : in);
    transfer.buffer = call.argument + behind_cdb;
    transfer.timeout = std::chrono::milliseconds(std::int64_t{file.timeout_ticks} * 10);
    if (const long error = send_user_command(call, transfer))
        return error;
    SgReply reply;
    reply.old = header;
    finish_old_reply(reply, transfer.completion);
    if (!transfer.to_drive) {
        const auto data = call.memory.payload().first(transfer.moved());
        reply.data.assign(data.begin(), data.end());
        reply.data.resize(transfer.length);
    }
    file.queue.replies.push_back(std::move(reply));
    return static_cast<long>(length);
}

/// The status in the bits of the header, and the sense data in its 16 bytes.
void LinuxDevice::finish_old_reply(SgReply& reply, const mmc::Completion& completion) {
    SgOldHeader& header = reply.old;
    const bool check = completion.status == mmc::Status::check_condition;
    const auto status = static_cast<std::uint32_t>(completion.status) >> 1U & 0x1F;
    const auto host = static_cast<std::uint32_t>(completion.host);
    header.pack_length = header.reply_length; // as the kernel has always done it
    header.bits =
        (header.bits & twelve_byte) | status << 1U | (host & 0xFF) << 6U | (check ? 8U : 0U) << 14U;
    switch (completion.host) {
    case mmc::HostStatus::ok:
    case mmc::HostStatus::error: // what came of it is in the sense data, if at all
        header.result = completion.host == mmc::HostStatus::error && !check ? EIO : 0;
        break;
    case mmc::HostStatus::no_connect:
    case mmc::HostStatus::bus_busy:
    case mmc::HostStatus::time_out:
        header.result = EBUSY;
        break;
    default:
        header.result = EIO;
    }
    const auto sense = completion.sense.view();
    std::fill(std::begin(header.sense), std::end(header.sense), std::uint8_t{0});
    if (check)
        std::copy_n(sense.begin(), std::min(sense.size(), sizeof header.sense), header.sense);
}

long LinuxDevice::sg_read(OpenFile& file, std::uint64_t buffer, std::uint64_t length,
                          CallerMemory& memory) {
    if (!attached(file))
        return -ENODEV;
    if (file.kind == NodeKind::bsg)
        return -EINVAL;
    if ((file.flags & 3) == 1)
        return -EBADF;
    auto& replies = file.queue.replies;
    std::int32_t wanted = -1;
    if (file.force_pack_id != 0 && length >= old_header_bytes) {
        SgOldHeader header;
        sg_io_hdr newer{};
        if (!read_struct(memory, buffer, header))
            return -EFAULT;
        wanted = header.pack_id;
        if (header.reply_length < 0) {
            if (length < sizeof newer)
                return -EINVAL;
            if (!read_struct(memory, buffer, newer))
                return -EFAULT;
            wanted = newer.pack_id;
        }
    }
    const auto found = std::find_if(replies.begin(), replies.end(), [wanted](const SgReply& one) {
        return wanted == -1 || one.pack_id() == wanted;
    });
    if (found == replies.end())
        return -EAGAIN;
    SgReply reply = std::move(*found);
    replies.erase(found);
    return reply.version_3 ? read_version_3(reply, buffer, length, memory)
                           : read_old(reply, buffer, length, memory);
}

long LinuxDevice::read_version_3(SgReply& reply, std::uint64_t buffer, std::uint64_t length,
                                 CallerMemory& memory) {
    if (length < sizeof(sg_io_hdr))
        return -EINVAL;
    sg_io_hdr& header = reply.header;
    if (!reply.sense.empty() &&
        !memory.write(reinterpret_cast<std::uint64_t>(header.sbp), reply.sense))
        return -EFAULT;
    if (!write_struct(memory, buffer, header))
        return -EFAULT;
    if (reply.data.empty())
        return sizeof header;
    Transfer transfer;
    transfer.length = static_cast<std::uint32_t>(reply.data.size());
    transfer.buffer = reinterpret_cast<std::uint64_t>(header.dxferp);
    transfer.pieces = header.iovec_count;
    const auto payload = memory.payload().first(reply.data.size());
    std::copy(reply.data.begin(), reply.data.end(), payload.begin());
    return transfer.copy_out(memory) == 0 ? static_cast<long>(sizeof header) : -EFAULT;
}

long LinuxDevice::read_old(SgReply& reply, std::uint64_t buffer, std::uint64_t length,
                           CallerMemory& memory) {
    if (length < old_header_bytes)
        return reply.old.result == 0 ? 0 : -EIO;
    if (!write_struct(memory, buffer, reply.old))
        return -EFAULT;
    const auto whole = static_cast<std::size_t>(
        std::min<std::uint64_t>(length, static_cast<std::uint64_t>(std::max<std::int32_t>(
                                            reply.old.reply_length, old_header_bytes))));
    const std::size_t bytes = std::min(whole - old_header_bytes, reply.data.size());
    const auto payload = memory.payload().first(bytes);
    std::copy_n(reply.data.begin(), bytes, payload.begin());
    if (bytes > 0 && !memory.write(buffer + old_header_bytes, payload))
        return -EFAULT;
    return static_cast<long>(whole);
}

/// Sixteen entries: state 2 (ready to be read) for those that wait, zeros for the others.
long LinuxDevice::sg_request_table(const Call& call) {
    struct Row {
        std::uint8_t state = 0;
        std::uint8_t orphan = 0;
        std::uint8_t owned = 0;
        std::uint8_t problem = 0;
        std::int32_t pack_id = 0;
        std::uint64_t user_pointer = 0;
        std::uint32_t duration = 0;
        std::uint32_t unused = 0;
    };
    static_assert(sizeof(Row) == 24);
    std::array<Row, SgQueue::outstanding_max> table{};
    std::size_t used = 0;
    for (const SgReply& reply : call.file.queue.replies) {
        Row& row = table[used++];
        row.state = 2;
        row.problem = reply.version_3 ? (reply.header.info != 0 ? 1 : 0) : reply.old.bits >> 1 != 0;
        row.pack_id = reply.pack_id();
        row.user_pointer = reinterpret_cast<std::uint64_t>(reply.header.usr_ptr);
        row.duration = reply.header.duration;
    }
    return write_struct(call.memory, call.argument, table) ? 0 : -EFAULT;
}

long LinuxDevice::sg_next_command_length(const Call& call) {
    constexpr std::int32_t longest = 252;
    std::int32_t length = 0;
    if (!read_struct(call.memory, call.argument, length))
        return -EFAULT;
    if (length > longest)
        return -ENOMEM;
    call.file.queue.next_command_length = std::max(length, 0);
    return 0;
}

/// SG_GET_NUM_WAITING and SG_GET_PACK_ID: how many wait, and the number of the first.
long LinuxDevice::sg_queue_number(const Call& call) {
    const auto& replies = call.file.queue.replies;
    if (call.request == SG_GET_NUM_WAITING)
        return write_int(call, static_cast<std::int32_t>(replies.size()));
    return write_int(call, replies.empty() ? -1 : replies.front().pack_id());
}

} // namespace burnrig::emulator::nodes
