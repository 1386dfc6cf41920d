// SPDX-License-Identifier: Apache-2.0
// Result files: traces, replay lines, what fault rules did.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "harness/report/fault_summary.h"
#include "harness/report/replay_command.h"
#include "harness/report/result_json.h"
#include "harness/rig/rig.h"

using namespace burnrig;

namespace {

struct TemporaryFile {
    std::string path = "/tmp/burnrig-test-XXXXXX";

    TemporaryFile() { close(mkstemp(path.data())); }
    ~TemporaryFile() { std::filesystem::remove(path); }
    std::vector<std::string> lines() const {
        std::ifstream file(path);
        std::vector<std::string> all;
        for (std::string line; std::getline(file, line);)
            all.push_back(line);
        return all;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(words_are_quoted_where_a_shell_needs_it) {
    const std::vector<std::string> words{"burnrig",          "run",  "--fault",
                                         "at WRITE -> lose", "it's", ""};
    BOOST_TEST(harness::shell_line(words) ==
               R"(burnrig run --fault 'at WRITE -> lose' 'it'\''s' '')");
}

BOOST_AUTO_TEST_CASE(a_trace_tells_each_command_in_one_line_of_json) {
    const TemporaryFile file;
    mmc::VirtualClock clock;
    harness::RigOptions options;
    options.seed = 7;
    options.trace = file.path;
    options.faults = {"at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"};
    auto rig = harness::Rig::create(options, clock);
    BOOST_REQUIRE(rig);
    const std::array<std::uint8_t, 6> ready{};
    const std::array<std::uint8_t, 10> calibrate{0x54, 0x01};
    (*rig)->target().execute({ready, {}, {}}); // power on
    (*rig)->target().execute({ready, {}, {}}); // new medium
    (*rig)->target().execute({calibrate, {}, {}});
    BOOST_REQUIRE((*rig)->finish());
    const auto lines = file.lines();
    BOOST_REQUIRE(lines.size() == 4u);
    const auto header = harness::Json::parse(lines[0]);
    BOOST_TEST(header["seed"] == 7);
    BOOST_TEST(header["medium"] == "cd-r-80");
    const auto attention = harness::Json::parse(lines[1]);
    BOOST_TEST(attention["command"] == "TEST_UNIT_READY");
    BOOST_TEST(attention["status"] == 2);
    const auto failure = harness::Json::parse(lines[3]);
    BOOST_TEST(failure["cdb"] == "54 01 00 00 00 00 00 00 00 00");
    BOOST_TEST(failure["means"] == "03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR");
    BOOST_TEST(failure["took"].get<double>() == 8.906, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_trace_that_cannot_be_written_says_where) {
    mmc::VirtualClock clock;
    harness::RigOptions options;
    options.trace = "/no-such-folder/trace.jsonl";
    const auto rig = harness::Rig::create(options, clock);
    BOOST_REQUIRE(!rig);
    BOOST_TEST(rig.error().message.find("/no-such-folder/trace.jsonl") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_that_never_fired_are_said) {
    const std::vector<emulator::faults::RuleReport> rules{{"a", "a: at WRITE_10 -> lose", 3, 1, ""},
                                                          {"b", "b: at BLANK -> hang", 0, 0, ""}};
    BOOST_TEST(harness::fault_summary(rules) ==
               "burnrig: fault a fired 1 of 3 times it matched\n"
               "burnrig: fault b never fired (matched 0 commands): b: at BLANK -> hang\n");
    BOOST_TEST(harness::fault_summary(rules, true) ==
               "burnrig: fault b never fired (matched 0 commands): b: at BLANK -> hang\n");
}
