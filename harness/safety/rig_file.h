// SPDX-License-Identifier: Apache-2.0
// The rig file: what its owner says about the drives and discs that may be used up. YAML:
//
//     sacrificial_drives: ["K0OD5H12345"]          by serial number, never by node
//     media: ["CD-RW 97:17:01 79:59:74"]           identities, as a refusal prints them
//     ledger: discs.jsonl                          beside the rig file; this is the default name
//     power:                                       how a drive's power is switched, by serial
//     number
//       K0OD5H12345: {off: "uhubctl -l 1-1 -p 2 -a off", on: "uhubctl -l 1-1 -p 2 -a on", wait: 30}
//
// Thread-safe (no state).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "mmc/result.h"

namespace burnrig::harness {

/// Commands for the shell. Each must end within `wait`, and the drive be gone or there within the
/// same time again.
struct PowerCommands {
    std::string off;
    std::string on;
    std::chrono::seconds wait{30};
};

struct RigFile {
    std::vector<std::string> sacrificial_drives;  ///< serial numbers
    std::vector<std::string> media;               ///< identities
    std::string ledger{};                         ///< path; "" of a text that is no file
    std::map<std::string, PowerCommands> power{}; ///< by serial number

    const PowerCommands* power_of(const std::string& serial) const;
};

/// The error names the file, the line and the fix.
mmc::Result<RigFile> parse_rig_file(const std::string& text, const std::string& name);
/// The same of a file; its ledger is a path that can be opened from here.
mmc::Result<RigFile> read_rig_file(const std::string& path);

/// The whole of a small file.
mmc::Result<std::string> read_text(const std::string& path);

} // namespace burnrig::harness
