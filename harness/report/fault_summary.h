// SPDX-License-Identifier: Apache-2.0
// What the fault rules of a run did, in words: a rule that never fired is said loudly, for a test
// that relies on it tested nothing.
#pragma once

#include <string>
#include <vector>

#include "emulator/faults/engine.h"

namespace burnrig::harness {

/// A line per rule, each beginning with "burnrig: " and ending in a line feed; "" without rules.
/// With `only_unfired`, only those that never fired.
std::string fault_summary(const std::vector<emulator::faults::RuleReport>& rules,
                          bool only_unfired = false);

} // namespace burnrig::harness
