// SPDX-License-Identifier: Apache-2.0
// Whole scenarios: every run begins with the same disc and fresh rules; what cannot be done is
// skipped with its reason; what never ends is ended; reports say all of it.
#include "harness/scenario/report.h"
#include "harness/scenario/runner.h"
#include "harness/scenario/suite.h"
#include "tests/unit/harness/scenario_fixture.h"

using namespace burnrig;
using namespace burnrig::harness::scenario;

namespace {

const std::string head = "title: t\ndrive: generic-dvd-recorder\nmedium: cd-r-80\nimage: 1MiB\n";

ScenarioResult run(const std::string& text) {
    return run_scenario(read(head + text));
}

} // namespace

BOOST_AUTO_TEST_CASE(every_run_begins_with_the_same_disc_and_fresh_rules) {
    const auto result = run("before:\n  - burn: {mode: tao, multi: true}\n"
                            "faults: [\"opc: at OPC -> fail 03/73/03\"]\n"
                            "runs:\n"
                            "  - burn: {mode: tao, opc: always}\n"
                            "    expect: {cause: opc-failed, medium: [unchanged, appendable]}\n"
                            "  - burn: {mode: tao, opc: always}\n"
                            "    expect: {cause: opc-failed, session: 1 intact}\n"
                            "  - burn: {mode: tao, opc: never}\n"
                            "    expect: {outcome: succeeded, medium: equals image, session: "
                            "1 intact, fired: \"opc == 0\"}\n");
    BOOST_TEST(to_text(result, false) == "pass    " + result.name + "\n");
    BOOST_TEST(result.runs.size() == 3u);
}

BOOST_AUTO_TEST_CASE(programs_are_run_and_their_output_is_taken) {
    const auto result =
        run("files: {hello.txt: \"hello {device}\\n\"}\nruns:\n"
            "  - program: [sh, -c, \"cat {dir}/hello.txt; cat; echo oops >&2; exit 3\"]\n"
            "    expect: {outcome: failed, exit: 3, message: [\"^hello /dev/sr0\", \"^oops$\"]}\n"
            "  - program: [sh, -c, \"cmp -s {image} /dev/zero && exit 1; test -z \\\"$(ls)\\\"\"]\n"
            "    expect: {outcome: failed}\n");
    BOOST_TEST(to_text(result, false) == "pass    " + result.name + "\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_done_is_skipped_with_its_reason) {
    const auto result = run("runs:\n"
                            "  - program: [no-such-program-here]\n    expect: {outcome: failed}\n"
                            "  - burn: {mode: packet}\n    expect: {outcome: failed}\n");
    BOOST_CHECK(result.verdict == Verdict::skipped);
    BOOST_TEST(result.runs[0].reason == "no-such-program-here is not installed");
    BOOST_TEST(result.runs[1].reason == "our driver has no mode packet yet");
    BOOST_TEST(summary({result}).find("0 passed, 0 failed, 1 skipped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_run_may_have_its_own_faults_drive_and_medium) {
    const auto result = run("faults: [\"opc: at OPC -> fail 03/73/03\"]\n"
                            "truth: {outcome: failed, cause: opc-failed}\n"
                            "runs:\n"
                            "  - burn: {mode: tao}\n    expect: {medium: blank}\n"
                            "  - burn: {mode: tao}\n    faults: []\n"
                            "    drive: optiarc-ad-7280s\n    medium: cd-rw-80\n"
                            "    expect: {outcome: succeeded, medium: equals image}\n"
                            "  - burn: {mode: tao}\n    medium: none\n    faults: []\n"
                            "    expect: {cause: no-medium, medium: absent}\n");
    BOOST_TEST(to_text(result, false) == "pass    " + result.name + "\n");
    const ScenarioFile both(head + "before: [[\"true\"]]\nruns:\n  - burn: {}\n"
                                   "    medium: cd-rw-80\n    expect: {outcome: succeeded}\n");
    const auto read = read_scenario(both.path());
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().message.find("leave out one of them") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_disc_that_cannot_be_made_breaks_the_scenario) {
    const auto result = run("before: [[sh, -c, \"echo no; exit 1\"]]\n"
                            "runs:\n  - burn: {}\n    expect: {outcome: succeeded}\n");
    BOOST_CHECK(result.verdict == Verdict::broken);
    BOOST_TEST(result.reason.find("it failed") != std::string::npos);
    BOOST_TEST(result.runs.empty());
}

BOOST_AUTO_TEST_CASE(a_sender_that_polls_for_ever_hangs_and_is_ended) {
    const auto result = run("deadline: 1min\nfaults: [\"at TEST_UNIT_READY -> fail 02/04/08 ; "
                            "always\"]\nruns:\n"
                            "  - burn: {}\n    expect: {outcome: [hung], within: 2min}\n");
    BOOST_TEST(to_text(result, false) == "pass    " + result.name + "\n");
}

BOOST_AUTO_TEST_CASE(results_survive_the_way_between_processes) {
    const auto result = run("faults: [opc-failure]\nruns:\n"
                            "  - burn: {mode: tao}\n    expect: {outcome: succeeded}\n");
    BOOST_CHECK(result.verdict == Verdict::failed);
    const auto json = to_json(result);
    BOOST_TEST(to_json(result_from_json(json)).dump() == json.dump());
    const auto text = to_text(result, false);
    BOOST_TEST(text.find("expected outcome succeeded") != std::string::npos);
    BOOST_TEST(text.find("54 01 00") != std::string::npos);
    const auto junit = to_junit({result}, {{"seed", 1}});
    BOOST_TEST(junit.find("failures=\"1\"") != std::string::npos);
    BOOST_TEST(junit.find("<property name=\"replay\" value=\"burnrig test ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_suite_survives_scenarios_that_hang_or_are_malformed) {
    const ScenarioFile sleeper(head + "runs:\n  - program: [sh, -c, \"read line < /dev/tty || "
                                      "exec tail -f /dev/null\"]\n    expect: {outcome: failed}\n");
    const ScenarioFile malformed("title: t\n");
    const ScenarioFile good(head + "runs:\n  - burn: {}\n    expect: {medium: equals image}\n");
    SuiteOptions options;
    options.jobs = 3;
    options.patience = std::chrono::seconds(2);
    const auto results = run_suite({sleeper.path(), malformed.path(), good.path()}, options);
    BOOST_CHECK(results[0].verdict == Verdict::broken);
    BOOST_TEST(results[0].reason.find("did not end within 2 s of real time, in the run of sh") !=
               std::string::npos);
    BOOST_TEST(results[1].malformed);
    BOOST_CHECK(results[2].verdict == Verdict::passed);
}
