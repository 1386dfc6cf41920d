// SPDX-License-Identifier: Apache-2.0
// The parts of a scenario file that say what must come: `expect`, `truth`, `meets`. Internal to
// scenario_yaml.cpp. Thread-safe (no state).
#pragma once

#include "emulator/yaml_fields.h"
#include "harness/scenario/scenario.h"

namespace burnrig::harness::scenario {

std::vector<Expectation> read_expectations(emulator::YamlFields& fields, std::string_view key);

std::vector<Meeting> read_meetings(emulator::YamlFields& fields, std::string_view key);

/// "54 01 ??": two digits a byte, blanks between; nothing when it is something else. Only with
/// `wild` may a byte be any.
std::optional<std::vector<std::optional<std::uint8_t>>> parse_bytes(std::string_view text,
                                                                    bool wild);
std::optional<std::vector<std::uint8_t>> parse_bytes(std::string_view text);

/// An optional duration such as "8.906s".
void read_duration(emulator::YamlFields& fields, std::string_view key, mmc::Duration& value);
/// An optional size such as "1MiB".
void read_size(emulator::YamlFields& fields, std::string_view key, std::uint64_t& value,
               std::uint64_t low, std::uint64_t high);

} // namespace burnrig::harness::scenario
