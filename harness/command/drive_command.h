// SPDX-License-Identifier: Apache-2.0
// The frame that all subcommands with our own driver share: connect, run, print as text or JSON,
// set the exit code.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "driver/burner.h"
#include "harness/command/command.h"
#include "harness/command/target_options.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {

struct DriveCommandOptions {
    std::string name; ///< "burnrig burn"
    TargetOptions target;
    bool json = false;
    bool quiet = false;
    std::string report{}; ///< a page to write, "" for none
    bool events = false;  ///< a line of JSON for each event (event_stream.h)
    Consent consent;
    bool dry_run = false;                          ///< on a copy of the drive (physical/twin.h)
    bool any_speed = false;                        ///< a burn faster than any drive is no failure
    std::function<void(Connection&)> on_connect{}; ///< called before the operation
};

/// What an operation gives back when it went well.
struct Answer {
    Json json = Json::object(); ///< keys beside identity, outcome, door and faults
    std::string text;           ///< for a person, ends in a line feed
};
using Operation = std::function<driver::Outcome<Answer>(driver::Recorder&, driver::Observer&)>;

enum class Changes { nothing, the_disc };

/// --json, --quiet and the target options; what changes the disc also takes consents and --events.
void add_drive_command_options(CLI::App& command, DriveCommandOptions& options, Changes changes);

/// Runs the operation on the drive that the options name and gives the exit code.
int run_drive_command(const DriveCommandOptions& options, Changes changes,
                      const Operation& operation);

} // namespace burnrig::harness
