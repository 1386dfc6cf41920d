// SPDX-License-Identifier: Apache-2.0
// The disc as Linux notices it: whether it changed, how large it is, where its last session is; and
// reading it.
//
//     GET EVENT STATUS, TEST UNIT READY   ->  a change is noted for open() and for the ioctls
//     the next open()                     ->  sessions, capacity, block size are asked for anew
//
// So a disc that was swapped while a program had the drive open keeps its old size until the next
// open. Source: Linux 6.1 sr_check_events(), sr_revalidate_disk(), get_sectorsize().
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>

#include "emulator/nodes/linux/linux_device.h"
#include "mmc/bytes.h"
#include "mmc/sense.h"

namespace burnrig::emulator::nodes {

/// Asks for media events, then whether the unit is ready: a pending unit attention ends here.
void LinuxDevice::media_events() {
    static constexpr std::uint8_t poll[10] = {0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0};
    constexpr std::uint8_t media_class = 4;
    std::uint8_t reply[8] = {};
    kernel_.packet(poll, reply, std::chrono::seconds(30));
    const bool answered =
        kernel_.last().good() && kernel_.transferred() >= 8 && (reply[2] & 0x87) == media_class;
    const std::uint8_t event = answered ? reply[4] & 0x0F : 0;
    const bool told = event == 2 || event == 3; // new media, removal
    const bool was_present = present_;
    present_ = kernel_.unit_ready();
    if (!present_) {
        const auto sense = mmc::decode_sense(kernel_.last().sense.view());
        present_ = sense && sense->code.asc != 0x3A;
    }
    const bool seen = kernel_.take_changed() || was_present != present_;
    // A drive that goes on telling of changes that nothing else shows is not believed any more.
    constexpr int believed_max = 8;
    if (!seen && told)
        events_ignored_ = events_ignored_ || unconfirmed_changes_++ > believed_max;
    else
        unconfirmed_changes_ = 0;
    if (seen || (told && !events_ignored_)) {
        change_for_open_ = change_for_ioctl_ = true;
        last_change_ = clock_.now();
    }
}

/// What the kernel asks of a disc it has not seen: sessions, tracks, capacity. Without one all
/// stays as it was.
void LinuxDevice::revalidate() {
    if (!kernel_.unit_ready())
        return;
    read_sessions();
    read_capacity();
}

void LinuxDevice::read_sessions() {
    constexpr std::uint32_t whole_reply = 0x0A;
    std::uint8_t reply[12] = {};
    last_session_ = 0;
    no_multisession_ = false;
    if (toc_header(reply, true) == 0) {
        no_multisession_ = mmc::get16(reply) < whole_reply;
        if (!no_multisession_ && reply[6] > 1)
            last_session_ = static_cast<std::int32_t>(mmc::get32(reply + 8));
    }
    std::uint8_t header[12] = {};
    if (toc_header(header) != 0)
        return;
    for (int track = header[2]; track <= std::min<int>(header[3], 99); ++track) {
        std::uint8_t entry[12] = {};
        const bool data_track =
            toc_entry(static_cast<std::uint8_t>(track), false, entry) == 0 && (entry[5] & 4) != 0;
        if (data_track)
            break;
    }
}

/// READ CAPACITY, or the last written address if that lies further. Keeps the old size on failure.
void LinuxDevice::read_capacity() {
    static constexpr std::uint8_t cdb[10] = {0x25};
    std::uint8_t reply[8] = {};
    logical_block_ = block_bytes;
    if (kernel_.packet(cdb, reply, std::chrono::seconds(30)) != 0 || kernel_.transferred() < 8)
        return;
    const std::uint32_t block_length = mmc::get32(reply + 4);
    std::uint64_t blocks = std::uint64_t{mmc::get32(reply)} + 1;
    std::int64_t written = 0;
    if (last_written(written) == 0 && written > 0)
        blocks = std::max(blocks, static_cast<std::uint64_t>(written));
    switch (block_length) {
    case 0:
    case block_bytes:
    case 2340: // some recorders tell what lies on the disc
    case 2352:
        set_capacity(blocks * (block_bytes / 512));
        break;
    case 512:
        set_capacity(blocks);
        logical_block_ = 512;
        break;
    default:
        set_capacity(0);
    }
}

void LinuxDevice::set_capacity(std::uint64_t sectors) {
    if (sectors != std::exchange(capacity_sectors_, sectors) && options_.on_capacity)
        options_.on_capacity(sectors);
}

/// The largest block up to a page that divides the disc.
void LinuxDevice::set_first_block_size() {
    constexpr std::uint32_t page = 4096;
    block_size_ = logical_block_;
    while (block_size_ < page && size() % (2 * block_size_) == 0)
        block_size_ *= 2;
}

/// A drive may count up to 75 blocks behind the last readable one. When it refuses such an address
/// (ILLEGAL REQUEST), the disc ends there from now on; the error's address is that of the page. A
/// block that is there but cannot be read does not end the disc: reading it goes on giving EIO, as
/// those report who met one.
void LinuxDevice::forget_unreadable_end() {
    constexpr std::uint64_t sectors_in_doubt = std::uint64_t{4} * 75;
    constexpr std::uint64_t sectors_in_page = 8;
    const auto sense = kernel_.last().sense.view();
    const auto key =
        sense.size() >= 7 ? static_cast<mmc::SenseKey>(sense[2] & 0x0F) : mmc::SenseKey::no_sense;
    if (!kernel_.failed_by_drive() || (sense[0] & 0x7F) != 0x70 ||
        key != mmc::SenseKey::illegal_request)
        return;
    const std::uint64_t sector =
        std::uint64_t{mmc::get32(sense.data() + 3)} * 4 / sectors_in_page * sectors_in_page;
    if (sector < capacity_sectors_ && capacity_sectors_ - sector < sectors_in_doubt)
        set_capacity(sector);
}

std::span<const std::uint8_t> LinuxDevice::read(OpenFile& file, std::uint64_t offset,
                                                std::uint32_t length,
                                                std::span<std::uint8_t> payload, int& error) {
    error = attached(file) ? 0 : -EIO;
    if (error != 0)
        return {};
    if (file.kind != NodeKind::block) {
        error = file.kind == NodeKind::bsg ? -EINVAL : -EAGAIN; // those read with sg_read()
        return {};
    }
    const bool direct = (file.flags & O_DIRECT) != 0;
    if ((file.flags & 3) == 1 || (file.flags & 3) == 3)
        error = -EBADF;
    else if (direct && offset < size() &&
             (offset % logical_block_ != 0 || length % logical_block_ != 0))
        error = -EINVAL;
    if (error != 0 || offset >= size() || length == 0)
        return {};
    const std::uint64_t end = std::min<std::uint64_t>(size(), offset + length);
    const std::uint64_t first = offset / block_bytes;
    const std::uint64_t blocks_wanted = (end + block_bytes - 1) / block_bytes - first;
    const auto blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        {blocks_wanted, payload.size() / block_bytes, options_.transfer_bytes_max / block_bytes}));
    if (blocks == 0) {
        error = -EIO;
        return {};
    }
    std::uint8_t cdb[10] = {0x28};
    mmc::put32(cdb + 2, static_cast<std::uint32_t>(first));
    mmc::put16(cdb + 7, blocks);
    const auto data = payload.first(std::size_t{blocks} * block_bytes);
    if (!kernel_.block({cdb, {}, data, std::chrono::seconds(30)}) ||
        kernel_.transferred() < data.size()) {
        forget_unreadable_end();
        error = offset < size() ? -EIO : 0;
        return {};
    }
    const std::size_t skip = offset % block_bytes;
    const std::size_t here = std::min<std::uint64_t>(data.size() - skip, end - offset);
    return data.subspan(skip, here);
}

} // namespace burnrig::emulator::nodes
