// SPDX-License-Identifier: Apache-2.0
// What came of scenarios: a value that goes from the process that ran them to the one that reports.
// Plain data; conversions are thread-safe.
#pragma once

#include <string>
#include <vector>

#include "emulator/faults/engine.h"
#include "harness/report/result_json.h"
#include "harness/results/finding.h"
#include "mmc/clock.h"

namespace burnrig::harness::scenario {

/// failed: the thing under test; broken: the scenario or the rig.
enum class Verdict : std::uint8_t { passed, failed, skipped, broken };

/// "passed".
std::string_view to_string(Verdict verdict);

struct RunResult {
    std::string job; ///< "wodim -tao ..."
    Verdict verdict = Verdict::passed;
    std::string reason; ///< why skipped or broken
    std::vector<Finding> findings;
    std::string outcome; ///< "failed"
    std::string told;    ///< how far the program told the truth, where the scenario says so
    std::string why;     ///< what speaks for that, where it was judged (assess.h)
    mmc::Duration drive_time{0};
    std::vector<emulator::faults::RuleReport> rules;
    std::string output; ///< its end
    std::uint64_t commands = 0;
    std::string trace_hash;           ///< of all commands and their answers (trace_hash.h)
    std::string artifacts;            ///< directory with all there is of this run, "" for none
    std::vector<std::string> refused; ///< commands that were not good, the first ones
};

struct ScenarioResult {
    std::string file;
    std::string name;
    std::string title;
    std::string report;
    std::string drive;
    std::string medium;
    std::uint64_t seed = 1;
    Verdict verdict = Verdict::passed;
    std::string reason;     ///< why skipped or broken as a whole
    bool malformed = false; ///< it is broken because its file is
    std::vector<RunResult> runs;

    mmc::Duration drive_time() const;
};

/// The verdict of a scenario whose runs are done: one bad run is enough; skipped when all are.
Verdict verdict_of(const std::vector<RunResult>& runs);

Json to_json(const RunResult& run);
Json to_json(const ScenarioResult& result);
/// The way back; throws nlohmann::json::exception on other JSON.
ScenarioResult result_from_json(const Json& json);

} // namespace burnrig::harness::scenario
