// SPDX-License-Identifier: Apache-2.0
// IDEPASSTHRU: any packet of the program's, once, with its status; version 01 of the structure
// brings the sense data too. Nothing of it goes into the error log.
#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/ide.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::size_t old_bytes = offsetof(ide_atapi_passthru, sense_data_length);

bool read_request(CallerMemory& memory, std::uint64_t address, ide_atapi_passthru& request) {
    auto* const bytes = reinterpret_cast<std::uint8_t*>(&request);
    if (!memory.read(address, {bytes, old_bytes}))
        return false;
    // Programs of the old version have no memory behind that.
    return request.rsv0 != IDE_PASSTHRU_VERSION_01 ||
           memory.read(address + old_bytes, {bytes + old_bytes, sizeof request - old_bytes});
}

bool valid(const ide_atapi_passthru& request, std::size_t room) {
    const auto length = request.atapi_cmd.length;
    return request.rsv0 <= IDE_PASSTHRU_VERSION_01 && (length == 12 || length == 16) &&
           request.ide_device <= 1 && request.buffsize <= room &&
           (request.buffsize == 0 || request.data_ptr != nullptr);
}

} // namespace

long AixDevice::pass_through(const Call& call) {
    ide_atapi_passthru request{};
    if (!read_request(call.memory, call.argument, request))
        return -EFAULT;
    if (!valid(request, call.memory.payload().size()))
        return -EINVAL;
    std::array<std::uint8_t, 16> packet{request.atapi_cmd.packet.op_code};
    std::copy(std::begin(request.atapi_cmd.packet.bytes), std::end(request.atapi_cmd.packet.bytes),
              packet.begin() + 1);
    const auto data = call.memory.payload().first(request.buffsize);
    const auto data_address = reinterpret_cast<std::uint64_t>(request.data_ptr);
    const bool reading = (request.flags & IDE_PASSTHRU_READ) != 0;
    if (!reading && !call.memory.read(data_address, data))
        return -EFAULT;
    mmc::Command command;
    command.cdb = std::span(packet).first(request.atapi_cmd.length);
    if (reading)
        command.data_in = data;
    else
        command.data_out = data;
    command.timeout = std::chrono::seconds(request.timeout_value == 0 ? 30 : request.timeout_value);
    int error = commands_.send_once(command);
    if (commands_.medium_changed() && medium_known_)
        medium_gone_ = medium_writable_ ? EMEDIA : ESTALE; // the program's news, and the driver's
    // Whatever the drive objects to is EIO here, and its status tells what; only silence differs.
    if (error != 0 && error != ETIMEDOUT)
        error = EIO;
    const std::size_t came = std::min<std::size_t>(commands_.last().transferred, data.size());
    if (reading && came > 0 && !call.memory.write(data_address, data.first(came)))
        return -EFAULT;
    const std::uint8_t status[2] = {commands_.ata_status(), commands_.ata_error()};
    if (!call.memory.write(call.argument + offsetof(ide_atapi_passthru, ata_status), status))
        return -EFAULT;
    const auto sense = commands_.last().sense.view();
    const bool wants_sense = request.rsv0 == IDE_PASSTHRU_VERSION_01 &&
                             request.sense_data != nullptr && request.sense_data_length > 0;
    if (wants_sense && commands_.sense() &&
        !call.memory.write(
            reinterpret_cast<std::uint64_t>(request.sense_data),
            sense.first(std::min<std::size_t>(sense.size(), request.sense_data_length))))
        return -EFAULT;
    return -error;
}

} // namespace burnrig::emulator::nodes
