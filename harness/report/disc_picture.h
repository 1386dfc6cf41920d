// SPDX-License-Identifier: Apache-2.0
// A disc as a ring of characters, seen from below. The spiral of blocks goes outwards from the hub:
// each dot stands for the same number of blocks, ring after ring, each ring from twelve o'clock on.
//
//     # data   = audio   : lead-in, lead-out, gap   x damage   . nothing recorded      (plain)
#pragma once

#include <array>
#include <string>
#include <vector>

#include "emulator/disc/disc.h"

namespace burnrig::harness {

/// What a dot shows; of several things in its blocks the last one of these wins.
enum class Dot : std::uint8_t { outside, free, formatted, area, data, audio, damage };

struct DiscPicture {
    static constexpr int size = 36; ///< dots across; a character is one wide and two high

    /// Lines of `size` columns, without line feeds.
    std::vector<std::string> lines;
    std::array<bool, 7> shown{}; ///< which kinds of dots are in it
};

DiscPicture draw(const emulator::Disc& disc, bool colour);

/// The sign for a kind of dot, for a legend.
std::string sign_of(Dot dot, bool colour);

} // namespace burnrig::harness
