// SPDX-License-Identifier: Apache-2.0
// What a disc's directory remembers beside the blocks, as JSON. Reading accepts exactly what
// writing gives; anything else is an error that names the key. Thread-safe.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "emulator/disc/damage.h"
#include "emulator/disc/structure.h"
#include "mmc/result.h"

namespace burnrig::emulator {

nlohmann::json to_json(const Structure& structure);
nlohmann::json to_json(const Damage& damage);

mmc::Result<Structure> structure_from_json(const nlohmann::json& json);
mmc::Result<Damage> damage_from_json(const nlohmann::json& json);

} // namespace burnrig::emulator
