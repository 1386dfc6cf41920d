// SPDX-License-Identifier: Apache-2.0
// Where the first layer of a DVD+R DL ends: READ and SEND DISC STRUCTURE of format 20h (ADh, BFh).
//
// Source: MMC-5, 6.22.3.2.20. It can be set on a blank disc only, once.
#pragma once

#include <cstdint>

#include "driver/commands/channel.h"

namespace burnrig::driver {

struct LayerBreak {
    std::uint32_t first_layer_blocks = 0;
    bool fixed = false; ///< can no longer be set
};

Reply<LayerBreak> read_layer_break(Channel& channel);

/// `first_layer_blocks` is a multiple of 16 and at most what the disc has by itself.
Reply<void> send_layer_break(Channel& channel, std::uint32_t first_layer_blocks);

} // namespace burnrig::driver
