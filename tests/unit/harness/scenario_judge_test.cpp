// SPDX-License-Identifier: Apache-2.0
// Every expectation can hold and can fail, and says what is seen instead.
#include <boost/test/data/test_case.hpp>

#include "emulator/fixtures.h"
#include "harness/scenario/assess.h"
#include "harness/scenario/disc_compare.h"
#include "harness/scenario/judge.h"
#include "harness/scenario/peers.h"
#include "tests/unit/harness/scenario_fixture.h"

using namespace burnrig;
using namespace burnrig::harness::scenario;
namespace data = boost::unit_test::data;

namespace {

const std::string head = "title: t\ndrive: generic-dvd-recorder\nmedium: cd-r-80\nimage: 1MiB\n";

std::unique_ptr<emulator::Disc> blank() {
    auto disc = emulator::Disc::in_memory(*emulator::load_medium("cd-r-80"));
    BOOST_REQUIRE(disc);
    return std::move(*disc);
}

// The findings of a single run, with its expectations as the scenario has them.
std::vector<harness::Finding> findings_of(const std::string& text,
                                          std::unique_ptr<emulator::Disc> start = blank()) {
    const auto scenario = read(head + text);
    const auto workspace = Workspace::create(scenario);
    BOOST_REQUIRE(workspace);
    auto copy = copy_of(*start);
    BOOST_REQUIRE(copy);
    const auto outcome = run_trial(scenario, scenario.runs[0].job, std::move(*copy), **workspace);
    BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().message));
    BOOST_REQUIRE(outcome->skipped.empty());
    return judge({scenario, scenario.runs[0], *outcome, start.get(), (*workspace)->image()});
}

const std::string good = "runs:\n  - burn: {mode: tao}\n    expect: ";
const std::string calibration = "faults: [\"opc: at OPC -> take 8.906s, fail 03/73/03\", \"never: "
                                "at BLANK -> fail 03/51/00\"]\n"
                                "runs:\n  - burn: {mode: tao}\n    expect: ";

struct Pair {
    const std::string& run;
    const char* holds;
    const char* fails;
    const char* seen;
};
std::ostream& operator<<(std::ostream& out, const Pair& pair) {
    return out << pair.holds << " / " << pair.fails;
}

const Pair pairs[]{
    {good, "outcome: succeeded", "outcome: failed", "succeeded"},
    {good, "outcome: succeeded", "outcome: hung", "succeeded"},
    {good, "message: disc now", "message: coaster", "it ended with"},
    {good, "tray: unlocked", "tray: locked", "closed, unlocked"},
    {good, "tray: closed", "tray: open", "closed, unlocked"},
    {good, "within: 10min", "within: 1s", "s"},
    {good, "medium: equals image", "medium: differs", "the image is on the disc"},
    {good, "medium: complete", "medium: appendable", "complete"},
    {good, "medium: complete", "medium: blank", "complete"},
    {good, "medium: complete", "medium: damaged", "complete"},
    {good, "medium: complete reported", "medium: unusable", "the image is on the disc"},
    {good, "medium: complete", "medium: unchanged", "was"},
    {good, "medium: complete", "medium: absent", "a disc in the drive"},
    {good, "medium: complete", "medium: open-session", "complete"},
    {good, "medium: complete", "medium: appendable-or-reported-damaged", "complete"},
    {good, "commands: \"@write > 0\"", "commands: \"@write == 0\"", "of them"},
    {good, "commands: \"WRITE_10 > 0\"", "commands: \"@any < 3\"", "of them"},
    {good, "outcome: succeeded", "cause: opc-failed", "no cause"},
    {good, "outcome: succeeded", "exit: 0", "no program"},
    {good, "outcome: succeeded", "session: 1 intact", "never had tracks"},
    {calibration, "cause: opc-failed", "cause: pca-full", "opc-failed"},
    {calibration, "sense: 03/73/03", "sense: 03/0C/00", "03/73/03"},
    {calibration, "medium: unchanged", "medium: equals image", "no track was recorded"},
    {calibration, "fired: [\"opc == 1\"]", "fired: [\"opc == 0\"]", "it fired 1 of 1"},
};

bool has_fallen(const std::vector<harness::Finding>& findings, std::string_view seen) {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& finding) {
        return finding.what.starts_with("line") && finding.seen.find(seen) != std::string::npos;
    });
}

} // namespace

BOOST_DATA_TEST_CASE(an_expectation_holds_or_says_what_is_seen, data::make(pairs), pair) {
    for (const auto& finding : findings_of(pair.run + "{" + pair.holds + "}\n"))
        BOOST_TEST(!finding.what.starts_with("line"), finding.what << ": " << finding.seen);
    BOOST_TEST(has_fallen(findings_of(pair.run + "{" + pair.fails + "}\n"), pair.seen));
}

BOOST_AUTO_TEST_CASE(a_rule_that_never_fires_is_a_finding_unless_expected) {
    const auto findings = findings_of(calibration + "{outcome: failed}\n");
    BOOST_REQUIRE(findings.size() == 1u);
    BOOST_TEST(findings[0].expected == "never fires");
    BOOST_TEST(findings_of(calibration + "{fired: \"never == 0\"}\n").empty());
}

BOOST_AUTO_TEST_CASE(the_truth_judges_our_own_driver) {
    const auto findings =
        findings_of("truth: {outcome: failed, cause: opc-failed}\n" + good + "{tray: unlocked}\n");
    BOOST_REQUIRE(findings.size() == 2u);
    BOOST_TEST(findings[0].what.find("the truth") != std::string::npos);
    BOOST_TEST(findings_of("truth: {outcome: failed}\n" + good + "{outcome: succeeded}\n").empty());
}

BOOST_AUTO_TEST_CASE(what_a_run_meets_is_looked_for_in_order) {
    const std::string opc = "faults: [\"opc: at OPC -> take 8.906s, fail 03/73/03\"]\nruns:\n"
                            "  - send: [\"54 01 00 00 00 00 00 00 00 00\", "
                            "\"5C 00 00 00 00 00 00 00 00 00\"]\n    meets: ";
    BOOST_TEST(findings_of(opc + "[{cdb: \"54 01\", sense: \"70 00 03 00 00 00 00 0A\", takes: "
                                 "8.906s, status: CHECK_CONDITION}, {cdb: \"5C ??\", host: OK}]\n")
                   .empty());
    const auto missing = [&](const char* meets) {
        const auto findings = findings_of(opc + meets + "\n");
        BOOST_REQUIRE(findings.size() == 1u);
        return findings[0].seen;
    };
    BOOST_TEST(missing("[{cdb: \"5C\"}, {cdb: \"54\"}]") == "no such command from there on");
    BOOST_TEST(missing("[{cdb: \"54\", takes: 9s}]").find("after 8.906s") != std::string::npos);
    BOOST_TEST(missing("[{cdb: \"54\", sense: \"71\"}]").find("70 00 03") != std::string::npos);
    BOOST_TEST(missing("[{cdb: \"54\", status: BUSY}]").find("status 02h") != std::string::npos);
    BOOST_TEST(missing("[{cdb: \"54\", host: RESET}]").find("host status 0") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_earlier_session_is_compared_block_by_block) {
    auto scenario = read(head + "runs:\n  - burn: {mode: tao, multi: true}\n"
                                "    expect: {outcome: succeeded}\n");
    const auto workspace = Workspace::create(scenario);
    auto first = run_trial(scenario, scenario.runs[0].job, blank(), **workspace);
    BOOST_REQUIRE(first && first->word == "succeeded");
    auto start = std::move(first->disc);
    auto after = copy_of(*start);
    BOOST_REQUIRE(after);
    Outcome outcome;
    outcome.word = "succeeded";
    outcome.disc = std::move(*after);
    const Evidence evidence{scenario, scenario.runs[0], outcome, start.get(),
                            (*workspace)->image()};
    BOOST_TEST(judge_session(evidence, 1, "intact") == "");
    BOOST_TEST(judge_medium(evidence, {"unchanged"}) == "");
    const std::vector<std::uint8_t> other(2048, 0x55);
    BOOST_REQUIRE(outcome.disc->write(100, emulator::BlockForm::mode1, other));
    BOOST_TEST(judge_session(evidence, 1, "intact") == "block 100 is another one now");
    BOOST_TEST(judge_session(evidence, 1, "intact-or-being-overwritten") ==
               "block 100 is neither the old nor the new one");
    BOOST_TEST(judge_medium(evidence, {"unchanged"}) == "block 100 is another one now");
    BOOST_REQUIRE(outcome.disc->write(100, emulator::BlockForm::mode1,
                                      std::span((*workspace)->image()).subspan(100 * 2048, 2048)));
    BOOST_TEST(judge_session(evidence, 1, "intact") == "");
    outcome.disc->damage().add({7, 8, emulator::DamageKind::unreadable});
    BOOST_TEST(judge_session(evidence, 1, "intact") == "block 7 is another one now");
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_disc_is_the_same_disc_with_its_damage) {
    auto disc = blank();
    const std::vector<std::uint8_t> bytes(2 * 2048, 0xA5);
    BOOST_REQUIRE(disc->write(0, emulator::BlockForm::mode1, bytes));
    BOOST_REQUIRE(disc->write_zeros(2, emulator::BlockForm::mode1, 1000));
    disc->damage().add({1, 2, emulator::DamageKind::corrupt, 3, 42});
    const auto copy = copy_of(*disc);
    BOOST_REQUIRE(copy);
    BOOST_TEST(visible_difference(*disc, **copy) == "");
    (*copy)->damage().heal();
    BOOST_TEST(visible_difference(*disc, **copy) != "");
    std::vector<std::uint8_t> read(bytes.size());
    BOOST_REQUIRE((*copy)->read(0, read));
    BOOST_CHECK(read == bytes);
}

// --- how far a program told the truth ------------------------------------------------------------

namespace {

// What a run left behind, to be told of in other words.
struct Told {
    explicit Told(const std::string& faults) : scenario(read(head + faults + plain)) {
        auto made = Workspace::create(scenario);
        BOOST_REQUIRE(made);
        workspace = std::move(*made);
        auto copy = copy_of(*before);
        BOOST_REQUIRE(copy);
        auto left = run_trial(scenario, scenario.runs[0].job, std::move(*copy), *workspace);
        BOOST_REQUIRE(left);
        outcome = std::move(*left);
    }
    std::string verdict(const std::string& word, const std::string& text) {
        outcome.word = word;
        outcome.text = text;
        return assess({scenario, scenario.runs[0], outcome, before.get(), workspace->image()})
            .verdict;
    }

    static constexpr auto plain = "runs:\n  - burn: {mode: tao}\n    expect: {tray: unlocked}\n";
    Scenario scenario;
    std::unique_ptr<emulator::Disc> before = blank();
    std::unique_ptr<Workspace> workspace;
    Outcome outcome;
};

} // namespace

BOOST_AUTO_TEST_CASE(exit_code_and_words_are_held_against_disc_and_drive) {
    Told told("faults: [\"bad: at @write lba 96..96 -> fail 03/0C/00\"]\n");
    BOOST_TEST(told.verdict("failed", told.outcome.text) == "truthful");
    BOOST_TEST(told.verdict("failed", "SK=3h/WRITE ERROR") == "truthful");
    BOOST_TEST(told.verdict("failed", "something went wrong") == "misleading");
    BOOST_TEST(told.verdict("failed", "[3 0C 00] looks like a buffer underrun") == "misleading");
    BOOST_TEST(told.verdict("succeeded", "done") == "false-success");
    BOOST_TEST(told.verdict("succeeded", "03/0C/00, done") == "misleading");
    BOOST_TEST(told.verdict("hung", "03/0C/00") == "hang");
}

BOOST_AUTO_TEST_CASE(what_is_lost_in_silence_makes_success_a_false_one) {
    Told told("faults: [\"gone: at @write lba 96..96 -> lose\"]\n");
    BOOST_TEST(told.verdict("succeeded", "done") == "false-success");
    BOOST_TEST(told.verdict("failed", "block 96 differs") == "truthful");
}

BOOST_AUTO_TEST_CASE(a_good_disc_that_is_called_bad_without_a_reason_is_misleading) {
    Told told("faults: [\"slow: at @write #2 -> take 5s\"]\n");
    BOOST_TEST(told.verdict("succeeded", "done") == "truthful");
    BOOST_TEST(told.verdict("failed", "burning failed") == "misleading");
    Told unmet("faults: [\"never: at BLANK -> fail 03/51/00\"]\n");
    BOOST_TEST(unmet.verdict("succeeded", "done") == "not-met");
}

BOOST_AUTO_TEST_CASE(every_programs_spelling_of_sense_is_understood) {
    const mmc::SenseCode code{mmc::SenseKey::hardware_error, 0x08, 0x01};
    for (const char* text : {"answer 04/08/01", "SCSI error: [4 08 01]",
                             "Sense Key 4, ASC 08 ASCQ 01", "Sense Code: 0x08 Qual 0x01",
                             "SK=4h/ASC=08h/ACQ=01h", "SK=4h/LOGICAL UNIT COMMUNICATION TIMEOUT"})
        BOOST_TEST(names_sense(text, code), text);
    BOOST_TEST(!names_sense("Input/output error", code));
    BOOST_TEST(!names_sense("04/08/03", code));
}

BOOST_AUTO_TEST_CASE(each_program_gets_the_job_in_its_own_words) {
    const auto words = [](const char* program, const std::string& text) {
        return describe(job_of(program, read(text)));
    };
    const auto cd = head + "runs:\n  - burn: {mode: sao, simulate: true, speed: 8}\n    "
                           "expect: {tray: unlocked}\n";
    BOOST_TEST(words("wodim", cd) == "wodim -v -sao -dummy speed=8 'dev={device}' '{image}'");
    BOOST_TEST(words("cdrdao", cd).starts_with("cdrdao simulate -v 2 -n --device '{device}'"));
    BOOST_TEST(words("growisofs", cd) == "nothing");
    const std::string dvd = "title: t\ndrive: generic-dvd-recorder\nmedium: dvd-r\n"
                            "runs:\n  - burn: {mode: dao}\n    expect: {tray: unlocked}\n";
    BOOST_TEST(words("growisofs", dvd).ends_with("-use-the-force-luke=dao -Z '{device}={image}'"));
    BOOST_TEST(words("cdrdao", dvd) == "nothing");
    const auto reading = head + "runs:\n  - program: [readom, dev=/dev/sr0]\n    "
                                "expect: {tray: unlocked}\n";
    BOOST_TEST(words("wodim", reading) == "nothing");
}
