// SPDX-License-Identifier: Apache-2.0
// Wall time of a piece of work: the best of several rounds, since everything that disturbs makes it
// longer.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>

namespace burnrig::bench {

/// Seconds of the fastest of `rounds` rounds. `prepare` runs before each round and is not measured.
inline double fastest(int rounds, const std::function<void()>& prepare,
                      const std::function<void()>& work) {
    double best = 1e300;
    for (int i = 0; i < rounds; ++i) {
        prepare();
        const auto began = std::chrono::steady_clock::now();
        work();
        best = std::min(
            best, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    }
    return best;
}

} // namespace burnrig::bench
