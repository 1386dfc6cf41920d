// SPDX-License-Identifier: Apache-2.0
// The table of ioctls, and those that are about the device, its door and its data mode.
#include <algorithm>
#include <cerrno>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/devinfo.h"
#include "emulator/nodes/aix/include/sys/idecdrom.h"
#include "emulator/nodes/aix/include/sys/scdisk.h"

namespace burnrig::emulator::nodes {

std::span<const AixDevice::Entry> AixDevice::table() {
    static constexpr Entry entries[] = {
        {IOCINFO, &AixDevice::device_information}, {IDE_CDIORDSE, &AixDevice::read_with_sense},
        {IDE_CDEJECT, &AixDevice::eject},          {IDE_CDPMR, &AixDevice::prevent_removal},
        {IDE_CDAMR, &AixDevice::allow_removal},    {IDE_CDAUDIO, &AixDevice::audio},
        {IDE_CDMODE, &AixDevice::data_mode},       {IDEPASSTHRU, &AixDevice::pass_through},
    };
    return entries;
}

long AixDevice::ioctl(AixFile& file, std::uint32_t request, std::uint64_t argument,
                      CallerMemory& memory) {
    if (!is_open(file))
        return -ENODEV;
    const auto entries = table();
    const auto found = std::find_if(entries.begin(), entries.end(), [request](const Entry& entry) {
        return entry.request == request;
    });
    return found == entries.end() ? -EINVAL : (this->*found->handler)({file, argument, memory});
}

/// Told from what the open found out; the drive is not asked.
long AixDevice::device_information(const Call& call) {
    devinfo information{};
    information.devtype = DD_CDROM;
    information.flags = static_cast<char>(removable_ ? DF_RAND : DF_RAND | DF_FIXED);
    information.devsubtype = DS_IDE;
    information.un.idecd.blksize = static_cast<ushort>(block_bytes());
    information.un.idecd.numblks = static_cast<int>(capacity_blocks_);
    information.un.idecd.max_transfer = max_transfer();
    return write_struct(call.memory, call.argument, information) ? 0 : -EFAULT;
}

/// PREVENT ALLOW MEDIUM REMOVAL or START STOP UNIT: EIO whatever the reason. The news of another
/// medium is noted and is no failure of the door.
long AixDevice::door(std::uint8_t opcode, std::uint8_t operation) {
    if (!removable_)
        return -EINVAL;
    const std::uint8_t cdb[6] = {opcode, 0, 0, 0, operation, 0};
    const mmc::Command packet{cdb, {}, {}, std::chrono::seconds(60)};
    int error = command(packet);
    if (commands_.medium_changed())
        error = command(packet);
    return error == 0 ? 0 : -EIO;
}

long AixDevice::prevent_removal(const Call&) {
    const long result = door(0x1E, 1);
    locked_ = locked_ || result == 0;
    return result;
}

long AixDevice::allow_removal(const Call&) {
    const long result = door(0x1E, 0);
    locked_ = locked_ && result != 0;
    return result;
}

/// The operation's text says EIO for every failure, the list of errnos EINVAL for a locked medium:
/// the list is the more exact one.
long AixDevice::eject(const Call&) {
    constexpr std::uint8_t eject_medium = 2;
    const long result = door(0x1B, eject_medium);
    return result != 0 && commands_.sense() == mmc::sense::removal_prevented ? -EINVAL : result;
}

long AixDevice::data_mode(const Call& call) {
    mode_form_op operation{};
    if (!read_struct(call.memory, call.argument, operation))
        return -EFAULT;
    if (operation.action == CD_GET_MODE) {
        operation.cd_mode_form = mode_;
        return write_struct(call.memory, call.argument, operation) ? 0 : -EFAULT;
    }
    if (operation.action != CD_CHG_MODE || !attributes_.data_modes)
        return -EINVAL;
    if (!exclusive(call.file))
        return -EACCES;
    if (operation.cd_mode_form < CD_MODE1 || operation.cd_mode_form > CD_DA)
        return -EINVAL;
    mode_ = operation.cd_mode_form;
    return 0;
}

} // namespace burnrig::emulator::nodes
