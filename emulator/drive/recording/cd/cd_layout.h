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

#include "emulator/disc/cd_sessions.h"
#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator::cd {

inline constexpr std::int32_t shortest_track = 300;
inline constexpr std::uint8_t run_out_blocks = 2;
inline constexpr std::uint8_t last_track_number = 99;

/// Link 1, run-in 4 and run-out 2 between packets.
inline constexpr std::int32_t packet_link_blocks = 7;

/// Entries that the program memory area takes, and how many are few. Guesses: sources speak of
/// about 100.
inline constexpr std::uint32_t pma_entries = 100;
inline constexpr std::uint32_t few_pma_entries = 3;

/// User blocks of fixed packets that fit into `space` blocks, and the space that they take.
std::int32_t fixed_packet_blocks(std::int32_t space, std::uint32_t packet_size);
std::int32_t fixed_packet_space(std::int32_t blocks, std::uint32_t packet_size);

/// Behind the last block that the track takes on the disc: links of fixed packets, run-out and
/// reservation included.
std::int32_t physical_end(const Track& track);

std::uint16_t next_track_number(const Structure& structure);

/// Blocks in front of a track that begins now: 150, more when the mode page wants a longer pause
/// between audio tracks, 75 more when data follows audio (MMC-3, track at once).
std::int32_t pregap_of(const Structure& structure, std::uint8_t control, std::int32_t audio_pause);

/// First user block of the track that would be recorded next.
std::int32_t next_track_start(const Structure& structure, std::uint8_t control = 4,
                              std::int32_t audio_pause = mmc::pregap_blocks);

/// nullptr when there is none.
Track* find_track(Structure& structure, std::uint16_t number);

/// The track of the open session that is being recorded without having been reserved; nothing can
/// be recorded behind it. nullptr when there is none.
const Track* incomplete_track(const Structure& structure);

/// Where the next packet of a track goes, or the first block of a reserved one.
std::int32_t next_writable(const Track& track);

/// The reserved or incomplete track of the open session whose next block has this address.
const Track* track_to_continue(const Structure& structure, std::int32_t lba);

} // namespace burnrig::emulator::cd
