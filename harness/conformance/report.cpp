// SPDX-License-Identifier: Apache-2.0
#include "harness/conformance/report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/results/junit.h"

namespace burnrig::harness::conformance {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view label(Verdict verdict) {
    constexpr std::string_view labels[]{"pass", "note", "FAIL", "n/a ", "GONE"};
    return labels[static_cast<std::size_t>(verdict)];
}

std::string_view touch_name(Touch touch) {
    constexpr std::string_view names[]{"nothing", "tray", "disc"};
    return names[static_cast<std::size_t>(touch)];
}

double seconds(mmc::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

Json to_json(const CheckResult& result) {
    Json json{{"name", result.check->name},
              {"command", result.check->command},
              {"source", result.check->source},
              {"disc", result.disc},
              {"verdict", verdict_name(result.outcome.verdict)},
              {"drive_seconds", seconds(result.duration)}};
    if (!result.outcome.reason.empty())
        json["reason"] = result.outcome.reason;
    for (const auto& finding : result.outcome.findings)
        json["findings"].push_back(harness::to_json(finding));
    for (const auto& note : result.outcome.notes)
        json["notes"].push_back(note);
    return json;
}

JunitVerdict junit_verdict(Verdict verdict) {
    constexpr JunitVerdict verdicts[]{JunitVerdict::passed, JunitVerdict::passed,
                                      JunitVerdict::failed, JunitVerdict::skipped,
                                      JunitVerdict::broken};
    return verdicts[static_cast<std::size_t>(verdict)];
}

JunitCase junit_case(const CheckResult& result) {
    JunitCase test{fmt::format("conformance.{}", result.check->command),
                   fmt::format("{} [{}]", result.check->name, result.disc), result.duration,
                   junit_verdict(result.outcome.verdict), result.outcome.reason};
    if (test.verdict == JunitVerdict::failed) {
        test.message = result.outcome.findings.front().what;
        test.details = harness::to_text(result.outcome.findings);
    }
    return test;
}

} // namespace

std::string to_text(const CheckResult& result, bool every) {
    const auto verdict = result.outcome.verdict;
    if (!every && (verdict == Verdict::pass || verdict == Verdict::not_applicable))
        return {};
    auto text = fmt::format("{}  {}  [{}]  {}, {}\n", label(verdict), result.check->name,
                            result.disc, result.check->command, result.check->source);
    text += harness::to_text(result.outcome.findings);
    for (const auto& note : result.outcome.notes)
        text += fmt::format("      note: {}\n", note);
    if (!result.outcome.reason.empty())
        text += fmt::format("      {}\n", result.outcome.reason);
    return text;
}

std::string summary(const SuiteReport& report) {
    return fmt::format(
        "{} checks: {} passed, {} passed with notes, {} failed, {} not applicable{}\n",
        report.results.size(), report.count(Verdict::pass), report.count(Verdict::note),
        report.count(Verdict::fail), report.count(Verdict::not_applicable),
        report.count(Verdict::broken) > 0 ? "; the target went away" : "");
}

Json to_json(const SuiteReport& report) {
    Json json;
    json["summary"] = {{"checks", report.results.size()},
                       {"passed", report.count(Verdict::pass)},
                       {"notes", report.count(Verdict::note)},
                       {"failed", report.count(Verdict::fail)},
                       {"not_applicable", report.count(Verdict::not_applicable)},
                       {"broken", report.count(Verdict::broken)}};
    json["checks"] = Json::array();
    for (const auto& result : report.results)
        json["checks"].push_back(to_json(result));
    return json;
}

std::string to_junit(const SuiteReport& report, const Json& about) {
    std::vector<JunitCase> cases;
    for (const auto& result : report.results)
        cases.push_back(junit_case(result));
    return harness::to_junit("burnrig conformance", about, cases);
}

std::string list_text(const std::vector<const Check*>& checks) {
    std::size_t width = 0;
    for (const auto* check : checks)
        width = std::max(width, check->name.size());
    std::string text;
    for (const auto* check : checks)
        text += fmt::format("{:<{}}  {}, {}{}\n", check->name, width, check->command, check->source,
                            check->needs.touch == Touch::disc   ? "  (writes)"
                            : check->needs.touch == Touch::tray ? "  (moves the tray)"
                                                                : "");
    return text;
}

Json list_json(const std::vector<const Check*>& checks) {
    Json list = Json::array();
    for (const auto* check : checks)
        list.push_back({{"name", check->name},
                        {"summary", fmt::format("{}, {}", check->command, check->source)},
                        {"touches", touch_name(check->needs.touch)}});
    return list;
}

} // namespace burnrig::harness::conformance
