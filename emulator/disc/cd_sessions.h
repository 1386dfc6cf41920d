// SPDX-License-Identifier: Apache-2.0
// What lies between the sessions of a CD.
//
//     | session 1 | lead-out 6750 | lead-in 4500 | 150 | session 2 | lead-out 2250 | lead-in ...
//
// Source: Orange Book as quoted in MMC-3 (lead-out 90 s after the first session, 30 s after later
// ones; lead-in 60 s; pre-gap 2 s). Thread-safe (no state).
#pragma once

#include <cstdint>

#include "mmc/msf.h"

namespace burnrig::emulator::cd {

inline constexpr std::int32_t first_lead_out_blocks = 6750;
inline constexpr std::int32_t later_lead_out_blocks = 2250;
inline constexpr std::int32_t later_lead_in_blocks = 4500;

inline constexpr std::int32_t lead_out_blocks(std::uint16_t session) {
    return session <= 1 ? first_lead_out_blocks : later_lead_out_blocks;
}

/// First user block of the session that would follow one with this number and lead-out.
inline constexpr std::int32_t next_session_start(std::uint16_t session, std::int32_t lead_out) {
    return lead_out + lead_out_blocks(session) + later_lead_in_blocks + mmc::pregap_blocks;
}

} // namespace burnrig::emulator::cd
