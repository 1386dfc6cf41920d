// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/text_pattern.h"

#include <algorithm>
#include <regex>

namespace burnrig::harness::scenario {
namespace {

std::regex compile(const std::string& pattern) {
    return std::regex(pattern, std::regex::ECMAScript | std::regex::icase);
}

} // namespace

std::string pattern_problem(const std::string& pattern) {
    try {
        compile(pattern);
    } catch (const std::regex_error& error) {
        return error.what();
    }
    return {};
}

bool has_line_with(const std::string& text, const std::string& pattern) {
    constexpr std::size_t line_max = 2000;
    const auto compiled = compile(pattern);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of("\r\n", at), text.size());
        if (std::regex_search(text.substr(at, std::min(end - at, line_max)), compiled))
            return true;
        at = end + 1;
    }
    return false;
}

} // namespace burnrig::harness::scenario
