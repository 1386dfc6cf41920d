// SPDX-License-Identifier: Apache-2.0
// burnrig conformance: does the drive keep the rules of MMC?
//
//     burnrig conformance --drive generic-bd-recorder --medium bd-re-25
//     burnrig conformance --device /dev/sr0          reads, asks, moves the tray; writes nothing
//     burnrig conformance --list
//
// The life cycles record on the disc. On a simulated drive whose disc lives in memory they always
// run, each on a new disc; on a disc that is kept, or a physical one, only with consent.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "emulator/fixtures.h"
#include "harness/command/command.h"
#include "harness/command/target_options.h"
#include "harness/conformance/report.h"
#include "harness/conformance/suite.h"
#include "harness/report/result_json.h"
#include "harness/safety/interlock.h"

namespace burnrig::harness {
namespace {

struct ConformanceOptions {
    TargetOptions target;
    std::string only;
    bool list = false;
    bool no_tray = false;
    bool verbose = false;
    std::string json;
    std::string junit;
    Consent consent;
};

int list(const ConformanceOptions& options) {
    const auto chosen = conformance::select(options.only);
    if (options.json.empty())
        fmt::print("{}", conformance::list_text(chosen));
    else if (!write_result(options.json, conformance::list_json(chosen).dump(2) + "\n"))
        return exit_rig_broken;
    return chosen.empty() ? exit_nothing_ran : exit_pass;
}

// A new disc of the same medium; the old one is lost with all that the life cycle wrote.
bool insert_new_disc(Rig& rig) {
    if (!rig.drive().disc())
        return false;
    auto disc = emulator::Disc::in_memory(rig.drive().disc()->medium());
    if (!disc)
        return false;
    rig.drive().insert(std::move(*disc));
    return true;
}

void allow_writing(const ConformanceOptions& options, Connection& connection,
                   conformance::SuiteOptions& suite, bool& refused) {
    auto* rig = connection.rig();
    if (rig && options.target.rig.disc.empty()) {
        suite.may_write = true;
        suite.new_disc = [rig] { return insert_new_disc(*rig); };
        return;
    }
    suite.may_write = options.consent.allow_destructive;
    if (rig || served_by_burnrig(options.target.device))
        return;
    suite.before_first_write = [&options, &connection, &refused] {
        const auto allowed =
            check_interlock(options.consent, options.target.device, connection.target());
        refused = !allowed;
        if (!allowed)
            complain(allowed.error().message, exit_usage);
        else
            count_down(options.target.device, options.consent.countdown_s);
        return bool(allowed);
    };
}

int exit_code_of(const conformance::SuiteReport& report) {
    using conformance::Verdict;
    if (report.count(Verdict::broken) > 0)
        return exit_rig_broken;
    if (report.results.empty())
        return exit_nothing_ran;
    if (report.judged() == 0)
        return exit_skipped;
    return report.count(Verdict::fail) > 0 ? exit_fail : exit_pass;
}

int write_reports(const ConformanceOptions& options, const Connection& connection,
                  const conformance::SuiteReport& report) {
    const auto about = to_json(connection.identity());
    bool written = true;
    if (!options.json.empty()) {
        auto json = about;
        json.update(conformance::to_json(report));
        written &= write_result(options.json, json.dump(2) + "\n");
    }
    if (!options.junit.empty())
        written &= write_result(options.junit, conformance::to_junit(report, about));
    return written ? exit_pass : exit_rig_broken;
}

int run(const ConformanceOptions& options) {
    if (options.list)
        return list(options);
    if (conformance::select(options.only).empty())
        return complain(
            fmt::format("--only {}: no check has such a name (--list shows them)", options.only),
            exit_nothing_ran);
    auto connection =
        Connection::open(options.target, Access{.may_write = options.consent.allow_destructive,
                                                .consent = options.consent});
    if (!connection)
        return complain(connection.error().message, exit_usage);
    conformance::SuiteOptions suite;
    suite.only = options.only;
    suite.may_move_tray = !options.no_tray;
    const bool quiet = options.json == "-" || options.junit == "-";
    suite.finished = [&](const conformance::CheckResult& result) {
        if (!quiet)
            fmt::print("{}", conformance::to_text(result, options.verbose));
    };
    bool refused = false;
    allow_writing(options, **connection, suite, refused);
    const auto report =
        conformance::run_suite((*connection)->target(), (*connection)->clock(), suite);
    if (!quiet)
        fmt::print("{}", conformance::summary(report));
    int code = refused ? static_cast<int>(exit_usage) : exit_code_of(report);
    if (const auto written = write_reports(options, **connection, report); written != exit_pass)
        code = written;
    if (auto* rig = (*connection)->rig())
        if (const auto finished = rig->finish(); !finished)
            code = complain(finished.error().message, exit_rig_broken);
    return code;
}

} // namespace

void add_conformance_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "conformance", "Checks whether a drive, simulated or physical, keeps the rules of MMC");
    auto options = std::make_shared<ConformanceOptions>();
    command->add_option("--only", options->only,
                        "Only checks whose name matches: a shell pattern, or a part of the name");
    command->add_flag("--list", options->list, "Lists the checks and runs none");
    command->add_flag("--no-tray", options->no_tray, "Leaves out the checks that move the tray");
    command->add_flag("-v,--verbose", options->verbose,
                      "Prints every check, not only failures and notes");
    command->add_option("--json", options->json, "Writes the result to this file (- for output)");
    command->add_option("--junit", options->junit, "Writes JUnit XML to this file");
    add_consent_options(*command, options->consent);
    add_target_options(*command, options->target);
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace burnrig::harness
