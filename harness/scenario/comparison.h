// SPDX-License-Identifier: Apache-2.0
// Programs beside each other over many scenarios, as a table for people (Markdown):
//
//     | program      | truthful | misleading | false success | hang | not met | n/a |
//     |---|---|---|---|---|---|---|
//     | burnrig burn | 70       | 0          | 3             | 0    | 20      | 14  |
//
// and as one row for each scenario. Thread-safe (no state).
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/result.h"

namespace burnrig::harness::scenario {

/// `results` are of comparison_of(..., peers): the run of a program has its place in the list.
std::string comparison_table(const std::vector<ScenarioResult>& results,
                             const std::vector<std::string>& peers);

/// A row for each scenario with a verdict for each program.
std::string comparison_rows(const std::vector<ScenarioResult>& results,
                            const std::vector<std::string>& peers);

/// "opc-ad7280s-cdrw  wodim: truthful (it reported failure; ...)", a line for each program.
std::string comparison_details(const ScenarioResult& result, const std::vector<std::string>& peers);

} // namespace burnrig::harness::scenario
