// SPDX-License-Identifier: Apache-2.0
// Where things lie on a recordable CD: address arithmetic over its structure, nothing else.
//
//   | lead-in | 150 | track 1 | 2 | 150 | track 2 | 2 | lead-out 6750 | lead-in 4500 | 150 | track
//   3
//              pre-gap      run-out (track at once)     \_____ 11400 to the next session's track
//              __/
//
// Source: Orange Book as quoted in MMC-3 (lead-out 90 s after the first session, 30 s after later
// ones; lead-in 60 s; pre-gap 2 s). Thread-safe (no state).
#pragma once

#include <cstdint>
#include <optional>

#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator::cd {

inline constexpr std::int32_t first_lead_out_blocks = 6750;
inline constexpr std::int32_t later_lead_out_blocks = 2250;
inline constexpr std::int32_t later_lead_in_blocks = 4500;
inline constexpr std::int32_t shortest_track = 300;
inline constexpr std::uint8_t run_out_blocks = 2;
inline constexpr std::uint8_t last_track_number = 99;

inline constexpr std::int32_t lead_out_blocks(std::uint16_t session) {
    return session <= 1 ? first_lead_out_blocks : later_lead_out_blocks;
}

/// First user block of the session that would follow one with this number and lead-out.
inline constexpr std::int32_t next_session_start(std::uint16_t session, std::int32_t lead_out) {
    return lead_out + lead_out_blocks(session) + later_lead_in_blocks + mmc::pregap_blocks;
}

std::uint16_t next_track_number(const Structure& structure);

/// First user block of the track that would be recorded next.
std::int32_t next_track_start(const Structure& structure);

} // namespace burnrig::emulator::cd
