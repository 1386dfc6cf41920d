// SPDX-License-Identifier: Apache-2.0
// Scenarios from text, for tests.
#pragma once

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "harness/scenario/scenario_yaml.h"

namespace burnrig {

/// A scenario file that is gone with this object.
class ScenarioFile {
public:
    explicit ScenarioFile(const std::string& text) {
        close(mkstemps(path_.data(), 5));
        std::ofstream(path_) << text;
    }
    ~ScenarioFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_ = "/tmp/burnrig-scenario-test-XXXXXX.yaml";
};

inline harness::scenario::Scenario read(const std::string& text) {
    const ScenarioFile file(text);
    auto scenario = harness::scenario::read_scenario(file.path());
    BOOST_REQUIRE_MESSAGE(scenario, (scenario ? "" : scenario.error().message));
    return *scenario;
}

/// The message with the file's path cut off: "7: unknown key ...".
inline std::string mistake_in(const std::string& text) {
    const ScenarioFile file(text);
    const auto scenario = harness::scenario::read_scenario(file.path());
    if (scenario)
        return "no mistake found";
    const auto& message = scenario.error().message;
    const auto begins = file.path() + ":";
    return message.starts_with(begins) ? message.substr(begins.size()) : message;
}

} // namespace burnrig
