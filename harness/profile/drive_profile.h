// SPDX-License-Identifier: Apache-2.0
// A drive as a fixture: asks a drive what it is and can do (asking.h), and writes it as a file that
// the simulated drive loads.
//
//     const auto profile = read_drive(target);        speeds: of the disc that is in it
//     to_yaml(profile, "my-drive")                    for fixtures/drives/my-drive.yaml
//
// What a drive cannot be asked is left at the usual values, and said at the top of the file.
// Thread-safe (no state), as far as the target is.
#pragma once

#include <string>
#include <vector>

#include "emulator/disc/medium.h"
#include "harness/profile/identify.h"
#include "mmc/result.h"

namespace burnrig::harness::profile {

struct DriveProfile {
    emulator::DriveModel model;
    std::uint16_t current_profile = 0;
    std::vector<std::string> untold; ///< sentences: what stands there and was not told
};

DriveProfile read_drive(mmc::Target& target);

/// The medium in the drive; fails when there is none, or none that says what it is.
struct MediumProfile {
    emulator::Medium medium;
    std::vector<std::string> untold;
};
mmc::Result<MediumProfile> read_medium(mmc::Target& target);

/// Kind of the medium that has this profile; of a drive that has none, what its disc looks like.
/// Nothing: there is no disc.
std::optional<emulator::MediumKind> kind_in(Asker& asker, std::uint16_t profile);

/// Files as fixtures/drives and fixtures/media have them, to be saved as NAME.yaml.
std::string to_yaml(const DriveProfile& profile, const std::string& name);
std::string to_yaml(const MediumProfile& profile, const std::string& name);

/// A name for a drive that has none yet: "hl-dt-st-bd-re-bh16ns40".
std::string suggested_name(const emulator::DriveModel& model);

} // namespace burnrig::harness::profile
