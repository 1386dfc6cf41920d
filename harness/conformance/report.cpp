// SPDX-License-Identifier: Apache-2.0
#include "harness/conformance/report.h"

#include <algorithm>

#include <fmt/format.h>

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

Json to_json(const Finding& finding) {
    return {{"what", finding.what},
            {"expected", finding.expected},
            {"seen", finding.seen},
            {"cdb", hex(finding.cdb)}};
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
        json["findings"].push_back(to_json(finding));
    for (const auto& note : result.outcome.notes)
        json["notes"].push_back(note);
    return json;
}

std::string findings_text(const CheckResult& result) {
    std::string text;
    for (const auto& finding : result.outcome.findings)
        text += fmt::format("      {}\n      expected {}\n      seen     {}\n      CDB      {}\n",
                            finding.what, finding.expected, finding.seen, hex(finding.cdb));
    return text;
}

// What XML does not take in an attribute or in text.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
        }
    }
    return out;
}

std::string junit_case(const CheckResult& result) {
    auto text =
        fmt::format("  <testcase classname=\"conformance.{}\" name=\"{} [{}]\" time=\"{:.3f}\"",
                    escaped(result.check->command), escaped(result.check->name), result.disc,
                    seconds(result.duration));
    switch (result.outcome.verdict) {
    case Verdict::pass:
    case Verdict::note:
        return text + "/>\n";
    case Verdict::not_applicable:
        return text + fmt::format("><skipped message=\"{}\"/></testcase>\n",
                                  escaped(result.outcome.reason));
    case Verdict::broken:
        return text +
               fmt::format("><error message=\"{}\"/></testcase>\n", escaped(result.outcome.reason));
    case Verdict::fail:
        break;
    }
    const auto& findings = result.outcome.findings;
    return text + fmt::format("><failure message=\"{}\">{}</failure></testcase>\n",
                              escaped(findings.front().what), escaped(findings_text(result)));
}

} // namespace

std::string to_text(const CheckResult& result, bool every) {
    const auto verdict = result.outcome.verdict;
    if (!every && (verdict == Verdict::pass || verdict == Verdict::not_applicable))
        return {};
    auto text = fmt::format("{}  {}  [{}]  {}, {}\n", label(verdict), result.check->name,
                            result.disc, result.check->command, result.check->source);
    text += findings_text(result);
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
    auto text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<testsuite name=\"burnrig conformance\" tests=\"{}\" failures=\"{}\" "
                            "errors=\"{}\" skipped=\"{}\">\n <properties>\n",
                            report.results.size(), report.count(Verdict::fail),
                            report.count(Verdict::broken), report.count(Verdict::not_applicable));
    for (const auto& [key, value] : about.items())
        text += fmt::format("  <property name=\"{}\" value=\"{}\"/>\n", escaped(key),
                            escaped(value.is_string() ? value.get<std::string>() : value.dump()));
    text += " </properties>\n";
    for (const auto& result : report.results)
        text += junit_case(result);
    return text + "</testsuite>\n";
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
