// SPDX-License-Identifier: Apache-2.0
// A medium as YAML: the form of fixtures/media/NAME.yaml, and of the medium a disc's directory
// remembers. Thread-safe.
#pragma once

#include "emulator/disc/medium.h"
#include "emulator/yaml_fields.h"

namespace burnrig::emulator {

/// Reads all keys of a medium; mistakes are in fields.finish().
void read_medium(YamlFields& fields, Medium& medium);

/// Writes the keys that read_medium() reads, as one mapping.
void write_medium(YAML::Emitter& out, const Medium& medium);

} // namespace burnrig::emulator
