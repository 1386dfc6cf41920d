// SPDX-License-Identifier: Apache-2.0
// burnrig sweep: every command of a burn, every fault that makes sense there; what must hold, does.
//
//     burnrig sweep                                    every medium and mode of our driver
//     burnrig sweep scenario.yaml --out failures       one burn; what fails becomes files to replay
//     burnrig sweep --depth 2 --pairs 5000             pairs of faults as well
//     burnrig sweep --shard 3/8 --out DIR              a part; burnrig sweep --merge DIR: the whole
//     burnrig sweep --run 'cd-r-80: wodim -v dev={device} {image}'     what other programs tell
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "emulator/disc/whole_file.h"
#include "harness/command/command.h"
#include "harness/command/sweep_programs.h"
#include "harness/report/html/sweep_page.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"
#include "harness/scenario/scenario_yaml.h"
#include "harness/scenario/suite.h"
#include "harness/sweep/failure_file.h"
#include "harness/sweep/parts.h"

namespace burnrig::harness {
namespace {

struct SweepCommand {
    std::vector<std::string> paths;
    std::vector<std::string> kinds;
    std::string filter;
    std::string shard;
    std::string out;
    std::string json;
    std::string junit;
    std::string html;
    std::string merge;
    bool count = false;
    sweep::SweepOptions sweep{.jobs = std::max(1U, std::thread::hardware_concurrency())};
    bool list_kinds = false;
    std::vector<std::string> programs;
    std::string drive = "generic-bd-recorder";
};

// "3/8": the third of eight.
bool take_shard(const std::string& text, sweep::SweepOptions& options) {
    unsigned long shard = 0;
    unsigned long shards = 0;
    int end = 0;
    if (std::sscanf(text.c_str(), "%lu/%lu%n", &shard, &shards, &end) != 2 ||
        static_cast<std::size_t>(end) != text.size() || shard < 1 || shard > shards ||
        shards > 1'000'000)
        return false;
    options.shard = shard - 1;
    options.shards = shards;
    return true;
}

// A whole name means that burn alone: "cd-r-80 tao", not "cd-r-80 tao appended".
void keep_wanted(std::vector<sweep::Subject>& subjects, const std::string& filter) {
    const auto is_it = [&](const sweep::Subject& subject) { return subject.name == filter; };
    const bool whole_name = std::any_of(subjects.begin(), subjects.end(), is_it);
    std::erase_if(subjects, [&](const sweep::Subject& subject) {
        return whole_name ? !is_it(subject) : subject.name.find(filter) == std::string::npos;
    });
}

mmc::Result<std::vector<sweep::Subject>> subjects_of(const SweepCommand& options) {
    if (options.paths.empty()) {
        auto all = sweep::every_pair();
        if (all)
            keep_wanted(*all, options.filter);
        return all;
    }
    const auto files = scenario::find_scenarios(options.paths, options.filter);
    if (!files)
        return tl::unexpected(files.error());
    std::vector<sweep::Subject> subjects;
    for (const auto& file : *files) {
        auto scenario = scenario::read_scenario(file);
        if (!scenario)
            return tl::unexpected(scenario.error());
        auto subject = sweep::subject_of(std::move(*scenario));
        if (!subject)
            return tl::unexpected(subject.error());
        subjects.push_back(std::move(*subject));
    }
    return subjects;
}

void show_progress(std::uint64_t done, std::uint64_t all) {
    fmt::print(stderr, "\r{} of {} trials ", done, all);
    if (done >= all)
        fmt::print(stderr, "\r{:40}\r", "");
}

int list_kinds() {
    for (const auto& kind : sweep::kinds())
        fmt::print("{:<22} {:<34} {:<10} {}\n", kind.name, kind.action, to_string(kind.effect),
                   kind.causes == "*" ? "" : kind.causes);
    return exit_pass;
}

// The sweep as a command line, however it is divided and wherever its results go.
std::string campaign_command(const SweepCommand& options) {
    const auto& sweep = options.sweep;
    const sweep::SweepOptions usual;
    std::vector<std::string> words{"burnrig", "sweep"};
    words.insert(words.end(), options.paths.begin(), options.paths.end());
    const auto give = [&](bool given, const char* name, const std::string& value) {
        if (given)
            words.insert(words.end(), {name, value});
    };
    give(!options.filter.empty(), "--filter", options.filter);
    give(!options.kinds.empty(), "--kinds", fmt::format("{}", fmt::join(options.kinds, ",")));
    give(!sweep.at.empty(), "--at", sweep.at);
    give(sweep.depth != usual.depth, "--depth", std::to_string(sweep.depth));
    give(sweep.depth > 1, "--pairs", std::to_string(sweep.pairs));
    give(sweep.seed != usual.seed, "--seed", std::to_string(sweep.seed));
    if (sweep.paranoid)
        words.emplace_back("--paranoid");
    give(sweep.sample != usual.sample, "--sample", std::to_string(sweep.sample));
    if (sweep.whole)
        words.emplace_back("--whole");
    return shell_line(words);
}

// All at once: a file that is there is whole.
bool put(const std::string& path, const std::string& text) {
    const auto written = emulator::replace_file(path, text, false);
    if (!written)
        complain(written.error().message, exit_rig_broken);
    return written.has_value();
}

bool write_page(const std::string& path, const sweep::SweepResult& result, Json summary) {
    if (result.wall_seconds > 0)
        summary["totals"]["wall_seconds"] = result.wall_seconds;
    const auto written = html::write_sweep_page(path, summary);
    if (!written)
        complain(written.error().message, exit_rig_broken);
    return written.has_value();
}

bool write_reports(const SweepCommand& options, const sweep::SweepResult& result,
                   const Json& about) {
    const auto summary = sweep::to_json(result, about);
    const auto text = summary.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    const auto junit = sweep::to_junit(result, about);
    const auto& folder = options.merge.empty() ? options.out : options.merge;
    bool written = true;
    if (!folder.empty() && result.options.shards < 2)
        written &= put(folder + "/junit.xml", junit);
    if (!options.json.empty())
        written &= write_result(options.json, text);
    if (!options.junit.empty())
        written &= write_result(options.junit, junit);
    if (!options.html.empty())
        written &= write_page(options.html, result, summary);
    if (!folder.empty() && written)
        written = put(folder + "/" + summary_file(result.options), text);
    if (options.json != "-")
        fmt::print("{}", sweep::to_text(result, folder));
    return written;
}

int end(const SweepCommand& options, const sweep::SweepResult& result, const Json& about) {
    if (!write_reports(options, result, about))
        return exit_rig_broken;
    return result.good() ? exit_pass : exit_fail;
}

int merge(const SweepCommand& options) {
    const auto merged = sweep::merge_parts(options.merge);
    if (!merged)
        return complain(merged.error().message, exit_rig_broken);
    return end(options, merged->result, merged->about);
}

int count(const SweepCommand& options, std::vector<sweep::Subject> subjects) {
    const auto trials = sweep::count_trials(std::move(subjects), options.sweep);
    if (!trials)
        return complain(trials.error().message, exit_rig_broken);
    fmt::print("{}\n", *trials);
    return exit_pass;
}

int run(SweepCommand options) {
    if (options.list_kinds)
        return list_kinds();
    options.sweep.kinds = options.kinds;
    if (!options.shard.empty() && !take_shard(options.shard, options.sweep))
        return complain(
            fmt::format("--shard {}: give a part of a whole, such as 3/8", options.shard),
            exit_usage);
    if (!options.merge.empty())
        return merge(options);
    if (::isatty(STDERR_FILENO) != 0)
        options.sweep.progress = show_progress;
    if (!options.programs.empty())
        return sweep_programs({options.programs, options.drive, options.out, options.sweep});
    auto subjects = subjects_of(options);
    if (!subjects)
        return complain(subjects.error().message, exit_usage);
    if (subjects->empty())
        return complain("there is nothing to sweep: no burn has such a name", exit_nothing_ran);
    if (options.count)
        return count(options, std::move(*subjects));
    auto result = sweep::run_sweep(std::move(*subjects), options.sweep);
    if (!result)
        return complain(result.error().message, exit_rig_broken);
    if (!options.out.empty())
        if (const auto written = sweep::write_failures(options.out, *result); !written)
            return complain(written.error().message, exit_rig_broken);
    return end(options, *result,
               {{"burnrig", version()},
                {"build", sweep::build_digest()},
                {"seed", options.sweep.seed},
                {"replay", campaign_command(options)}});
}

} // namespace

void add_sweep_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand(
        "sweep", "Injects every fault at every command of a burn and checks what must hold");
    auto options = std::make_shared<SweepCommand>();
    command->add_option("SCENARIO", options->paths,
                        "Scenario files, or directories: the first `burn:` run of each is swept. "
                        "None: every medium and mode of our driver, with a 1 MiB image and a "
                        "128 KiB drive buffer");
    command->add_option("--run", options->programs,
                        "Sweeps this program instead, through the preload node, and judges what it "
                        "tells: \"MEDIUM: PROGRAM ARGUMENTS\" with {device} and {image}; several "
                        "times for several programs");
    command->add_option("--drive", options->drive, "With --run: the simulated drive")
        ->capture_default_str();
    command->add_option("--kinds", options->kinds, "Only these kinds of fault (--list-kinds)")
        ->delimiter(',');
    command->add_flag("--list-kinds", options->list_kinds, "Lists the kinds of fault");
    command->add_option("--filter", options->filter,
                        "Only burns with this in their name, or the one of this name");
    command->add_option("--at", options->sweep.at,
                        "Only at these commands: WRITE_10 or 'WRITE_10 #3'");
    command->add_flag("--paranoid", options->sweep.paranoid,
                      "Every kind at every command, also where it makes no sense");
    command->add_flag("--whole", options->sweep.whole,
                      "Every command of raw burns too: a million and a half trials of some "
                      "2000 commands each (with --sample 0)");
    command
        ->add_option("--sample", options->sweep.sample,
                     "How many trials of each raw burn, which takes as long as a hundred others; "
                     "0: all")
        ->capture_default_str();
    command
        ->add_option("--depth", options->sweep.depth,
                     "2: also pairs of faults, the second one behind the first")
        ->check(CLI::Range(1, 2))
        ->capture_default_str();
    command
        ->add_option("--pairs", options->sweep.pairs,
                     "With --depth 2: how many pairs are drawn for each burn")
        ->capture_default_str();
    command->add_option("--shard", options->shard,
                        "Only this part of the trials, 3/8, into --out DIR as shard-3-of-8.json");
    command->add_option(
        "--merge", options->merge,
        "Runs nothing: adds up the shards in this directory, into its summary.json");
    command->add_flag("--count", options->count, "Runs nothing: prints the number of trials");
    command->add_option("--jobs", options->sweep.jobs, "Threads")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command->add_option("--seed", options->sweep.seed, "Of what is drawn")->capture_default_str();
    command->add_option("--out", options->out,
                        "A directory for failures (scenarios for burnrig replay), summary.json and "
                        "junit.xml");
    command->add_option("--html", options->html, "Writes a page: a map of commands and faults");
    command->add_option("--json", options->json, "Writes the summary to this file (- for output)");
    command->add_option("--junit", options->junit, "Writes JUnit XML to this file");
    command->footer(
        "Exit codes: 0 all invariants held, 1 one did not, 2 usage, 3 the rig is broken, "
        "4 nothing ran.");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace burnrig::harness
