// SPDX-License-Identifier: Apache-2.0
// The groups of checks, one file each.
#pragma once

#include <array>
#include <vector>

#include "harness/conformance/check.h"

namespace burnrig::harness::conformance {

std::vector<Check> inquiry_checks();
std::vector<Check> sense_checks();
std::vector<Check> configuration_checks();
std::vector<Check> allocation_length_checks();
std::vector<Check> toc_checks();

/// In the order in which they run; what moves the tray or writes comes last.
inline constexpr std::array check_makers{inquiry_checks, sense_checks, configuration_checks,
                                         toc_checks, allocation_length_checks};

} // namespace burnrig::harness::conformance
