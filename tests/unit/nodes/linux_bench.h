// SPDX-License-Identifier: Apache-2.0
// A Linux device on a fake drive, with this process's own memory as the caller's; address 16 stands
// for memory that is not there.
#pragma once

#include <fcntl.h>
#include <scsi/sg.h>
#include <stdexcept>

#include "emulator/nodes/linux/linux_device.h"
#include "tests/unit/nodes/fake_drive.h"

namespace burnrig::tests {

using emulator::nodes::Caller;
using emulator::nodes::CallerMemory;
using emulator::nodes::LinuxDevice;
using emulator::nodes::LinuxDeviceOptions;
using emulator::nodes::NodeKind;
using emulator::nodes::OpenFile;

inline constexpr std::uint64_t bad_address = 16;

class OwnMemory final : public CallerMemory {
public:
    bool read(std::uint64_t address, std::span<std::uint8_t> into) override {
        if (address <= bad_address)
            return false;
        std::memmove(into.data(), reinterpret_cast<const void*>(address), into.size());
        return true;
    }
    bool write(std::uint64_t address, std::span<const std::uint8_t> from) override {
        if (address <= bad_address)
            return false;
        std::memmove(reinterpret_cast<void*>(address), from.data(), from.size());
        return true;
    }
    std::span<std::uint8_t> payload() override { return payload_; }

private:
    std::vector<std::uint8_t> payload_ = std::vector<std::uint8_t>(512 * 1024);
};

struct LinuxBench {
    mmc::VirtualClock clock;
    FakeDrive drive{clock};
    LinuxDevice device;
    OwnMemory memory;
    Caller root{true, true};
    Caller user{};
    OpenFile sr;
    OpenFile sg;
    std::array<std::uint8_t, 64> sense{};
    std::array<std::uint8_t, 4096> data{};

    explicit LinuxBench(LinuxDeviceOptions options = {}) : device(drive, clock, options) {
        sr.flags = O_RDWR | O_NONBLOCK;
        sg.kind = NodeKind::generic;
        sg.flags = O_RDWR | O_NONBLOCK;
        if (device.open(sr, root) != 0 || device.open(sg, root) != 0)
            throw std::logic_error("the fake drive does not open");
        drive.log.clear();
    }

    long ioctl(OpenFile& file, std::uint32_t request, std::uint64_t argument) {
        return device.ioctl(file, request, argument, root, memory);
    }
    template <class T>
    long ioctl(OpenFile& file, std::uint32_t request, T* argument) {
        return ioctl(file, request, reinterpret_cast<std::uint64_t>(argument));
    }

    sg_io_hdr command(std::span<const std::uint8_t> cdb, int direction, unsigned length) {
        sg_io_hdr header{};
        header.interface_id = 'S';
        header.dxfer_direction = direction;
        header.cmd_len = static_cast<unsigned char>(cdb.size());
        header.cmdp = const_cast<unsigned char*>(cdb.data());
        header.dxfer_len = length;
        header.dxferp = data.data();
        header.sbp = sense.data();
        header.mx_sb_len = sizeof sense;
        header.timeout = 20000;
        return header;
    }
    /// The CDBs that the drive was sent since the last look, in hex.
    std::vector<std::string> sent() {
        std::vector<std::string> cdbs;
        for (const std::string& line : drive.log)
            cdbs.push_back(line.substr(line.rfind(' ') + 1));
        drive.log.clear();
        return cdbs;
    }
    sg_io_hdr inquiry() {
        static constexpr std::uint8_t cdb[6] = {0x12, 0, 0, 0, 36, 0};
        return command(cdb, SG_DXFER_FROM_DEV, 36);
    }
};

} // namespace burnrig::tests
