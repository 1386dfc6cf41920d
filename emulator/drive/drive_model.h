// SPDX-License-Identifier: Apache-2.0
// What a drive is: identity, abilities, speeds, timing. Comes from fixtures/drives/NAME.yaml;
// nothing in the code knows a drive by its name. Plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "mmc/clock.h"
#include "mmc/profile.h"

namespace burnrig::emulator {

/// Durations of the mechanics and of recording operations that the medium's speed does not decide.
struct DriveTiming {
    mmc::Duration tray_open{std::chrono::milliseconds(2000)};
    mmc::Duration tray_close{std::chrono::milliseconds(2000)};
    mmc::Duration load{std::chrono::milliseconds(7000)}; ///< tray closed to ready
    mmc::Duration spin_up{std::chrono::milliseconds(3000)};
    mmc::Duration full_seek{std::chrono::milliseconds(200)}; ///< from the first to the last block
    mmc::Duration calibration{std::chrono::milliseconds(4000)};
    mmc::Duration close_track{std::chrono::milliseconds(3000)};
    mmc::Duration close_session_extra{
        std::chrono::milliseconds(7000)}; ///< beside lead-in and lead-out
    mmc::Duration blank_minimal{std::chrono::milliseconds(25000)};
    mmc::Duration blank_extra{
        std::chrono::milliseconds(30000)};                 ///< full blank, beside the disc's length
    mmc::Duration command{std::chrono::microseconds(100)}; ///< any command, at least
};

/// A write type and data block type of mode page 05h that MODE SELECT accepts.
struct WriteMode {
    std::uint8_t write_type = 0; ///< 0 packet, 1 TAO, 2 SAO, 3 RAW
    std::uint8_t data_block_type = 8;

    bool operator==(const WriteMode&) const = default;
};

struct DriveModel {
    std::string name;
    std::string summary;
    std::string vendor;          ///< at most 8 characters
    std::string product;         ///< at most 16
    std::string revision;        ///< at most 4
    std::string vendor_specific; ///< INQUIRY bytes 36 to 55
    std::string serial;
    std::uint8_t inquiry_version = 0;
    std::uint8_t inquiry_format = 0x32;     ///< byte 3: ATAPI version and response data format
    std::uint8_t inquiry_additional = 0x5B; ///< byte 4
    std::vector<std::uint16_t> profiles;    ///< in the order GET CONFIGURATION lists them
    std::vector<WriteMode> write_modes;     ///< CD
    bool burn_free = true;                  ///< buffer underrun protection
    bool link_counter_page = false; ///< vendor mode page 30h: how often protection was needed
    bool blocks_when_full = true;   ///< else 2/04/08 (mmc-recording 2.2)
    bool test_write = true;
    std::uint8_t rw_sub_types =
        0x0F; ///< feature 0037h: CD-RW sub-types it can write, bit n = type n
    std::uint32_t buffer_bytes = 2 << 20; ///< READ BUFFER CAPACITY; page 2Ah gives it in KiB
    bool buffer_readable = false; ///< READ BUFFER gives the buffer's content (hosts time it), not
                                  ///< only its size
    std::vector<std::uint32_t> cd_read_speeds; ///< kB/s, fastest first
    std::vector<std::uint32_t>
        cd_write_speeds;                  ///< kB/s, fastest first; the medium limits them further
    std::uint32_t interface_standard = 2; ///< core feature: 1 SCSI, 2 ATAPI, 7 SATA, 8 USB
    DriveTiming timing;
};

inline bool has_profile(const DriveModel& model, mmc::Profile profile) {
    return std::find(model.profiles.begin(), model.profiles.end(), mmc::code(profile)) !=
           model.profiles.end();
}

} // namespace burnrig::emulator
