// SPDX-License-Identifier: Apache-2.0
// A failed trial as a scenario file that shows it again: `burnrig replay I3-9f2c41d0.yaml`.
//
//     title: "I3 cd-r-80 tao: the tray is not left locked"
//     drive: {like: generic-bd-recorder, buffer: 128KiB}
//     medium: cd-r-80
//     faults: ["write-error: at WRITE_10 #3 after -> fail 03/0C/00"]
//     invariants: [I3]
//     runs: [{burn: {mode: tao}}]
//
// One thread at a time for one directory.
#pragma once

#include <string>

#include "harness/sweep/sweep.h"

namespace burnrig::harness::sweep {

/// The file's text.
std::string failure_yaml(const Subject& subject, const Failure& failure);

/// Writes one file for each failure into the directory (made if need be) and notes its name there.
mmc::Result<void> write_failures(const std::string& directory, SweepResult& result);

struct Replay {
    std::string file;
    std::vector<Violation> violations;
    std::string trace; ///< a line for each command
    std::string told;  ///< what the driver said
};

/// Carries the file's burn out again and checks its invariants, or all of them when it names none.
mmc::Result<Replay> replay_failure(const std::string& file);

} // namespace burnrig::harness::sweep
