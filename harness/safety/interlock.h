// SPDX-License-Identifier: Apache-2.0
// What must be true before anything is written to a physical drive. All four, or nothing is:
//
//     1  --allow-destructive was given
//     2  the medium was named (--medium-id, or in the rig file), and read again now it is that one
//     3  the rig file lists the drive as sacrificial, by its serial number
//     4  nothing of it is mounted and nobody holds it
//
// The rig file, YAML:
//
//     sacrificial_drives: ["K0OD5H12345"]
//     media: ["CD-RW 97:17:01 79:59:74"]
//
// One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "mmc/result.h"
#include "mmc/target.h"

namespace burnrig::harness {

struct Consent {
    bool allow_destructive = false;
    std::string rig_file;
    std::string medium_identity;
    int countdown_s = 10; ///< to think of another disc
};

/// --allow-destructive, --rig, --medium-id, --countdown.
void add_consent_options(CLI::App& command, Consent& consent);

struct RigFile {
    std::vector<std::string> sacrificial_drives; ///< serial numbers
    std::vector<std::string> media;              ///< identities
};
mmc::Result<RigFile> parse_rig_file(const std::string& text, const std::string& name);

/// From feature 0108h, or the unit serial number page.
mmc::Result<std::string> drive_serial(mmc::Target& target);

/// A text that differs between discs as far as a drive can tell: kind, ATIP or manufacturer,
/// capacity, disc identification.
mmc::Result<std::string> medium_identity(mmc::Target& target);

/// Whether a line of /proc/mounts is of this device.
bool is_mounted(std::string_view mounts, const std::string& device);

/// Condition 2 and 3 against what the target says now. The message names what is missing.
mmc::Result<void> check_identity(const Consent& consent, const RigFile& rig, mmc::Target& target);

/// All four, for a device node. The message lists all that is missing, with the serial number and
/// the identity to type.
mmc::Result<void> check_interlock(const Consent& consent, const std::string& device,
                                  mmc::Target& target);

/// A last moment to think of another disc, in real time; a signal ends the program as ever.
void count_down(const std::string& device, int seconds);

} // namespace burnrig::harness
