// SPDX-License-Identifier: Apache-2.0
// Reads a scenario file, strictly: every mistake is an error with file, line and the nearest word.
//
//     title: The power calibration fails on a CD-RW
//     report: Gentoo Forums, thread "Impossible to burn a CD"
//     drive: optiarc-ad-7280s        # or {like: generic-dvd-recorder, vendor: .., product: ..,
//     medium: cd-rw-mbi-high-speed   #     revision: .., buffer: 2MiB, burn_free: false}
//                                    # medium too: {like: cd-r-80, lead_in: "97:17:06"}
//     image: 1MiB                    # bytes that repeat nowhere, made from `seed`
//     seed: 1
//     deadline: 1h                   # drive time that a run may take; behind it, it is `hung`
//     files: {job.toc: "CD_DA\n..."} # small files that programs find in {dir}
//     before:                        # makes the disc, without the faults; each must succeed
//       - [wodim, -tao, -multi, "dev={device}", "{image}"]
//     faults:
//       - "opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"
//     runs:                          # each from a copy of the same disc, with fresh rules
//       - program: [wodim, -tao, "dev={device}", "{image}"]
//         meets:                     # in this order; cdb and sense are how they begin
//           - {cdb: "54 01", sense: "70 00 03", takes: 8.906s}
//         expect: {outcome: failed, message: "OPC failed"}
//       - burn: {mode: tao, speed: 10}
//         expect: {tray: unlocked, medium: unchanged, commands: "@write == 0"}
//         faults: []                 # a run may have its own faults, drive and medium
//       - send: ["54 01 00 00 00 00 00 00 00 00"]    # or {cdb, out, in, timeout, wait}
//     sweep: {at: "@any", positions: [before, midway, after], action: power-loss 4s}
//                                    # of `burnrig sweep`: this, instead of every kind of fault
//     invariants: [I3]               # of `burnrig replay`: what must hold
//     truth: {outcome: failed, cause: opc-failed}    # judges `burn:` runs that give no outcome
//
// The values of `expect` and `truth` are the `expect` statements of the rule language, one or a
// list. Every rule must fire in every run unless it is in an `expect: {fired: ...}`. A program
// whose outcome is not the truth's says so: `verdict: false-success`.
//
// Thread-safe (no state).
#pragma once

#include <string>

#include "harness/scenario/scenario.h"
#include "mmc/result.h"

namespace burnrig::harness::scenario {

mmc::Result<Scenario> read_scenario(const std::string& file);

} // namespace burnrig::harness::scenario
