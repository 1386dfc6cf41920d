// SPDX-License-Identifier: Apache-2.0
// Holds what came of a run against what had to come: `meets`, `expect`, the truth, rules that must
// fire. What is on the disc is judged from the disc itself. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/results/finding.h"
#include "harness/scenario/trial.h"

namespace burnrig::harness::scenario {

struct Evidence {
    const Scenario& scenario;
    const Run& run;
    const Outcome& outcome;
    const emulator::Disc* before; ///< the disc that the run started from; nullptr: none
    std::span<const std::uint8_t> image;
};

/// Nothing when all is as it must be.
std::vector<Finding> judge(const Evidence& evidence);

/// Where the image must be: in the first track that is new or has grown. What is formatted has one
/// track from the beginning on. nullptr: nothing was recorded.
const emulator::Track* recorded_track(const emulator::Disc* before, const emulator::Disc& after);

/// One statement about the medium or a session. "" when it holds, else what is seen instead.
std::string judge_medium(const Evidence& evidence, const std::vector<std::string>& words);
/// Why the track that was recorded does not hold the image; "" when it does.
std::string against_image(const Evidence& evidence);
std::string judge_session(const Evidence& evidence, std::uint64_t number, const std::string& word);

} // namespace burnrig::harness::scenario
