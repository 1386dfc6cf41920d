// SPDX-License-Identifier: Apache-2.0
#include "harness/results/junit.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace burnrig::harness {
namespace {

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

std::string property(std::string_view name, std::string_view value) {
    return fmt::format("  <property name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value));
}

std::string inside(const JunitCase& test) {
    std::string text;
    if (!test.properties.empty()) {
        text += "<properties>\n";
        for (const auto& [name, value] : test.properties)
            text += property(name, value);
        text += "</properties>";
    }
    switch (test.verdict) {
    case JunitVerdict::passed:
        break;
    case JunitVerdict::skipped:
        text += fmt::format("<skipped message=\"{}\"/>", escaped(test.message));
        break;
    case JunitVerdict::broken:
        text += fmt::format("<error message=\"{}\"/>", escaped(test.message));
        break;
    case JunitVerdict::failed:
        text += fmt::format("<failure message=\"{}\">{}</failure>", escaped(test.message),
                            escaped(test.details));
        break;
    }
    return text;
}

std::string to_text(const JunitCase& test) {
    const auto seconds = std::chrono::duration<double>(test.duration).count();
    const auto content = inside(test);
    return fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"{}\n",
                       escaped(test.class_name), escaped(test.name), seconds,
                       content.empty() ? "/>" : ">" + content + "</testcase>");
}

} // namespace

std::string to_junit(const std::string& suite, const nlohmann::ordered_json& about,
                     const std::vector<JunitCase>& cases) {
    const auto count = [&](JunitVerdict verdict) {
        return std::count_if(cases.begin(), cases.end(),
                             [&](const auto& test) { return test.verdict == verdict; });
    };
    auto text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" "
                            "errors=\"{}\" skipped=\"{}\">\n <properties>\n",
                            escaped(suite), cases.size(), count(JunitVerdict::failed),
                            count(JunitVerdict::broken), count(JunitVerdict::skipped));
    for (const auto& [key, value] : about.items())
        text += property(key, value.is_string() ? value.get<std::string>() : value.dump());
    text += " </properties>\n";
    for (const auto& test : cases)
        text += to_text(test);
    return text + "</testsuite>\n";
}

} // namespace burnrig::harness
