// SPDX-License-Identifier: Apache-2.0
// Reads what a drive is from fixtures/drives/NAME.yaml, and writes it. The keys are in the order of
// the fixtures; optional ones are those that most drives have no need to say.
#pragma once

#include "emulator/drive/drive_model.h"
#include "emulator/yaml_fields.h"

namespace burnrig::emulator {

void read_drive(YamlFields& fields, DriveModel& model);
/// The same keys, all of them, so that it can be read again.
void write_drive(YAML::Emitter& out, const DriveModel& model);

} // namespace burnrig::emulator
