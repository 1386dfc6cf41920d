// SPDX-License-Identifier: Apache-2.0
// burnrig diff: the same scenario on two drives, and where they do not answer alike.
//
//     burnrig diff scenario.yaml --a sim --b sim:optiarc-ad-7280s
//     burnrig diff scenario.yaml --a sim:mine.yaml --b /dev/sr0        what the simulated one has
//                                                                      wrong
//     burnrig diff --a monday.transcript --b today.transcript          two recorded runs
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/command/command.h"
#include "harness/diff/side.h"
#include "harness/physical/physical_drive.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"
#include "harness/results/finding.h"
#include "harness/safety/interlock.h"
#include "harness/scenario/scenario_yaml.h"
#include "harness/transcript/transcript_file.h"

namespace burnrig::harness {
namespace {

struct DiffOptions {
    std::string scenario;
    std::string a = "sim";
    std::string b;
    std::string json;
    Consent consent;
};

/// What came of one run on both sides.
struct RunDifference {
    const diff::Heard& a;
    const diff::Heard& b;
    diff::Comparison commands;
    diff::Comparison state;

    std::size_t count() const {
        return commands.disagreements.size() + state.disagreements.size() +
               (a.outcome == b.outcome ? 0 : 1);
    }
};

mmc::Result<diff::Side> hear(const DiffOptions& options, const std::string& name) {
    if (name != "sim" && !name.starts_with("sim:") && transcript::is_transcript(name))
        return diff::hear_transcript(name);
    if (options.scenario.empty())
        return mmc::fail("{}: is no transcript, and without a SCENARIO nothing runs on a drive",
                         name);
    const auto scenario = scenario::read_scenario(options.scenario);
    if (!scenario)
        return tl::unexpected(scenario.error());
    if (name == "sim" || name.starts_with("sim:"))
        return diff::hear(name, *scenario, {});
    if (!std::filesystem::is_block_file(name) && !std::filesystem::is_character_file(name))
        return mmc::fail("{}: give sim, sim:DRIVE, a drive's node or a transcript", name);
    auto drive = PhysicalDrive::open(name);
    if (!drive)
        return tl::unexpected(drive.error());
    // Without consent it is only read; what would change the disc is refused by the guard.
    if (!options.consent.allow_destructive)
        (*drive)->guard(options.consent);
    else if (const auto allowed = (*drive)->allow_writing(options.consent); !allowed)
        return tl::unexpected(allowed.error());
    scenario::RunnerOptions runner;
    runner.physical = drive->get();
    return diff::hear(name, *scenario, runner);
}

std::string text_of(const RunDifference& run, std::size_t number) {
    auto text = fmt::format("run {}{}\n", number, run.a.job.empty() ? "" : ": " + run.a.job);
    if (run.a.outcome != run.b.outcome)
        text += fmt::format("  outcome                    A {}\n{:29}B {}\n", run.a.outcome, "",
                            run.b.outcome);
    text += to_text(run.commands);
    if (!run.state.disagreements.empty())
        text += " when it is over\n" + to_text(run.state);
    return text + fmt::format("  {} disagreements; {} commands that both got, {} answers about the "
                              "state\n",
                              run.count(), run.commands.commands, run.state.commands);
}

Json json_of(const diff::Comparison& comparison) {
    Json list = Json::array();
    for (const auto& one : comparison.disagreements)
        list.push_back({{"a", one.number_a},
                        {"b", one.number_b},
                        {"cdb", hex(one.cdb)},
                        {"what", one.what},
                        {"says_a", one.a},
                        {"says_b", one.b}});
    return list;
}

bool write_json(const DiffOptions& options, const std::vector<RunDifference>& runs) {
    Json json{{"burnrig", version()},
              {"replay", replay_command()},
              {"scenario", options.scenario},
              {"a", options.a},
              {"b", options.b}};
    for (const auto& run : runs)
        json["runs"].push_back({{"job", run.a.job},
                                {"outcome_a", run.a.outcome},
                                {"outcome_b", run.b.outcome},
                                {"compared", run.commands.commands},
                                {"commands", json_of(run.commands)},
                                {"state", json_of(run.state)}});
    return write_result(options.json,
                        json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

int run(const DiffOptions& options) {
    const auto a = hear(options, options.a);
    if (!a)
        return complain("--a " + a.error().message, exit_usage);
    const auto b = hear(options, options.b);
    if (!b)
        return complain("--b " + b.error().message, exit_usage);
    if (a->runs.size() != b->runs.size())
        return complain(fmt::format("--a has {} runs and --b {}: a transcript holds one run",
                                    a->runs.size(), b->runs.size()),
                        exit_usage);
    std::vector<RunDifference> runs;
    std::size_t all = 0;
    for (std::size_t i = 0; i < a->runs.size(); ++i) {
        const auto& heard_a = a->runs[i];
        const auto& heard_b = b->runs[i];
        runs.push_back({heard_a, heard_b, diff::compare(heard_a.commands, heard_b.commands), {}});
        if (!heard_a.state.empty() && !heard_b.state.empty())
            runs.back().state = diff::compare(heard_a.state, heard_b.state);
        all += runs.back().count();
    }
    if (options.json != "-") {
        fmt::print("A {}\nB {}\n", options.a, options.b);
        for (std::size_t i = 0; i < runs.size(); ++i)
            fmt::print("{}", text_of(runs[i], i + 1));
    }
    if (!options.json.empty() && !write_json(options, runs))
        return exit_rig_broken;
    return all == 0 ? exit_pass : exit_fail;
}

} // namespace

void add_diff_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "diff", "Carries out a scenario on two drives and lists where they do not answer alike");
    auto options = std::make_shared<DiffOptions>();
    command->add_option("SCENARIO", options->scenario,
                        "A scenario file; none when both sides are transcripts");
    command
        ->add_option(
            "--a", options->a,
            "sim: the drive of the scenario; sim:DRIVE: another simulated one; /dev/sr0: the "
            "one behind a node; FILE: a transcript of `burnrig record`")
        ->capture_default_str();
    command->add_option("--b", options->b, "The same for the other side")->required();
    command->add_option("--json", options->json,
                        "Writes the disagreements to this file (- for output)");
    add_consent_options(*command, options->consent);
    command->footer("Each disagreement names the command and the part of the answer. Exit codes: 0 "
                    "they answer alike, 1 they do not, 2 usage, 3 the rig is broken.");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace burnrig::harness
