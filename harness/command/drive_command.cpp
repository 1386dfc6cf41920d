// SPDX-License-Identifier: Apache-2.0
#include "harness/command/drive_command.h"

#include <fmt/format.h>

#include "harness/command/stop_on_signal.h"
#include "harness/report/fault_summary.h"

namespace burnrig::harness {
namespace {

void print(const Answer& answer, const DriveCommandOptions& options, const Json& json) {
    if (options.json)
        fmt::print("{}\n", json.dump(2));
    else
        fmt::print("{}", answer.text);
}

// What stays true whether it went well or not: whose run it was, the door, the rules.
Json common_json(Connection& connection, bool door_locked) {
    Json json = to_json(connection.identity());
    json["drive_seconds"] = std::chrono::duration<double>(connection.clock().now()).count();
    if (auto* rig = connection.rig())
        door_locked = rig->drive().status().removal_prevented;
    json["door"] = door_locked ? "locked" : "unlocked";
    if (connection.faults())
        json["faults"] = to_json(connection.faults()->report());
    return json;
}

int report_failure(const DriveCommandOptions& options, Connection& connection,
                   const driver::BurnError& error) {
    if (options.json) {
        Json json = common_json(connection, error.tray_locked);
        json["outcome"] = "failed";
        json["cause"] = driver::cause_name(error.cause);
        if (error.sense)
            json["sense"] = mmc::to_string(error.sense->code);
        json["error"] = driver::to_json(error);
        fmt::print("{}\n", json.dump(2));
    } else {
        fmt::print(stderr, "{}", driver::to_text(error));
    }
    return exit_fail;
}

int report_success(const DriveCommandOptions& options, Connection& connection,
                   const Answer& answer) {
    Json json = common_json(connection, false);
    json["outcome"] = "succeeded";
    json.update(answer.json);
    print(answer, options, json);
    return exit_pass;
}

driver::RecorderOptions recorder_options(const DriveCommandOptions& options,
                                         Connection& connection) {
    driver::RecorderOptions recorder;
    if (const auto* device = connection.device())
        recorder.max_transfer_bytes = device->max_transfer();
    recorder.judge_speed = !options.any_speed && !options.target.rig.unlimited_speed;
    // A source that rules make late is late in drive time, which one thread alone lives on.
    recorder.single_thread = connection.rig() && connection.faults()->watches_sources() &&
                             options.target.time == "virtual";
    return recorder;
}

} // namespace

void add_drive_command_options(CLI::App& command, DriveCommandOptions& options) {
    add_target_options(command, options.target);
    command.add_flag("--json", options.json, "Print the result as one JSON object");
    command.add_flag("-q,--quiet", options.quiet, "No stages, no progress");
}

int run_drive_command(const DriveCommandOptions& options, Access access,
                      const Operation& operation) {
    auto connection = Connection::open(options.target, access);
    if (!connection)
        return complain(connection.error().message, exit_usage);
    if (options.on_connect)
        options.on_connect(**connection);
    // What only asks the drive ends at once, as every program does.
    std::optional<StopOnSignal> signals;
    auto recorder_settings = recorder_options(options, **connection);
    if (access == Access::writes)
        recorder_settings.stop = &signals.emplace().token();
    driver::Recorder recorder((*connection)->target(), (*connection)->clock(), recorder_settings);
    ProgressBar progress(stderr, options.quiet || options.json);
    const auto answer = operation(recorder, progress);
    progress.end();
    int code = answer ? report_success(options, **connection, *answer)
                      : report_failure(options, **connection, answer.error());
    if (const auto* faults = (*connection)->faults())
        fmt::print(stderr, "{}", fault_summary(faults->report(), /*only_unfired=*/true));
    if (auto* rig = (*connection)->rig())
        if (const auto finished = rig->finish(); !finished)
            code = complain(finished.error().message, exit_rig_broken);
    return code;
}

} // namespace burnrig::harness
