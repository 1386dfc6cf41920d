// SPDX-License-Identifier: Apache-2.0
// A sweep of somebody else's burning program, through the preload node: what does it tell its user
// when a fault strikes? Each trial is a process of its own, so that a program that hangs or crashes
// takes nothing with it.
//
//     "cd-r-80: wodim -v -tao dev={device} {image}"
//
// A process costs a hundred times what a trial of our own driver costs, so a sweep of programs is
// sampled: of each name of a command the first, the middle and the last one, every kind of fault,
// once, at its first position. The table says how many that is of how many.
//
// One thread at a time; this process must have no other threads.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/sweep/sweep.h"

namespace burnrig::harness::sweep {

struct ForeignJob {
    std::string program; ///< "wodim"
    std::string medium;  ///< "cd-r-80"
    std::vector<std::string> words;
};

/// "MEDIUM: PROGRAM ARGUMENT ..."; without a medium it is cd-r-80.
mmc::Result<ForeignJob> parse_foreign_job(const std::string& text);

struct ForeignTrial {
    std::string rule;
    std::string verdict; ///< "truthful", "misleading", "false-success", "hang", "not-met", "broken"
    std::string why;
    std::string file; ///< the scenario that shows it again, with SweepOptions::out
};

struct ForeignResult {
    ForeignJob job;
    std::string skipped; ///< why nothing was tried
    std::size_t commands = 0;
    std::uint64_t possible = 0; ///< trials without sampling
    std::vector<ForeignTrial> trials;
    double wall_seconds = 0;
};

struct ForeignOptions {
    std::string drive = "generic-bd-recorder";
    std::vector<std::string> kinds{};
    std::string directory; ///< where the scenarios of the trials go; they stay there
    unsigned jobs = 1;
    std::uint64_t shard = 0;
    std::uint64_t shards = 1;
    std::function<void(std::uint64_t done, std::uint64_t all)> progress{};
};

mmc::Result<ForeignResult> sweep_program(const ForeignJob& job, const ForeignOptions& options);

/// A Markdown table with a row for each program.
std::string foreign_table(const std::vector<ForeignResult>& results);

/// The trials in which a program did not tell the truth, a line each.
std::string foreign_details(const std::vector<ForeignResult>& results);

} // namespace burnrig::harness::sweep
