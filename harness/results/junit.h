// SPDX-License-Identifier: Apache-2.0
// JUnit XML, as CI servers read it: one suite, its properties, a case for each test.
//
//     <testsuite name="burnrig scenarios" tests="2" failures="1" errors="0" skipped="0">
//      <properties> <property name="seed" value="1"/> </properties>
//      <testcase classname="field" name="opc-ad7280s-cdrw" time="10.281"/>
//
// Times are seconds of drive time with three decimals; the Surefire schema takes no more.
// Thread-safe (no state).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mmc/clock.h"

namespace burnrig::harness {

/// What a CI server tells apart: failed is the thing under test, broken the rig.
enum class JunitVerdict : std::uint8_t { passed, failed, broken, skipped };

struct JunitCase {
    std::string class_name;
    std::string name;
    mmc::Duration duration{0};
    JunitVerdict verdict = JunitVerdict::passed;
    std::string message{}; ///< why, in one line; not of a passed one
    std::string details{};
    std::vector<std::pair<std::string, std::string>> properties{};
};

/// `about` becomes the suite's properties: seed, drive, replay command.
std::string to_junit(const std::string& suite, const nlohmann::ordered_json& about,
                     const std::vector<JunitCase>& cases);

} // namespace burnrig::harness
