// SPDX-License-Identifier: Apache-2.0
// Calls on AIX's devices that come through the slots.
#include <algorithm>
#include <cerrno>

#include "emulator/nodes/preload/service.h"
#include "emulator/nodes/preload/slot_memory.h"

namespace burnrig::emulator::nodes::preload {

long Service::open_aix(const Slot& slot, File& file) {
    const std::size_t drive = node_drive(file.node);
    if (drive >= aix_devices_.size())
        return -ENODEV;
    file.aix_device = aix_devices_[drive];
    file.aix = {node_kind(file.node) == aix_raw_kind, static_cast<int>(slot.request),
                static_cast<long>(slot.argument)};
    return file.aix_device->open(file.aix, slot.privileged != 0);
}

long Service::run_aix(Operation operation, Slot& slot, std::size_t index, std::uint32_t process,
                      File& file) {
    AixDevice& device = *file.aix_device;
    const std::span payload(payload_of(&header_, static_cast<std::uint32_t>(index)),
                            std::size_t{payload_bytes});
    const std::uint64_t length = read_once(slot.argument);
    switch (operation) {
    case Operation::ioctl: {
        SlotMemory memory(header_, index, process);
        return device.ioctl(file.aix, static_cast<std::uint32_t>(slot.request), length, memory);
    }
    case Operation::read: {
        int error = 0;
        const auto bytes = device.read(file.aix, read_once(slot.request), length, payload, error);
        slot.result_offset =
            bytes.empty() ? 0 : static_cast<std::uint32_t>(bytes.data() - payload.data());
        return error != 0 ? error : static_cast<long>(bytes.size());
    }
    case Operation::write:
        return device.write(file.aix, read_once(slot.request), length,
                            payload.first(std::min<std::uint64_t>(length, payload.size())));
    case Operation::size:
        return static_cast<long>(device.size());
    default:
        return -EINVAL;
    }
}

} // namespace burnrig::emulator::nodes::preload
