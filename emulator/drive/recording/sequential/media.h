// SPDX-License-Identifier: Apache-2.0
// What differs between sequentially recorded DVD and BD media, as numbers. The engine
// (sequential_rules.h) is the same for all; a row of this table tells it what medium it has.
//
// The words differ too: what READ TRACK INFORMATION calls a track is an RZone on a DVD-R, a
// fragment on a DVD+R, a sequential recording range (SRR) on a BD-R; a session is a border there.
//
// Source: MMC-5, chapter 4; sizes marked "seen" are from outputs of real drives. Plain data.
#pragma once

#include <cstdint>

#include "emulator/disc/medium.h"
#include "mmc/profile.h"

namespace burnrig::emulator::sequential {

struct MediumTraits {
    MediumKind kind = MediumKind::dvd_plus_r;
    mmc::Profile profile = mmc::Profile::none;
    std::int32_t first_gap = 0; ///< blocks from the first session's end to the next one's start
    std::int32_t later_gap = 0; ///< the same behind later sessions
    std::int32_t shortest_first_session = 0; ///< what is less is padded when it is closed
    std::int32_t set_aside = 0;      ///< blocks at the end that incremental recording cannot reach
    std::uint16_t most_sessions = 1; ///< closing the last of them finalizes the disc
    std::uint16_t most_tracks = 1;
    std::uint16_t most_reserved = 0;      ///< reserved tracks that are not closed yet
    std::uint32_t management_entries = 0; ///< updates that the RMA has room for; 0: not counted
    std::int32_t finalized_below = 0;     ///< closing a session with less room behind finalizes too
    std::int32_t read_compatibility = 0;  ///< READ TRACK INFORMATION bytes 36-39; 0: none
    std::uint8_t control = 4;             ///< of its tracks in the table of contents
    bool write_parameters = false;        ///< mode page 05h counts; else it is ignored
    bool invisible_number = false;        ///< track number FFh means the incomplete track
    bool joins_fragments = false;         ///< a session's tracks are one when the session is closed
    bool complete_is_rt = false;    ///< a complete track shows RT (READ TRACK INFORMATION byte 6)
    bool packets = false;           ///< a track shows Packet there
    bool pads_reservations = false; ///< closing a reserved track fills it up
};

const MediumTraits& traits_of(MediumKind kind);

} // namespace burnrig::emulator::sequential
