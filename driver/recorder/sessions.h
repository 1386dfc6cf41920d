// SPDX-License-Identifier: Apache-2.0
// A sheet with several sessions, such as a CD-Extra: audio, then data. Each is burned for itself,
// all but the last leave the disc appendable, and the reports become one.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "driver/recorder/job.h"
#include "driver/recorder/recorder.h"

namespace burnrig::driver {

/// The numbers that tracks of the job have, ascending; empty without a compilation.
std::vector<std::uint16_t> sessions_of(const BurnJob& job);

using BurnOne = std::function<Outcome<BurnReport>(const BurnJob& job)>;

/// `burn` is called for each of `sessions`, which are at least two, up to the first failure.
Outcome<BurnReport> burn_sessions(const BurnJob& job, const std::vector<std::uint16_t>& sessions,
                                  const DiscSummary& disc, const BurnOne& burn);

} // namespace burnrig::driver
