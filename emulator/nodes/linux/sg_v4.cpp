// SPDX-License-Identifier: Apache-2.0
// /dev/bsg/H:C:T:L: SG_IO with the header of version 4, and the few other requests it answers.
// Source: Linux 6.1 bsg.c, scsi_bsg.c.
#include <array>
#include <cerrno>
#include <linux/bsg.h>

#include "emulator/nodes/linux/sg_transfer.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::uint32_t scsi_send_command_request = 1;

} // namespace

std::span<const LinuxDevice::Entry> LinuxDevice::bsg_table() {
    static constexpr std::array entries = {
        Entry{SG_IO, "SG_IO", &LinuxDevice::sg_io_v4},
        Entry{SG_GET_COMMAND_Q, "SG_GET_COMMAND_Q", &LinuxDevice::bsg_command_queue},
        Entry{SG_SET_COMMAND_Q, "SG_SET_COMMAND_Q", &LinuxDevice::bsg_command_queue},
        Entry{SG_GET_VERSION_NUM, "SG_GET_VERSION_NUM", &LinuxDevice::sg_version},
        Entry{SG_GET_TIMEOUT, "SG_GET_TIMEOUT", &LinuxDevice::sg_get_timeout},
        Entry{SG_SET_TIMEOUT, "SG_SET_TIMEOUT", &LinuxDevice::sg_set_timeout},
        Entry{SG_GET_RESERVED_SIZE, "SG_GET_RESERVED_SIZE", &LinuxDevice::sg_get_reserved_size},
        Entry{SG_SET_RESERVED_SIZE, "SG_SET_RESERVED_SIZE", &LinuxDevice::sg_set_reserved_size},
        Entry{SG_EMULATED_HOST, "SG_EMULATED_HOST", &LinuxDevice::sg_emulated_host},
        Entry{0x5382, "SCSI_IOCTL_GET_IDLUN", &LinuxDevice::bsg_zero},
        Entry{0x5386, "SCSI_IOCTL_GET_BUS_NUMBER", &LinuxDevice::bsg_zero},
        Entry{scsi_send_command_request, "SCSI_IOCTL_SEND_COMMAND", &LinuxDevice::bsg_refused},
    };
    return entries;
}

long LinuxDevice::bsg_zero(const Call& call) {
    const std::int32_t zero = 0;
    return write_struct(call.memory, call.argument, zero) ? 0 : -EFAULT;
}

long LinuxDevice::bsg_refused(const Call&) {
    return -EINVAL;
}

long LinuxDevice::bsg_command_queue(const Call& call) {
    if (call.request == SG_GET_COMMAND_Q)
        return write_struct(call.memory, call.argument, bsg_queue_) ? 0 : -EFAULT;
    std::int32_t depth = 0;
    if (!read_struct(call.memory, call.argument, depth))
        return -EFAULT;
    if (depth < 1)
        return -EINVAL;
    bsg_queue_ = depth;
    return 0;
}

long LinuxDevice::sg_io_v4(const Call& call) {
    struct ::sg_io_v4 header {};
    if (!read_struct(call.memory, call.argument, header))
        return -EFAULT;
    if (header.guard != 'Q' || header.protocol != 0 || header.subprotocol != 0)
        return -EINVAL;
    if (header.dout_xfer_len != 0 && header.din_xfer_len != 0)
        return -EOPNOTSUPP;
    Transfer transfer;
    if (header.request_len > Transfer::cdb_bytes_max)
        return -EINVAL;
    transfer.cdb_length = static_cast<std::uint8_t>(header.request_len);
    if (!call.memory.read(header.request, {transfer.cdb, transfer.cdb_length}))
        return -EFAULT;
    if (!allowed(call, transfer.cdb[0], false))
        return -EPERM;
    transfer.to_drive = header.dout_xfer_len != 0;
    transfer.length = transfer.to_drive ? header.dout_xfer_len : header.din_xfer_len;
    transfer.buffer = transfer.to_drive ? header.dout_xferp : header.din_xferp;
    if (transfer.length > 0)
        transfer.pieces = transfer.to_drive ? header.dout_iovec_count : header.din_iovec_count;
    if (transfer.length >
        std::min<std::size_t>(options_.transfer_bytes_max, call.memory.payload().size()))
        return -EIO;
    transfer.timeout = srn_timeout(header.timeout);
    if (const long error = send_user_command(call, transfer))
        return error;
    if (!transfer.to_drive && transfer.moved() > 0)
        if (const int error = transfer.copy_out(call.memory))
            return error;
    const auto sense = transfer.sense(header.response != 0 ? header.max_response_len : 0);
    if (!sense.empty() && !call.memory.write(header.response, sense))
        return -EFAULT;
    header.device_status = static_cast<std::uint32_t>(transfer.completion.status);
    header.transport_status = static_cast<std::uint32_t>(transfer.completion.host);
    header.driver_status = transfer.failed() ? 8 : 0;
    header.info = header.device_status != 0 || header.transport_status != 0 ? SG_INFO_CHECK : 0;
    header.response_len = static_cast<std::uint32_t>(sense.size());
    header.duration = 0;
    header.din_resid = transfer.to_drive ? 0 : static_cast<std::int32_t>(transfer.resid);
    header.dout_resid = transfer.to_drive ? static_cast<std::int32_t>(transfer.resid) : 0;
    return write_struct(call.memory, call.argument, header) ? 0 : -EFAULT;
}

} // namespace burnrig::emulator::nodes
