// SPDX-License-Identifier: Apache-2.0
// read, write, strategy and IDE_CDIORDSE, in the data mode that is set.
//
//     mode             block   packet
//     mode 1           2048    READ(10)
//     mode 2 form 1    2048    READ CD, form 1, user data
//     mode 2 form 2    2336    READ CD, form 2, sub-header, user data, EDC
//     CD-DA            2352    READ CD, audio
#include <algorithm>
#include <cerrno>

#include "emulator/nodes/aix/aix_device.h"
#include "emulator/nodes/aix/include/sys/aix_errno.h"
#include "emulator/nodes/aix/include/sys/idecdrom.h"
#include "emulator/nodes/aix/include/sys/scdisk.h"
#include "mmc/bytes.h"

namespace burnrig::emulator::nodes {
namespace {

constexpr std::chrono::seconds usual_timeout(30);

struct DataMode {
    std::uint8_t mode;
    std::uint32_t block_bytes;
    std::uint8_t expected; ///< READ CD's sector type; 0: READ(10)
    std::uint8_t fields;   ///< READ CD's main channel selection
};

constexpr DataMode modes[] = {
    {CD_MODE1, 2048, 0, 0},
    {CD_MODE2_FORM1, 2048, 4, 0x10},
    {CD_MODE2_FORM2, 2336, 5, 0x58},
    {CD_DA, 2352, 1, 0x10},
};

const DataMode& data_mode_of(std::uint8_t mode) {
    return *std::find_if(std::begin(modes), std::end(modes) - 1,
                         [mode](const DataMode& row) { return row.mode == mode; });
}

std::chrono::seconds timeout_of(std::uint32_t seconds) {
    return seconds == 0 ? usual_timeout : std::chrono::seconds(seconds);
}

} // namespace

std::uint32_t AixDevice::block_bytes() const {
    return data_mode_of(mode_).block_bytes;
}

int AixDevice::transfer_command(std::uint32_t block, std::span<std::uint8_t> into,
                                mmc::Duration timeout) {
    const DataMode& mode = data_mode_of(mode_);
    const auto blocks = static_cast<std::uint32_t>(into.size() / mode.block_bytes);
    std::array<std::uint8_t, 12> cdb{};
    mmc::put32(&cdb[2], block);
    if (mode.expected == 0) {
        cdb[0] = 0x28;
        mmc::put16(&cdb[7], blocks);
    } else {
        cdb[0] = 0xBE;
        cdb[1] = static_cast<std::uint8_t>(mode.expected << 2);
        mmc::put24(&cdb[6], blocks);
        cdb[9] = mode.fields;
    }
    const std::span packet(cdb.data(), mode.expected == 0 ? 10U : 12U);
    const int error = command({packet, {}, into, timeout});
    if (error != 0)
        return error;
    if (commands_.last().transferred < into.size())
        return EIO;
    count_read(commands_.last().transferred);
    return 0;
}

/// What every read and write is checked for before the drive is asked.
int AixDevice::check_transfer(const AixFile& file, bool writing, std::uint64_t offset,
                              std::uint64_t length) {
    if (!is_open(file))
        return ENODEV;
    if (diagnosing())
        return EACCES;
    if (writing ? !file.for_writing() : !file.for_reading())
        return EBADF;
    if (medium_gone_ != 0)
        return medium_gone_;
    const std::uint32_t size = block_bytes();
    constexpr std::uint32_t usual_size = 2048;
    if ((!file.raw || writing) && size != usual_size)
        return EINVAL; // these modes are for reading the raw device
    if (file.raw && (length % size != 0 || offset % size != 0))
        return EINVAL;
    if (offset > this->size())
        return ENXIO;
    return length == 0 || offset == this->size() ? 0 : audio_in_progress();
}

/// How much of a transfer one request carries.
std::size_t AixDevice::part(std::uint64_t length, std::size_t room) const {
    const std::uint64_t most = std::min<std::uint64_t>({length, max_transfer(), room});
    return static_cast<std::size_t>(most / block_bytes() * block_bytes());
}

std::span<const std::uint8_t> AixDevice::read(AixFile& file, std::uint64_t offset,
                                              std::uint64_t length, std::span<std::uint8_t> payload,
                                              int& error) {
    error = -check_transfer(file, false, offset, length);
    if (error != 0 || length == 0 || offset == size())
        return {};
    const std::uint32_t block = block_bytes();
    const std::uint64_t first = offset / block;
    const std::uint64_t end = offset + std::min(length, size() - offset);
    const std::uint64_t last = (end + block - 1) / block;
    const auto into = payload.first(part((last - first) * block, payload.size()));
    if (into.empty()) {
        error = -EINVAL;
        return {};
    }
    error = -transfer_command(static_cast<std::uint32_t>(first), into, usual_timeout);
    if (error != 0)
        return {};
    const std::size_t skip = offset % block;
    return std::span<const std::uint8_t>(into).subspan(
        skip, std::min<std::uint64_t>(into.size() - skip, end - offset));
}

int AixDevice::strategy_read(std::uint64_t block, std::span<std::uint8_t> into) {
    if (into.size() > max_transfer() || into.size() % block_bytes() != 0)
        return -EINVAL;
    if (block >= capacity_blocks_ || into.size() / block_bytes() > capacity_blocks_ - block)
        return -ENXIO;
    if (const int error = medium_gone_ != 0 ? medium_gone_ : audio_in_progress())
        return -error;
    return -transfer_command(static_cast<std::uint32_t>(block), into, usual_timeout);
}

long AixDevice::write(AixFile& file, std::uint64_t offset, std::uint64_t length,
                      std::span<const std::uint8_t> data) {
    // A medium that cannot be written is the better answer than a file that is not open for it.
    if (is_open(file) && !diagnosing() && !medium_writable_)
        return -EWRPROTECT;
    if (const int error = check_transfer(file, true, offset, length))
        return -error;
    if (length % block_bytes() != 0 || offset % block_bytes() != 0)
        return -EINVAL;
    if (length == 0)
        return 0;
    const std::uint64_t room = size() - offset;
    const std::size_t bytes = part(std::min<std::uint64_t>(data.size(), room), data.size());
    if (bytes == 0)
        return room == 0 ? -ENXIO : -EINVAL;
    std::array<std::uint8_t, 10> cdb{0x2A};
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(offset / block_bytes()));
    mmc::put16(&cdb[7], static_cast<std::uint32_t>(bytes / block_bytes()));
    written_ = true;
    if (const int error = command({cdb, data.first(bytes), {}, usual_timeout}))
        return -error;
    return static_cast<long>(bytes);
}

long AixDevice::read_with_sense(const Call& call) {
    sc_rdwrt request{};
    if (!read_struct(call.memory, call.argument, request))
        return -EFAULT;
    if (request.data_length > max_transfer() || request.data_length % block_bytes() != 0 ||
        request.data_length > call.memory.payload().size())
        return -EINVAL;
    int error = medium_gone_ != 0 ? medium_gone_ : audio_in_progress();
    request.status_validity = 0;
    request.scsi_bus_status = request.adapter_status = 0;
    const auto into = call.memory.payload().first(request.data_length);
    bool sent = false;
    if (error == 0 && !into.empty()) {
        error = transfer_command(request.logical_blk_addr, into, timeout_of(request.timeout_value));
        sent = true;
    }
    const auto address = reinterpret_cast<std::uint64_t>(request.buffer);
    if (error == 0 && !into.empty() && !call.memory.write(address, into))
        return -EFAULT;
    if (error != 0 && sent && commands_.sense()) {
        request.status_validity = ATA_IDE_STATUS | ATA_ERROR | ATAPI_VALID_SENSE;
        request.scsi_bus_status = commands_.ata_status();
        request.adapter_status = commands_.ata_error();
        const auto sense = commands_.last().sense.view();
        const auto shown =
            sense.first(std::min<std::size_t>(sense.size(), request.req_sense_length));
        if (!shown.empty() &&
            !call.memory.write(reinterpret_cast<std::uint64_t>(request.request_sense_ptr), shown))
            return -EFAULT;
    }
    if (!write_struct(call.memory, call.argument, request))
        return -EFAULT;
    return -error;
}

} // namespace burnrig::emulator::nodes
