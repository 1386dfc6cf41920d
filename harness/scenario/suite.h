// SPDX-License-Identifier: Apache-2.0
// Many scenarios, each in a process of its own: several at a time, none can hang or crash the
// others.
//
//     this process --fork--> scenario (its own process group) --> programs
//          ^------- pipe: what it begins, then its result as JSON -----'
//
// A scenario that says nothing for `patience` of real time is ended with all it started and counts
// as broken. One thread at a time; this process must have no other threads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/safety/interlock.h"
#include "harness/scenario/artifacts.h"
#include "harness/scenario/result.h"

namespace burnrig::harness::scenario {

struct SuiteOptions {
    unsigned jobs = 1;
    std::chrono::seconds patience{60};
    std::string trace_directory{};
    ArtifactOptions artifacts{};
    std::function<void(const ScenarioResult&)> finished{}; ///< as they end
    std::vector<std::string> compare{}; ///< set these programs beside each other instead (peers.h)
    /// A node: on the drive behind it, one at a time, with this consent. "": on simulated drives.
    std::string device{};
    bool dry_run = false; ///< on the device: say what would be carried out, ask and no more
    Consent consent{};
    bool assess = false; ///< judge how far the scenarios' own programs told the truth (assess.h)
};

/// Results in the order of the files, however they ended.
std::vector<ScenarioResult> run_suite(const std::vector<std::string>& files,
                                      const SuiteOptions& options);

/// The scenario files at these paths: files as they are, directories with all below them, by name.
/// `filter` is a shell pattern, or a part of a scenario's name; "" takes all. An error names a path
/// that is not there.
mmc::Result<std::vector<std::string>> find_scenarios(const std::vector<std::string>& paths,
                                                     const std::string& filter);

} // namespace burnrig::harness::scenario
