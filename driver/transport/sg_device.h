// SPDX-License-Identifier: Apache-2.0
// A drive behind a Linux device node, driven by SG_IO (sg_io_hdr version 3).
//
//     auto device = SgDevice::open("/dev/sr0");       exclusively, without waiting for a medium
//     device->execute(command)
//
// All of the answer is looked at: the ioctl's errno, host_status, driver_status, status, residual
// and up to 64 bytes of sense. A command that never reached the drive is a host status, not a
// success. Durations are measured on the steady clock, so use an mmc::RealClock beside it.
#pragma once

#include <cstdint>
#include <string>

#include "driver/error.h"
#include "mmc/target.h"

namespace burnrig::driver {

class SgDevice final : public mmc::Target {
public:
    /// The system calls underneath; tests put their own here.
    struct System {
        int (*open)(const char* path, int flags);
        int (*close)(int descriptor);
        int (*ioctl)(int descriptor, unsigned long request, void* argument);
    };
    static const System& linux_system();

    /// Fails with cause device-busy when somebody else holds the device.
    static Outcome<SgDevice> open(const std::string& path, const System& system = linux_system());

    SgDevice(SgDevice&& other) noexcept;
    SgDevice& operator=(SgDevice&& other) noexcept;
    ~SgDevice() override;

    mmc::Completion execute(const mmc::Command& command) override;

    /// The most bytes that the node takes with one command, at most 512 KiB.
    std::uint32_t max_transfer() const { return max_transfer_; }
    const std::string& path() const { return path_; }

private:
    SgDevice(std::string path, int descriptor, const System& system);
    std::uint32_t ask_max_transfer() const;

    std::string path_;
    int descriptor_ = -1;
    const System* system_;
    std::uint32_t max_transfer_ = 0;
};

} // namespace burnrig::driver
