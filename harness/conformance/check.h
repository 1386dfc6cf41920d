// SPDX-License-Identifier: Apache-2.0
// One check of the conformance suite: a rule of MMC about one command, and a function that finds
// out whether the target keeps it.
//
//     Check{"get-configuration/ascending", "GET CONFIGURATION", "MMC-5", {},
//           [](Trial& trial) { ... trial.expect(reply, ...); }}
//            ^name for --only         ^command    ^source       ^needs
//
// Checks build their CDBs and read the replies themselves, from the standard: they share no code
// with the emulator or the driver, so that a mistake there cannot hide itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/results/finding.h"
#include "mmc/profile.h"

namespace burnrig::harness::conformance {

class Trial;

using Bytes = std::vector<std::uint8_t>;

/// What has to be in the drive.
enum class Inside : std::uint8_t { anything, medium, cd, dvd, bd, not_cd };
/// What the disc in it must be.
enum class DiscState : std::uint8_t { any, blank, recorded };
/// What the check does to the drive and the disc.
enum class Touch : std::uint8_t { nothing, tray, disc };

struct Needs {
    Inside inside = Inside::anything;
    DiscState state = DiscState::any;
    Touch touch = Touch::nothing;
    std::vector<mmc::Profile> profiles{}; ///< one of them current; empty: any
    std::uint16_t feature = 0; ///< listed by the drive, if not current then not for this disc
};

struct Check {
    std::string name; ///< "command/what", unique
    std::string_view command;
    std::string_view source; ///< where the rule stands
    Needs needs;
    std::function<void(Trial&)> run;
};

/// note: passed, with something that a reader may want to know.
enum class Verdict : std::uint8_t { pass, note, fail, not_applicable, broken };

struct Outcome {
    Verdict verdict = Verdict::pass;
    std::string reason; ///< why not applicable, or what broke
    std::vector<Finding> findings;
    std::vector<std::string> notes;
};

constexpr std::string_view verdict_name(Verdict verdict) {
    constexpr std::string_view names[]{"pass", "note", "fail", "not-applicable", "broken"};
    return names[static_cast<std::size_t>(verdict)];
}

} // namespace burnrig::harness::conformance
