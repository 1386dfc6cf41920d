// SPDX-License-Identifier: Apache-2.0
// One of the two that are compared: a simulated drive that carries out the scenario, a physical
// one, or a transcript of a run.
//
//     sim                the drive that the scenario names      sim:NAME    another one
//     /dev/sr0           a drive behind a node                  FILE        a transcript
//
// One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "harness/diff/disagreement.h"
#include "harness/scenario/runner.h"
#include "mmc/result.h"

namespace burnrig::harness::diff {

/// What was heard of one run.
struct Heard {
    std::string job;     ///< "burn tao"; "" for a transcript
    std::string outcome; ///< "succeeded", "failed", "hung"; why it was skipped or broke
    std::vector<Exchange> commands;
    std::vector<Exchange> state; ///< what the drive says of itself and its disc when it is over
};

struct Side {
    std::string name; ///< as it was given
    std::vector<Heard> runs;
};

/// Carries the scenario out there. Errors name the side and the fix.
mmc::Result<Side> hear(const std::string& name, const scenario::Scenario& scenario,
                       scenario::RunnerOptions options);

/// A transcript as a side; an error when the file is none.
mmc::Result<Side> hear_transcript(const std::string& path);

} // namespace burnrig::harness::diff
