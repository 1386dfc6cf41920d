// SPDX-License-Identifier: Apache-2.0
// The block layer's own ioctls on /dev/srN, and the one that never reaches a driver.
// Source: Linux 6.1 blkdev_ioctl(), blkdev_common_ioctl().
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <linux/fs.h>

#include "emulator/nodes/linux/linux_device.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::uint32_t partition_table = 0x1269; // BLKPG
constexpr std::uint32_t discard_zeroes = 0x127C;  // BLKDISCARDZEROES
constexpr std::uint32_t disk_sequence = 0x80081280;
constexpr std::uint32_t get_zone_size = 0x80041284;
constexpr std::uint32_t get_zone_count = 0x80041285;
constexpr std::uint32_t get_geometry = 0x0301; // HDIO_GETGEO
// linux/pr.h: register, reserve, release, preempt, preempt and abort, clear
constexpr std::uint32_t reservations[] = {0x401870C8, 0x401070C9, 0x401070CA,
                                          0x401870CB, 0x401870CC, 0x401070CD};

} // namespace

std::span<const LinuxDevice::Entry> LinuxDevice::block_table() {
    static constexpr std::array entries = {

        Entry{BLKGETSIZE, "BLKGETSIZE", &LinuxDevice::block_size_value},
        Entry{BLKGETSIZE64, "BLKGETSIZE64", &LinuxDevice::block_size_value},
        Entry{BLKSSZGET, "BLKSSZGET", &LinuxDevice::block_number},
        Entry{BLKPBSZGET, "BLKPBSZGET", &LinuxDevice::block_number},
        Entry{BLKIOMIN, "BLKIOMIN", &LinuxDevice::block_number},
        Entry{BLKIOOPT, "BLKIOOPT", &LinuxDevice::block_number},
        Entry{BLKALIGNOFF, "BLKALIGNOFF", &LinuxDevice::block_number},
        Entry{discard_zeroes, "BLKDISCARDZEROES", &LinuxDevice::block_number},
        Entry{BLKBSZGET, "BLKBSZGET", &LinuxDevice::block_number},
        Entry{BLKROGET, "BLKROGET", &LinuxDevice::block_number},
        Entry{BLKRAGET, "BLKRAGET", &LinuxDevice::block_number},
        Entry{BLKFRAGET, "BLKFRAGET", &LinuxDevice::block_number},
        Entry{BLKSECTGET, "BLKSECTGET", &LinuxDevice::block_number},
        Entry{BLKROTATIONAL, "BLKROTATIONAL", &LinuxDevice::block_number},
        Entry{disk_sequence, "BLKGETDISKSEQ", &LinuxDevice::block_number},
        Entry{get_zone_size, "BLKGETZONESZ", &LinuxDevice::block_number},
        Entry{get_zone_count, "BLKGETNRZONES", &LinuxDevice::block_number},
        Entry{BLKFLSBUF, "BLKFLSBUF", &LinuxDevice::block_privileged},
        Entry{BLKRRPART, "BLKRRPART", &LinuxDevice::block_privileged},
        Entry{BLKROSET, "BLKROSET", &LinuxDevice::block_read_only},
        Entry{BLKRASET, "BLKRASET", &LinuxDevice::block_read_ahead},
        Entry{BLKFRASET, "BLKFRASET", &LinuxDevice::block_read_ahead},
        Entry{BLKBSZSET, "BLKBSZSET", &LinuxDevice::block_set_size},
        Entry{BLKDISCARD, "BLKDISCARD", &LinuxDevice::block_discard},
        Entry{BLKSECDISCARD, "BLKSECDISCARD", &LinuxDevice::block_discard},
        Entry{BLKZEROOUT, "BLKZEROOUT", &LinuxDevice::block_discard},
        Entry{partition_table, "BLKPG", &LinuxDevice::block_partition},
        Entry{get_geometry, "HDIO_GETGEO", &LinuxDevice::block_no_geometry},
        Entry{reservations[0], "IOC_PR_REGISTER", &LinuxDevice::block_reservation},
        Entry{reservations[1], "IOC_PR_RESERVE", &LinuxDevice::block_reservation},
        Entry{reservations[2], "IOC_PR_RELEASE", &LinuxDevice::block_reservation},
        Entry{reservations[3], "IOC_PR_PREEMPT", &LinuxDevice::block_reservation},
        Entry{reservations[4], "IOC_PR_PREEMPT_ABORT", &LinuxDevice::block_reservation},
        Entry{reservations[5], "IOC_PR_CLEAR", &LinuxDevice::block_reservation},
    };
    return entries;
}

/// A drive that can write nothing at random or rewrite nothing.
bool LinuxDevice::read_only_disk() {
    return (capability() & (CDC_DVD_RAM | CDC_MRW_W | CDC_RAM | CDC_CD_RW)) == 0;
}

/// The block size of the file system that the node lies in, which is /dev.
long LinuxDevice::file_system_block_size(const Call& call) {
    const std::int32_t page = 4096;
    return write_struct(call.memory, call.argument, page) ? 0 : -EFAULT;
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
    if (call.argument == 0 && (call.request == BLKRAGET || call.request == BLKFRAGET))
        return -EINVAL;
    const Number numbers[] = {
        {BLKSSZGET, 4, logical_block_},
        {BLKPBSZGET, 4, logical_block_},
        {BLKIOMIN, 4, logical_block_},
        {BLKIOOPT, 4, 0},
        {BLKALIGNOFF, 4, 0},
        {discard_zeroes, 4, 0},
        {BLKBSZGET, 4, block_size_},
        {BLKROGET, 4, call.request == BLKROGET && (read_only_set_ || read_only_disk()) ? 1U : 0U},
        {BLKRAGET, 8, read_ahead_},
        {BLKFRAGET, 8, read_ahead_},
        {BLKSECTGET, 2, std::min<std::uint64_t>(options_.transfer_bytes_max / 512, 0xFFFF)},
        {BLKROTATIONAL, 2, 1},
        {disk_sequence, 8, disk_sequence_},
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

/// Cannot make a drive that is for reading only writable.
long LinuxDevice::block_read_only(const Call& call) {
    std::int32_t wanted = 0;
    if (!call.caller.admin)
        return -EACCES;
    if (!read_struct(call.memory, call.argument, wanted))
        return -EFAULT;
    read_only_set_ = wanted != 0;
    return 0;
}

long LinuxDevice::block_read_ahead(const Call& call) {
    constexpr std::uint64_t sectors_in_page = 8;
    if (!call.caller.admin)
        return -EACCES;
    read_ahead_ = call.argument / sectors_in_page * sectors_in_page;
    return 0;
}

long LinuxDevice::block_set_size(const Call& call) {
    constexpr std::int32_t page = 4096;
    std::int32_t wanted = 0;
    if (!call.caller.admin)
        return -EACCES;
    if (call.argument == 0)
        return -EINVAL;
    if (!read_struct(call.memory, call.argument, wanted))
        return -EFAULT;
    const bool exclusive = (call.file.flags & O_EXCL) != 0;
    if (!exclusive && block_holder_ != nullptr)
        return -EBUSY;
    if (!exclusive)
        media_events(); // the kernel opens the device anew to hold it
    const bool power_of_two = wanted > 0 && (wanted & (wanted - 1)) == 0;
    if (!power_of_two || wanted > page || wanted < static_cast<std::int32_t>(logical_block_))
        return -EINVAL;
    block_size_ = static_cast<std::uint32_t>(wanted);
    return 0;
}

/// An optical drive discards nothing; zeros are written as any other data.
long LinuxDevice::block_discard(const Call& call) {
    if (!call.file.for_writing())
        return -EBADF;
    if (call.request != BLKZEROOUT)
        return -EOPNOTSUPP;
    if (read_only_disk())
        return -EPERM;
    std::array<std::uint64_t, 2> range{};
    if (!read_struct(call.memory, call.argument, range))
        return -EFAULT;
    const auto [start, length] = range;
    if ((start | length) % logical_block_ != 0 || length > size() || start > size() - length)
        return -EINVAL;
    const auto payload = call.memory.payload();
    std::fill(payload.begin(), payload.end(), std::uint8_t{0});
    for (std::uint64_t done = 0; done < length;) {
        const auto part = payload.first(std::min<std::uint64_t>(payload.size(), length - done));
        const long written = write(call.file, start + done, part);
        if (written <= 0)
            return -EIO;
        done += static_cast<std::uint64_t>(written);
    }
    return 0;
}

long LinuxDevice::block_partition(const Call& call) {
    std::array<std::uint8_t, 24> argument{}; // blkpg_ioctl_arg
    if (!read_struct(call.memory, call.argument, argument))
        return -EFAULT;
    return call.caller.admin ? -EINVAL : -EACCES;
}

long LinuxDevice::block_no_geometry(const Call& call) {
    return call.argument == 0 ? -EINVAL : -ENOTTY;
}

long LinuxDevice::block_reservation(const Call& call) {
    return call.caller.admin ? -EOPNOTSUPP : -EPERM;
}

} // namespace burnrig::emulator::nodes
