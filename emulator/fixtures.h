// SPDX-License-Identifier: Apache-2.0
// Drives and media as data: finds and reads fixtures/drives/NAME.yaml and fixtures/media/NAME.yaml.
//
// A name with a slash or ending in .yaml is a path; any other name is looked for in
// $BURNRIG_FIXTURES, beside the program (../share/burnrig/fixtures), then in the source tree the
// program was built from. Errors name file, line and key, and for an unknown name or key the
// nearest known one. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "emulator/disc/medium.h"
#include "emulator/drive/drive_model.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// A further folder to look in, behind $BURNRIG_FIXTURES: where a library's fixtures were
/// installed, which is not beside the program. To be said once, before anything is loaded.
void use_fixtures(const std::string& folder);

mmc::Result<DriveModel> load_drive(const std::string& name);
mmc::Result<Medium> load_medium(const std::string& name);

/// All there are, by name, ascending.
mmc::Result<std::vector<DriveModel>> list_drives();
mmc::Result<std::vector<Medium>> list_media();

} // namespace burnrig::emulator
