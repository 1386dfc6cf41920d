// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/comparison.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace burnrig::harness::scenario {
namespace {

// Verdicts in the order of the table's columns; what is none of them stands in the last one.
struct Column {
    std::string_view verdict;
    std::string_view title;
};
constexpr std::array<Column, 6> columns{{{"truthful", "truthful"},
                                         {"misleading", "misleading"},
                                         {"false-success", "false success"},
                                         {"hang", "hang"},
                                         {"not-met", "not met"},
                                         {"", "n/a"}}};

std::string_view verdict_of(const ScenarioResult& result, std::size_t peer) {
    if (peer >= result.runs.size() || result.runs[peer].verdict == Verdict::skipped)
        return "";
    return result.runs[peer].told;
}

std::string row(const std::vector<std::string>& cells) {
    return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string rule(std::size_t count) {
    std::string line = "|";
    for (std::size_t i = 0; i < count; ++i)
        line += "---|";
    return line + "\n";
}

} // namespace

std::string comparison_table(const std::vector<ScenarioResult>& results,
                             const std::vector<std::string>& peers) {
    std::vector<std::string> head{"program"};
    for (const auto& column : columns)
        head.emplace_back(column.title);
    auto text = row(head) + rule(head.size());
    for (std::size_t peer = 0; peer < peers.size(); ++peer) {
        std::vector<std::string> cells{peers[peer]};
        for (const auto& column : columns)
            cells.push_back(fmt::format(
                "{}", std::count_if(results.begin(), results.end(), [&](const auto& result) {
                    return verdict_of(result, peer) == column.verdict;
                })));
        text += row(cells);
    }
    return text;
}

std::string comparison_rows(const std::vector<ScenarioResult>& results,
                            const std::vector<std::string>& peers) {
    std::vector<std::string> head{"scenario"};
    head.insert(head.end(), peers.begin(), peers.end());
    auto text = row(head) + rule(head.size());
    for (const auto& result : results) {
        std::vector<std::string> cells{result.name};
        for (std::size_t peer = 0; peer < peers.size(); ++peer) {
            const auto verdict = verdict_of(result, peer);
            cells.emplace_back(verdict.empty() ? "n/a" : verdict);
        }
        text += row(cells);
    }
    return text;
}

std::string comparison_details(const ScenarioResult& result,
                               const std::vector<std::string>& peers) {
    auto text = fmt::format("{}{}\n", result.name,
                            result.reason.empty() ? "" : fmt::format(": {}", result.reason));
    for (std::size_t i = 0; i < result.runs.size() && i < peers.size(); ++i) {
        const auto& run = result.runs[i];
        const bool none = run.verdict != Verdict::passed;
        text += fmt::format("    {:<21} {:<14} {}\n", peers[i], none ? "n/a" : run.told,
                            none ? run.reason : run.why);
    }
    return text;
}

} // namespace burnrig::harness::scenario
