// SPDX-License-Identifier: Apache-2.0
// The host adapter that Linux believes the drive to hang on. Programs see it in a few numbers and
// in the errno of a request that nobody knows: hosts with an ioctl hook of their own (every SATA
// and ATAPI one) answer ENOTTY, all others EINVAL.
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

namespace burnrig::emulator::nodes {

struct LinuxHost {
    std::string_view name;   ///< for users: --host NAME
    std::string_view driver; ///< SCSI_IOCTL_PROBE_HOST
    std::string_view parent; ///< SCSI_IOCTL_GET_PCI
    int unknown_request;     ///< the errno
    bool ata;                ///< HDIO_* requests; CDBs of 17 bytes and more do not reach the drive
    bool emulated;           ///< SG_EMULATED_HOST of sgN; srN always says 1
    std::int32_t pieces_max; ///< SG_GET_SG_TABLESIZE
    std::uint8_t target_id;  ///< SCSI_IOCTL_GET_IDLUN
    std::uint32_t transfer_bytes_max;
};

/// The drive on a SATA port, which is where most are.
inline constexpr LinuxHost sata_host{"sata", "ahci", "ata1", ENOTTY,    true,
                                     true,   167,    0,      512 * 1024};

/// The drive behind a host without an ioctl hook: USB, iSCSI, virtio, a loop-back target.
inline constexpr LinuxHost plain_host{"plain", "burnrig", "burnrig0", EINVAL,     false,
                                      false,   256,       1,          1280 * 1024};

/// "sata" or "plain".
inline std::optional<LinuxHost> find_linux_host(std::string_view name) {
    for (const LinuxHost& host : {sata_host, plain_host})
        if (host.name == name)
            return host;
    return std::nullopt;
}

} // namespace burnrig::emulator::nodes
