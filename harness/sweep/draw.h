// SPDX-License-Identifier: Apache-2.0
// What a sweep draws, it draws by its seed. Thread-safe (no state).
#pragma once

#include <cstdint>

namespace burnrig::harness::sweep {

/// SplitMix64.
constexpr std::uint64_t drawn(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15ULL;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

} // namespace burnrig::harness::sweep
