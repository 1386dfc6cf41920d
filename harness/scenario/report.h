// SPDX-License-Identifier: Apache-2.0
// What came of scenarios, as text, JSON and JUnit XML.
//
//     FAIL  opc-ad7280s-cdrw
//       wodim -tao speed=10 dev={device} {image}
//           line 14: expect
//           expected message ~ "OPC failed"
//           seen     it ended with: ...
//
// Thread-safe (no state).
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/result.h"

namespace burnrig::harness::scenario {

/// A line, and the details of what is not as it should be; with `every` of everything.
std::string to_text(const ScenarioResult& result, bool every);

struct Totals {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;
    std::size_t broken = 0;
    std::size_t malformed = 0; ///< of the broken ones
    std::size_t runs_skipped = 0;
};
Totals count(const std::vector<ScenarioResult>& results);

/// "12 scenarios: 10 passed, 1 failed, 1 skipped, 0 broken; 3 runs skipped".
std::string summary(const std::vector<ScenarioResult>& results);

Json to_json(const std::vector<ScenarioResult>& results);
std::string to_junit(const std::vector<ScenarioResult>& results, const Json& about);

} // namespace burnrig::harness::scenario
