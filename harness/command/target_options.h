// SPDX-License-Identifier: Apache-2.0
// The options that say which drive and disc a command works on, shared by all subcommands.
//
//     --drive --medium --disc --fault --seed --time --trace     a simulated drive in this process
//     --device /dev/sr0                                          a device node, through SG_IO;
//                                                                --fault then acts above the cable
#pragma once

#include "harness/rig/connection.h"

namespace CLI {
class App;
}

namespace burnrig::harness {

/// --drive, --medium, --disc, --fault, --seed, --time, --trace.
void add_rig_options(CLI::App& command, TargetOptions& options);
/// The same and --device.
void add_target_options(CLI::App& command, TargetOptions& options);

} // namespace burnrig::harness
