// SPDX-License-Identifier: Apache-2.0
// The CUSE door: a character device /dev/NAME, for programs that use ioctl() alone and insist on a
// character device.
//
//     auto door = CuseDoor::create({.name = "sr9"}, drive, clock);
//     serve_until_stopped(...)                       wodim dev=/dev/sr9 ...   cdrdao --device
//     /dev/sr9
//
// It answers the ioctls of a block device and of an sg device alike. What such a device cannot do:
// the kernel keeps no file position for it, so reading is refused rather than always giving the
// first block; it is not a block device, which growisofs, dvd+rw-tools, mount and eject want; the
// kernel does not tell of O_EXCL; 32-bit programs get ENOTTY.
//
// Needs root and the module cuse. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "emulator/nodes/device_door.h"
#include "emulator/nodes/linux/linux_device.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes {

struct CuseOptions {
    std::string name; ///< of the node in /dev; "": the first srN that is free
    LinuxDeviceOptions device{};
};

class CuseDoor final : public DeviceDoor {
public:
    /// Returns when the node is there. Target and clock must outlive the door.
    static mmc::Result<std::unique_ptr<CuseDoor>> create(CuseOptions options, mmc::Target& target,
                                                         mmc::Clock& clock);
    /// Takes the node away, also when programs have it open: those get ENODEV from then on.
    ~CuseDoor() override;

    int descriptor() const override;
    bool attend() override;
    const std::string& path() const override;
    bool closed() const override;
    bool in_use() const override;
    pid_t caller() const override;

private:
    struct State;
    explicit CuseDoor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::nodes
