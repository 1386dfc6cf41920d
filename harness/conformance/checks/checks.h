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
std::vector<Check> feature_checks();
std::vector<Check> mode_page_checks();
std::vector<Check> disc_information_checks();
std::vector<Check> toc_checks();
std::vector<Check> reading_checks();
std::vector<Check> speed_checks();
std::vector<Check> allocation_length_checks();
std::vector<Check> other_command_checks();
std::vector<Check> readiness_checks();
std::vector<Check> cd_life_cycle_checks();
std::vector<Check> sequential_life_cycle_checks();
std::vector<Check> overwrite_life_cycle_checks();

/// In the order in which they run; what moves the tray or writes comes last.
inline constexpr std::array check_makers{
    inquiry_checks,
    sense_checks,
    configuration_checks,
    feature_checks,
    mode_page_checks,
    disc_information_checks,
    toc_checks,
    reading_checks,
    speed_checks,
    other_command_checks,
    allocation_length_checks,
    readiness_checks,
    cd_life_cycle_checks,
    overwrite_life_cycle_checks,
    sequential_life_cycle_checks,
};

} // namespace burnrig::harness::conformance
