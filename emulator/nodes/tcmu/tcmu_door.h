// SPDX-License-Identifier: Apache-2.0
// The TCMU door: a real SCSI device of this machine. Linux's own sr and sg drivers bind to it, so
// it is found by every scan, mounts, and behaves as the kernel behaves, because it is the kernel.
//
//     program -> /dev/sr0, /dev/sg0 -> sr, sg -> SCSI -> tcm_loop -> target_core_user -> Ring ->
//     Target
//
// Needs root, and the modules target_core_user and tcm_loop. What a killed run left behind under
// the same name is taken away first.
//
// What the kernel does not let through: vendor commands C0h-FFh keep 10 bytes of their CDB; REPORT
// LUNS and reservations are the kernel's; a host error arrives as the status TASK ABORTED.
// One thread.
#pragma once

#include <memory>
#include <string>

#include "emulator/nodes/device_door.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::emulator::nodes {

struct TcmuOptions {
    /// Letters, digits, - and _; one drive for each name. "": run-PID, of this process alone; such
    /// drives of processes that are no more are taken away first.
    std::string name{};
};

class TcmuDoor final : public DeviceDoor {
public:
    /// Returns when the nodes are there. The target must outlive the door.
    static mmc::Result<std::unique_ptr<TcmuDoor>> create(const TcmuOptions& options,
                                                         mmc::Target& target);
    /// Takes the device away, also when programs have it open.
    ~TcmuDoor() override;

    int descriptor() const override;
    bool attend() override;
    const std::string& path() const override;
    bool closed() const override;
    /// As unplugging any SCSI device; the nodes may have other numbers when it is back.
    bool plug(bool there) override;

    /// "/dev/sg0"
    const std::string& generic_path() const;

private:
    struct State;
    explicit TcmuDoor(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace burnrig::emulator::nodes
