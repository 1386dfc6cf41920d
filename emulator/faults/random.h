// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine and with every library: splitmix64 (Steele,
// Lea, Flood, 2014), one stream for each rule.
//
//     RandomStream stream(stream_seed(seed, "jitter"));   if (stream.happens(ratio)) ...
#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

/// The finishing step of splitmix64: turns any number into one that looks unrelated.
constexpr std::uint64_t scramble(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
}

/// Depends on the seed and the rule alone, so other rules do not change its luck.
constexpr std::uint64_t stream_seed(std::uint64_t seed, std::string_view rule) {
    std::uint64_t hash = 0xCBF29CE484222325; // FNV-1a
    for (const char c : rule)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return scramble(hash ^ scramble(seed));
}

class RandomStream {
public:
    explicit constexpr RandomStream(std::uint64_t seed) : state_(seed) {}

    constexpr std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15;
        return scramble(state_);
    }

    constexpr bool happens(Ratio ratio) {
        return static_cast<std::uint32_t>((next() >> 32) * Ratio::one >> 32) < ratio.billionths;
    }

private:
    std::uint64_t state_;
};

} // namespace burnrig::emulator::faults
