// SPDX-License-Identifier: Apache-2.0
// What a trial leaves behind for a person who looks into it: one directory each.
//
//     DIR/opc-ad7280s-cdrw/1/   scenario.yaml  trace.jsonl  output.txt  report.html  replay.sh
//                               disc.before/  disc.after/   result.json
//     DIR/of-one-that-passed/1/ result.json                 hash of the trace and counters
//
// disc.before and disc.after are discs as --disc has them. One thread at a time.
#pragma once

#include <string>

#include "harness/scenario/judge.h"
#include "harness/scenario/result.h"

namespace burnrig::harness::scenario {

struct ArtifactOptions {
    std::string directory{}; ///< "": none
    bool keep_all = false;   ///< of trials that passed too
};

/// The directory of that run, made new and empty.
mmc::Result<std::string> make_artifact_directory(const ArtifactOptions& options,
                                                 const std::string& scenario, std::size_t number);

/// Fills it; the trace is in it already, and goes again when nobody needs it. The discs are
/// changed meanwhile and put back.
mmc::Result<void> write_artifacts(const ArtifactOptions& options, const Scenario& scenario,
                                  const RunResult& result, const Outcome& outcome,
                                  emulator::Disc* before);

} // namespace burnrig::harness::scenario
