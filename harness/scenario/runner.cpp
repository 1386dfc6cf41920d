// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/runner.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "harness/scenario/assess.h"
#include "harness/scenario/attached_disc.h"
#include "harness/scenario/disc_compare.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/trial.h"
#include "mmc/opcode.h"

namespace burnrig::harness::scenario {
namespace {

// The end of what a program printed, as a terminal would show it at last.
std::string tail(const std::string& text) {
    constexpr std::size_t tail_max = 1500;
    auto end = text.substr(text.size() > tail_max ? text.size() - tail_max : 0);
    std::replace(end.begin(), end.end(), '\r', '\n');
    std::replace_if(
        end.begin(), end.end(), [](char c) { return c != '\n' && (c < ' ' || c > '~'); }, '?');
    return end;
}

std::vector<std::string> refused_commands(const Outcome& outcome) {
    constexpr std::size_t refused_max = 12;
    std::vector<std::string> refused;
    for (const auto& record : outcome.commands) {
        if (record.completion.good() || refused.size() == refused_max)
            continue;
        const auto sense = record.completion.sense.view();
        refused.push_back(fmt::format(
            "#{} {} {} -> {} after {:.3f} s", record.number, mmc::opcode_name(record.opcode()),
            hex(record.cdb()), sense.empty() ? "no sense" : hex(sense, 18),
            std::chrono::duration<double>(record.completion.duration).count()));
    }
    return refused;
}

// Carries a scenario out step by step; what breaks or skips the whole ends it.
class Runner {
public:
    Runner(const Scenario& scenario, const RunnerOptions& options)
        : scenario_(scenario), options_(options) {
        result_.file = scenario.file;
        result_.name = scenario.name;
        result_.title = scenario.title;
        result_.report = scenario.report;
        result_.drive = scenario.drive.name;
        result_.medium = medium_name(scenario);
        result_.seed = scenario.seed;
    }

    ScenarioResult run() {
        if (!scenario_.invariants.empty())
            return ended(Verdict::skipped, "what it is about are invariants: burnrig replay");
        if (!scenario_.sweep.empty())
            return ended(Verdict::skipped, "it is to be swept: burnrig sweep");
        auto workspace = Workspace::create(scenario_);
        if (!workspace)
            return ended(Verdict::broken, workspace.error().message);
        workspace_ = std::move(*workspace);
        if (options_.physical)
            return run_attached();
        auto disc = blank(scenario_.medium);
        if (!disc)
            return ended(Verdict::broken, disc.error().message);
        disc_ = std::move(*disc);
        for (const auto& job : scenario_.before)
            if (!prepare(job))
                return std::move(result_);
        for (std::size_t i = 0; i < scenario_.runs.size(); ++i)
            result_.runs.push_back(run_one(scenario_.runs[i], i + 1));
        result_.verdict = verdict_of(result_.runs);
        return std::move(result_);
    }

private:
    // Each run finds the disc anew as the scenario wants it.
    ScenarioResult run_attached() {
        for (std::size_t i = 0; i < scenario_.runs.size(); ++i)
            result_.runs.push_back(run_attached(scenario_.runs[i], i + 1));
        result_.verdict = verdict_of(result_.runs);
        return std::move(result_);
    }

    RunResult run_attached(const Run& run, std::size_t number) {
        RunResult result;
        result.job = describe(run.job);
        const auto scenario = scenario_of(scenario_, run);
        auto reason = run.drive ? std::string("it wants a drive of its own")
                                : cannot_apply(scenario, run.job, options_.physical);
        if (reason.empty())
            reason = unfit(*options_.physical, scenario.medium);
        if (reason.empty()) // only now: blanking wears the disc
            reason = options_.dry_run ? "dry run: it would be carried out"
                                      : make_blank(*options_.physical);
        if (!reason.empty()) {
            result.verdict = Verdict::skipped;
            result.reason = reason;
            return result;
        }
        for (const auto& job : scenario_.before)
            if (!prepare(job)) {
                result.verdict = std::exchange(result_.verdict, Verdict::passed);
                result.reason = std::exchange(result_.reason, {});
                return result;
            }
        return run_one(run, number);
    }

    ScenarioResult ended(Verdict verdict, std::string reason) {
        end_as(verdict, std::move(reason));
        return std::move(result_);
    }
    void end_as(Verdict verdict, std::string reason) {
        result_.verdict = verdict;
        result_.reason = std::move(reason);
    }

    static mmc::Result<DiscPointer> blank(const std::optional<emulator::Medium>& medium) {
        if (!medium)
            return DiscPointer{};
        return emulator::Disc::in_memory(*medium);
    }

    // What the run begins with.
    mmc::Result<DiscPointer> starting_disc(const Run& run) const {
        if (options_.physical)
            return disc_in(*options_.physical, scenario_of(scenario_, run).medium);
        if (run.medium)
            return blank(*run.medium);
        if (!disc_)
            return DiscPointer{};
        return copy_of(*disc_);
    }

    void announce(const Job& job) const {
        if (options_.starts)
            options_.starts(describe(job));
    }

    bool prepare(const Job& job) {
        announce(job);
        TrialOptions options;
        options.with_faults = false;
        options.physical = options_.physical;
        auto outcome = run_trial(scenario_, job, std::move(disc_), *workspace_, options);
        const auto what = "before: " + describe(job);
        if (!outcome)
            end_as(Verdict::broken, fmt::format("{}: {}", what, outcome.error().message));
        else if (!outcome->skipped.empty())
            end_as(Verdict::skipped, fmt::format("{}: {}", what, outcome->skipped));
        else if (outcome->word != "succeeded")
            end_as(Verdict::broken,
                   fmt::format("{}: it {}:\n{}", what, outcome->word, tail(outcome->text)));
        else
            disc_ = std::move(outcome->disc);
        return result_.reason.empty();
    }

    RunResult run_one(const Run& run, std::size_t number) {
        announce(run.job);
        RunResult result;
        result.job = describe(run.job);
        result.told = run.verdict;
        const auto broken = [&](const mmc::Error& error) {
            result.verdict = Verdict::broken;
            result.reason = error.message;
            return result;
        };
        auto disc = starting_disc(run);
        auto before = disc ? starting_disc(run) : mmc::Result<DiscPointer>{};
        if (!disc || !before)
            return broken(disc ? before.error() : disc.error());
        const auto scenario = scenario_of(scenario_, run);
        TrialOptions options;
        options.physical = options_.physical;
        if (options_.filter_of)
            options.filter = options_.filter_of(number);
        if (!options_.trace_directory.empty())
            options.trace =
                fmt::format("{}/{}.{}.jsonl", options_.trace_directory, scenario_.name, number);
        if (!options_.artifacts.directory.empty()) {
            auto made = make_artifact_directory(options_.artifacts, scenario_.name, number);
            if (!made)
                return broken(made.error());
            result.artifacts = *made;
            options.trace = *made + "/trace.jsonl";
            options.report = true;
        }
        auto outcome = run_trial(scenario, run.job, std::move(*disc), *workspace_, options);
        if (!outcome)
            return broken(outcome.error());
        judge_run({scenario, run, *outcome, before->get(), workspace_->image()}, result);
        if (!result.artifacts.empty() && outcome->log)
            if (const auto written =
                    write_artifacts(options_.artifacts, scenario, result, *outcome, before->get());
                !written)
                return broken(written.error());
        return result;
    }

    void judge_run(const Evidence& evidence, RunResult& result) const {
        const auto& outcome = evidence.outcome;
        result.reason = outcome.skipped;
        result.outcome = outcome.word;
        result.drive_time = outcome.drive_time;
        result.rules = outcome.rules;
        result.commands = outcome.commands.size();
        result.trace_hash = outcome.trace_hash;
        if (!outcome.skipped.empty()) {
            result.verdict = Verdict::skipped;
            return;
        }
        result.output = tail(outcome.text);
        result.refused = refused_commands(outcome);
        if (options_.assess) {
            const auto assessment = assess(evidence);
            result.told = assessment.verdict;
            result.why = assessment.why;
            return;
        }
        result.findings = judge(evidence);
        result.verdict = result.findings.empty() ? Verdict::passed : Verdict::failed;
    }

    const Scenario& scenario_;
    const RunnerOptions& options_;
    ScenarioResult result_;
    std::unique_ptr<Workspace> workspace_;
    DiscPointer disc_; ///< the starting disc
};

} // namespace

ScenarioResult run_scenario(const Scenario& scenario, const RunnerOptions& options) {
    return Runner(scenario, options).run();
}

ScenarioResult malformed_scenario(const std::string& file, const std::string& message) {
    ScenarioResult result;
    result.file = file;
    result.name = std::filesystem::path(file).stem().string();
    result.verdict = Verdict::broken;
    result.reason = message;
    result.malformed = true;
    return result;
}

} // namespace burnrig::harness::scenario
