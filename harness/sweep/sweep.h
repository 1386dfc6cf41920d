// SPDX-License-Identifier: Apache-2.0
// The exhaustive sweep: every command of a burn, every kind of fault that makes sense there,
// before, midway and after, once and for good; each trial from the same start, each judged by the
// outcome oracle and the invariants.
//
//     subject  points (commands of a good burn) x kinds x positions x persistence  =  trials
//
// A fault at the nth command can only strike when all before it went as in the good burn, so the
// points are those of the good burn, and one further trial for each name of a command shows that
// the rule behind the last one never fires. Commands that only a failed burn sends are met by
// persistent faults and by pairs of faults (depth 2).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/sweep/invariants.h"
#include "harness/sweep/subject.h"
#include "harness/sweep/tally.h"

namespace burnrig::harness::sweep {

struct SweepOptions {
    std::vector<std::string> kinds{}; ///< names; empty: all
    std::string at{};                 ///< "WRITE_10 #3": only there
    bool paranoid = false;            ///< every kind at every command
    bool whole = false;               ///< every command of long burns too
    std::uint64_t sample = 500;       ///< trials of each long burn; 0: all
    unsigned depth = 1;               ///< 2: pairs of faults, `pairs` of them drawn by the seed
    std::uint64_t pairs = 2000;       ///< for each subject
    std::uint64_t shard = 0;          ///< of `shards`, from 0
    std::uint64_t shards = 1;
    std::uint64_t seed = 1; ///< of what is drawn: repeated trials, pairs
    unsigned jobs = 1;
    std::size_t failures_max = 100; ///< shrunk and written as scenarios
    std::function<void(std::uint64_t done, std::uint64_t all)> progress{};
};

/// One trial, before it is carried out.
struct TrialSpec {
    std::uint32_t subject = 0;
    std::uint32_t point = 0;
    std::uint32_t kind = 0; ///< of the sweep's list
    Position position = whole;
    Persistence persistence = Persistence::transient;
    bool beyond = false; ///< behind the last point: must not fire
};

/// A burn, as far as results need it.
struct Label {
    std::string name;
    std::string drive;
    std::string medium;
    std::string replay; ///< the command that sweeps it alone
    bool operator==(const Label&) const = default;
};

struct SweepResult {
    std::vector<Label> subjects;
    std::vector<std::vector<Point>> points; ///< by subject
    std::vector<std::string> kinds;
    Tally sums;
    std::vector<Failure> failures;       ///< violations, one for each group of like ones, by trial
    std::vector<std::string> never_seen; ///< causes that a kind should have given at least once
    std::string host_state;              ///< what I12 found; "" when it holds
    std::uint64_t of_trials = 0;         ///< of all shards
    std::vector<std::string> sampled;    ///< "cd-r-80 raw16: 720 of 46,000 trials"
    std::uint64_t pairs_possible = 0;    ///< of faults, with depth 2; `trials` holds those drawn
    std::uint64_t pairs_drawn = 0;
    double wall_seconds = 0;
    SweepOptions options;

    bool good() const { return sums.violated == 0 && host_state.empty(); }
};

/// "write-error: at WRITE_10 #3 after -> fail 03/0C/00".
std::string rule_of(const Subject& subject, const Point& point, const Kind& kind, Position position,
                    Persistence persistence, std::string_view suffix = "");

/// Errors: a burn that fails without faults, an unknown kind.
mmc::Result<SweepResult> run_sweep(std::vector<Subject> subjects, const SweepOptions& options);

/// How many trials that would be, of all shards.
mmc::Result<std::uint64_t> count_trials(std::vector<Subject> subjects, const SweepOptions& options);

/// Lists the failures of the sums, and what should have been seen.
void conclude(SweepResult& result);

} // namespace burnrig::harness::sweep
