// SPDX-License-Identifier: Apache-2.0
// CD-TEXT on its way to the disc: the host sends the lead-in's R to W channels, the same packs over
// and over; what is kept is each pack once, in the order of the text blocks.
//
//     lead-in block   p0 p1 p2 p3 | p4 p5 p0 p1 | p2 ...   ->   p0 p1 p2 p3 p4 p5
//
// A pack with a wrong CRC is no pack. Room is bounded: 8 text blocks of 256 packs (MMC-3 annex J).
// Plain data; one thread at a time.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "mmc/cd_text.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

class LeadInText {
public:
    /// One block of the lead-in.
    void take(std::span<const std::uint8_t, mmc::raw_subchannel_size> subchannel);
    /// All packs that came, 18 bytes each.
    std::vector<std::uint8_t> packs() const;

private:
    static constexpr std::size_t most_packs = 8 * 256;
    std::bitset<most_packs> present_;
    std::vector<std::array<std::uint8_t, mmc::cd_text_pack_size>>
        packs_; ///< empty before the first
};

} // namespace burnrig::emulator
