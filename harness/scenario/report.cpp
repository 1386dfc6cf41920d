// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/report.h"

#include <filesystem>

#include <fmt/format.h>

#include "harness/report/fault_summary.h"
#include "harness/report/replay_command.h"
#include "harness/results/junit.h"

namespace burnrig::harness::scenario {
namespace {

std::string_view label(Verdict verdict) {
    constexpr std::string_view labels[]{"pass", "FAIL", "skip", "BROKEN"};
    return labels[static_cast<std::size_t>(verdict)];
}

std::string indented(const std::string& text, std::string_view by) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at)
            out += fmt::format("{}{}\n", by, text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string details(const RunResult& run) {
    auto text = fmt::format("  {}\n", run.job);
    if (!run.reason.empty())
        text += fmt::format("      {}: {}\n", to_string(run.verdict), run.reason);
    text += harness::to_text(run.findings);
    if (run.verdict == Verdict::skipped)
        return text;
    text += fmt::format("      it {} after {:.3f} s of drive time{}\n", run.outcome,
                        std::chrono::duration<double>(run.drive_time).count(),
                        run.told.empty() ? "" : fmt::format(" ({})", run.told));
    for (const auto& refused : run.refused)
        text += fmt::format("      met      {}\n", refused);
    text += indented(run.output, "      | ");
    return text;
}

std::string skipped_runs(const ScenarioResult& result) {
    std::string text;
    for (const auto& run : result.runs)
        if (run.verdict == Verdict::skipped)
            text +=
                fmt::format("; skipped: {}: {}", run.job.substr(0, run.job.find(' ')), run.reason);
    return text;
}

JunitVerdict junit_verdict(Verdict verdict) {
    constexpr JunitVerdict verdicts[]{JunitVerdict::passed, JunitVerdict::failed,
                                      JunitVerdict::skipped, JunitVerdict::broken};
    return verdicts[static_cast<std::size_t>(verdict)];
}

std::string replay_of(const ScenarioResult& result) {
    return shell_line(std::vector<std::string>{"burnrig", "test", result.file});
}

JunitCase junit_case(const ScenarioResult& result) {
    const auto folder = std::filesystem::path(result.file).parent_path().filename().string();
    JunitCase test{folder, result.name, result.drive_time(), junit_verdict(result.verdict),
                   result.reason};
    for (const auto& run : result.runs) {
        if (test.message.empty())
            test.message = run.findings.empty() ? run.reason : run.findings.front().what;
        test.details += details(run);
    }
    test.properties = {{"seed", fmt::format("{}", result.seed)},
                       {"burnrig", version()},
                       {"drive", result.drive},
                       {"medium", result.medium},
                       {"report", result.report},
                       {"replay", replay_of(result)}};
    for (std::size_t i = 0; i < result.runs.size(); ++i) {
        const auto& run = result.runs[i];
        const auto add = [&](std::string_view what, const std::string& value) {
            if (!value.empty())
                test.properties.emplace_back(fmt::format("run{}.{}", i + 1, what), value);
        };
        add("job", run.job);
        add("result", std::string(to_string(run.verdict)));
        add("trace_hash", run.trace_hash);
        add("artifacts", run.artifacts);
    }
    return test;
}

} // namespace

std::string to_text(const ScenarioResult& result, bool every) {
    auto text = fmt::format("{:<6}  {}{}\n", label(result.verdict), result.name,
                            result.reason.empty() ? skipped_runs(result)
                                                  : fmt::format(": {}", result.reason));
    for (const auto& run : result.runs)
        if (every || run.verdict == Verdict::failed || run.verdict == Verdict::broken)
            text += details(run);
    return text;
}

Totals count(const std::vector<ScenarioResult>& results) {
    Totals totals;
    for (const auto& result : results) {
        totals.passed += result.verdict == Verdict::passed;
        totals.failed += result.verdict == Verdict::failed;
        totals.skipped += result.verdict == Verdict::skipped;
        totals.broken += result.verdict == Verdict::broken;
        totals.malformed += result.malformed;
        for (const auto& run : result.runs)
            totals.runs_skipped += run.verdict == Verdict::skipped;
    }
    return totals;
}

std::string summary(const std::vector<ScenarioResult>& results) {
    const auto totals = count(results);
    std::size_t runs = 0;
    for (const auto& result : results)
        runs += result.runs.size();
    return fmt::format("{} scenarios: {} passed, {} failed, {} skipped, {} broken; {} runs, {} "
                       "of them skipped\n",
                       results.size(), totals.passed, totals.failed, totals.skipped, totals.broken,
                       runs, totals.runs_skipped);
}

Json to_json(const std::vector<ScenarioResult>& results) {
    const auto totals = count(results);
    Json json;
    json["summary"] = {{"scenarios", results.size()}, {"passed", totals.passed},
                       {"failed", totals.failed},     {"skipped", totals.skipped},
                       {"broken", totals.broken},     {"runs_skipped", totals.runs_skipped}};
    json["scenarios"] = Json::array();
    for (const auto& result : results) {
        json["scenarios"].push_back(to_json(result));
        json["scenarios"].back()["replay"] = replay_of(result);
    }
    return json;
}

std::string to_junit(const std::vector<ScenarioResult>& results, const Json& about) {
    std::vector<JunitCase> cases;
    for (const auto& result : results)
        cases.push_back(junit_case(result));
    return harness::to_junit("burnrig scenarios", about, cases);
}

} // namespace burnrig::harness::scenario
