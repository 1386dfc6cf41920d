// SPDX-License-Identifier: Apache-2.0
#include "harness/results/finding.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace burnrig::harness {

std::string hex(std::span<const std::uint8_t> bytes, std::size_t most) {
    std::string text;
    for (std::size_t i = 0; i < std::min(bytes.size(), most); ++i)
        text += fmt::format("{}{:02X}", i == 0 ? "" : " ", bytes[i]);
    if (bytes.size() > most)
        text += fmt::format(" ... ({} bytes)", bytes.size());
    return text.empty() ? "nothing" : text;
}

std::string to_text(const Finding& finding) {
    auto text = fmt::format("      {}\n      expected {}\n      seen     {}\n", finding.what,
                            finding.expected, finding.seen);
    if (!finding.cdb.empty())
        text += fmt::format("      CDB      {}\n", hex(finding.cdb));
    return text;
}

std::string to_text(const std::vector<Finding>& findings) {
    std::string text;
    for (const auto& finding : findings)
        text += to_text(finding);
    return text;
}

nlohmann::ordered_json to_json(const Finding& finding) {
    nlohmann::ordered_json json{
        {"what", finding.what}, {"expected", finding.expected}, {"seen", finding.seen}};
    if (!finding.cdb.empty())
        json["cdb"] = hex(finding.cdb);
    return json;
}

} // namespace burnrig::harness
