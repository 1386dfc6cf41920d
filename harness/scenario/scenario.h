// SPDX-License-Identifier: Apache-2.0
// A scenario as data: a drive, a disc, faults, who burns, and what must come of it. Read from a
// YAML file (scenario_yaml.h), carried out run by run (trial.h), judged (judge.h).
//
//     scenario -> for each run: trial (drive + disc + rules + program) -> outcome -> findings
//
// Plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/drive/drive_model.h"
#include "emulator/faults/statement.h"
#include "harness/rig/burn_settings.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::harness::scenario {

/// An unmodified program on the fake device. {device} {generic} {image} {dir} in its words stand
/// for the node, the SG node, the image file and an empty directory of the run's own.
struct ProgramJob {
    std::vector<std::string> words;
};

/// Our own driver, the truthful program.
struct BurnJob {
    BurnSettings settings;
    std::uint32_t ring_bytes = 0; ///< of the writer's ring; 0: the usual
    // Of what comes before: another image than the scenario's own.
    std::optional<std::uint64_t> image_seed{};
    std::optional<std::uint64_t> image_bytes{};
};

/// A bare command.
struct SentCommand {
    std::vector<std::uint8_t> cdb;
    std::vector<std::uint8_t> out; ///< bytes for the drive
    std::uint32_t in = 0;          ///< room for the reply
    mmc::Duration timeout{std::chrono::seconds(200)};
    mmc::Duration wait{0}; ///< drive time that goes by before it is sent
};

/// Bare commands, after TEST UNIT READY has taken the unit attentions of a new disc.
struct SendJob {
    std::vector<SentCommand> commands;
};

/// Nothing to do, and why: such a run is skipped.
struct NoJob {
    std::string reason;
};

using Job = std::variant<ProgramJob, BurnJob, SendJob, NoJob>;

/// A command that the run must have met. What is not given may be anything.
struct Meeting {
    std::size_t line = 0;
    std::vector<std::optional<std::uint8_t>> cdb; ///< how it begins; nothing: any byte ("??")
    std::vector<std::uint8_t> sense;              ///< how its sense data begin
    std::optional<mmc::Duration> takes;           ///< to a millisecond, as programs print it
    std::optional<mmc::Status> status;
    std::optional<mmc::HostStatus> host;
};

struct Expectation {
    std::size_t line = 0;
    std::string text; ///< "commands @write == 0"
    emulator::faults::Expectation what;
};

struct Run {
    std::size_t line = 0;
    Job job;
    std::vector<Meeting> meets;
    std::vector<Expectation> expects;
    // In place of the scenario's own, where the run has them.
    std::optional<std::vector<std::string>> faults;
    std::optional<emulator::DriveModel> drive;
    std::optional<std::optional<emulator::Medium>> medium; ///< a blank one
    std::string verdict; ///< how far the program told the truth; "" where that is not in question
};

/// An action at every command that `at` means, at each of these positions.
struct SweepWish {
    std::string at = "@any";
    std::vector<std::string> positions{}; ///< "before", "midway", "after"; none: the action's own
    std::string action;
};

struct Scenario {
    std::string file;
    std::string name; ///< the file's, without folder and ending
    std::string title;
    std::string report; ///< where it was reported, "" when it is nobody's
    emulator::DriveModel drive;
    std::optional<emulator::Medium> medium; ///< nothing: an empty drive
    std::uint64_t image_bytes = 1 << 20;
    std::uint64_t seed = 1;
    mmc::Duration deadline{std::chrono::hours(1)}; ///< drive time that a run may take
    std::map<std::string, std::string> files;      ///< to be found in {dir}: name, content
    std::vector<Job> before;
    std::vector<std::string> faults;
    std::vector<Run> runs;
    std::vector<SweepWish> sweep{};        ///< what `burnrig sweep` does instead of all kinds
    std::vector<std::string> invariants{}; ///< of `burnrig replay`: those that must hold
    std::vector<Expectation> truth; ///< what a truthful program must say; judges our own driver
};

/// The scenario with what the run has in place of its own.
Scenario scenario_of(const Scenario& scenario, const Run& run);

/// "cd-r-80", or "none".
std::string medium_name(const Scenario& scenario);

/// "wodim -tao dev={device} {image}", "burn tao", "send 54 01 00 ...".
std::string describe(const Job& job);

} // namespace burnrig::harness::scenario
