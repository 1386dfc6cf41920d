// SPDX-License-Identifier: Apache-2.0
// burnrig test: carries out scenarios and says which of them came out as they must.
//
//     burnrig test fixtures/scenarios/field --jobs 2
//     burnrig test fixtures/scenarios --filter 'opc-*' --junit scenarios.xml
//     burnrig test fixtures/scenarios/field --compare all          burning programs side by side
//     burnrig test my.yaml --device /dev/sr0 --allow-destructive --rig rig.yaml    on a physical
//     drive
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/physical/physical_drive.h"
#include "harness/report/html/page.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"
#include "harness/scenario/comparison.h"
#include "harness/scenario/peers.h"
#include "harness/scenario/report.h"
#include "harness/scenario/suite.h"

namespace burnrig::harness {
namespace {

struct TestOptions {
    std::vector<std::string> paths;
    std::string filter;
    std::string json;
    std::string junit;
    std::string trace;
    std::string html;
    scenario::ArtifactOptions artifacts;
    std::vector<std::string> compare;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
    bool verbose = false;
    std::string device;
    Consent consent;
    bool dry_run = false;
};

int exit_code_of(const std::vector<scenario::ScenarioResult>& results, bool dry_run) {
    const auto totals = scenario::count(results);
    if (totals.malformed > 0)
        return exit_usage;
    if (totals.broken > 0)
        return exit_rig_broken;
    if (totals.failed > 0)
        return exit_fail;
    if (dry_run)
        return exit_pass;
    return totals.passed > 0 ? exit_pass : exit_skipped;
}

// Links on the page are relative to it, so that both can be moved together.
std::string html_page(const TestOptions& options, const std::vector<scenario::ScenarioResult>& all,
                      const Json& about) {
    namespace fs = std::filesystem;
    Json json = about;
    json["title"] = "burnrig test";
    json.update(scenario::to_json(all));
    const auto here = fs::absolute(options.html).parent_path();
    for (auto& one : json["scenarios"])
        for (auto& run : one["runs"])
            if (const std::string artifacts = run["artifacts"];
                fs::exists(fs::path(artifacts) / "report.html"))
                run["page"] = fs::absolute(artifacts).lexically_relative(here) / "report.html";
    return html::make_page(html::PageKind::suite, "burnrig test", json);
}

bool write_reports(const TestOptions& options, const std::vector<scenario::ScenarioResult>& all) {
    const Json about{{"burnrig", version()}, {"replay", replay_command()}};
    bool written = true;
    if (!options.json.empty()) {
        Json json = about;
        json.update(scenario::to_json(all));
        written &= write_result(options.json,
                                json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    }
    if (!options.junit.empty())
        written &= write_result(options.junit, scenario::to_junit(all, about));
    if (!options.html.empty())
        written &= write_result(options.html, html_page(options, all, about));
    return written;
}

// "all", or as they are. A misspelled one is refused when the options are read.
std::vector<std::string> programs(const std::vector<std::string>& wanted) {
    if (wanted == std::vector<std::string>{"all"})
        return {scenario::peer_names.begin(), scenario::peer_names.end()};
    return wanted;
}

std::set<std::string> compare_words() {
    std::set<std::string> words(scenario::peer_names.begin(), scenario::peer_names.end());
    words.insert("all");
    return words;
}

std::string text_of(const TestOptions& options, const scenario::ScenarioResult& result) {
    if (options.compare.empty())
        return scenario::to_text(result, options.verbose);
    const bool bad = result.verdict == scenario::Verdict::broken;
    return options.verbose || bad ? scenario::comparison_details(result, programs(options.compare))
                                  : "";
}

std::string summary_of(const TestOptions& options,
                       const std::vector<scenario::ScenarioResult>& results) {
    if (options.compare.empty())
        return scenario::summary(results);
    const auto peers = programs(options.compare);
    return scenario::comparison_rows(results, peers) + "\n" +
           scenario::comparison_table(results, peers);
}

// A physical drive is waited for as long as its discs take.
constexpr std::chrono::hours device_patience{4};

// All that must be true before a disc is written to, said and counted down once. The drive stays
// locked for the scenarios, each of which has a process of its own.
mmc::Result<std::optional<DriveLock>> ask_for_the_drive(const TestOptions& options) {
    auto drive = PhysicalDrive::open(options.device);
    if (!drive)
        return tl::unexpected(drive.error());
    if (options.dry_run)
        (*drive)->guard({}); // nobody consented to anything
    else
        return (*drive)->allow_writing(options.consent).map([&] { return (*drive)->give_lock(); });
    if (!served_by_burnrig(options.device))
        if (const auto allowed =
                check_interlock(options.consent, options.device, (*drive)->target());
            !allowed)
            fmt::print(stderr, "burnrig: without --dry-run: {}\n", allowed.error().message);
    return std::optional<DriveLock>{};
}

int run(const TestOptions& options) {
    const auto files = scenario::find_scenarios(options.paths, options.filter);
    if (!files)
        return complain(files.error().message, exit_usage);
    if (files->empty())
        return complain("no scenario has such a name, or there is none at all", exit_nothing_ran);
    const bool quiet = options.json == "-" || options.junit == "-";
    scenario::SuiteOptions suite;
    suite.jobs = options.jobs;
    suite.trace_directory = options.trace;
    suite.artifacts = options.artifacts;
    suite.compare = programs(options.compare);
    std::optional<DriveLock> lock;
    if (!options.device.empty()) {
        auto allowed = ask_for_the_drive(options);
        if (!allowed)
            return complain(allowed.error().message, exit_usage);
        lock = std::move(*allowed);
        suite.dry_run = options.dry_run;
        suite.device = options.device;
        suite.consent = options.consent;
        suite.jobs = 1;
        suite.patience = device_patience;
    }
    suite.finished = [&](const scenario::ScenarioResult& result) {
        if (!quiet)
            fmt::print("{}", text_of(options, result));
        std::fflush(stdout);
    };
    const auto results = scenario::run_suite(*files, suite);
    if (!quiet)
        fmt::print("{}", summary_of(options, results));
    return write_reports(options, results) ? exit_code_of(results, options.dry_run)
                                           : static_cast<int>(exit_rig_broken);
}

} // namespace

void add_test_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("test", "Carries out scenarios and judges them");
    auto options = std::make_shared<TestOptions>();
    command->add_option("PATH", options->paths, "Scenario files, or directories with them")
        ->required();
    command->add_option("--filter", options->filter,
                        "Only scenarios whose name matches: a shell pattern, or a part of it");
    command->add_option("--jobs", options->jobs, "How many at a time")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command->add_option("--json", options->json, "Writes the result to this file (- for output)");
    command->add_option("--junit", options->junit, "Writes JUnit XML to this file");
    command
        ->add_option("--trace", options->trace,
                     "Writes the commands of each run into this directory, as NAME.RUN.jsonl")
        ->check(CLI::ExistingDirectory);
    auto* device = command->add_option(
        "--device", options->device,
        "A drive's node: the same scenarios on the drive behind it and the disc in it, which is "
        "blanked before each run; what cannot be had there is skipped with the reason");
    add_consent_options(*command, options->consent);
    command
        ->add_flag("--dry-run", options->dry_run,
                   "Says what would be carried out on the device and what skipped; the drive is "
                   "only asked")
        ->needs(device);
    command->add_option("--html", options->html,
                        "Writes a page with all scenarios to look at with a browser");
    auto* artifacts = command->add_option(
        "--artifacts", options->artifacts.directory,
        "Writes what is left of each run into NAME/RUN of this directory: scenario, trace, disc "
        "before and after, what was printed, a report page, a script that does it again; of runs "
        "that passed the result alone");
    command->add_flag("--keep-all", options->artifacts.keep_all, "All of it, passed or not")
        ->needs(artifacts);
    artifacts->excludes("--trace");
    command
        ->add_option("--compare", options->compare,
                     "Lets these programs burn each scenario's image instead, its own way each, "
                     "and judges what they tell (exit code and words) against the disc: all, or "
                     "names from \"burnrig burn\", \"burnrig burn --verify\", wodim, cdrskin, "
                     "growisofs, cdrdao")
        ->delimiter(',')
        ->excludes(device)
        ->check(CLI::IsMember(compare_words()));
    command->add_flag("-v,--verbose", options->verbose, "Prints the details of every run");
    command->footer("Exit codes: 0 all passed, 1 one failed, 2 a file cannot be read, 3 the rig is "
                    "broken, 4 nothing ran, 77 all skipped.");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace burnrig::harness
