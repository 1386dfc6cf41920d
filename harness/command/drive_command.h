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
#include "harness/report/progress_bar.h"
#include "harness/report/result_json.h"

namespace burnrig::harness {

struct DriveCommandOptions {
    TargetOptions target;
    bool json = false;
    bool quiet = false;
    bool any_speed = false;                        ///< a burn faster than any drive is no failure
    std::function<void(Connection&)> on_connect{}; ///< called before the operation
};

/// What an operation gives back when it went well.
struct Answer {
    Json json = Json::object(); ///< keys beside identity, outcome, door and faults
    std::string text;           ///< for a person, ends in a line feed
};
using Operation = std::function<driver::Outcome<Answer>(driver::Recorder&, ProgressBar&)>;

/// --json, --quiet and the target options.
void add_drive_command_options(CLI::App& command, DriveCommandOptions& options);

/// Runs the operation on the drive that the options name and gives the exit code. `verb` begins the
/// error message of a failed connection.
int run_drive_command(const DriveCommandOptions& options, Access access,
                      const Operation& operation);

} // namespace burnrig::harness
