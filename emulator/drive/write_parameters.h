// SPDX-License-Identifier: Apache-2.0
// Mode page 05h, write parameters, taken apart (MMC-3, 5.3.9). Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "emulator/disc/structure.h"

namespace burnrig::emulator {

struct DriveModel;

enum class WriteType : std::uint8_t { packet = 0, track_at_once = 1, session_at_once = 2, raw = 3 };

struct WriteParameters {
    bool burn_free = false; ///< BUFE: buffer underrun protection
    bool test_write = false;
    std::uint8_t write_type = 1;
    std::uint8_t multi_session = 0; ///< 11b: another session may follow
    bool fixed_packets = false;
    std::uint8_t track_mode = 4; ///< the CONTROL nibble
    std::uint8_t data_block_type = 8;
    std::uint8_t session_format = 0;
    std::uint32_t packet_size = 0;    ///< user blocks of a fixed packet
    std::int32_t audio_pause = 150;   ///< blocks between audio tracks
    std::string media_catalog_number; ///< 13 digits or ""
    std::string isrc;                 ///< 12 characters or ""

    bool audio() const { return (track_mode & 4) == 0; }
    bool next_session_allowed() const { return multi_session == 3; }
};

/// From the whole page, header included.
WriteParameters decode_write_parameters(std::span<const std::uint8_t> page);

/// The byte of the page that holds a combination the drive does not offer; nothing when it is fine.
std::optional<std::size_t> find_fault(const DriveModel& model, std::span<const std::uint8_t> page);

/// How blocks of this data block type are kept; nothing for types that are reserved.
std::optional<BlockForm> form_of(std::uint8_t data_block_type, bool audio);

} // namespace burnrig::emulator
