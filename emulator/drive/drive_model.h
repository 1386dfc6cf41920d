// SPDX-License-Identifier: Apache-2.0
// What a drive is: identity, abilities, speeds, timing. Comes from fixtures/drives/NAME.yaml;
// nothing in the code knows a drive by its name. Plain data.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "emulator/disc/medium.h"
#include "emulator/drive/drive_speed.h"
#include "mmc/clock.h"
#include "mmc/profile.h"

namespace burnrig::emulator {

/// What operations on DVD or BD media take beside what the speed decides.
struct MediumTiming {
    mmc::Duration load{std::chrono::milliseconds(12000)}; ///< tray closed to ready
    mmc::Duration calibration{std::chrono::milliseconds(4000)};
    mmc::Duration lead_in{
        std::chrono::milliseconds(30000)}; ///< disc at once, before the first block
    mmc::Duration close_track{std::chrono::milliseconds(3000)};
    mmc::Duration close_session{std::chrono::milliseconds(25000)};
    mmc::Duration finalize{std::chrono::milliseconds(60000)};
    mmc::Duration blank_minimal{std::chrono::milliseconds(45000)};
    mmc::Duration quick_format{std::chrono::milliseconds(30000)}; ///< until the medium is ready
};

/// Durations of the mechanics and of recording operations that the medium's speed does not decide.
struct DriveTiming {
    mmc::Duration tray_open{std::chrono::milliseconds(2000)};
    mmc::Duration tray_close{std::chrono::milliseconds(2000)};
    mmc::Duration load{std::chrono::milliseconds(7000)}; ///< a CD: tray closed to ready
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
    MediumTiming dvd;
    MediumTiming bd{std::chrono::milliseconds(20000), std::chrono::milliseconds(4000),
                    std::chrono::milliseconds(0),     std::chrono::milliseconds(3000),
                    std::chrono::milliseconds(20000), std::chrono::milliseconds(40000),
                    std::chrono::milliseconds(0),     std::chrono::milliseconds(40000)};

    /// For DVD and BD; CD media have keys of their own.
    const MediumTiming& of(MediumFamily family) const {
        return family == MediumFamily::bd ? bd : dvd;
    }
};

/// A write type and data block type of mode page 05h that MODE SELECT accepts.
struct WriteMode {
    std::uint8_t write_type = 0; ///< 0 packet, 1 TAO, 2 SAO, 3 RAW
    std::uint8_t data_block_type = 8;

    bool operator==(const WriteMode&) const = default;
};

/// Removable medium feature, in its values.
enum class LoadingMechanism : std::uint8_t { caddy = 0, tray = 1, pop_up = 2 };

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
    bool raw_test_write = false;    ///< raw recording too; MMC-3 says it cannot be, some do it
    bool raw_multi_session = false; ///< raw recording behind other sessions
    std::uint8_t rw_sub_types =
        0x0F; ///< feature 0037h: CD-RW sub-types it can write, bit n = type n
    std::uint32_t buffer_bytes = 2 << 20; ///< READ BUFFER CAPACITY; page 2Ah gives it in KiB
    bool buffer_readable = false; ///< READ BUFFER gives the buffer's content (hosts time it), not
                                  ///< only its size
    /// By family of medium, where it differs from that; 0: it does not.
    std::array<std::uint32_t, 3> family_buffer_bytes{};
    std::array<MediumSpeeds, medium_kinds> speeds; ///< by kind of medium; empty: see speeds.h
    std::uint32_t interface_standard = 2;          ///< core feature: 1 SCSI, 2 ATAPI, 7 SATA, 8 USB
    DriveTiming timing;

    // What only some drives have or lack.
    std::bitset<256> lacks_commands; ///< opcodes of the command table that it refuses all the same
    LoadingMechanism loading_mechanism = LoadingMechanism::tray;
    bool vital_product_data = false;  ///< INQUIRY pages 00h, 80h, 83h
    bool descriptor_sense = false;    ///< REQUEST SENSE with DESC
    bool ready_while_closing = false; ///< TEST UNIT READY is good while a close or flush goes on
    std::uint8_t event_classes =
        0x5E; ///< GET EVENT STATUS NOTIFICATION: bit n for class n that it supports
    std::uint8_t bd_layers_max = 4;
    std::uint8_t capabilities_page_bytes = 0; ///< page 2Ah behind its length byte; 0: all of it
    bool medium_type_in_header = false;       ///< MODE SENSE: byte of the first ATAPI drives
    bool audio_play = false;                  ///< PLAY AUDIO and what belongs to it
    bool smart = false;                       ///< LOG SENSE, informational exceptions
    bool media_serial_numbers = false;        ///< READ MEDIA SERIAL NUMBER
    bool css = false;                         ///< descrambles DVD-Video: keys, a region
    std::string firmware_date;                ///< YYYYMMDDhhmmss; "": feature 010Ch is not listed
    std::vector<std::uint16_t> idle_features; ///< listed, never current: claimed and not emulated
};

/// The buffer that is there for this medium, or without one.
inline std::uint32_t buffer_bytes(const DriveModel& model, const Medium* medium) {
    const auto own =
        medium ? model.family_buffer_bytes[static_cast<std::size_t>(medium->family())] : 0U;
    return own > 0 ? own : model.buffer_bytes;
}

inline bool has_profile(const DriveModel& model, mmc::Profile profile) {
    return std::find(model.profiles.begin(), model.profiles.end(), mmc::code(profile)) !=
           model.profiles.end();
}

} // namespace burnrig::emulator
