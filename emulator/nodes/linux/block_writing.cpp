// SPDX-License-Identifier: Apache-2.0
// write(2) on srN: WRITE(10) for whole blocks, read-modify-write for a part of one, and what the
// last close sends after a write. Programs write DVD-RAM that way, like a disk.
//
// Source: the kernel's sr and cdrom layers as watched from the drive's side: SYNCHRONIZE CACHE at
// the end, for DVD+RW also CLOSE TRACK/SESSION 000b and 010b.
#include <algorithm>
#include <array>
#include <cerrno>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr auto write_timeout = std::chrono::seconds(60);
constexpr auto closing_timeout = std::chrono::seconds(3000);

} // namespace

int LinuxDevice::write_blocks(std::uint32_t first, std::span<const std::uint8_t> data) {
    const std::size_t most = options_.transfer_bytes_max / block_bytes * block_bytes;
    while (!data.empty()) {
        const auto part = data.first(std::min(data.size(), most));
        const auto blocks = static_cast<std::uint32_t>(part.size() / block_bytes);
        std::uint8_t cdb[10] = {0x2A};
        mmc::put32(cdb + 2, first);
        mmc::put16(cdb + 7, blocks);
        if (!kernel_.block({cdb, part, {}, write_timeout}))
            return -EIO;
        first += blocks;
        data = data.subspan(part.size());
    }
    return 0;
}

int LinuxDevice::write_within_block(std::uint64_t offset, std::span<const std::uint8_t> data) {
    std::array<std::uint8_t, block_bytes> block;
    const auto lba = static_cast<std::uint32_t>(offset / block_bytes);
    std::uint8_t cdb[10] = {0x28};
    mmc::put32(cdb + 2, lba);
    mmc::put16(cdb + 7, 1);
    if (!kernel_.block({cdb, {}, block, std::chrono::seconds(30)}))
        return -EIO;
    std::copy(data.begin(), data.end(),
              block.begin() + static_cast<std::ptrdiff_t>(offset % block_bytes));
    return write_blocks(lba, block);
}

long LinuxDevice::write(OpenFile& file, std::uint64_t offset, std::span<const std::uint8_t> data) {
    if (!attached(file))
        return -EIO;
    if (!file.for_writing())
        return -EBADF;
    if (file.kind != NodeKind::block)
        return -EPERM; // sgN is written with sg_write()
    if (read_only_disk())
        return -EPERM;
    if (data.empty())
        return 0;
    if (offset >= size())
        return -ENOSPC;
    data = data.first(std::min<std::uint64_t>(data.size(), size() - offset));
    std::size_t done = 0;
    while (done < data.size()) {
        const auto at = offset + done;
        const std::size_t left = data.size() - done;
        const std::size_t within = at % block_bytes;
        const bool whole = within == 0 && left >= block_bytes;
        const std::size_t count = whole ? left / block_bytes * block_bytes
                                        : std::min<std::size_t>(left, block_bytes - within);
        const auto part = data.subspan(done, count);
        const int error = whole ? write_blocks(static_cast<std::uint32_t>(at / block_bytes), part)
                                : write_within_block(at, part);
        if (error != 0)
            return done > 0 ? static_cast<long>(done) : error;
        block_written_ = true;
        done += count;
    }
    return static_cast<long>(done);
}

void LinuxDevice::finish_block_writes() {
    if (!block_written_)
        return;
    block_written_ = false;
    static constexpr std::uint8_t synchronize[10] = {0x35};
    kernel_.packet(synchronize, {}, closing_timeout);
    constexpr std::uint16_t dvd_plus_rw = 0x1A;
    static constexpr std::uint8_t get_profile[10] = {0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0};
    std::uint8_t reply[8] = {};
    if (kernel_.packet(get_profile, reply) != 0 || mmc::get16(reply + 6) != dvd_plus_rw)
        return;
    for (const std::uint8_t function : {std::uint8_t{0}, std::uint8_t{2}}) {
        const std::uint8_t close[10] = {0x5B, 0, function};
        kernel_.packet(close, {}, closing_timeout);
    }
}

} // namespace burnrig::emulator::nodes
