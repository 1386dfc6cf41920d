// SPDX-License-Identifier: Apache-2.0
// MODE SENSE(10) of one page (SPC-3, 6.8): the mode parameter header and block descriptors are
// skipped.
#pragma once

#include <cstdint>
#include <span>

#include "driver/commands/channel.h"

namespace burnrig::driver {

struct ModePageWanted {
    std::uint8_t page_code = 0;     ///< 00h to 3Eh
    std::uint32_t bytes_needed = 0; ///< a shorter page is a bad reply
};

/// The current values of a page, from its page code on, cut at the page's own length. They lie in
/// `reply`, which takes header, descriptors and page.
Reply<std::span<const std::uint8_t>> mode_sense_page(Channel& channel, ModePageWanted wanted,
                                                     std::span<std::uint8_t> reply);

} // namespace burnrig::driver
