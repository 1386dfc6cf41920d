// SPDX-License-Identifier: Apache-2.0
// Drive time as people and JSON have it. Thread-safe (no state).
#pragma once

#include "mmc/clock.h"

namespace burnrig::mmc {

inline double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

} // namespace burnrig::mmc
