// SPDX-License-Identifier: Apache-2.0
// Mode page 05h, the write parameters: read it, change the fields that matter, send it back.
//
// The page is kept as the drive sent it, so that fields which the driver does not know stay as they
// are. Source: MMC-3, 5.5.4.
//
//     byte  2  b6 BUFE  b5 LS_V  b4 Test Write  b3-0 write type (1 TAO, 2 SAO)
//     byte  3  b7-6 multi-session (00 the last session, 11 more may follow)  b5 FP  b3-0 track mode
//     byte  4  b3-0 data block type (8: Mode 1, 2048 bytes)
//     byte  8  session format;  14-15 audio pause
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "driver/commands/channel.h"

namespace burnrig::driver {

enum class WriteType : std::uint8_t { packet = 0, track_at_once = 1, session_at_once = 2, raw = 3 };

struct WriteParameters {
    WriteType write_type = WriteType::track_at_once;
    bool buffer_underrun_free = false;
    bool test_write = false;
    bool multi_session = false;       ///< more sessions may follow
    std::uint8_t track_mode = 4;      ///< data, recorded uninterrupted
    std::uint8_t data_block_type = 8; ///< Mode 1, 2048 bytes
    /// Blocks of a packet of fixed size, and of the link between two: 16 on DVD-R and DVD-RW when
    /// not recorded at once. 0: not spoken of.
    std::uint8_t fixed_packet_blocks = 0;
    std::uint8_t session_format = 0; ///< 00h CD-DA and CD-ROM, 10h CD-I, 20h XA
    std::string catalog_number{};    ///< 13 digits, or none
    std::string recording_code{};    ///< ISRC, 12 characters, or none

    bool operator==(const WriteParameters&) const = default;
};

/// The page with its two-byte head.
struct WriteParametersPage {
    static constexpr std::size_t capacity = 64;
    std::array<std::uint8_t, capacity> bytes{};
    std::uint8_t length = 0;
};

/// 5Ah.
Reply<WriteParametersPage> mode_sense_write_parameters(Channel& channel);

/// The page with these parameters in it.
WriteParametersPage with(WriteParametersPage page, const WriteParameters& parameters);

/// 55h.
Reply<void> mode_select_write_parameters(Channel& channel, const WriteParametersPage& page);

} // namespace burnrig::driver
