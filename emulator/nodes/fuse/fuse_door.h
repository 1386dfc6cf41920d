// SPDX-License-Identifier: Apache-2.0
// The FUSE door: a mounted folder with the drive, what is on its disc, and texts to look at and to
// change the rig by.
//
//     auto door = FuseDoor::create({.folder = "drive"}, drive, clock);
//     serve_until_stopped({doors}, ready);       programs use drive/sr, people read drive/disc.iso
//
// `sr` and `sg` answer ioctl() as the kernel's own nodes do, although they are plain files to
// stat(): programs that insist on a device (growisofs, dvd+rw-tools, cdparanoia, libcdio) do not
// take them. The kernel does not tell a FUSE file system of O_EXCL: exclusive opens do not exclude
// here. 32-bit programs get ENOTTY. A reply chosen by SG_SET_FORCE_PACK_ID cannot be read.
//
// Only processes of the user who mounted it see the folder. Nothing is cached, so nothing is stale.
// One thread at a time.
#pragma once

#include <memory>

#include "emulator/nodes/device_door.h"
#include "emulator/nodes/fuse/folder.h"
#include "emulator/nodes/linux/linux_device.h"
#include "mmc/result.h"

namespace burnrig::emulator::nodes {

struct FuseOptions {
    std::string folder; ///< made when missing, and then removed at the end; "": a temporary one
    bool ours = false;  ///< only programs that we start will come
    std::function<const Disc*()> disc = [] { return nullptr; }; ///< what is in the drive
    std::vector<TextFile> texts{};
    std::vector<ShownFile> shown{};
    LinuxDeviceOptions device{};
};

class FuseDoor final : public DeviceDoor {
public:
    /// Mounts the folder. An error says what the machine lacks. Target and clock must outlive it.
    static mmc::Result<std::unique_ptr<FuseDoor>> create(FuseOptions options, mmc::Target& target,
                                                         mmc::Clock& clock);
    /// Unmounts, even while programs have files open: those get ENOTCONN from then on.
    ~FuseDoor() override;

    int descriptor() const override;
    bool attend() override;
    const std::string& path() const override;
    bool closed() const override;
    bool in_use() const override;
    bool plug(bool there) override;
    pid_t caller() const override;

    const std::string& folder() const;

private:
    struct State;
    explicit FuseDoor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::nodes
