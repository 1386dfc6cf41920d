// SPDX-License-Identifier: Apache-2.0
// The page of a sweep: a map of commands and faults, coloured by what became of the trials there,
// whose cells lead to the commands that do a trial again. Made from the sweep's summary:
//
//     {"scenarios": [{"name": "cd-r-80 tao", "replay": "burnrig sweep ...",
//                     "commands": [{"index": 1, "name": "INQUIRY", "nth": 1, "lba": null}, ...]}],
//      "kinds": ["write-error", ...],
//      "cell_columns": ["scenario", "command", "kind", "trials", "held", "undetectable",
//                       "violated", "failed", "succeeded"], "cells": [[0, 0, 0, 6, 6, 0, 0, 6, 0]],
//      "trials": [{"scenario": 0, "command": 12, "name": "WRITE_10", "kind": "write-error",
//                  "position": "midway", "persistence": "transient", "outcome": "failed",
//                  "cause": "write-error", "verdict": "violated", "invariant": "I3",
//                  "detail": "...", "replay": "burnrig replay ..."}],
//      "totals": {"trials": 6, "held": 6, "violated": 0, "undetectable": 0, "wall_seconds": 0.1},
//      "burnrig": ..., "seed": ..., "replay": ...}
//
// A cell's scenario, command and kind are indexes into those lists; `trials` are those that did
// not hold, their `command` is the command's index. Thread-safe.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "mmc/result.h"

namespace burnrig::harness::html {

/// Writes `--html PATH`. The error names the path.
mmc::Result<void> write_sweep_page(const std::string& path, const nlohmann::ordered_json& summary);

} // namespace burnrig::harness::html
