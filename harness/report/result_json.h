// SPDX-License-Identifier: Apache-2.0
// JSON that all commands share: who made it, what the fault rules did, what the disc is now.
// Thread-safe.
#pragma once

#include <nlohmann/json.hpp>

#include "emulator/faults/engine.h"
#include "harness/rig/identity.h"

namespace burnrig::harness {

/// Keeps keys in the order they were set, so that results read from top to bottom.
using Json = nlohmann::ordered_json;

/// {"burnrig": version, "seed": ..., "drive": ..., "medium": ..., "replay": ...}
Json to_json(const RunIdentity& identity);

/// [{"name": ..., "rule": ..., "matched": 1, "fired": 1, "suppressed_by": ""}, ...]
Json to_json(const std::vector<emulator::faults::RuleReport>& rules);

/// The program's version, "0.1.0".
const char* version();

} // namespace burnrig::harness
