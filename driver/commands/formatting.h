// SPDX-License-Identifier: Apache-2.0
// READ FORMAT CAPACITIES (23h) and FORMAT UNIT (04h): what a rewritable disc or a BD-R can be made
// into, and making it.
//
//     capacities.state     unformatted, formatted, or not known (no medium; DVD-RW half formatted)
//     capacities.offers    type 26h, 2295104 blocks ...
//
// Source: MMC-5, 6.24 and 6.5.
#pragma once

#include <cstdint>
#include <vector>

#include "driver/commands/channel.h"

namespace burnrig::driver {

enum class FormatState : std::uint8_t { unformatted = 1, formatted = 2, unknown = 3 };

/// Format types, as they stand in the upper six bits of a descriptor.
namespace format_type {
inline constexpr std::uint8_t full = 0x00;
inline constexpr std::uint8_t spare_expansion = 0x01;
inline constexpr std::uint8_t quick_grow = 0x13;   ///< DVD-RW: the last border becomes longer
inline constexpr std::uint8_t quick = 0x15;        ///< DVD-RW restricted overwrite
inline constexpr std::uint8_t background = 0x26;   ///< DVD+RW
inline constexpr std::uint8_t bd_re_spares = 0x30; ///< a size of one's choice
inline constexpr std::uint8_t bd_re_no_spares = 0x31;
inline constexpr std::uint8_t bd_r_spares = 0x32; ///< a size of one's choice
} // namespace format_type

struct FormatOffer {
    std::uint8_t type = 0;
    std::uint32_t blocks = 0;
    std::uint32_t parameter = 0; ///< 24 bits whose meaning depends on the type
};

struct FormatCapacities {
    FormatState state = FormatState::unknown;
    std::uint32_t blocks = 0; ///< of the format that the disc has, or could have at most
    std::vector<FormatOffer> offers;

    /// The first offer of a type; nullptr when the drive makes none.
    const FormatOffer* offer(std::uint8_t type) const;
};

Reply<FormatCapacities> read_format_capacities(Channel& channel);

struct FormatRequest {
    std::uint8_t type = 0;
    std::uint8_t sub_type = 0;
    std::uint32_t blocks = 0;
    std::uint32_t parameter = 0;

    bool operator==(const FormatRequest&) const = default;
};

/// 04h. The drive answers at once and goes on formatting.
Reply<void> format_unit(Channel& channel, const FormatRequest& request);

} // namespace burnrig::driver
