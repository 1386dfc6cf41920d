// SPDX-License-Identifier: Apache-2.0
// SCSI_IOCTL_SEND_COMMAND, the oldest way to send a command: {bytes for the drive, bytes from it,
// CDB and data}; what comes back lies where the CDB was. Source: Linux 6.1 sg_scsi_ioctl().
#include <array>
#include <cerrno>
#include <cstring>

#include "emulator/nodes/linux/sg_transfer.h"

namespace burnrig::emulator::nodes {

long LinuxDevice::scsi_send_command(const Call& call) {
    constexpr std::uint32_t longest = 4096;
    constexpr std::size_t sense_kept = 16;

    if (call.argument == 0)
        return -EINVAL;
    std::array<std::uint32_t, 2> lengths{};
    const std::uint64_t data_address = call.argument + sizeof lengths;
    if (!read_struct(call.memory, call.argument, lengths))
        return -EFAULT;
    const auto [to_drive, from_drive] = lengths;
    if (to_drive > longest || from_drive > longest)
        return -EINVAL;
    Transfer transfer;
    if (!call.memory.read(data_address, {transfer.cdb, 1}))
        return -EFAULT;
    transfer.cdb_length = cdb_length_of(transfer.cdb[0]);
    if (!call.memory.read(data_address, {transfer.cdb, transfer.cdb_length}))
        return -EFAULT;
    // One buffer for both directions, zeros where nothing comes.
    transfer.to_drive = to_drive > 0;
    transfer.length = std::max(to_drive, from_drive);
    const auto buffer = call.memory.payload().first(transfer.length);
    std::fill(buffer.begin(), buffer.end(), std::uint8_t{0});
    if (to_drive > 0 &&
        !call.memory.read(data_address + transfer.cdb_length, buffer.first(to_drive)))
        return -EFAULT;
    if (!allowed(call, transfer.cdb[0], true))
        return -EPERM;
    mmc::Command command;
    command.cdb = {transfer.cdb, transfer.cdb_length};
    command.timeout = std::chrono::seconds(60);
    if (to_drive > 0) {
        std::copy(buffer.begin(), buffer.end(), private_data_.begin());
        command.data_out = {private_data_.data(), buffer.size()};
    } else {
        command.data_in = buffer;
    }
    execute_user_command(transfer, command);
    if (transfer.completion.system_error != 0)
        return -transfer.completion.system_error;
    const auto status = static_cast<long>(transfer.completion.status);
    if (status == 0)
        return call.memory.write(data_address, buffer.first(from_drive)) ? 0 : -EFAULT;
    const auto sense = transfer.sense(sense_kept);
    return sense.empty() || call.memory.write(data_address, sense) ? status : -EFAULT;
}

} // namespace burnrig::emulator::nodes
