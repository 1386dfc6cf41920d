// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/summary.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/results/junit.h"

namespace burnrig::harness::sweep {
namespace {

std::string replay_of(const Failure& failure, const std::string& directory = {}) {
    if (failure.file.empty())
        return {};
    return "burnrig replay " + (directory.empty() ? "" : directory + "/") + failure.file;
}

std::string title_of(const std::string& id) {
    const auto* invariant = find_invariant(id);
    return std::string(invariant ? invariant->title : "");
}

std::string one_line(std::string text) {
    constexpr std::size_t most = 400;
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.size() > most ? text.substr(0, most) + "..." : text;
}

std::string text_of(const SweepResult& result, const Failure& failure,
                    const std::string& directory = {}) {
    auto text = fmt::format("FAIL  {}  {}: {}\n      {}\n", failure.invariant,
                            result.subjects[failure.subject].name, title_of(failure.invariant),
                            one_line(failure.detail));
    for (const auto& rule : failure.shrunk.empty() ? failure.rules : failure.shrunk)
        text += fmt::format("      {}\n", rule);
    text += fmt::format("      it {}{}{}\n", failure.outcome, failure.cause.empty() ? "" : " with ",
                        failure.cause);
    if (failure.alike > 0)
        text += fmt::format("      and {} trials like it\n", failure.alike);
    if (!failure.file.empty())
        text += fmt::format("      {}\n", replay_of(failure, directory));
    return text;
}

Json json_of(const Failure& failure) {
    return {{"trial", failure.trial},
            {"scenario", failure.subject},
            {"command", failure.point + 1},
            {"name", failure.command},
            {"kind", failure.kind()},
            {"position", failure.position},
            {"persistence", failure.persistence},
            {"outcome", failure.outcome},
            {"cause", failure.cause},
            {"verdict", "violated"},
            {"invariant", failure.invariant},
            {"detail", failure.detail},
            {"rules", failure.rules},
            {"shrunk", failure.shrunk},
            {"alike", failure.alike},
            {"file", failure.file},
            {"replay", replay_of(failure)}};
}

std::string how_many(const SweepResult& result) {
    const auto& options = result.options;
    const auto rate = result.wall_seconds > 0
                          ? static_cast<double>(result.sums.trials) / result.wall_seconds
                          : 0.0;
    auto text = fmt::format("{} trials of {} burns in {:.1f} s on {} {} ({:.0f} a second)",
                            result.sums.trials, result.subjects.size(), result.wall_seconds,
                            options.jobs, options.jobs == 1 ? "thread" : "threads", rate);
    if (options.shards > 1)
        text += fmt::format("; shard {} of {}, of {} trials", options.shard + 1, options.shards,
                            result.of_trials);
    if (result.pairs_possible > 0)
        text += fmt::format("; second order: sampled {} of {} pairs of faults, drawn by seed {}",
                            result.pairs_drawn, result.pairs_possible, options.seed);
    else
        text += result.sampled.empty() ? "; first order, nothing sampled" : "; first order";
    for (const auto& line : result.sampled)
        text += "\n  " + line;
    return text;
}

} // namespace

std::string to_text(const SweepResult& result, const std::string& directory) {
    std::string text;
    const auto& sums = result.sums;
    for (std::size_t i = 0; i < result.failures.size() && i < result.options.failures_max; ++i)
        text += text_of(result, result.failures[i], directory);
    if (result.failures.size() > result.options.failures_max)
        text +=
            fmt::format("... and {} more\n", result.failures.size() - result.options.failures_max);
    text += how_many(result) + "\n";
    text +=
        fmt::format("{} held, {} violated an invariant, {} undetectable by design (silent "
                    "damage, not read back); {} run twice and equal unless I15 says otherwise\n",
                    sums.trials - sums.violated - sums.undetectable, sums.violated,
                    sums.undetectable, sums.repeated);
    if (!result.host_state.empty())
        text += fmt::format("FAIL  I12  {}: {}\n", title_of("I12"), result.host_state);
    for (const auto& never : result.never_seen)
        text += fmt::format("never seen: {}\n", never);
    return text;
}

Json to_json(const SweepResult& result, const Json& about) {
    Json json = about;
    json["scenarios"] = Json::array();
    for (std::size_t i = 0; i < result.subjects.size(); ++i) {
        Json commands = Json::array();
        for (std::size_t p = 0; p < result.points[i].size(); ++p) {
            const auto& point = result.points[i][p];
            commands.push_back({{"index", p + 1},
                                {"name", point.name},
                                {"nth", point.nth},
                                {"lba", point.lba ? Json(*point.lba) : Json()}});
        }
        json["scenarios"].push_back({{"name", result.subjects[i].name},
                                     {"drive", result.subjects[i].drive},
                                     {"medium", result.subjects[i].medium},
                                     {"replay", result.subjects[i].replay},
                                     {"commands", std::move(commands)}});
    }
    json["kinds"] = result.kinds;
    json["cell_columns"] = {"scenario",     "command",  "kind",   "trials",    "held",
                            "undetectable", "violated", "failed", "succeeded", "not_met"};
    const auto& sums = result.sums;
    auto& cells = json["cells"] = Json::array();
    for (const auto& [key, cell] : sums.cells)
        cells.push_back({key[0], key[1], key[2], cell.trials, cell.held, cell.undetectable,
                         cell.violated, cell.failed, cell.succeeded, cell.not_met});
    auto& trials = json["trials"] = Json::array();
    for (const auto& failure : result.failures)
        trials.push_back(json_of(failure));
    json["causes"] = sums.causes;
    json["never_seen"] = result.never_seen;
    json["host_state"] = result.host_state;
    json["sampled"] = {{"burns", result.sampled},
                       {"pairs_drawn", result.pairs_drawn},
                       {"pairs_possible", result.pairs_possible}};
    json["totals"] = {{"trials", sums.trials},
                      {"of", result.of_trials},
                      {"held", sums.trials - sums.violated - sums.undetectable},
                      {"violated", sums.violated},
                      {"undetectable", sums.undetectable},
                      {"repeated", sums.repeated}};
    if (result.options.shards > 1)
        json["shard"] = {result.options.shard + 1, result.options.shards};
    return json;
}

std::string to_junit(const SweepResult& result, const Json& about) {
    std::vector<JunitCase> cases;
    for (std::uint32_t i = 0; i < result.subjects.size(); ++i) {
        JunitCase one{"sweep", result.subjects[i].name};
        std::uint64_t trials = 0;
        for (const auto& [key, cell] : result.sums.cells)
            trials += key[0] == i ? cell.trials : 0;
        one.properties.emplace_back("trials", std::to_string(trials));
        for (const auto& failure : result.failures) {
            if (failure.subject != i)
                continue;
            if (one.verdict == JunitVerdict::passed)
                one.message = fmt::format("{}: {}", failure.invariant, one_line(failure.detail));
            one.verdict = JunitVerdict::failed;
            one.details += text_of(result, failure);
        }
        cases.push_back(std::move(one));
    }
    return harness::to_junit("burnrig sweep", about, cases);
}

} // namespace burnrig::harness::sweep
