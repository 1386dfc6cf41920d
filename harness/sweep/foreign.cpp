// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/foreign.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "emulator/fixtures.h"
#include "harness/scenario/suite.h"
#include "harness/scenario/trial.h"
#include "mmc/opcode.h"

namespace burnrig::harness::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t image_bytes = 1 << 20;
constexpr std::array verdict_columns{"truthful", "misleading", "false-success", "hang", "not-met"};

mmc::Result<scenario::Scenario> scenario_for(const ForeignJob& job, const ForeignOptions& options) {
    auto drive = emulator::load_drive(options.drive);
    if (!drive)
        return tl::unexpected(drive.error());
    auto medium = emulator::load_medium(job.medium);
    if (!medium)
        return tl::unexpected(medium.error());
    scenario::Scenario scenario;
    scenario.name = job.program;
    scenario.drive = std::move(*drive);
    scenario.medium = std::move(*medium);
    scenario.image_bytes = image_bytes;
    return scenario;
}

// The commands that the program sends when nothing goes wrong.
mmc::Result<scenario::Outcome> good_run(const ForeignJob& job, const ForeignOptions& options) {
    auto scenario = scenario_for(job, options);
    if (!scenario)
        return tl::unexpected(scenario.error());
    scenario->faults = {"count: at @any -> take +0s ; always"};
    auto workspace = scenario::Workspace::create(*scenario);
    if (!workspace)
        return tl::unexpected(workspace.error());
    auto disc = emulator::Disc::in_memory(*scenario->medium);
    if (!disc)
        return tl::unexpected(disc.error());
    return scenario::run_trial(*scenario, scenario::ProgramJob{job.words}, std::move(*disc),
                               **workspace);
}

// Of each name the first, the middle and the last.
std::vector<Point> sampled_points(const std::vector<CommandRecord>& commands, std::size_t& all) {
    std::map<std::uint8_t, std::uint64_t> count;
    std::vector<Point> points;
    for (const auto& record : commands)
        if (record.faulted) {
            ++count[record.opcode()];
            ++all;
        }
    for (const auto& [opcode, total] : count)
        for (const auto nth : {std::uint64_t{1}, (total + 1) / 2, total})
            if (points.empty() || points.back().name != mmc::opcode_name(opcode) ||
                points.back().nth != nth)
                points.push_back({mmc::opcode_name(opcode), class_of(opcode), nth, std::nullopt});
    return points;
}

std::string scenario_text(const ForeignJob& job, const ForeignOptions& options,
                          const std::string& rule) {
    const auto quoted = [](const std::string& word) {
        std::string text = "\"";
        for (const char c : word)
            text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
        return text + "\"";
    };
    std::string words;
    for (const auto& word : job.words)
        words += (words.empty() ? "" : ", ") + quoted(word);
    return fmt::format("# SPDX-License-Identifier: Apache-2.0\n"
                       "title: {}\ndrive: {}\nmedium: {}\nimage: 1MiB\nfaults: [{}]\n"
                       "runs:\n  - program: [{}]\n    expect: {{outcome: failed}}\n",
                       quoted(job.program + " when " + rule), options.drive, job.medium,
                       quoted(rule), words);
}

std::vector<std::string> rules_of(const Subject& subject, const std::vector<Point>& points,
                                  const ForeignOptions& options) {
    std::vector<std::string> rules;
    for (const auto& point : points)
        for (const auto& kind : kinds()) {
            const bool wanted = options.kinds.empty() ||
                                std::find(options.kinds.begin(), options.kinds.end(), kind.name) !=
                                    options.kinds.end();
            if (!wanted || kind.where == source || !applies(kind, point.what))
                continue;
            for (const auto position : {whole, before, midway, after})
                if ((kind.positions & position) != 0) {
                    rules.push_back(
                        rule_of(subject, point, kind, position, Persistence::transient));
                    break;
                }
        }
    return rules;
}

std::uint64_t share_of_shard(std::uint64_t i, const ForeignOptions& options) {
    return i % options.shards == options.shard;
}

std::string first_words(const std::string& text) {
    std::string line = text.substr(0, 300);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

} // namespace

mmc::Result<ForeignJob> parse_foreign_job(const std::string& text) {
    ForeignJob job;
    job.medium = "cd-r-80";
    std::string line = text;
    if (const auto colon = line.find(": ");
        colon != std::string::npos && line.find(' ') == colon + 1) {
        job.medium = line.substr(0, colon);
        line = line.substr(colon + 2);
    }
    std::istringstream words(line);
    for (std::string word; words >> word;)
        job.words.push_back(word);
    if (job.words.empty())
        return mmc::fail("--run \"{}\": give a command line such as "
                         "\"cd-r-80: wodim -v dev={{device}} {{image}}\"",
                         text);
    if (line.find("{image}") == std::string::npos)
        return mmc::fail("--run \"{}\": it does not name {{image}}, the file that is to be burned",
                         text);
    job.program = job.words.front();
    return job;
}

mmc::Result<ForeignResult> sweep_program(const ForeignJob& job, const ForeignOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    ForeignResult result{job, {}, 0, 0, {}, 0};
    const auto good = good_run(job, options);
    if (!good)
        return tl::unexpected(good.error());
    if (!good->skipped.empty()) {
        result.skipped = good->skipped;
        return result;
    }
    if (good->word != "succeeded")
        return mmc::fail("{}: it {} without any fault:\n{}", job.program, good->word, good->text);
    Subject subject;
    if (auto scenario = scenario_for(job, options))
        subject.scenario = std::move(*scenario);
    const auto points = sampled_points(good->commands, result.commands);
    const auto rules = rules_of(subject, points, options);
    for (const auto& record : good->commands)
        for (const auto& kind : kinds())
            result.possible += record.faulted && applies(kind, class_of(record.opcode())) ? 1 : 0;
    std::vector<std::string> files;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!share_of_shard(i, options))
            continue;
        const auto path = fs::path(options.directory) /
                          fmt::format("{}-{}-{:04}.yaml", job.program, job.medium, i);
        std::ofstream file(path, std::ios::trunc);
        file << scenario_text(job, options, rules[i]);
        file.close();
        if (!file)
            return mmc::fail("{}: cannot be written", path.string());
        files.push_back(path.string());
        result.trials.push_back({rules[i], {}, {}, path.string()});
    }
    scenario::SuiteOptions suite;
    suite.jobs = options.jobs;
    suite.assess = true;
    std::uint64_t done = 0;
    suite.finished = [&](const scenario::ScenarioResult&) {
        if (options.progress)
            options.progress(++done, files.size());
    };
    const auto results = scenario::run_suite(files, suite);
    for (std::size_t i = 0; i < results.size(); ++i) {
        auto& trial = result.trials[i];
        const bool ran = !results[i].runs.empty() && !results[i].runs.front().told.empty();
        trial.verdict = ran ? results[i].runs.front().told : "broken";
        trial.why = ran ? results[i].runs.front().why : results[i].reason;
    }
    result.wall_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

std::string foreign_table(const std::vector<ForeignResult>& results) {
    std::string text = "| program | medium | trials | of | truthful | misleading | false success | "
                       "hang | not met |\n|---|---|---|---|---|---|---|---|---|\n";
    for (const auto& result : results) {
        if (!result.skipped.empty()) {
            text += fmt::format("| {} | {} | {} | | | | | | |\n", result.job.program,
                                result.job.medium, result.skipped);
            continue;
        }
        text += fmt::format("| {} | {} | {} | {} |", result.job.program, result.job.medium,
                            result.trials.size(), result.possible);
        for (const auto* column : verdict_columns)
            text += fmt::format(" {} |", std::count_if(result.trials.begin(), result.trials.end(),
                                                       [&](const ForeignTrial& trial) {
                                                           return trial.verdict == column;
                                                       }));
        text += "\n";
    }
    return text;
}

std::string foreign_details(const std::vector<ForeignResult>& results) {
    std::string text;
    for (const auto& result : results)
        for (const auto& trial : result.trials)
            if (trial.verdict != "truthful" && trial.verdict != "not-met")
                text += fmt::format("{:<14} {}  {}\n      {}\n", trial.verdict, result.job.program,
                                    trial.rule, first_words(trial.why));
    return text;
}

} // namespace burnrig::harness::sweep
