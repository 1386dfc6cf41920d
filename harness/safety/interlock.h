// SPDX-License-Identifier: Apache-2.0
// What must be true before anything is written to a physical drive. All four, or nothing is:
//
//     1  --allow-destructive was given
//     2  the medium was named (--medium-id, or in the rig file), and read again now it is that one
//     3  the rig file lists the drive as sacrificial, by its serial number
//     4  nothing of it is mounted and nobody holds it
//
// One thread at a time.
#pragma once

#include <string>

#include "harness/safety/rig_file.h"
#include "mmc/result.h"
#include "mmc/target.h"

namespace CLI {
class App;
}

namespace burnrig::harness {

struct Consent {
    bool allow_destructive = false;
    std::string rig_file;
    std::string medium_identity;
    int countdown_s = 10; ///< to think of another disc
    bool locked = false;  ///< whoever began this process has locked the drive for it
};

/// --allow-destructive, --rig, --medium-id, --countdown.
void add_consent_options(CLI::App& command, Consent& consent);

/// From feature 0108h, or the unit serial number page.
mmc::Result<std::string> drive_serial(mmc::Target& target);

/// A text that differs between discs as far as a drive can tell and that stays while a disc is
/// written: kind, and ATIP or manufacturer; the capacity where there is no manufacturer.
mmc::Result<std::string> medium_identity(mmc::Target& target);

/// Condition 2 and 3 against what the target says now. The message names what is missing.
mmc::Result<void> check_identity(const Consent& consent, const RigFile& rig, mmc::Target& target);

/// All four, for a device node. The message lists all that is missing, with the serial number and
/// the identity to type.
mmc::Result<void> check_interlock(const Consent& consent, const std::string& device,
                                  mmc::Target& target);

/// A last moment to think of another disc, in real time; a signal ends the program as ever.
void count_down(const std::string& device, int seconds);

} // namespace burnrig::harness
