// SPDX-License-Identifier: Apache-2.0
// Where the first layer of a disc ends. A host may choose that before anything is recorded; the
// second layer runs back to the inside and is as long as the first:
//
//     chosen:   0 ---- layer 0 ----> N-1          the rest of both layers is out of reach
//            2N-1 <--- layer 1 ----- N
//
// Thread-safe (no state).
#pragma once

#include <cstdint>

#include "emulator/disc/medium.h"
#include "emulator/disc/structure.h"

namespace burnrig::emulator {

std::int32_t layer_0_blocks(const Medium& medium, const Structure& structure);

/// Of all layers together: what can be recorded or formatted at most.
std::int32_t usable_blocks(const Medium& medium, const Structure& structure);

} // namespace burnrig::emulator
