// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/expectation_yaml.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "emulator/faults/parser.h"
#include "emulator/faults/quantity.h"
#include "harness/scenario/text_pattern.h"
#include "harness/scenario/words.h"
#include "mmc/nearest.h"

namespace burnrig::harness::scenario {
namespace {

namespace faults = emulator::faults;
namespace expectation = faults::expectation;
using emulator::YamlFields;

constexpr std::array<std::string_view, 11> expectation_keys{
    "outcome", "cause",   "sense", "message",  "tray", "within",
    "medium",  "session", "fired", "commands", "exit"};

constexpr std::size_t text_max = 1000;

// Why a value is none that can be judged; "" when it can.
template <std::size_t N>
std::string not_one_of(std::string_view what, const std::string& word,
                       const std::array<std::string_view, N>& known) {
    if (std::find(known.begin(), known.end(), word) != known.end())
        return {};
    return fmt::format("{} \"{}\" is none of {}; did you mean \"{}\"?", what, word,
                       fmt::join(known, ", "), mmc::nearest(word, known));
}

std::string check(const expectation::Outcome& outcome) {
    return not_one_of("outcome", outcome.word, outcome_words);
}
std::string check(const expectation::Tray& tray) {
    return not_one_of("tray", tray.word, tray_words);
}
std::string check(const expectation::Session& session) {
    return not_one_of("session N", session.word, session_words);
}
std::string check(const expectation::Medium& medium) {
    auto words = medium.words;
    if (words.size() > 1 && words.back() == reported_word)
        words.pop_back();
    return not_one_of("medium", fmt::format("{}", fmt::join(words, " ")), medium_words);
}
std::string check(const expectation::Cause& cause) {
    std::vector<std::string_view> known;
    for (const auto& info : driver::causes())
        known.push_back(info.name);
    if (driver::find_cause(cause.name))
        return {};
    return fmt::format("cause \"{}\" is none that our driver knows; did you mean \"{}\"?",
                       cause.name, mmc::nearest(cause.name, known));
}
std::string check(const expectation::Message& message) {
    const auto problem = pattern_problem(message.pattern);
    return problem.empty()
               ? ""
               : fmt::format("\"{}\" is no regular expression: {}", message.pattern, problem);
}
template <class Other>
std::string check(const Other&) {
    return {};
}

std::string statement_text(const std::string& key, const std::string& value) {
    if (key == "message" && !value.starts_with("~ "))
        return "message ~ " + faults::quote(value);
    return key + " " + value;
}

void read_one(YamlFields& fields, const std::string& key, const YAML::Node& value,
              std::vector<Expectation>& expectations) {
    if (!value.IsScalar() || value.Scalar().size() > text_max) {
        fields.reject(value, fmt::format("\"{}\" must be a text, or a list of texts", key));
        return;
    }
    constexpr std::string_view lead = "expect ";
    const auto text = statement_text(key, value.Scalar());
    const auto parsed = faults::parse_statement(fmt::format("{}{}", lead, text));
    if (!parsed) {
        fields.reject(value, fmt::format("\"{}\", column {}: {}", text,
                                         parsed.error().column -
                                             std::min(parsed.error().column - 1, lead.size()),
                                         parsed.error().message));
        return;
    }
    const auto& what = std::get<faults::Expectation>(*parsed);
    const auto problem = std::visit([](const auto& one) { return check(one); }, what.what);
    if (!problem.empty())
        fields.reject(value, problem);
    expectations.push_back({static_cast<std::size_t>(value.Mark().line) + 1, text, what});
}

bool known_key(YamlFields& fields, const YAML::Node& key, std::set<std::string>& seen) {
    const auto word = key.IsScalar() ? key.Scalar() : std::string();
    if (std::find(expectation_keys.begin(), expectation_keys.end(), word) ==
        expectation_keys.end()) {
        fields.reject(key, fmt::format("unknown expectation \"{}\"; did you mean \"{}\"?", word,
                                       mmc::nearest(word, expectation_keys)));
        return false;
    }
    if (!seen.insert(word).second) {
        fields.reject(key, fmt::format("\"{}\" stands twice; give it a list", word));
        return false;
    }
    return true;
}

template <class Value, std::size_t N>
void read_word(YamlFields& fields, std::string_view key, std::optional<Value>& value,
               const std::array<std::pair<std::string_view, Value>, N>& words) {
    if (!fields.has(key))
        return;
    Value read{};
    fields.word(key, read, words);
    value = read;
}

void read_meeting(YamlFields& in, Meeting& meeting) {
    std::string cdb;
    in.text("cdb", cdb, text_max);
    if (auto bytes = parse_bytes(cdb, /*wild=*/true); bytes && !bytes->empty())
        meeting.cdb = std::move(*bytes);
    else if (in.has("cdb"))
        in.reject("cdb", "must be bytes such as \"2A 00 ?? 1F\", two digits each");
    if (in.has("sense")) {
        std::string sense;
        in.text("sense", sense, text_max);
        if (auto bytes = parse_bytes(sense); bytes && !bytes->empty())
            meeting.sense = std::move(*bytes);
        else
            in.reject("sense", "must be bytes such as \"70 00 03\", two digits each");
    }
    if (in.has("takes"))
        read_duration(in, "takes", meeting.takes.emplace());
    read_word(in, "status", meeting.status, status_words);
    read_word(in, "host", meeting.host, host_words);
}

} // namespace

std::optional<std::vector<std::optional<std::uint8_t>>> parse_bytes(std::string_view text,
                                                                    bool wild) {
    std::vector<std::optional<std::uint8_t>> bytes;
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto digit = [&](char c) {
        return digits.find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    };
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        if (text.size() < 2 || (text.size() > 2 && text[2] != ' '))
            return std::nullopt;
        const auto high = digit(text[0]);
        const auto low = digit(text[1]);
        if (wild && text.starts_with("??"))
            bytes.emplace_back(std::nullopt);
        else if (high != std::string_view::npos && low != std::string_view::npos)
            bytes.emplace_back(static_cast<std::uint8_t>(high * 16 + low));
        else
            return std::nullopt;
        text.remove_prefix(2);
    }
    return bytes;
}

std::optional<std::vector<std::uint8_t>> parse_bytes(std::string_view text) {
    const auto read = parse_bytes(text, /*wild=*/false);
    if (!read)
        return std::nullopt;
    std::vector<std::uint8_t> bytes;
    for (const auto& byte : *read)
        bytes.push_back(*byte);
    return bytes;
}

void read_duration(YamlFields& fields, std::string_view key, mmc::Duration& value) {
    if (!fields.has(key))
        return;
    std::string text;
    fields.text(key, text, text_max);
    if (const auto duration = faults::parse_duration(text))
        value = *duration;
    else
        fields.reject(key, fmt::format("must be {}, not \"{}\"", duration.error().message, text));
}

void read_size(YamlFields& fields, std::string_view key, std::uint64_t& value, std::uint64_t low,
               std::uint64_t high) {
    if (!fields.has(key))
        return;
    std::string text;
    fields.text(key, text, text_max);
    const auto size = faults::parse_size(text);
    if (!size)
        fields.reject(key, fmt::format("must be {}, not \"{}\"", size.error().message, text));
    else if (*size < low || *size > high)
        fields.reject(key, fmt::format("must be a size from {} to {}, not {}",
                                       faults::print_size(low), faults::print_size(high), text));
    else
        value = *size;
}

std::vector<Expectation> read_expectations(YamlFields& fields, std::string_view key) {
    std::vector<Expectation> expectations;
    const YAML::Node* node = fields.has(key) ? fields.value(key) : nullptr;
    if (!node)
        return expectations;
    if (!node->IsMap()) {
        fields.reject(key, "must be keys and values such as {outcome: failed}");
        return expectations;
    }
    std::set<std::string> seen;
    for (const auto& pair : *node) {
        if (!known_key(fields, pair.first, seen))
            continue;
        if (!pair.second.IsSequence()) {
            read_one(fields, pair.first.Scalar(), pair.second, expectations);
            continue;
        }
        for (const YAML::Node& value : pair.second)
            read_one(fields, pair.first.Scalar(), value, expectations);
    }
    return expectations;
}

std::vector<Meeting> read_meetings(YamlFields& fields, std::string_view key) {
    std::vector<Meeting> meetings;
    const YAML::Node* node = fields.has(key) ? fields.value(key) : nullptr;
    if (!node)
        return meetings;
    if (!node->IsSequence()) {
        fields.reject(key, "must be a list of commands such as {cdb: \"54 01\", sense: \"70 00\"}");
        return meetings;
    }
    for (const YAML::Node& item : *node) {
        auto& meeting = meetings.emplace_back();
        meeting.line = static_cast<std::size_t>(item.Mark().line) + 1;
        fields.mapping_at(item, [&](YamlFields& in) { read_meeting(in, meeting); });
    }
    return meetings;
}

} // namespace burnrig::harness::scenario
