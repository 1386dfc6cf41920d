// SPDX-License-Identifier: Apache-2.0
// The uniform CD-ROM calls that play, set the volume and read whole sectors. Playing is the drive's
// business: Linux only passes the addresses on, unchecked.
//
// Source: Linux 6.1 mmc_ioctl(), sr_audio_ioctl(), cdrom_read_cdda().
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/cdrom.h>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"
#include "mmc/msf.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr auto slow_timeout = std::chrono::seconds(30);

std::int32_t lba_of(std::uint8_t minute, std::uint8_t second, std::uint8_t frame) {
    return mmc::frames({minute, second, frame}) - mmc::pregap_blocks;
}

} // namespace

std::span<const LinuxDevice::Entry> LinuxDevice::audio_table() {
    static constexpr std::array entries = {
        Entry{CDROMPAUSE, "CDROMPAUSE", &LinuxDevice::cdrom_pause_resume},
        Entry{CDROMRESUME, "CDROMRESUME", &LinuxDevice::cdrom_pause_resume},
        Entry{CDROMPLAYMSF, "CDROMPLAYMSF", &LinuxDevice::cdrom_play_msf},
        Entry{CDROMPLAYTRKIND, "CDROMPLAYTRKIND", &LinuxDevice::cdrom_play_track},
        Entry{CDROMPLAYBLK, "CDROMPLAYBLK", &LinuxDevice::cdrom_play_block},
        Entry{CDROMSTOP, "CDROMSTOP", &LinuxDevice::cdrom_start_stop},
        Entry{CDROMSTART, "CDROMSTART", &LinuxDevice::cdrom_start_stop},
        Entry{CDROMVOLCTRL, "CDROMVOLCTRL", &LinuxDevice::cdrom_volume},
        Entry{CDROMVOLREAD, "CDROMVOLREAD", &LinuxDevice::cdrom_volume},
        Entry{CDROMREADRAW, "CDROMREADRAW", &LinuxDevice::cdrom_read_sector},
        Entry{CDROMREADMODE1, "CDROMREADMODE1", &LinuxDevice::cdrom_read_sector},
        Entry{CDROMREADMODE2, "CDROMREADMODE2", &LinuxDevice::cdrom_read_sector},
        Entry{CDROMREADAUDIO, "CDROMREADAUDIO", &LinuxDevice::cdrom_read_audio},
    };
    return entries;
}

long LinuxDevice::cdrom_start_stop(const Call& call) {
    const std::uint8_t start = call.request == CDROMSTART ? 1 : 0;
    const std::uint8_t cdb[6] = {0x1B, 1, 0, 0, start, 0};
    return kernel_.packet(cdb);
}

long LinuxDevice::cdrom_pause_resume(const Call& call) {
    const std::uint8_t resume = call.request == CDROMRESUME ? 1 : 0;
    const std::uint8_t cdb[10] = {0x4B, 0, 0, 0, 0, 0, 0, 0, resume, 0};
    return kernel_.packet(cdb);
}

long LinuxDevice::cdrom_play_msf(const Call& call) {
    std::array<std::uint8_t, sizeof(cdrom_msf)> msf{};
    if (!call.memory.read(call.argument, msf))
        return -EFAULT;
    const std::uint8_t cdb[10] = {0x47, 0, 0, msf[0], msf[1], msf[2], msf[3], msf[4], msf[5], 0};
    return kernel_.packet(cdb);
}

long LinuxDevice::cdrom_play_block(const Call& call) {
    cdrom_blk block{};
    if (!read_struct(call.memory, call.argument, block))
        return -EFAULT;
    std::uint8_t cdb[10] = {0x45};
    mmc::put32(cdb + 2, block.from);
    mmc::put16(cdb + 7, block.len);
    return kernel_.packet(cdb);
}

/// With the option CHECK_TYPE: a disc with audio must be in. May answer a positive number, as the
/// kernel does when the table of contents cannot be read.
int LinuxDevice::check_for_audio() {
    if ((cdrom_options_ & CDO_CHECK_TYPE) == 0)
        return 0;
    int status = drive_status();
    if (status == CDS_TRAY_OPEN)
        if (const int error = close_open_tray(status))
            return error;
    const Tracks tracks = count_tracks();
    if (!tracks.known && tracks.error != 0)
        return tracks.error;
    return tracks.audio == 0 ? -EMEDIUMTYPE : 0;
}

long LinuxDevice::cdrom_play_track(const Call& call) {
    std::array<std::uint8_t, sizeof(cdrom_ti)> track{};
    if (!call.memory.read(call.argument, track))
        return -EFAULT;
    if (const int refused = check_for_audio())
        return refused;
    const std::uint8_t cdb[10] = {0x48, 0, 0, 0, track[0], track[1], 0, track[2], track[3], 0};
    const int error = kernel_.packet(cdb, {}, slow_timeout);
    return error == -EOPNOTSUPP ? play_track_by_address(track[0], track[2]) : error;
}

/// For drives that cannot play by track: from the start of one to the start of the next.
int LinuxDevice::play_track_by_address(std::uint8_t first, std::uint8_t last) {
    std::uint8_t header[12] = {};
    std::uint8_t from[12] = {};
    std::uint8_t to[12] = {};
    if (const int error = toc_header(header))
        return error;
    const int tracks = header[3] - header[2] + 1;
    if (last == tracks)
        last = CDROM_LEADOUT;
    else if (last != CDROM_LEADOUT)
        ++last;
    if (const int error = toc_entry(first, true, from))
        return error;
    if (const int error = toc_entry(last, true, to))
        return error;
    const std::uint8_t cdb[10] = {0x47,     0,     0,      from[9], from[10],
                                  from[11], to[9], to[10], to[11],  0};
    return kernel_.packet(cdb, {}, slow_timeout);
}

int LinuxDevice::mode_sense(std::uint8_t page, std::span<std::uint8_t> reply) {
    const std::uint8_t cdb[10] = {
        0x5A, 0, page, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(reply.size()), 0};
    return kernel_.packet(cdb, reply);
}

/// CDROMVOLREAD and CDROMVOLCTRL: the four volumes of mode page 0Eh. Setting changes only the bits
/// that the drive calls changeable.
long LinuxDevice::cdrom_volume(const Call& call) {
    constexpr std::uint8_t audio_page = 0x0E;
    constexpr std::uint8_t changeable = 0x40;
    constexpr std::size_t usual_length = 24;
    std::array<std::uint8_t, sizeof(cdrom_volctrl)> volume{};
    if (!call.memory.read(call.argument, volume))
        return -EFAULT;
    std::array<std::uint8_t, 32> now{};
    std::size_t length = usual_length;
    if (const int error = mode_sense(audio_page, std::span(now).first(length)))
        return error;
    const std::size_t page = 8u + mmc::get16(now.data() + 6);
    if (page + 16 > now.size())
        return -E2BIG;
    if (page + 16 > length) {
        length = page + 16;
        if (const int error = mode_sense(audio_page, std::span(now).first(length)))
            return error;
    }
    if ((now[page] & 0x3F) != audio_page || now[page + 1] < 14)
        return -EINVAL;
    if (call.request == CDROMVOLREAD) {
        for (std::size_t channel = 0; channel < volume.size(); ++channel)
            volume[channel] = now[page + 9 + 2 * channel];
        return call.memory.write(call.argument, volume) ? 0 : -EFAULT;
    }
    std::array<std::uint8_t, 32> mask{};
    if (const int error = mode_sense(audio_page | changeable, std::span(mask).first(length)))
        return error;
    std::array<std::uint8_t, usual_length> list{};
    std::copy_n(now.begin() + static_cast<std::ptrdiff_t>(page), 16, list.begin() + 8);
    for (std::size_t channel = 0; channel < volume.size(); ++channel)
        list[17 + 2 * channel] = volume[channel] & mask[page + 9 + 2 * channel];
    static constexpr std::uint8_t select[10] = {0x55, 0x10, 0, 0, 0, 0, 0, 0, usual_length, 0};
    return kernel_.packet_out(select, list, std::chrono::seconds(7));
}

namespace {

struct SectorKind {
    unsigned long request;
    std::uint32_t bytes;
    std::uint8_t expected; ///< byte 1 of READ CD
    std::uint8_t parts;    ///< byte 9: sync, headers, user data, EDC/ECC
};
constexpr SectorKind sector_kinds[] = {{CDROMREADRAW, CD_FRAMESIZE_RAW, 0x00, 0xF8},
                                       {CDROMREADMODE1, CD_FRAMESIZE, 0x08, 0x10},
                                       {CDROMREADMODE2, CD_FRAMESIZE_RAW0, 0x00, 0x58}};

} // namespace

/// One sector at an MSF address; the bytes come to where the address was.
long LinuxDevice::cdrom_read_sector(const Call& call) {
    std::array<std::uint8_t, sizeof(cdrom_msf)> msf{};
    if (!call.memory.read(call.argument, msf))
        return -EFAULT;
    const std::int32_t lba = lba_of(msf[0], msf[1], msf[2]);
    if (lba < 0)
        return -EINVAL;
    const auto* const kind =
        std::find_if(std::begin(sector_kinds), std::end(sector_kinds),
                     [&call](const SectorKind& one) { return one.request == call.request; });
    std::array<std::uint8_t, CD_FRAMESIZE_RAW> sector{};
    const auto bytes = std::span(sector).first(kind->bytes);
    std::uint8_t cdb[12] = {0xBE, kind->expected, 0, 0, 0, 0, 0, 0, 1, kind->parts};
    mmc::put32(cdb + 2, static_cast<std::uint32_t>(lba));
    int error = kernel_.packet(cdb, bytes);
    if (error == -EOPNOTSUPP) { // a drive without READ CD: by block size and READ(10)
        error = switch_block_size(kind->bytes);
        if (error != 0)
            return error;
        std::uint8_t read[10] = {0x28};
        mmc::put32(read + 2, static_cast<std::uint32_t>(lba));
        mmc::put16(read + 7, 1);
        error = kernel_.packet(read, bytes);
        const int back = switch_block_size(CD_FRAMESIZE);
        error = error != 0 ? error : back;
    }
    if (error != 0)
        return error;
    return call.memory.write(call.argument, bytes) ? 0 : -EFAULT;
}

int LinuxDevice::switch_block_size(std::uint32_t bytes) {
    static constexpr std::uint8_t select[6] = {0x15, 0x10, 0, 0, 12, 0};
    std::array<std::uint8_t, 12> list{0, 0, 0, 8};
    mmc::put32(list.data() + 8, bytes);
    return kernel_.packet_out(select, list, std::chrono::seconds(7));
}

/// Audio frames by READ CD, straight to the program's buffer. After an error on several frames at
/// once the drive is read frame by frame for good; after one that smells of the cable (sense keys 4
/// and B) through a buffer of the kernel's.
long LinuxDevice::cdrom_read_audio(const Call& call) {
    struct ReadAudio { // cdrom_read_audio, with the address as a number
        std::array<std::uint8_t, 4> address;
        std::uint8_t format;
        std::array<std::uint8_t, 3> padding0;
        std::int32_t frames;
        std::array<std::uint8_t, 4> padding1;
        std::uint64_t buffer;
    } request{};
    static_assert(sizeof request == sizeof(struct cdrom_read_audio));
    if (!read_struct(call.memory, call.argument, request))
        return -EFAULT;
    std::int32_t lba = 0;
    if (request.format == CDROM_MSF)
        lba = lba_of(request.address[0], request.address[1], request.address[2]);
    else if (request.format == CDROM_LBA)
        std::memcpy(&lba, request.address.data(), sizeof lba);
    else
        return -EINVAL;
    if (lba < 0 || request.frames <= 0 || request.frames > CD_FRAMES)
        return -EINVAL;
    const auto frames = static_cast<std::uint32_t>(request.frames);
    const auto first = static_cast<std::uint32_t>(lba);
    int error = read_audio_frames(call, request.buffer, first, frames);
    if (error == -EIO && audio_method_ == AudioMethod::pieces && frames > 1) {
        audio_method_ = AudioMethod::single_frames;
        error = read_audio_frames(call, request.buffer, first, frames);
    }
    if (error != -EIO || audio_method_ == AudioMethod::copied)
        return error;
    const auto sense = mmc::decode_sense(kernel_.last().sense.view());
    if (!sense || (sense->code.key != mmc::SenseKey::hardware_error &&
                   sense->code.key != mmc::SenseKey::aborted_command))
        return error;
    audio_method_ = AudioMethod::copied;
    return read_audio_frames(call, request.buffer, first, frames);
}

/// Any error of the drive is EIO, but for the way through the kernel's buffer.
int LinuxDevice::read_audio_frames(const Call& call, std::uint64_t buffer, std::uint32_t lba,
                                   std::uint32_t count) {
    const auto payload = call.memory.payload();
    const bool copied = audio_method_ == AudioMethod::copied;
    std::uint32_t at_once = static_cast<std::uint32_t>(
        std::min<std::size_t>(options_.transfer_bytes_max, payload.size()) / CD_FRAMESIZE_RAW);
    if (audio_method_ == AudioMethod::single_frames)
        at_once = 1;
    for (std::uint32_t done = 0; done < count;) {
        const std::uint32_t now = std::min(at_once, count - done);
        const std::size_t place = std::size_t{done} * CD_FRAMESIZE_RAW;
        const std::size_t bytes = std::size_t{now} * CD_FRAMESIZE_RAW;
        if (place + bytes > payload.size())
            return -ENOMEM;
        const auto data = payload.subspan(place, bytes); // a door may copy it out at the very end
        std::uint8_t cdb[12] = {0xBE, 4, 0, 0, 0, 0, 0, 0, 0, 0xF8};
        mmc::put32(cdb + 2, lba + done);
        mmc::put16(cdb + 7, now);
        const int error = copied ? kernel_.packet(cdb, data, std::chrono::seconds(60))
                                 : kernel_.once(cdb, data, std::chrono::seconds(60));
        if (error != 0 && copied)
            return error;
        if (error != 0) // the kernel's copy behind a failed read goes to the program all the same
            std::fill(data.begin() + kernel_.transferred(), data.end(), std::uint8_t{0});
        if (!call.memory.write(buffer + place, data))
            return -EFAULT;
        if (error != 0)
            return -EIO;
        done += now;
    }
    return 0;
}

} // namespace burnrig::emulator::nodes
