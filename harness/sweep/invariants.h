// SPDX-License-Identifier: Apache-2.0
// What must hold after every trial, whatever struck: each invariant is a named check of the drive's
// own model and of the commands that were seen, not of the driver's word.
//
//     O    the outcome is one that the effect of what struck allows
//     I1   never success on a bad disc                     disc against image and good burn
//     I2   a failure names its command, sense and cause     error against the commands seen
//     I3   the tray is not left locked                      drive
//     I4   it ends                                          clock
//     I5   what was recorded before is still there          disc against the starting disc
//     I6   the state of the disc is reported as it is       report against the disc
//     I7   after the failure only cleaning up               commands
//     I8   no write beyond the plan, none twice             recordings of the disc
//     I9   retries are bounded                              commands
//     I10  a changed medium is looked at anew               commands
//     I11  a deferred error is not laid to its carrier      error
//     I12  host state is restored                           process, once a sweep (host_state.h)
//     I13  what a person is shown is monotone               events
//     I14  when all is healed, it burns again               a second burn, with drive and recorder
//     I15  the same trial again gives the same commands     digest of the trace
//
// Thread-safe (no state).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/sweep/trial.h"

namespace burnrig::harness::sweep {

struct Invariant {
    std::string_view id; ///< "I3"
    std::string_view title;
    std::string (*check)(
        const Trial&); ///< what is wrong; "" when it holds. nullptr: not of one trial
};

/// All of them, in order.
std::span<const Invariant> invariants();
const Invariant* find_invariant(std::string_view id);

struct Violation {
    std::string invariant; ///< "I3"
    std::string detail;
};

struct Judgement {
    std::vector<Violation> violations;
    bool undetectable =
        false; ///< success on a bad disc that no command told of and nobody read back
};

struct JudgeOptions {
    bool second_burn = true; ///< I14: after each failure; of the successes, those run twice
    bool twice = false;      ///< ... with a new recorder too
    bool again = false;      ///< I15: carries the trial out once more
};

/// Judges a trial; it heals and uses up the trial's drive.
Judgement judge(Trial& trial, const std::vector<std::string>& rules, const JudgeOptions& options);

/// Only this invariant; "" when it holds. For shrinking and replaying.
std::string check_one(Trial& trial, const std::vector<std::string>& rules, std::string_view id);

} // namespace burnrig::harness::sweep
