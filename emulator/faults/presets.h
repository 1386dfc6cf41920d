// SPDX-License-Identifier: Apache-2.0
// Rules that have a name of their own, with parameters: what users write instead of a rule.
//
//     opc-failure                                      with its standard values
//     write-error@write=100                            at the hundredth WRITE
//     mine: write-error@lba=5000,sense=03/0C/02        under a name of its own, at an address
//
// A preset is one rule or several. The names of its rules begin with the preset's name, or with
// the one it was given. Thread-safe (constant tables).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "emulator/faults/lexer.h"
#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

struct Preset {
    std::string_view name;
    std::string_view summary;
    std::string_view standard; ///< parameters and their standard values: "take=8.906s write=40"
    std::string_view rules;    ///< a line each, with parameters as {take}
};
std::span<const Preset> presets();

struct PresetParameter {
    std::string_view name;
    std::string_view standard; ///< "" for one that stands in place of another: lba for write
    std::string_view meaning;
};
/// In the order in which the preset has them.
std::vector<PresetParameter> parameters(const Preset& preset);

/// The rules it stands for with its standard values, a canonical line each.
std::vector<std::string> standard_rules(const Preset& preset);

/// Whether the text is meant as a preset and not as a rule.
bool is_preset(std::string_view text);

/// What a user gives for a fault: a rule line, which is one rule, or a preset, one or several.
/// When a name among `taken` is in a preset's way its own name gets a number: "opc-failure-2". The
/// error names the parameter, those there are, and the nearest word.
tl::expected<std::vector<FaultRule>, SyntaxError>
read_rules(std::string_view text, std::span<const std::string> taken = {});

} // namespace burnrig::emulator::faults
