// SPDX-License-Identifier: Apache-2.0
// What came of a sweep, as text, JSON and JUnit XML.
//
//     {"burnrig": .., "seed": .., "replay": "burnrig sweep ...",
//      "scenarios": [{"name": "cd-r-80 tao", "replay": "burnrig sweep ...",
//                     "commands": [{"index": 1, "name": "INQUIRY", "nth": 1, "lba": null}]}],
//                     "kinds": ["opc-failed", ...], "cell_columns": ["scenario", "command", "kind",
//      "trials", "held", "undetectable", "violated",
//                       "failed", "succeeded"],
//      "cells": [[0, 12, 6, 6, 6, 0, 0, 6, 0], ...],
//      "trials": [{"scenario": 0, "command": 12, "name": "WRITE_10", "kind": .., "invariant": "I3",
//                  "verdict": "violated", "detail": .., "replay": "burnrig replay ..."}],
//      "totals": {"trials": .., "held": .., "violated": .., "undetectable": ..}}
//
// No time and no path is in it: the same program and the same sweep give the same bytes, on any
// machine, in one piece or merged from its shards (parts.h).
//
// Thread-safe (no state).
#pragma once

#include <string>

#include "harness/report/result_json.h"
#include "harness/sweep/sweep.h"

namespace burnrig::harness::sweep {

/// For people: how many trials, what held, each failure with the command that shows it again, for
/// which `directory` is where the failures were written.
std::string to_text(const SweepResult& result, const std::string& directory);

Json to_json(const SweepResult& result, const Json& about);

/// A test case for each subject.
std::string to_junit(const SweepResult& result, const Json& about);

} // namespace burnrig::harness::sweep
