// SPDX-License-Identifier: Apache-2.0
// The uniform CD-ROM calls that ask for the table of contents, the sub-channel, the tray, the
// options and the drive's abilities. Those about what is written are in cdrom_written.cpp, playing
// and raw sectors in cdrom_audio.cpp, DVD in dvd_ioctls.cpp.
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <linux/cdrom.h>
#include <utility>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"
#include "mmc/msf.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

std::span<const LinuxDevice::Entry> LinuxDevice::cdrom_table() {
    static constexpr std::array entries = {
        Entry{CDROMREADTOCHDR, "CDROMREADTOCHDR", &LinuxDevice::cdrom_toc_header},
        Entry{CDROMREADTOCENTRY, "CDROMREADTOCENTRY", &LinuxDevice::cdrom_toc_entry},
        Entry{CDROMSUBCHNL, "CDROMSUBCHNL", &LinuxDevice::cdrom_subchannel},
        Entry{CDROM_GET_MCN, "CDROM_GET_MCN", &LinuxDevice::cdrom_mcn},
        Entry{CDROMMULTISESSION, "CDROMMULTISESSION", &LinuxDevice::cdrom_multisession},
        Entry{CDROMEJECT_SW, "CDROMEJECT_SW", &LinuxDevice::cdrom_eject_switch},
        Entry{CDROM_SET_OPTIONS, "CDROM_SET_OPTIONS", &LinuxDevice::cdrom_set_options},
        Entry{CDROM_CLEAR_OPTIONS, "CDROM_CLEAR_OPTIONS", &LinuxDevice::cdrom_clear_options},
        Entry{CDROM_LOCKDOOR, "CDROM_LOCKDOOR", &LinuxDevice::cdrom_lock_door},
        Entry{CDROM_SELECT_SPEED, "CDROM_SELECT_SPEED", &LinuxDevice::cdrom_select_speed},
        Entry{CDROM_SELECT_DISC, "CDROM_SELECT_DISC", &LinuxDevice::cdrom_select_disc},
        Entry{CDROM_MEDIA_CHANGED, "CDROM_MEDIA_CHANGED", &LinuxDevice::cdrom_media_changed},
        Entry{CDROM_TIMED_MEDIA_CHANGE, "CDROM_TIMED_MEDIA_CHANGE",
              &LinuxDevice::cdrom_timed_media_change},
        Entry{CDROM_DRIVE_STATUS, "CDROM_DRIVE_STATUS", &LinuxDevice::cdrom_drive_status},
        Entry{CDROM_DISC_STATUS, "CDROM_DISC_STATUS", &LinuxDevice::cdrom_disc_status},
        Entry{CDROM_CHANGER_NSLOTS, "CDROM_CHANGER_NSLOTS", &LinuxDevice::cdrom_slots},
        Entry{CDROM_GET_CAPABILITY, "CDROM_GET_CAPABILITY", &LinuxDevice::cdrom_capability},
        Entry{CDROM_DEBUG, "CDROM_DEBUG", &LinuxDevice::cdrom_debug},
        Entry{CDROMRESET, "CDROMRESET", &LinuxDevice::cdrom_reset},
        Entry{CDROM_NEXT_WRITABLE, "CDROM_NEXT_WRITABLE", &LinuxDevice::cdrom_written},
        Entry{CDROM_LAST_WRITTEN, "CDROM_LAST_WRITTEN", &LinuxDevice::cdrom_written},
    };
    return entries;
}

int LinuxDevice::toc_header(std::uint8_t (&reply)[12], bool last_session) {
    std::uint8_t cdb[10] = {0x43, 0, 0, 0, 0, 0, 0, 0, sizeof reply, 0};
    if (last_session)
        cdb[9] = 0x40; // format 1 in the place where drives before MMC looked for it
    return kernel_.packet(cdb, reply, std::chrono::seconds(30));
}

int LinuxDevice::toc_entry(std::uint8_t track, bool msf, std::uint8_t (&reply)[12]) {
    std::uint8_t cdb[10] = {0x43, 0, 0, 0, 0, 0, 0, 0, sizeof reply, 0};
    cdb[1] = msf ? 2 : 0;
    cdb[6] = track;
    return kernel_.packet(cdb, reply, std::chrono::seconds(30));
}

long LinuxDevice::cdrom_toc_header(const Call& call) {
    cdrom_tochdr header{};
    if (!read_struct(call.memory, call.argument, header))
        return -EFAULT;
    std::uint8_t reply[12] = {};
    if (const int error = toc_header(reply))
        return error;
    header.cdth_trk0 = reply[2];
    header.cdth_trk1 = reply[3];
    return write_struct(call.memory, call.argument, header) ? 0 : -EFAULT;
}

long LinuxDevice::cdrom_toc_entry(const Call& call) {
    cdrom_tocentry entry{};
    if (!read_struct(call.memory, call.argument, entry))
        return -EFAULT;
    if (entry.cdte_format != CDROM_LBA && entry.cdte_format != CDROM_MSF)
        return -EINVAL;
    std::uint8_t reply[12] = {};
    if (const int error = toc_entry(entry.cdte_track, true, reply))
        return error;
    const unsigned adr_and_control = reply[5];
    entry.cdte_ctrl = adr_and_control & 0x0FU;
    entry.cdte_adr = adr_and_control >> 4 & 0x0FU;
    entry.cdte_datamode = (entry.cdte_ctrl & CDROM_DATA_TRACK) != 0 ? 1 : 0;
    if (entry.cdte_format == CDROM_LBA) {
        entry.cdte_addr.lba = mmc::frames({reply[9], reply[10], reply[11]}) - mmc::pregap_blocks;
    } else {
        entry.cdte_addr.msf.minute = reply[9];
        entry.cdte_addr.msf.second = reply[10];
        entry.cdte_addr.msf.frame = reply[11];
    }
    return write_struct(call.memory, call.argument, entry) ? 0 : -EFAULT;
}

/// The kernel puts the format code itself into byte 1, so that a request for MSF sets the MSF bit.
long LinuxDevice::cdrom_subchannel(const Call& call) {
    cdrom_subchnl channel{};
    if (!read_struct(call.memory, call.argument, channel))
        return -EFAULT;
    if (channel.cdsc_format != CDROM_LBA && channel.cdsc_format != CDROM_MSF)
        return -EINVAL;
    std::uint8_t reply[16] = {};
    const std::uint8_t cdb[10] = {0x42, channel.cdsc_format, 0x40, 1, 0, 0, 0, 0, sizeof reply, 0};
    if (const int error = kernel_.packet(cdb, reply))
        return error;
    channel.cdsc_audiostatus = reply[1];
    channel.cdsc_ctrl = reply[5] & 0x0F;
    channel.cdsc_trk = reply[6];
    channel.cdsc_ind = reply[7];
    if (channel.cdsc_format == CDROM_LBA) {
        channel.cdsc_absaddr.lba = static_cast<std::int32_t>(mmc::get32(reply + 8));
        channel.cdsc_reladdr.lba = static_cast<std::int32_t>(mmc::get32(reply + 12));
    } else {
        channel.cdsc_absaddr.msf = {reply[9], reply[10], reply[11]};
        channel.cdsc_reladdr.msf = {reply[13], reply[14], reply[15]};
    }
    return write_struct(call.memory, call.argument, channel) ? 0 : -EFAULT;
}

long LinuxDevice::cdrom_mcn(const Call& call) {
    std::uint8_t reply[24] = {};
    static constexpr std::uint8_t cdb[10] = {0x42, 0, 0x40, 2, 0, 0, 0, 0, sizeof reply, 0};
    if (const int error = kernel_.packet(cdb, reply))
        return error;
    std::array<std::uint8_t, 14> mcn{};
    std::memcpy(mcn.data(), reply + 9, 13);
    return call.memory.write(call.argument, mcn) ? 0 : -EFAULT;
}

/// From what the last open learned; sends nothing.
long LinuxDevice::cdrom_multisession(const Call& call) {
    struct cdrom_multisession session {};
    if (!read_struct(call.memory, call.argument, session))
        return -EFAULT;
    if (session.addr_format != CDROM_LBA && session.addr_format != CDROM_MSF)
        return -EINVAL;
    session.xa_flag = last_session_ > 0 ? 1 : 0;
    session.addr.lba = last_session_;
    if (session.addr_format == CDROM_MSF) {
        const mmc::Msf msf = mmc::msf_from_lba(last_session_);
        session.addr.msf = {msf.minute, msf.second, msf.frame};
    }
    return write_struct(call.memory, call.argument, session) ? 0 : -EFAULT;
}

long LinuxDevice::cdrom_eject_switch(const Call& call) {
    if ((capability() & CDC_OPEN_TRAY) == 0)
        return unknown();
    if (keep_locked_)
        return -EBUSY;
    cdrom_options_ &= ~static_cast<std::uint32_t>(CDO_AUTO_CLOSE | CDO_AUTO_EJECT);
    if (call.argument != 0)
        cdrom_options_ |= CDO_AUTO_CLOSE | CDO_AUTO_EJECT;
    return 0;
}

/// Values other than a single known option are compared with the capability bits, as the kernel
/// does: a match in any bit is enough.
long LinuxDevice::cdrom_set_options(const Call& call) {
    const auto wanted = static_cast<std::uint32_t>(call.argument);
    const bool free_choice = wanted == 0 || wanted == CDO_USE_FFLAGS || wanted == CDO_CHECK_TYPE;
    if (!free_choice && wanted != CDO_LOCK && (capability() & wanted) == 0)
        return unknown();
    cdrom_options_ |= wanted;
    return static_cast<long>(cdrom_options_);
}

long LinuxDevice::cdrom_clear_options(const Call& call) {
    cdrom_options_ &= ~static_cast<std::uint32_t>(call.argument);
    return static_cast<long>(cdrom_options_);
}

/// Unlocking is refused while others have the drive open, though the wish to keep it locked is
/// forgotten already.
long LinuxDevice::cdrom_lock_door(const Call& call) {
    const bool lock = call.argument != 0;
    keep_locked_ = lock;
    if (!lock && block_opens_ != 1 && !call.caller.admin)
        return -EBUSY;
    if (!lockable_)
        return 0;
    const std::uint8_t cdb[6] = {0x1E, 0, 0, 0, static_cast<std::uint8_t>(lock ? 1 : 0), 0};
    return kernel_.tray(cdb, std::chrono::seconds(10));
}

long LinuxDevice::cdrom_select_speed(const Call& call) {
    constexpr std::uint64_t kilobytes_per_speed = 177;
    if ((capability() & CDC_SELECT_SPEED) == 0)
        return unknown();
    const std::uint64_t speed = call.argument == 0 ? 0xFFFF : call.argument * kilobytes_per_speed;
    std::uint8_t cdb[12] = {0xBB};
    mmc::put16(cdb + 2, static_cast<std::uint32_t>(speed & 0xFFFF));
    return kernel_.packet(cdb, {}, std::chrono::seconds(30)) == 0 ? 0 : -EIO;
}

/// One disc: nothing to select. No changer is known to the drives of this rig.
long LinuxDevice::cdrom_select_disc(const Call&) {
    return unknown();
}

long LinuxDevice::cdrom_media_changed(const Call&) {
    media_events();
    return std::exchange(change_for_ioctl_, false) ? 1 : 0;
}

/// The time is that of the drive's clock; a change at its very beginning counts as one at 1 ms.
long LinuxDevice::cdrom_timed_media_change(const Call& call) {
    (void)cdrom_media_changed(call);
    cdrom_timed_media_change_info info{};
    if (!read_struct(call.memory, call.argument, info))
        return -EFAULT;
    const std::int64_t changed = std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::milliseconds>(last_change_).count());
    info.media_flags = changed > info.last_media_change ? MEDIA_CHANGED_FLAG : 0;
    info.last_media_change = changed;
    return write_struct(call.memory, call.argument, info) ? 0 : -EFAULT;
}

long LinuxDevice::cdrom_drive_status(const Call&) {
    return drive_status();
}

int LinuxDevice::drive_status() {
    if (kernel_.unit_ready())
        return CDS_DISC_OK;
    const auto sense = mmc::decode_sense(kernel_.last().sense.view());
    const mmc::SenseCode code = sense ? sense->code : mmc::SenseCode{};
    if (code == mmc::sense::becoming_ready)
        return CDS_DRIVE_NOT_READY;
    static constexpr std::uint8_t poll[10] = {0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0};
    std::uint8_t reply[8] = {};
    if (kernel_.packet(poll, reply, std::chrono::seconds(30)) == 0 && kernel_.transferred() >= 8 &&
        (reply[2] & 0x87) == 4) {
        if ((reply[5] & 2) != 0)
            return CDS_DISC_OK;
        return (reply[5] & 1) != 0 ? CDS_TRAY_OPEN : CDS_NO_DISC;
    }
    if (code.key == mmc::SenseKey::not_ready && code.asc == 0x04)
        return code.ascq == 0x02 ? CDS_TRAY_OPEN : CDS_DISC_OK;
    return code.asc == 0x3A ? CDS_NO_DISC : CDS_TRAY_OPEN;
}

LinuxDevice::Tracks LinuxDevice::count_tracks() {
    Tracks tracks;
    std::uint8_t header[12] = {};
    if (const int error = toc_header(header)) {
        tracks.error = error == -ENOMEDIUM ? CDS_NO_DISC : CDS_NO_INFO;
        return tracks;
    }
    for (int track = header[2]; track <= header[3]; ++track) {
        std::uint8_t entry[12] = {};
        if (toc_entry(static_cast<std::uint8_t>(track), true, entry) != 0)
            return tracks;
        ++((entry[5] & CDROM_DATA_TRACK) != 0 ? tracks.data : tracks.audio);
    }
    tracks.known = true;
    return tracks;
}

long LinuxDevice::cdrom_disc_status(const Call&) {
    const Tracks tracks = count_tracks();
    if (!tracks.known)
        return tracks.error;
    if (tracks.audio > 0)
        return tracks.data > 0 ? CDS_MIXED : CDS_AUDIO;
    return tracks.data > 0 ? CDS_DATA_1 : CDS_NO_INFO;
}

long LinuxDevice::cdrom_slots(const Call&) {
    return 1;
}

long LinuxDevice::cdrom_capability(const Call&) {
    return static_cast<long>(capability());
}

long LinuxDevice::cdrom_debug(const Call& call) {
    if (!call.caller.admin)
        return -EACCES;
    debug_ = call.argument != 0;
    return debug_ ? 1 : 0;
}

/// Only drops the block cache, and there is none here.
long LinuxDevice::cdrom_reset(const Call& call) {
    return call.caller.admin ? 0 : -EACCES;
}

} // namespace burnrig::emulator::nodes
