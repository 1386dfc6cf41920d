// SPDX-License-Identifier: Apache-2.0
// The quantities of the rule language as text, each way.
//
//     duration  8.906s 400ms 50us 2min 1h      size  20MiB 64KiB 512B 512     ratio  0.5 2%
//
// Text to value to text is exact: nothing is rounded, what cannot be held is refused. The error is
// the part of a sentence that follows "expected": "a duration such as 8.906s, 400ms or 2min".
// Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/faults/rule.h"
#include "mmc/result.h"

namespace burnrig::emulator::faults {

/// A year. Far beyond any command, and sums of a few hundred of them still fit.
inline constexpr mmc::Duration longest_duration = std::chrono::hours(24 * 365);

mmc::Result<mmc::Duration> parse_duration(std::string_view text);
mmc::Result<std::uint64_t> parse_size(std::string_view text);
mmc::Result<std::uint64_t> parse_rate(std::string_view text); ///< bytes per second: "4MiB/s"
mmc::Result<Ratio> parse_ratio(std::string_view text);
mmc::Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t maximum);

/// Durations are printed in the largest of s, ms, us, ns that they reach: "8.906s", "400ms".
std::string print_duration(mmc::Duration duration);
/// Sizes are printed in the largest binary unit that divides them: "20MiB", "1000B".
std::string print_size(std::uint64_t size);
std::string print_ratio(Ratio ratio);

} // namespace burnrig::emulator::faults
