// SPDX-License-Identifier: Apache-2.0
// SEND DISC STRUCTURE format 20h: where the first layer of a dual layer recordable DVD ends.
#pragma once

#include <cstdint>
#include <span>

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct LogicalUnit;

inline constexpr std::uint8_t layer_boundary_format = 0x20;

/// The payload has the number of blocks of layer 0 in bytes 4 to 7. It can be set while the disc is
/// blank: 5/2C/00 later, 5/26/00 for a number that is no multiple of 16, 0, or above the default.
Answer set_layer_break(LogicalUnit& unit, std::span<const std::uint8_t> payload);

} // namespace burnrig::emulator
