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

/// The number of the last track; 0 when the drive does not tell.
std::uint32_t LinuxDevice::last_track() {
    std::uint8_t reply[34] = {};
    std::uint8_t cdb[10] = {0x51, 0, 0, 0, 0, 0, 0, 0, 2, 0};
    constexpr std::uint32_t up_to_last_track = 7;
    if (packet_of_own_length(cdb, reply, 2) != 0 || mmc::get16(reply) + 2U < up_to_last_track)
        return 0;
    return static_cast<std::uint32_t>(reply[11] << 8 | reply[6]);
}

LinuxDevice::TrackReply LinuxDevice::track_information(std::uint32_t track) {
    TrackReply reply;
    std::uint8_t cdb[10] = {0x52, 1, 0, 0, 0, 0, 0, 0, 8, 0};
    mmc::put16(cdb + 4, track);
    if (packet_of_own_length(cdb, reply.bytes, 8) == 0)
        reply.length =
            std::min<std::size_t>(sizeof reply.bytes, mmc::get16(reply.bytes) + std::size_t{2});
    return reply;
}

int LinuxDevice::toc_lead_out(std::int64_t& address) {
    std::uint8_t entry[12] = {};
    if (const int error = toc_entry(CDROM_LEADOUT, true, entry))
        return error;
    address = mmc::frames({entry[9], entry[10], entry[11]}) - mmc::pregap_blocks;
    return 0;
}

namespace {

// Offsets behind the fields of TRACK INFORMATION.
constexpr std::size_t behind_flags = 8;
constexpr std::size_t behind_next_writable = 16;
constexpr std::size_t behind_size = 28;
constexpr std::size_t behind_last_recorded = 32;
constexpr std::uint8_t blank_bit = 0x40;
constexpr std::uint8_t next_valid = 1;
constexpr std::uint8_t last_valid = 2;

} // namespace

/// The last written address of the last track that has any, else the lead-out of the TOC.
int LinuxDevice::last_written(std::int64_t& address) {
    std::uint32_t track = last_track();
    TrackReply reply = track == 0 ? TrackReply{} : track_information(track);
    if (reply.length < behind_flags)
        return toc_lead_out(address);
    if ((reply.bytes[6] & blank_bit) != 0) {
        if (track == 1)
            return toc_lead_out(address);
        reply = track_information(--track);
    }
    if (reply.length < behind_size)
        return toc_lead_out(address);
    if ((reply.bytes[7] & last_valid) != 0 && reply.length >= behind_last_recorded) {
        address = mmc::get32(reply.bytes + 28);
        return 0;
    }
    const std::uint32_t free_blocks = mmc::get32(reply.bytes + 16);
    address = std::int64_t{mmc::get32(reply.bytes + 8)} + mmc::get32(reply.bytes + 24);
    if (free_blocks != 0)
        address -= std::int64_t{free_blocks} + 7;
    return 0;
}

/// Of the last track, or of the one before a blank one; else 7 blocks behind the last written one.
int LinuxDevice::next_writable(std::int64_t& address) {
    std::uint32_t track = last_track();
    TrackReply reply = track == 0 ? TrackReply{} : track_information(track);
    const bool blank = reply.length >= behind_flags && (reply.bytes[6] & blank_bit) != 0;
    if (blank)
        reply = track > 1 ? track_information(--track) : TrackReply{};
    if (reply.length >= behind_next_writable && (reply.bytes[7] & next_valid) != 0) {
        address = mmc::get32(reply.bytes + 12);
        return 0;
    }
    const int error = last_written(address);
    address += 7;
    return error;
}

/// CDROM_LAST_WRITTEN and CDROM_NEXT_WRITABLE.
long LinuxDevice::cdrom_written(const Call& call) {
    std::int64_t address = 0;
    const bool next = call.request == CDROM_NEXT_WRITABLE;
    if (const int error = next ? next_writable(address) : last_written(address))
        return error;
    return write_struct(call.memory, call.argument, address) ? 0 : -EFAULT;
}

/// Linux asks this when it finds the drive; here it is asked the first time it is needed, so that
/// a program that never needs it sees a drive with no other commands than its own and open()'s.
std::uint32_t LinuxDevice::capability() {
    const auto now = [this] {
        return capability_ & ~(no_multisession_ ? std::uint32_t{CDC_MULTI_SESSION} : 0U);
    };
    if (capability_ != 0)
        return now();
    capability_ = CDC_LOCK | CDC_MCN | CDC_MEDIA_CHANGED | CDC_PLAY_AUDIO | CDC_RESET |
                  CDC_DRIVE_STATUS | CDC_GENERIC_PACKET | CDC_MULTI_SESSION | CDC_CLOSE_TRAY |
                  CDC_OPEN_TRAY;
    std::uint8_t reply[128] = {};
    static constexpr std::uint8_t page_2a[10] = {0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 128, 0};
    const bool answered = kernel_.packet(page_2a, reply, std::chrono::seconds(30)) == 0;
    const std::size_t at = 8u + mmc::get16(reply + 6);
    if (!answered || at + 8 > kernel_.transferred())
        return now();
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
    const std::uint8_t* const page = reply + at;
    capability_ |= CDC_SELECT_SPEED;
    for (const Bit& entry : table)
        capability_ |= (page[entry.byte] & entry.mask) != 0 ? entry.capability : 0;
    if (page[6] >> 5 == 0)
        capability_ &= ~std::uint32_t{CDC_CLOSE_TRAY};
    if ((page[6] & 0x08) == 0)
        capability_ &= ~std::uint32_t{CDC_OPEN_TRAY};
    read_features(capability_);
    return now();
}

/// Features 0028h (MRW) and 0020h (random writing), there or not, current or not.
void LinuxDevice::read_features(std::uint32_t& bits) {
    std::uint8_t features[24] = {};
    std::uint8_t cdb[10] = {0x46, 0, 0, 0x28, 0, 0, 0, 0, 16, 0};
    if (kernel_.packet(cdb, std::span(features).first(16)) == 0 && mmc::get16(features + 8) == 0x28)
        bits |= CDC_MRW | ((features[12] & 1) != 0 ? CDC_MRW_W : 0);
    cdb[3] = 0x20;
    cdb[8] = sizeof features;
    if (kernel_.packet(cdb, features) == 0 && mmc::get16(features + 8) == 0x20)
        bits |= CDC_RAM;
}

} // namespace burnrig::emulator::nodes
