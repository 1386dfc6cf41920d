// SPDX-License-Identifier: Apache-2.0
// READ TOC/PMA/ATIP (43h): which tracks there are, which sessions, what the disc says of itself.
//
//     format 0  the tracks of the disc and the last lead-out          Toc
//     format 1  the last complete session                             SessionInfo
//     format 2  every entry of every lead-in                          FullTocEntry
//     format 4  the ATIP of a recordable CD                           Atip
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "driver/commands/channel.h"
#include "mmc/msf.h"

namespace burnrig::driver {

inline constexpr std::uint8_t lead_out_track = 0xAA;
inline constexpr std::uint8_t control_data_bit = 0x4;

struct TocTrack {
    std::uint8_t number = 0; ///< 1..99, AAh for the lead-out
    std::uint8_t adr = 0;
    std::uint8_t control = 0;
    std::int32_t start = 0; ///< LBA

    bool is_data() const { return (control & control_data_bit) != 0; }
    bool operator==(const TocTrack&) const = default;
};

struct Toc {
    std::uint8_t first_track = 0;
    std::uint8_t last_track = 0;
    std::vector<TocTrack> tracks; ///< ascending as the drive sends them, without the lead-out
    std::optional<TocTrack> lead_out;
};

/// Format 0, addresses as LBA.
Reply<Toc> read_toc(Channel& channel);

struct SessionInfo {
    std::uint8_t first_session = 0;
    std::uint8_t last_session = 0;
    TocTrack first_track_of_last;
};

/// Format 1.
Reply<SessionInfo> read_session_info(Channel& channel);

struct FullTocEntry {
    std::uint8_t session = 0;
    std::uint8_t adr = 0;
    std::uint8_t control = 0;
    std::uint8_t point = 0; ///< 01h..63h track, A0h, A1h, A2h, B0h, C0h ...
    mmc::Msf running;
    std::uint8_t zero = 0;
    mmc::Msf value;
};

/// Format 2.
Reply<std::vector<FullTocEntry>> read_full_toc(Channel& channel);

struct Atip {
    std::uint8_t indicative_power = 0; ///< 0..7
    std::uint8_t reference_speed = 0;
    bool unrestricted_use = false;
    bool rewritable = false; ///< CD-RW
    std::uint8_t sub_type = 0;
    mmc::Msf lead_in;
    mmc::Msf last_lead_out;
    std::optional<std::array<std::uint8_t, 3>> a1;
    std::optional<std::array<std::uint8_t, 3>> a2;
    std::optional<std::array<std::uint8_t, 3>> a3;
};

/// Format 5: the packs of CD-TEXT, 18 bytes each. None when the disc has none.
Reply<std::vector<std::uint8_t>> read_cd_text(Channel& channel);

/// Format 4. Nothing when the medium has none.
Reply<std::optional<Atip>> read_atip(Channel& channel);

} // namespace burnrig::driver
