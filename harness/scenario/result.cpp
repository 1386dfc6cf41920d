// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/result.h"

#include <algorithm>
#include <array>

namespace burnrig::harness::scenario {
namespace {

constexpr std::array<std::string_view, 4> verdict_names{"passed", "failed", "skipped", "broken"};

double seconds(mmc::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

mmc::Duration from_seconds(double value) {
    return std::chrono::duration_cast<mmc::Duration>(std::chrono::duration<double>(value));
}

Verdict verdict_from(const Json& word) {
    const auto found =
        std::find(verdict_names.begin(), verdict_names.end(), word.get_ref<const std::string&>());
    return found == verdict_names.end() ? Verdict::broken
                                        : static_cast<Verdict>(found - verdict_names.begin());
}

RunResult run_from_json(const Json& json) {
    RunResult run;
    run.job = json.at("run");
    run.verdict = verdict_from(json.at("result"));
    run.reason = json.at("reason");
    run.outcome = json.at("outcome");
    run.told = json.at("verdict");
    run.why = json.at("why");
    run.drive_time = from_seconds(json.at("drive_seconds"));
    for (const auto& finding : json.at("findings"))
        run.findings.push_back(
            {finding.at("what"), finding.at("expected"), finding.at("seen"), {}});
    for (const auto& rule : json.at("faults"))
        run.rules.push_back({rule.at("name"), rule.at("rule"), rule.at("matched"), rule.at("fired"),
                             rule.at("suppressed_by")});
    run.commands = json.at("commands");
    run.trace_hash = json.at("trace_hash");
    run.artifacts = json.at("artifacts");
    run.refused = json.at("refused").get<std::vector<std::string>>();
    run.output = json.at("output");
    return run;
}

} // namespace

std::string_view to_string(Verdict verdict) {
    return verdict_names[static_cast<std::size_t>(verdict)];
}

mmc::Duration ScenarioResult::drive_time() const {
    mmc::Duration sum{0};
    for (const auto& run : runs)
        sum += run.drive_time;
    return sum;
}

Verdict verdict_of(const std::vector<RunResult>& runs) {
    const auto any = [&](Verdict verdict) {
        return std::any_of(runs.begin(), runs.end(),
                           [&](const auto& run) { return run.verdict == verdict; });
    };
    for (const auto verdict : {Verdict::broken, Verdict::failed, Verdict::passed})
        if (any(verdict))
            return verdict;
    return Verdict::skipped;
}

Json to_json(const RunResult& run) {
    Json json{{"run", run.job},
              {"result", to_string(run.verdict)},
              {"reason", run.reason},
              {"outcome", run.outcome},
              {"verdict", run.told},
              {"why", run.why},
              {"drive_seconds", seconds(run.drive_time)},
              {"findings", Json::array()},
              {"faults", harness::to_json(run.rules)},
              {"commands", run.commands},
              {"trace_hash", run.trace_hash},
              {"artifacts", run.artifacts},
              {"refused", run.refused},
              {"output", run.output}};
    for (const auto& finding : run.findings)
        json["findings"].push_back(harness::to_json(finding));
    return json;
}

Json to_json(const ScenarioResult& result) {
    Json json{{"file", result.file},     {"name", result.name},
              {"title", result.title},   {"report", result.report},
              {"drive", result.drive},   {"medium", result.medium},
              {"seed", result.seed},     {"result", to_string(result.verdict)},
              {"reason", result.reason}, {"malformed", result.malformed},
              {"runs", Json::array()}};
    for (const auto& run : result.runs)
        json["runs"].push_back(to_json(run));
    return json;
}

ScenarioResult result_from_json(const Json& json) {
    ScenarioResult result;
    result.file = json.at("file");
    result.name = json.at("name");
    result.title = json.at("title");
    result.report = json.at("report");
    result.drive = json.at("drive");
    result.medium = json.at("medium");
    result.seed = json.at("seed");
    result.verdict = verdict_from(json.at("result"));
    result.reason = json.at("reason");
    result.malformed = json.at("malformed");
    for (const auto& run : json.at("runs"))
        result.runs.push_back(run_from_json(run));
    return result;
}

} // namespace burnrig::harness::scenario
