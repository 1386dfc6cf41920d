// SPDX-License-Identifier: Apache-2.0
// What Linux tells of its optical drives beside their nodes, as a folder of files: the part of
// /proc/sys/dev/cdrom, /sys and /run/udev that is about them. A door lays it over the machine's.
//
//     FOLDER/proc/sys/dev/cdrom/info
//     FOLDER/sys/devices/burnrig/host0/target0:0:0/0:0:0:0/{type,vendor,...,block/sr0/...}
//     FOLDER/sys/{block,class/block,class/scsi_generic,bus/scsi/devices,dev/block,...}   links to
//     it FOLDER/run/udev/data/b11:0   FOLDER/dev/disk/by-id/..., by-path/...
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mmc/result.h"

namespace burnrig::emulator::nodes {

/// One drive, as it is after power-on. Plain data.
struct DriveDescription {
    std::string vendor = "BURNRIG";
    std::string product = "SIMULATED DRIVE";
    std::string revision = "1.0";
    std::string serial{};
    bool tray = true;
    bool writes_cd_r = true;
    bool writes_cd_rw = true;
    bool reads_dvd = true;
    bool writes_dvd_r = true;
    bool writes_dvd_ram = false;
    bool writes_randomly = true; ///< lists feature 0020h
    // Filled in by the door.
    std::string block_name{};   ///< "sr0"
    std::string generic_name{}; ///< "sg0"
    std::uint32_t number = 0;   ///< minor number, host number
    std::uint32_t target_id = 0;
    bool ata = true; ///< behind a SATA port
};

/// The links that udev makes to the block node, as the drive tells who it is and where it is
/// plugged in: "disk/by-id/ata-PIONEER_DVD-RW_DVR-111_ABC", "disk/by-path/pci-0000:00:1f.2-ata-1".
/// By what is on the disc (by-label, by-uuid) there are none: udev would read it by commands of
/// its own, which would stand among the program's.
std::vector<std::string> udev_links(const DriveDescription& drive);

class SystemFiles {
public:
    SystemFiles() = default; ///< no folder
    static mmc::Result<SystemFiles> create(std::span<const DriveDescription> drives);
    SystemFiles(SystemFiles&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    SystemFiles& operator=(SystemFiles&& other) noexcept {
        std::swap(folder_, other.folder_);
        return *this;
    }
    ~SystemFiles(); ///< removes the folder

    /// What Linux has learned of a drive's disc: /sys/block/sr0/size.
    void set_size(const std::string& block_name, std::uint64_t sectors) const;

    /// "" when there is none.
    const std::string& folder() const { return folder_; }

private:
    std::string folder_;
};

} // namespace burnrig::emulator::nodes
