// SPDX-License-Identifier: Apache-2.0
// `burnrig sweep --run`: what other programs tell their users. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "harness/sweep/sweep.h"

namespace burnrig::harness {

struct ProgramSweep {
    std::vector<std::string> programs; ///< "cd-r-80: wodim dev={device} {image}"
    std::string drive;
    std::string out; ///< "": nothing is kept
    sweep::SweepOptions sweep;
};

/// The exit code.
int sweep_programs(const ProgramSweep& options);

} // namespace burnrig::harness
