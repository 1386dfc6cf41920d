// SPDX-License-Identifier: Apache-2.0
// What the suite found, as text, JSON and JUnit XML.
//
//     FAIL  read-capacity/block-length  [blank]  READ CAPACITY, MMC-5
//           block length
//           expected 2048 (800h)
//           seen     2336 (920h)
//           CDB      25 00 00 00 00 00 00 00 00 00
//
// Thread-safe (no state).
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "harness/conformance/suite.h"

namespace burnrig::harness::conformance {

/// One result; "" for a pass unless `every` is set.
std::string to_text(const CheckResult& result, bool every);

/// "412 checks: 380 passed, 3 with notes, 2 failed, 27 not applicable".
std::string summary(const SuiteReport& report);

/// {"checks": [{"name": ..., "verdict": ..., "findings": [...]}, ...], "summary": {...}}
nlohmann::ordered_json to_json(const SuiteReport& report);

/// `about` becomes the properties: drive, medium, seed, replay command.
std::string to_junit(const SuiteReport& report, const nlohmann::ordered_json& about);

/// "name  command  needs", a line for each check.
std::string list_text(const std::vector<const Check*>& checks);
nlohmann::ordered_json list_json(const std::vector<const Check*>& checks);

} // namespace burnrig::harness::conformance
