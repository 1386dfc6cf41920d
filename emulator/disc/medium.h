// SPDX-License-Identifier: Apache-2.0
// What a medium is before anything is recorded on it: kind, capacity, the pre-recorded information.
// Comes from fixtures/media/NAME.yaml; nothing in the code knows a medium by its name.
//
// Sources: Orange Book parts II and III as quoted in MMC-3 (ATIP). Plain data, no thread-safety of
// its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mmc/msf.h"

namespace burnrig::emulator {

enum class MediumKind : std::uint8_t { cd_r, cd_rw };

/// Absolute time in pre-groove, as READ TOC/PMA/ATIP format 4 returns it (MMC-3, 5.23).
struct Atip {
    std::uint8_t writing_power = 0;   ///< indicative target writing power, 0..7
    std::uint8_t reference_speed = 0; ///< CD-RW reference speed code, 0..7
    bool unrestricted_use = false;
    std::uint8_t sub_type = 0; ///< 0..7; CD-RW: 0 standard, 1 high, 2 ultra, 3 ultra+
    mmc::Msf lead_in;          ///< start of the lead-in, at 90:00:00 or above
    mmc::Msf lead_out;         ///< last possible start of the lead-out
    /// Additional information A1, A2, A3; absent ones have their valid bit clear.
    std::array<std::optional<std::array<std::uint8_t, 3>>, 3> additional;
};

struct Medium {
    std::string name;
    std::string summary;      ///< one line for listings
    std::string manufacturer; ///< "" when unknown
    MediumKind kind = MediumKind::cd_r;
    Atip atip;                               ///< CD media
    std::vector<std::uint32_t> write_speeds; ///< kB/s (1000 bytes), fastest first
    std::uint32_t calibration_slots = 100;   ///< power calibration area: tries before it is full

    bool erasable() const { return kind == MediumKind::cd_rw; }
    /// Blocks from LBA 0 to the last possible lead-out.
    std::int32_t capacity() const { return mmc::lba_from_msf(atip.lead_out); }
};

} // namespace burnrig::emulator
