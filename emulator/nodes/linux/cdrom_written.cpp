// SPDX-License-Identifier: Apache-2.0
// What the cdrom layer works out of several replies: how far a disc is written, and what the drive
// can do (CDROM_GET_CAPABILITY).
#include <algorithm>
#include <cerrno>
#include <linux/cdrom.h>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"
#include "mmc/msf.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr int missing = -EIO; // a reply too short to use

} // namespace

/// First as much as tells the length of the reply, then all of it, as the kernel does.
int LinuxDevice::packet_of_own_length(std::uint8_t (&cdb)[10], std::span<std::uint8_t> reply,
                                      std::size_t first) {
    if (const int error = kernel_.packet(cdb, reply.first(first)))
        return error;
    const std::size_t length =
        std::min<std::size_t>(reply.size(), std::size_t{mmc::get16(reply.data())} + 2);
    cdb[8] = static_cast<std::uint8_t>(length);
    return kernel_.packet(cdb, reply.first(length));
}

/// READ DISC INFORMATION, two bytes to learn the length, then the whole: the last track's number.
int LinuxDevice::last_track(std::uint32_t& track) {
    std::uint8_t reply[34] = {};
    std::uint8_t cdb[10] = {0x51, 0, 0, 0, 0, 0, 0, 0, 2, 0};
    if (const int error = packet_of_own_length(cdb, reply, 2))
        return error;
    if (kernel_.transferred() < 12)
        return missing;
    track = static_cast<std::uint32_t>(reply[11] << 8 | reply[6]);
    return 0;
}

int LinuxDevice::track_information(std::uint32_t track, std::uint8_t (&reply)[32]) {
    std::uint8_t cdb[10] = {0x52, 1, 0, 0, 0, 0, 0, 0, 8, 0};
    mmc::put16(cdb + 4, track);
    std::fill(std::begin(reply), std::end(reply), std::uint8_t{0});
    if (const int error = packet_of_own_length(cdb, reply, 8))
        return error;
    return kernel_.transferred() < 28 ? missing : 0;
}

int LinuxDevice::toc_lead_out(std::int64_t& address) {
    std::uint8_t entry[12] = {};
    if (const int error = toc_entry(CDROM_LEADOUT, true, entry))
        return error;
    address = mmc::frames({entry[9], entry[10], entry[11]}) - mmc::pregap_blocks;
    return 0;
}

/// The last written address of the last track that has any, else the lead-out of the TOC.
int LinuxDevice::last_written(std::int64_t& address, bool next_writable) {
    constexpr std::uint8_t blank_bit = 0x40;
    constexpr std::uint8_t next_valid = 1;
    constexpr std::uint8_t last_valid = 2;
    std::uint32_t track = 0;
    std::uint8_t reply[32] = {};
    if (last_track(track) != 0 || track_information(track, reply) != 0)
        return next_writable ? missing : toc_lead_out(address);
    if (next_writable) {
        if ((reply[7] & next_valid) == 0)
            return missing;
        address = mmc::get32(reply + 12);
        return 0;
    }
    if ((reply[6] & blank_bit) != 0) {
        if (track <= 1 || track_information(track - 1, reply) != 0)
            return toc_lead_out(address);
    }
    if ((reply[7] & last_valid) != 0 && kernel_.transferred() >= 32) {
        address = mmc::get32(reply + 28);
        return 0;
    }
    const std::uint32_t free_blocks = mmc::get32(reply + 16);
    address = std::int64_t{mmc::get32(reply + 8)} + mmc::get32(reply + 24);
    if (free_blocks != 0)
        address -= std::int64_t{free_blocks} + 7;
    return 0;
}

/// CDROM_LAST_WRITTEN and CDROM_NEXT_WRITABLE.
long LinuxDevice::cdrom_written(const Call& call) {
    std::int64_t address = 0;
    const bool next = call.request == CDROM_NEXT_WRITABLE;
    if (!next || last_written(address, true) != 0) {
        if (const int error = last_written(address, false))
            return error;
        address += next ? 7 : 0;
    }
    return write_struct(call.memory, call.argument, address) ? 0 : -EFAULT;
}

/// Linux asks this when it finds the drive; here it is asked the first time it is needed, so that
/// a program that never needs it sees a drive with no other commands than its own and open()'s.
std::uint32_t LinuxDevice::capability() {
    if (capability_ != 0)
        return capability_;
    std::uint32_t bits = CDC_LOCK | CDC_MCN | CDC_MEDIA_CHANGED | CDC_PLAY_AUDIO | CDC_RESET |
                         CDC_DRIVE_STATUS | CDC_GENERIC_PACKET | CDC_MULTI_SESSION |
                         CDC_CLOSE_TRAY | CDC_OPEN_TRAY;
    std::uint8_t reply[128] = {};
    static constexpr std::uint8_t page_2a[10] = {0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 128, 0};
    const bool answered = kernel_.packet(page_2a, reply, std::chrono::seconds(30)) == 0;
    const std::size_t at = 8u + mmc::get16(reply + 6);
    if (answered && at + 8 <= kernel_.transferred()) {
        const std::uint8_t* const page = reply + at;
        struct Bit {
            std::size_t byte;
            std::uint8_t mask;
            std::uint32_t capability;
        };
        static constexpr Bit table[] = {{3, 0x01, CDC_CD_R},
                                        {3, 0x02, CDC_CD_RW},
                                        {2, 0x08, CDC_DVD},
                                        {3, 0x10, CDC_DVD_R},
                                        {3, 0x20, CDC_DVD_RAM}};
        bits |= CDC_SELECT_SPEED;
        for (const Bit& entry : table)
            bits |= (page[entry.byte] & entry.mask) != 0 ? entry.capability : 0;
        if (page[6] >> 5 == 0)
            bits &= ~static_cast<std::uint32_t>(CDC_CLOSE_TRAY);
        if ((page[6] & 0x08) == 0)
            bits &= ~static_cast<std::uint32_t>(CDC_OPEN_TRAY);
        std::uint8_t features[24] = {};
        std::uint8_t cdb[10] = {0x46, 0, 0, 0x28, 0, 0, 0, 0, 16, 0};
        if (kernel_.packet(cdb, std::span(features).first(16)) == 0 &&
            mmc::get16(features + 8) == 0x28)
            bits |= CDC_MRW | ((features[12] & 1) != 0 ? CDC_MRW_W : 0);
        cdb[3] = 0x20;
        cdb[8] = sizeof features;
        if (kernel_.packet(cdb, features) == 0 && mmc::get16(features + 8) == 0x20)
            bits |= CDC_RAM;
    }
    return capability_ = bits;
}

} // namespace burnrig::emulator::nodes
