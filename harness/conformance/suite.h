// SPDX-License-Identifier: Apache-2.0
// The conformance suite: every check there is, and how they are run on a target.
//
//     as found        all checks that leave the disc alone
//     life cycles     those that record on it, each on a new disc where there are more
//     afterwards      the first ones again, on what is recorded now
//
// Works on any mmc::Target: an emulated drive, a physical one, one behind a filter. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/conformance/check.h"
#include "harness/conformance/trial.h"

namespace burnrig::harness::conformance {

/// All checks, in the order in which they run.
const std::vector<Check>& all_checks();

struct SuiteOptions {
    std::string only;       ///< a shell pattern of names; without * and ? anything that contains it
    bool may_write = false; ///< the life cycles too
    bool may_move_tray = true;
    /// Puts in a new disc of the same kind; empty: there is only the one that is in.
    std::function<bool()> new_disc{};
    /// Called once, before the first command that changes the disc; false: nothing is written.
    std::function<bool()> before_first_write{};
    std::function<void(const struct CheckResult&)> finished{};
};

struct CheckResult {
    const Check* check = nullptr;
    std::string disc; ///< state of the disc when the check began: "blank", "complete", "none"
    Outcome outcome;
    mmc::Duration duration{0};
};

struct SuiteReport {
    std::vector<CheckResult> results;
    std::size_t count(Verdict verdict) const;
    /// Checks that were judged: all but those not applicable.
    std::size_t judged() const;
};

/// Those whose name matches.
std::vector<const Check*> select(const std::string& pattern);

SuiteReport run_suite(mmc::Target& target, mmc::Clock& clock, const SuiteOptions& options);

/// One check alone; `checks` of other suites may be run this way too.
CheckResult run_check(const Check& check, mmc::Target& target, mmc::Clock& clock,
                      const SuiteOptions& options);

} // namespace burnrig::harness::conformance
