// SPDX-License-Identifier: Apache-2.0
// The statements of a rule file beside the fault rules: settings, expectations, includes.
//
//     drive   generic-dvdrw buffer=2MiB                    Setting
//     include "bridges/flaky-usb.yaml"                     Include (kept, not followed)
//     fault   opc: at OPC -> fail opc-failed               FaultRule
//     expect  commands @write == 0                         Expectation
//
// Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "emulator/faults/rule.h"

namespace burnrig::emulator::faults {

struct Setting {
    std::string key;                // "drive", "medium", "session", ...
    std::vector<std::string> words; // at least one
    bool operator==(const Setting&) const = default;
};

struct Include {
    std::string path;
    bool operator==(const Include&) const = default;
};

/// What a run must show.
namespace expectation {
struct Outcome { // "outcome failed"
    std::string word;
    bool operator==(const Outcome&) const = default;
};
struct Cause { // "cause opc-failed"
    std::string name;
    bool operator==(const Cause&) const = default;
};
struct Sense { // "sense 03/73/03"
    mmc::SenseCode code;
    bool operator==(const Sense&) const = default;
};
struct Message { // "message ~ \"power calibration\"", a regular expression
    std::string pattern;
    bool operator==(const Message&) const = default;
};
struct Tray { // "tray unlocked"
    std::string word;
    bool operator==(const Tray&) const = default;
};
struct Within { // "within 15s"
    mmc::Duration duration{0};
    bool operator==(const Within&) const = default;
};
struct Medium {                     // "medium equals image"
    std::vector<std::string> words; // at least one
    bool operator==(const Medium&) const = default;
};
struct Session { // "session 1 intact"
    std::uint64_t number = 1;
    std::string word;
    bool operator==(const Session&) const = default;
};
struct Fired { // "fired jitter >= 10"
    std::string rule;
    Comparison comparison{};
    std::uint64_t count = 0;
    bool operator==(const Fired&) const = default;
};
struct Commands { // "commands @write == 0"
    Point point;  // a command or a group
    Comparison comparison{};
    std::uint64_t count = 0;
    bool operator==(const Commands&) const = default;
};
struct Exit { // "exit 1"
    std::uint64_t code = 0;
    bool operator==(const Exit&) const = default;
};
} // namespace expectation

struct Expectation {
    std::variant<expectation::Outcome, expectation::Cause, expectation::Sense, expectation::Message,
                 expectation::Tray, expectation::Within, expectation::Medium, expectation::Session,
                 expectation::Fired, expectation::Commands, expectation::Exit>
        what;
    bool operator==(const Expectation&) const = default;
};

using Statement = std::variant<Setting, FaultRule, Expectation, Include>;

} // namespace burnrig::emulator::faults
