// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/layers.h"

#include <algorithm>

namespace burnrig::emulator {

std::int32_t layer_0_blocks(const Medium& medium, const Structure& structure) {
    return structure.layer_0_blocks > 0 ? structure.layer_0_blocks
                                        : medium.data_zone.layer_0_blocks;
}

std::int32_t usable_blocks(const Medium& medium, const Structure& structure) {
    return structure.layer_0_blocks > 0 ? std::min(medium.capacity(), 2 * structure.layer_0_blocks)
                                        : medium.capacity();
}

} // namespace burnrig::emulator
