// SPDX-License-Identifier: Apache-2.0
// Carries out a scenario in this process: makes the disc, then each run from a copy of it, and
// judges. Nothing here ends a sender that neither finishes nor sends commands: see suite.h.
//
// One thread at a time.
#pragma once

#include <functional>
#include <string>

#include "harness/physical/physical_drive.h"
#include "harness/scenario/artifacts.h"
#include "harness/scenario/result.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/trial.h"

namespace burnrig::harness::scenario {

struct RunnerOptions {
    std::string trace_directory{}; ///< a file of commands for each run, NAME.1.jsonl; "": none
    ArtifactOptions artifacts{};
    std::function<void(const std::string&)> starts{}; ///< told each job before it begins
    /// What stands before the drive of a run (from 1); not while the disc is made.
    std::function<MakeFilter(std::size_t run)> filter_of{};
    bool assess = false; ///< judge how far each run told the truth, and nothing else (assess.h)
    /// On this drive instead of the scenario's own; it may be written to. Its disc is blanked
    /// before each run if it can be; what cannot be had there is skipped with the reason.
    PhysicalDrive* physical = nullptr;
    bool dry_run = false; ///< on a physical drive: say what would be carried out
};

ScenarioResult run_scenario(const Scenario& scenario, const RunnerOptions& options = {});

/// Of a file that cannot be read.
ScenarioResult malformed_scenario(const std::string& file, const std::string& message);

} // namespace burnrig::harness::scenario
