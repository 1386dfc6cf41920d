// SPDX-License-Identifier: Apache-2.0
// The block layer's own ioctls on /dev/srN.
#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/fs.h>

#include "emulator/nodes/linux/linux_device.h"

namespace burnrig::emulator::nodes {
namespace {

// Of linux/blkzoned.h, which libblkid asks for.
constexpr std::uint32_t get_zone_size = 0x80041284;
constexpr std::uint32_t get_zone_count = 0x80041285;

} // namespace

std::span<const LinuxDevice::Entry> LinuxDevice::block_table() {
    static constexpr std::array entries = {
        Entry{BLKGETSIZE, &LinuxDevice::block_size_value},
        Entry{BLKGETSIZE64, &LinuxDevice::block_size_value},
        Entry{BLKSSZGET, &LinuxDevice::block_number},
        Entry{BLKPBSZGET, &LinuxDevice::block_number},
        Entry{BLKIOMIN, &LinuxDevice::block_number},
        Entry{BLKIOOPT, &LinuxDevice::block_number},
        Entry{BLKALIGNOFF, &LinuxDevice::block_number},
        Entry{BLKBSZGET, &LinuxDevice::block_number},
        Entry{BLKROGET, &LinuxDevice::block_number},
        Entry{BLKRAGET, &LinuxDevice::block_number},
        Entry{BLKFRAGET, &LinuxDevice::block_number},
        Entry{BLKSECTGET, &LinuxDevice::block_number},
        Entry{BLKROTATIONAL, &LinuxDevice::block_number},
        Entry{get_zone_size, &LinuxDevice::block_number},
        Entry{get_zone_count, &LinuxDevice::block_number},
        Entry{BLKFLSBUF, &LinuxDevice::block_privileged},
        Entry{BLKRRPART, &LinuxDevice::block_privileged},
    };
    return entries;
}

/// The size of the disc: bytes in 64 bits, or units of 512 in an unsigned long.
long LinuxDevice::block_size_value(const Call& call) {
    const std::uint64_t value = call.request == BLKGETSIZE ? size() / 512 : size();
    return write_struct(call.memory, call.argument, value) ? 0 : -EFAULT;
}

long LinuxDevice::block_number(const Call& call) {
    struct Number {
        std::uint32_t request;
        std::uint8_t width;
        std::uint64_t value;
    };
    const std::uint64_t read_only = (capability() & 0x224000) == 0 ? 1 : 0; // CD-RW, DVD-RAM, RAM
    const Number numbers[] = {
        {BLKSSZGET, 4, block_bytes},
        {BLKPBSZGET, 4, block_bytes},
        {BLKIOMIN, 4, block_bytes},
        {BLKIOOPT, 4, 0},
        {BLKALIGNOFF, 4, 0},
        {BLKBSZGET, 4, 4096},
        {BLKROGET, 4, read_only},
        {BLKRAGET, 8, 256},
        {BLKFRAGET, 8, 256},
        {BLKSECTGET, 2, std::min<std::uint64_t>(options_.transfer_bytes_max / 512, 0xFFFF)},
        {BLKROTATIONAL, 2, 1},
        {get_zone_size, 4, 0},
        {get_zone_count, 4, 0},
    };
    const auto* const number =
        std::find_if(std::begin(numbers), std::end(numbers),
                     [&](const Number& entry) { return entry.request == call.request; });
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(&number->value);
    return call.memory.write(call.argument, {bytes, number->width}) ? 0 : -EFAULT; // little-endian
}

long LinuxDevice::block_privileged(const Call& call) {
    if (!call.caller.admin)
        return -EACCES;
    return call.request == BLKFLSBUF ? 0 : -EINVAL; // a CD has no partitions to read again
}

} // namespace burnrig::emulator::nodes
