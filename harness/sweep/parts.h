// SPDX-License-Identifier: Apache-2.0
// A sweep in parts: each shard is a process, here or on another machine, and leaves one file; all
// files together are the whole.
//
//     burnrig sweep --shard 3/8 --out DIR      DIR/shard-3-of-8.json
//     burnrig sweep --merge DIR                DIR/summary.json, the bytes that one process writes
//
// A file appears when its shard is done, all at once. Thread-safe.
#pragma once

#include <string>

#include "harness/sweep/summary.h"

namespace burnrig::harness::sweep {

/// "shard-3-of-8.json", or "summary.json" when there are no shards.
std::string summary_file(const SweepOptions& options);

/// Of the program's file: shards of different builds are not one sweep.
std::string build_digest();

struct Merged {
    SweepResult result;
    Json about; ///< what the shards say of who made them
};

/// Of the directory's shard files. The error names a missing or foreign one.
mmc::Result<Merged> merge_parts(const std::string& directory);

} // namespace burnrig::harness::sweep
