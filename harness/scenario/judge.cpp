// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/faults/quantity.h"
#include "harness/scenario/text_pattern.h"
#include "mmc/opcode.h"

namespace burnrig::harness::scenario {
namespace {

namespace faults = emulator::faults;
namespace expectation = faults::expectation;

std::string milliseconds(mmc::Duration duration) {
    return fmt::format("{:.3f}s", std::chrono::duration<double>(duration).count());
}

// Programs print milliseconds, rounded or cut.
bool same_to_a_millisecond(mmc::Duration one, mmc::Duration other) {
    const auto difference = one < other ? other - one : one - other;
    return difference < std::chrono::milliseconds(1);
}

bool begins_with(std::span<const std::uint8_t> bytes,
                 const std::vector<std::optional<std::uint8_t>>& pattern) {
    return bytes.size() >= pattern.size() &&
           std::equal(
               pattern.begin(), pattern.end(), bytes.begin(),
               [](const auto& wanted, std::uint8_t byte) { return !wanted || *wanted == byte; });
}

bool begins_with(std::span<const std::uint8_t> bytes, const std::vector<std::uint8_t>& pattern) {
    return bytes.size() >= pattern.size() &&
           std::equal(pattern.begin(), pattern.end(), bytes.begin());
}

bool answers(const CommandRecord& record, const Meeting& meeting) {
    const auto& completion = record.completion;
    return begins_with(completion.sense.view(), meeting.sense) &&
           (!meeting.takes || same_to_a_millisecond(*meeting.takes, completion.duration)) &&
           (!meeting.status || *meeting.status == completion.status) &&
           (!meeting.host || *meeting.host == completion.host);
}

std::string describe(const Meeting& meeting) {
    std::string text;
    for (const auto& byte : meeting.cdb)
        text += (text.empty() ? "" : " ") + (byte ? fmt::format("{:02X}", *byte) : "??");
    if (!meeting.sense.empty())
        text += " -> " + hex(meeting.sense, mmc::SenseBytes::capacity);
    if (meeting.status)
        text += fmt::format(", status {:02X}h", static_cast<int>(*meeting.status));
    if (meeting.host)
        text += fmt::format(", host status {}", static_cast<int>(*meeting.host));
    if (meeting.takes)
        text += ", after " + milliseconds(*meeting.takes);
    return text;
}

std::string describe(const CommandRecord& record) {
    const auto& completion = record.completion;
    auto text = fmt::format("#{} {} -> {}", record.number, hex(record.cdb()),
                            completion.sense.length > 0
                                ? hex(completion.sense.view(), mmc::SenseBytes::capacity)
                            : completion.good() ? std::string("GOOD")
                                                : std::string("no sense"));
    if (!completion.good())
        text += fmt::format(", status {:02X}h, host status {}", static_cast<int>(completion.status),
                            static_cast<int>(completion.host));
    return text + ", after " + milliseconds(completion.duration);
}

// The best look-alike: of the commands with this CDB the first that failed, or the first.
std::string nearest(std::span<const CommandRecord> commands, const Meeting& meeting) {
    const CommandRecord* found = nullptr;
    std::size_t count = 0;
    for (const auto& record : commands) {
        if (!begins_with(record.cdb(), meeting.cdb))
            continue;
        ++count;
        if (!found || (found->completion.good() && !record.completion.good()))
            found = &record;
    }
    if (!found)
        return "no such command from there on";
    return fmt::format("{} command{} with this CDB, {}: {}", count, count == 1 ? "" : "s",
                       found->completion.good() ? "such as" : "first that failed",
                       describe(*found));
}

void judge_meetings(const Evidence& evidence, std::vector<Finding>& findings) {
    std::span<const CommandRecord> left(evidence.outcome.commands);
    for (const auto& meeting : evidence.run.meets) {
        const auto met = std::find_if(left.begin(), left.end(), [&](const CommandRecord& record) {
            return begins_with(record.cdb(), meeting.cdb) && answers(record, meeting);
        });
        if (met == left.end()) {
            findings.push_back({fmt::format("line {}: meets, in this order", meeting.line),
                                describe(meeting), nearest(left, meeting)});
            return; // what comes behind it cannot be placed
        }
        left = left.subspan(static_cast<std::size_t>(met - left.begin()) + 1);
    }
}

// Judges one statement: what is seen instead, "" when it holds.
class Judge {
public:
    explicit Judge(const Evidence& evidence) : evidence_(evidence), outcome_(evidence.outcome) {}

    std::string operator()(const expectation::Outcome& expected) const {
        if (outcome_.word == expected.word)
            return {};
        return fmt::format("{}{}", outcome_.word,
                           outcome_.exit_code ? fmt::format(" (exit code {})", *outcome_.exit_code)
                                              : "");
    }
    std::string operator()(const expectation::Cause& expected) const {
        if (!outcome_.cause)
            return "no cause: it succeeded";
        const auto seen = driver::cause_name(*outcome_.cause);
        return seen == expected.name ? "" : std::string(seen);
    }
    // Our driver names one; of a program we know what it met.
    std::string operator()(const expectation::Sense& expected) const {
        std::string seen;
        const auto look = [&](mmc::SenseCode code) {
            seen += (seen.empty() ? "" : ", ") + mmc::to_string(code);
            return code == expected.code;
        };
        if (std::holds_alternative<BurnJob>(evidence_.run.job))
            return !outcome_.sense ? "no sense data" : look(*outcome_.sense) ? "" : seen;
        for (const auto& record : outcome_.commands)
            if (const auto sense = mmc::decode_sense(record.completion.sense.view()))
                if (look(sense->code))
                    return {};
        return seen.empty() ? "no sense data" : seen;
    }
    std::string operator()(const expectation::Message& expected) const;
    std::string operator()(const expectation::Tray& expected) const {
        const auto& drive = outcome_.drive;
        const bool open = drive.tray == emulator::Tray::open;
        const std::string_view door = drive.removal_prevented ? "locked" : "unlocked";
        const std::string_view tray = open ? "open" : "closed";
        return expected.word == door || expected.word == tray ? ""
                                                              : fmt::format("{}, {}", tray, door);
    }
    std::string operator()(const expectation::Within& expected) const {
        return outcome_.drive_time <= expected.duration ? "" : milliseconds(outcome_.drive_time);
    }
    std::string operator()(const expectation::Medium& expected) const {
        return judge_medium(evidence_, expected.words);
    }
    std::string operator()(const expectation::Session& expected) const {
        return judge_session(evidence_, expected.number, expected.word);
    }
    std::string operator()(const expectation::Fired& expected) const {
        for (const auto& rule : outcome_.rules)
            if (rule.name == expected.rule)
                return faults::compare(rule.fired, expected.comparison, expected.count)
                           ? ""
                           : fmt::format("it fired {} of {} times that it matched", rule.fired,
                                         rule.matched);
        return "no such rule";
    }
    std::string operator()(const expectation::Commands& expected) const {
        const auto count = static_cast<std::uint64_t>(std::count_if(
            outcome_.commands.begin(), outcome_.commands.end(),
            [&](const CommandRecord& record) { return is_at(record.opcode(), expected.point); }));
        return faults::compare(count, expected.comparison, expected.count)
                   ? ""
                   : fmt::format("{} of them", count);
    }
    std::string operator()(const expectation::Exit& expected) const {
        if (!outcome_.exit_code)
            return "no program was run";
        const auto code = static_cast<std::uint64_t>(*outcome_.exit_code);
        return code == expected.code ? "" : fmt::format("exit code {}", code);
    }

private:
    static bool is_at(std::uint8_t opcode, const faults::Point& point) {
        if (const auto* command = std::get_if<faults::point::Command>(&point.what))
            return command->opcode == opcode;
        const auto& group = std::get<faults::point::CommandGroup>(point.what).group;
        return !group || mmc::in_group(opcode, *group);
    }

    const Evidence& evidence_;
    const Outcome& outcome_;
};

std::string last_lines(const std::string& text, int lines) {
    auto from = text.find_last_not_of(" \r\n");
    const auto end = from == std::string::npos ? 0 : from + 1;
    while (lines-- > 0 && from != std::string::npos && from > 0)
        from = text.find_last_of("\r\n", from - 1);
    const auto begin = from == std::string::npos ? 0 : from;
    return text.substr(begin, end - std::min(begin, end));
}

std::string Judge::operator()(const expectation::Message& expected) const {
    const std::string& text = outcome_.text;
    if (has_line_with(text, expected.pattern))
        return {};
    return text.empty() ? "no output" : "it ended with: " + last_lines(text, 2);
}

void judge_expectation(const Evidence& evidence, const Expectation& expected, std::string_view what,
                       std::vector<Finding>& findings) {
    const auto seen = std::visit(Judge(evidence), expected.what.what);
    if (!seen.empty())
        findings.push_back({fmt::format("line {}: {}", expected.line, what), expected.text, seen});
}

bool same_key(const Expectation& one, const Expectation& other) {
    return one.what.what.index() == other.what.what.index();
}

// A run with an outcome of its own is another case than the one that the truth is about.
bool is_about(const Expectation& truth, const Scenario& scenario, const Run& run) {
    return std::holds_alternative<BurnJob>(run.job) && !(run.faults && scenario.faults.empty()) &&
           std::none_of(run.expects.begin(), run.expects.end(), [&](const Expectation& own) {
               return same_key(truth, own) ||
                      std::holds_alternative<expectation::Outcome>(own.what.what);
           });
}

void judge_fired(const Evidence& evidence, std::vector<Finding>& findings) {
    for (const auto& rule : evidence.outcome.rules) {
        const bool excepted = std::any_of(
            evidence.run.expects.begin(), evidence.run.expects.end(), [&](const auto& expected) {
                const auto* fired = std::get_if<expectation::Fired>(&expected.what.what);
                return fired && fired->rule == rule.name;
            });
        if (rule.fired == 0 && !excepted)
            findings.push_back(
                {fmt::format("every rule fires: {}", rule.text), fmt::format("{} fires", rule.name),
                 fmt::format("it never fired (matched {} commands{})", rule.matched,
                             rule.suppressed_by.empty()
                                 ? ""
                                 : fmt::format(", suppressed by {}", rule.suppressed_by))});
    }
}

} // namespace

std::vector<Finding> judge(const Evidence& evidence) {
    std::vector<Finding> findings;
    judge_meetings(evidence, findings);
    for (const auto& expected : evidence.run.expects)
        judge_expectation(evidence, expected, "expect", findings);
    for (const auto& truth : evidence.scenario.truth)
        if (is_about(truth, evidence.scenario, evidence.run))
            judge_expectation(evidence, truth, "the truth", findings);
    judge_fired(evidence, findings);
    return findings;
}

} // namespace burnrig::harness::scenario
