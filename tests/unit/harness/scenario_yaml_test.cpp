// SPDX-License-Identifier: Apache-2.0
// Scenario files: what is in one is read, and each mistake is said with its line and the fix.
#include <boost/test/data/test_case.hpp>

#include "tests/unit/harness/scenario_fixture.h"

using namespace burnrig;
using namespace burnrig::harness::scenario;
namespace data = boost::unit_test::data;

namespace {

const std::string head = "title: t\ndrive: generic-dvd-recorder\nmedium: cd-r-80\n"; // 3 lines
const std::string runs = "runs:\n  - burn: {mode: tao}\n    expect: {outcome: failed}\n";

struct Mistake {
    const char* text;
    const char* message; ///< is in what is said, from the line number on
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
    return out << mistake.message;
}

const Mistake tops[]{
    {"titel: t\n", "4: unknown key \"titel\"; did you mean \"title\"?"},
    {"seed: -1\n", "4: key \"seed\" must be a whole number"},
    {"image: 1XB\n", "4: key \"image\" must be a size such as 20MiB"},
    {"image: 9999MiB\n", "4: key \"image\" must be a size from"},
    {"deadline: soon\n", "4: key \"deadline\" must be a duration such as"},
    {"faults: [\"at WRTIE -> lose\"]\n", "4: column 4: unknown command 'WRTIE'; did you mean"},
    {"faults:\n  - opc-failure\n  - \"at OPC -> fial 03/73/03\"\n", "6: column 11: unknown action"},
    {"faults: [opc-failur]\n", "did you mean opc-failure?"},
    {"faults: opc-failure\n", "4: key \"faults\" must be a list"},
    {"truth: {outcome: fails}\n", "outcome \"fails\" is none of succeeded, failed, hung; did you "
                                  "mean \"failed\"?"},
    {"truth: failed\n", "4: key \"truth\" must be keys and values"},
    {"before: [{burn: {mode: toa}}]\n", "did you mean \"tao\"?"},
    {"before: [[wodim, \"dev={devcie}\"]]\n", "4: unknown {devcie}"},
    {"before: wodim\n", "4: key \"before\" must be a list"},
    {"files: {../x: y}\n", "4: \"../x\" is no plain file name"},
};

const Mistake run_lines[]{
    {"  - burn: {mode: tao}\n", "5: this run shows nothing: give it `expect` or `meets`"},
    {"  - {}\n", "must stand alone: a run is one of"},
    {"  - burn: {}\n    send: [\"00 00 00 00 00 00\"]\n    expect: {outcome: failed}\n",
     "must stand alone"},
    {"  - burn: {speed: fast}\n    expect: {outcome: failed}\n", "5: key \"speed\" must be max"},
    {"  - burn: {opc: sometimes}\n    expect: {outcome: failed}\n", "5: key \"opc\" must be auto"},
    {"  - burn: {verfiy: true}\n    expect: {outcome: failed}\n", "did you mean \"verify\"?"},
    {"  - program: wodim\n    expect: {outcome: failed}\n", "5: a program must be a list"},
    {"  - send: [\"54 01\"]\n    expect: {outcome: failed}\n",
     "5: a command must be 6 to 16 bytes"},
    {"  - send: [{cdb: \"54 01\"}]\n    expect: {outcome: failed}\n",
     "5: key \"cdb\" must be 6 to"},
    {"  - send: [{cdb: \"00 00 00 00 00 00\", out: x}]\n    expect: {outcome: failed}\n",
     "5: key \"out\" must be bytes"},
    {"  - burn: {}\n    expect: {outcom: failed}\n",
     "6: unknown expectation \"outcom\"; did you mean \"outcome\"?"},
    {"  - burn: {}\n    expect: {outcome: failed, outcome: failed}\n", "\"outcome\" stands twice"},
    {"  - burn: {}\n    expect: {commands: \"@wrte == 0\"}\n",
     "6: \"commands @wrte == 0\", column 10: unknown"},
    {"  - burn: {}\n    expect: {commands: \"time 3s == 0\"}\n", "only a command or a group"},
    {"  - burn: {}\n    expect: {tray: shut}\n", "6: tray \"shut\" is none of"},
    {"  - burn: {}\n    expect: {medium: unchangd}\n", "did you mean \"unchanged\"?"},
    {"  - burn: {}\n    expect: {session: \"1 intect\"}\n", "did you mean \"intact\"?"},
    {"  - burn: {}\n    expect: {cause: opc-fail}\n", "did you mean \"opc-failed\"?"},
    {"  - burn: {}\n    expect: {message: \"(\"}\n", "6: \"(\" is no regular expression"},
    {"  - burn: {}\n    expect: {fired: \"x == 0\"}\n", "6: there is no rule \"x\""},
    {"  - burn: {}\n    expect: {within: [15s, soon]}\n", "6: \"within soon\""},
    {"  - burn: {}\n    expect: {exit: [[1]]}\n", "6: \"exit\" must be a text"},
    {"  - program: [wodim]\n    expect: {cause: opc-failed}\n", "6: only our own driver"},
    {"  - burn: {}\n    meets: [{cdb: \"5Z\"}]\n", "6: key \"cdb\" must be bytes such as"},
    {"  - burn: {}\n    meets: [{cdb: \"54\", sense: \"?? 00\"}]\n", "6: key \"sense\" must be"},
    {"  - burn: {}\n    meets: [{cdb: \"54\", takes: long}]\n", "6: key \"takes\" must be a dur"},
    {"  - burn: {}\n    meets: [{cdb: \"54\", status: BSUY}]\n", "did you mean \"BUSY\"?"},
    {"  - burn: {}\n    meets: [{cbd: \"54\"}]\n", "6: unknown key \"cbd\""},
    {"  - burn: {}\n    meets: {cdb: \"54\"}\n", "6: key \"meets\" must be a list"},
    {"  - burn: {}\n    expect: {outcome: failed}\n    verdict: lie\n", "7: key \"verdict\" must"},
};

} // namespace

BOOST_DATA_TEST_CASE(a_mistake_is_said_with_its_line, data::make(tops), mistake) {
    BOOST_TEST_CONTEXT(mistake_in(head + mistake.text + runs))
    BOOST_TEST(mistake_in(head + mistake.text + runs).find(mistake.message) != std::string::npos);
}

BOOST_DATA_TEST_CASE(so_is_one_in_a_run, data::make(run_lines), mistake) {
    BOOST_TEST_CONTEXT(mistake_in(head + "runs:\n" + mistake.text))
    BOOST_TEST(mistake_in(head + "runs:\n" + mistake.text).find(mistake.message) !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(unknown_fixtures_and_broken_yaml_are_said) {
    BOOST_TEST(mistake_in("title: t\ndrive: generic-dvd\nmedium: cd-r-80\n" + runs)
                   .starts_with("2: key \"drive\" names no drive"));
    BOOST_TEST(mistake_in("title: t\ndrive: generic-dvd-recorder\nmedium: cd-r-81\n" + runs)
                   .starts_with("3: key \"medium\" names no medium"));
    BOOST_TEST(mistake_in("title: [\n").find("2:") != std::string::npos);
    BOOST_TEST(mistake_in("title: t\n").find("is missing") != std::string::npos);
    BOOST_TEST(mistake_in("- 1\n").find("expected keys and values") != std::string::npos);
    BOOST_TEST(mistake_in(head).find("\"runs\" is missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_false_success_must_be_called_so) {
    const auto text = head + "faults: [opc-failure]\ntruth: {outcome: failed}\nruns:\n"
                             "  - program: [wodim]\n"
                             "    expect: {outcome: succeeded}\n";
    BOOST_TEST(mistake_in(text).find("7: the truth is that it failed") != std::string::npos);
    BOOST_TEST(read(text + "    verdict: false-success\n").runs[0].verdict == "false-success");
}

BOOST_AUTO_TEST_CASE(everything_in_a_file_is_read) {
    const auto scenario = read("title: All of it\nreport: nobody\nseed: 7\nimage: 64KiB\n"
                               "deadline: 10min\n"
                               "drive: {like: generic-dvd-recorder, vendor: LITE-ON, product: X, "
                               "revision: \"1.0\", buffer: 512KiB, burn_free: false}\n"
                               "medium: {like: cd-r-80, lead_in: \"97:17:06\"}\n"
                               "files: {job.toc: \"CD_DA\"}\n"
                               "before:\n  - [true]\n  - send: [{cdb: \"00 00 00 00 00 00\"}]\n"
                               "faults: [opc-failure]\n"
                               "truth: {outcome: failed}\n"
                               "runs:\n"
                               "  - send:\n"
                               "      - {cdb: \"2A 00 FF FF FF 6A 00 00 1A 00\", out: 4 bytes, "
                               "timeout: 20s, wait: 1s}\n"
                               "      - {cdb: \"51 00 00 00 00 00 00 00 04 00\", in: 4}\n"
                               "    meets: [{cdb: \"2a ?? FF\", sense: \"70 00\", takes: 2s, "
                               "status: BUSY, host: RESET}]\n"
                               "    expect: {outcome: [failed], message: \"a \\\"b\\\"\"}\n");
    BOOST_TEST(scenario.title == "All of it");
    BOOST_TEST(scenario.seed == 7u);
    BOOST_TEST(scenario.image_bytes == 65536u);
    BOOST_CHECK(scenario.deadline == std::chrono::minutes(10));
    BOOST_TEST(scenario.drive.vendor == "LITE-ON");
    BOOST_TEST(scenario.drive.buffer_bytes == 512u << 10);
    BOOST_TEST(!scenario.drive.burn_free);
    BOOST_CHECK((scenario.medium->atip.lead_in == mmc::Msf{97, 17, 6}));
    BOOST_TEST(scenario.files.at("job.toc") == "CD_DA");
    BOOST_TEST(scenario.before.size() == 2u);
    const auto& run = scenario.runs.at(0);
    const auto& send = std::get<SendJob>(run.job);
    BOOST_TEST(send.commands[0].out.size() == 4u);
    BOOST_CHECK(send.commands[0].timeout == std::chrono::seconds(20));
    BOOST_TEST(send.commands[1].in == 4u);
    const auto& meeting = run.meets.at(0);
    BOOST_TEST(meeting.cdb.size() == 3u);
    BOOST_CHECK(meeting.cdb[0] == std::uint8_t{0x2A} && !meeting.cdb[1]);
    BOOST_CHECK(meeting.status == mmc::Status::busy && meeting.host == mmc::HostStatus::reset);
    BOOST_TEST(run.expects.at(1).text == "message ~ \"a \\\"b\\\"\"");
}
