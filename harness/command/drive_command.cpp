// SPDX-License-Identifier: Apache-2.0
#include "harness/command/drive_command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/stop_on_signal.h"
#include "harness/report/event_stream.h"
#include "harness/report/fault_summary.h"
#include "harness/report/html/page.h"
#include "harness/report/html/run_page.h"
#include "harness/report/observers.h"
#include "harness/report/progress_bar.h"
#include "harness/rig/operation_result.h"

namespace burnrig::harness {
namespace {

Json result_json(Connection& connection, const driver::Outcome<Answer>& answer) {
    return answer ? result_of(connection, answer->json) : result_of(connection, answer.error());
}

// Who is told of a burn under way, and of its end: a person, or a program.
class Reporter {
public:
    Reporter(const DriveCommandOptions& options, Connection& connection)
        : options_(options), connection_(connection),
          progress_(stderr, options.quiet || options.json || options.events),
          events_(stdout, connection.clock()) {
        if (options.events)
            events_.begin(connection.identity());
        observers_.add(options.events ? static_cast<driver::Observer&>(events_) : progress_);
        if (connection.log())
            observers_.add(*connection.log());
    }

    driver::Observer& observer() { return observers_; }

    void end(const driver::Outcome<Answer>& answer) {
        progress_.end();
        if (!connection_.refusal().empty())
            complain(connection_.refusal(), exit_usage);
        if (options_.dry_run && !options_.quiet)
            fmt::print(stderr,
                       "burnrig: dry run on a simulated copy of {} and its disc ({}): neither was "
                       "changed\n",
                       options_.target.device, connection_.identity().drive);
        if (options_.events) {
            if (!answer)
                events_.error(answer.error());
            events_.end(result_json(connection_, answer));
        } else if (options_.json) {
            fmt::print("{}\n", result_json(connection_, answer).dump(2));
        } else if (answer) {
            fmt::print("{}", answer->text);
        } else {
            fmt::print(stderr, "{}", driver::to_text(answer.error()));
        }
    }

private:
    const DriveCommandOptions& options_;
    Connection& connection_;
    ProgressBar progress_;
    EventStream events_;
    Observers observers_;
};

mmc::Result<void> write_report(const DriveCommandOptions& options, Connection& connection,
                               const driver::Outcome<Answer>& answer) {
    const auto* disc = connection.rig() ? connection.rig()->drive().disc() : nullptr;
    const auto result = result_json(connection, answer);
    const auto& identity = connection.identity();
    const auto title = fmt::format("{} on {}", options.name, identity.medium);
    return html::write_page("--report", options.report,
                            html::make_run_page({title, result, *connection.log(), disc, {}}));
}

} // namespace

void add_drive_command_options(CLI::App& command, DriveCommandOptions& options, Changes changes) {
    options.name = "burnrig " + command.get_name();
    add_target_options(command, options.target);
    auto* json = command.add_flag("--json", options.json, "Print the result as one JSON object");
    command.add_flag("-q,--quiet", options.quiet, "No stages, no progress");
    command.add_option("--report", options.report,
                       "Write a page to look at with a browser: time, disc, commands, faults");
    if (changes == Changes::nothing)
        return;
    command
        .add_flag("--events", options.events,
                  "Print a line of JSON for each event as it happens: stages, progress, retries, "
                  "warnings, the error; the last one is the result")
        ->excludes(json);
    add_consent_options(command, options.consent);
    command
        .add_flag("--dry-run", options.dry_run,
                  "The drive is asked what it and its disc are, and nothing more; all else happens "
                  "on a simulated copy of both, in virtual time")
        ->needs("--device");
}

int run_drive_command(const DriveCommandOptions& options, Changes changes,
                      const Operation& operation) {
    const Access access{.writes = changes == Changes::the_disc,
                        .consent = options.consent,
                        .dry_run = options.dry_run};
    auto target = options.target;
    target.rig.report = !options.report.empty();
    auto connection = Connection::open(target, access);
    if (!connection)
        return complain(connection.error().message, exit_usage);
    if (options.on_connect)
        options.on_connect(**connection);
    // What only asks the drive ends at once, as every program does.
    std::optional<StopOnSignal> signals;
    auto recorder_settings = recorder_options(options.target, **connection, options.any_speed);
    if (access.writes)
        recorder_settings.stop = &signals.emplace().token();
    driver::Recorder recorder((*connection)->target(), (*connection)->clock(), recorder_settings);
    Reporter reporter(options, **connection);
    const auto answer = operation(recorder, reporter.observer());
    reporter.end(answer);
    int code = answer ? exit_pass : exit_fail;
    if (const auto* faults = (*connection)->faults())
        fmt::print(stderr, "{}", fault_summary(faults->report(), /*only_unfired=*/true));
    if (!options.report.empty())
        if (const auto written = write_report(options, **connection, answer); !written)
            code = complain(written.error().message, exit_rig_broken);
    if (const auto finished = (*connection)->finish(); !finished)
        code = complain(finished.error().message, exit_rig_broken);
    return code;
}

} // namespace burnrig::harness
