// SPDX-License-Identifier: Apache-2.0
// What the step functions of the writing say: what has to happen before the next step can do
// something.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mmc/clock.h"

namespace burnrig::driver {

struct Wait {
    enum class For : std::uint8_t {
        nothing, ///< something was done; go on
        data,    ///< `pieces` in the ring, or its end
        room,    ///< a free slot of the ring
        time,    ///< until `until`
        end,     ///< everything is done
    };
    For what = For::nothing;
    std::size_t pieces = 1;
    mmc::Duration until{0};
};

} // namespace burnrig::driver
