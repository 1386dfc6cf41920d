// SPDX-License-Identifier: Apache-2.0
// Goal: a foreign process tree under the preload node sees the drive and lives on drive time.
// Method: runs tests/clients/src/preload_client.c, a plain C program, against a fake drive, and
// compares what it wrote down with what a machine with such a drive would have shown.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <unistd.h>

#include "emulator/nodes/preload/preload_node.h"
#include "tests/unit/nodes/fake_drive.h"

using burnrig::emulator::nodes::PreloadNode;
using burnrig::emulator::nodes::PreloadOptions;
using burnrig::tests::FakeDrive;

namespace {

struct Run {
    int exit_code = -1;
    std::map<std::string, std::string> results;
    std::vector<std::string> commands;

    std::string operator[](const std::string& name) const {
        const auto found = results.find(name);
        return found == results.end() ? "missing" : found->second;
    }
};

/// A file that goes with the test.
class ResultFile {
public:
    ResultFile() : path_(std::filesystem::temp_directory_path() / pattern()) {
        std::filesystem::remove(path_);
    }
    ~ResultFile() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

    std::map<std::string, std::string> read() const {
        std::map<std::string, std::string> results;
        std::ifstream stream(path_);
        const std::vector<std::string> words{"sr0", "scd0", "sg0", "realpath"};
        for (std::string line; std::getline(stream, line);) {
            std::size_t space = line.rfind(' ');
            for (const std::string& word : words)
                if (line.rfind(word + " ", 0) == 0)
                    space = word.size();
            results[line.substr(0, space)] = line.substr(space + 1);
        }
        return results;
    }

private:
    static std::string pattern() { return "burnrig-preload-" + std::to_string(::getpid()); }
    std::filesystem::path path_;
};

Run run(const std::vector<std::string>& command, PreloadOptions options = {}) {
    std::signal(SIGCHLD, SIG_DFL); // Boost.Test takes a child's exit code for an error
    Run run;
    auto node = PreloadNode::create(options);
    BOOST_REQUIRE_MESSAGE(node, node.error().message);
    FakeDrive drive((*node)->clock());
    const auto code = (*node)->run(drive, command);
    BOOST_REQUIRE_MESSAGE(code, code.error().message);
    run.exit_code = *code;
    run.commands = drive.log;
    return run;
}

Run run_client(const std::string& what) {
    const ResultFile file;
    Run result = run({PRELOAD_CLIENT, what, file.path()});
    result.results = file.read();
    return result;
}

std::size_t threads_of_this_process() {
    const std::filesystem::directory_iterator threads("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(threads), end(threads)));
}

} // namespace

BOOST_AUTO_TEST_CASE(sleeps_and_clocks_run_on_drive_time) {
    const Run result = run_client("sleeps");
    BOOST_TEST(result.exit_code == 7);
    BOOST_TEST(result["nanosleep"] == "1500000000");
    BOOST_TEST(result["usleep"] == "250000000");
    BOOST_TEST(result["sleep"] == "3600000000000");
    BOOST_TEST(result["absolute"] == "7000000000");
    BOOST_TEST(result["gettimeofday"] == "2000000");
    BOOST_TEST(result["time"] == "2");
}

BOOST_AUTO_TEST_CASE(waits_end_at_their_deadline_or_before) {
    const Run result = run_client("waits");
    BOOST_TEST(result["poll"] == "0");
    BOOST_TEST(result["poll took"] == "700000000");
    BOOST_TEST(result["select"] == "0");
    BOOST_TEST(result["select took"] == "5000000000");
    BOOST_TEST(result["select set"] == "0");
    BOOST_TEST(result["select without files"] == "2500000000");
    BOOST_TEST(result["poll ready"] == "1");
    BOOST_TEST(result["poll ready took"] == "300000000");
    BOOST_TEST(result["cond"] == std::to_string(ETIMEDOUT));
    BOOST_TEST(result["cond took"] == "20000000000");
    BOOST_TEST(result["sem"] == std::to_string(ETIMEDOUT));
    BOOST_TEST(result["sem took"] == "30000000000");
}

BOOST_AUTO_TEST_CASE(threads_sleep_at_the_same_time) {
    const Run result = run_client("threads");
    BOOST_TEST(result["first"] == "400000000");
    BOOST_TEST(result["second"] == "900000000");
}

BOOST_AUTO_TEST_CASE(alarms_come_at_drive_time) {
    const Run result = run_client("alarm");
    BOOST_TEST(result["alarm after"] == "5000000000");
    BOOST_TEST(result["left"] == "55");
    BOOST_TEST(result["ten ticks"] == "1000000000");
}

BOOST_AUTO_TEST_CASE(a_busy_wait_on_the_clock_ends) {
    BOOST_TEST(run_client("spin")["end"] == "1");
}

BOOST_AUTO_TEST_CASE(children_of_system_and_popen_live_on_drive_time) {
    const Run result = run_client("shell");
    BOOST_TEST(result["system"] == "0");
    BOOST_TEST(result["system took"] == "4000000000");
    BOOST_TEST(result["popen"] == "1");
    BOOST_TEST(result["popen took"] == "10000000000");
}

BOOST_AUTO_TEST_CASE(the_nodes_look_like_a_block_and_a_character_device) {
    const Run result = run_client("files");
    BOOST_TEST(result["sr0"] == "block 11:0 size 0");
    BOOST_TEST(result["scd0"] == "block 11:0 size 0");
    BOOST_TEST(result["sg0"] == "character 21:0 size 0");
    BOOST_TEST(result["access"] == "0");
    BOOST_TEST(result["realpath"] == "/dev/sr0");
    BOOST_TEST(result["fstat block"] == "1");
    BOOST_TEST(result["end"] == std::to_string(FakeDrive::blocks * 2048));
    BOOST_TEST(result["beyond"] == std::to_string(EINVAL));
    BOOST_TEST(result["pread"] == "3000");
    BOOST_TEST(result["byte 2047"] == "0");
    BOOST_TEST(result["byte 2048"] == "1");
    BOOST_TEST(result["bad buffer"] == std::to_string(EFAULT));
    BOOST_TEST(result["mmap"] == std::to_string(ENODEV));
    BOOST_TEST(result["unknown ioctl"] == std::to_string(ENOTTY));
    BOOST_TEST(result["flags"] == "1");
    BOOST_TEST(result["fread"] == "4096");
    BOOST_TEST(result["fread byte"] == "1");
    BOOST_TEST(result["fileno"] == "1");
}

BOOST_AUTO_TEST_CASE(exclusive_use_ends_with_the_last_descriptor) {
    const Run result = run_client("exclusive");
    BOOST_TEST(result["second exclusive"] == std::to_string(EBUSY));
    BOOST_TEST(result["plain"] == "1");
    BOOST_TEST(result["while a copy lives"] == std::to_string(EBUSY));
    BOOST_TEST(result["after"] == "1");
    BOOST_TEST(result["generic"] == std::to_string(EBUSY));
    BOOST_TEST(result["generic after"] == "1");
}

BOOST_AUTO_TEST_CASE(a_bad_address_is_an_error_and_the_signals_stay_the_programs) {
    const Run result = run_client("bad-addresses");
    BOOST_TEST(result.exit_code == 7);
    for (const char* const name : {"nowhere", "behind the end", "barred", "no cdb", "no header",
                                   "nowhere again", "nowhere, all blocked", "behind the end again"})
        BOOST_TEST(result[name] == std::to_string(EFAULT), name << ": " << result[name]);
    BOOST_TEST(result["ends a process"] == std::to_string(SIGSEGV));
    BOOST_TEST(result["ends it when sent"] == std::to_string(SIGBUS));
    for (const char* const name : {"untouched", "its own", "handler not called", "handler called",
                                   "signal was", "still not called", "signal is", "once only"})
        BOOST_TEST(result[name] == "1", name);
}

BOOST_AUTO_TEST_CASE(a_descriptor_survives_exec) {
    const Run result = run_client("exec");
    BOOST_TEST(result["child"] == "7");
    BOOST_TEST(result["ready"] == "0");
    BOOST_TEST(result["read"] == "1");
    BOOST_TEST(result["byte"] == "2");
    BOOST_TEST(result["position"] == "4097");
    BOOST_TEST(result["again"] == "1");
    BOOST_TEST(result["own position"] == "0");
}

BOOST_AUTO_TEST_CASE(a_killed_client_leaves_nothing_behind) {
    const Run result = run_client("killed");
    BOOST_TEST(result.exit_code == 7);
    BOOST_TEST(result["opens"] == "1");
    BOOST_TEST(result["works"] == "0");
}

BOOST_AUTO_TEST_CASE(two_processes_give_the_same_commands_at_the_same_times) {
    const std::vector<std::string> first = run_client("fifo").commands;
    BOOST_TEST(first.size() > 50u);
    for (int i = 0; i < 20; ++i)
        BOOST_REQUIRE(run_client("fifo").commands == first);
}

BOOST_AUTO_TEST_CASE(two_threads_give_the_same_commands_at_the_same_times) {
    const std::vector<std::string> first = run_client("polling").commands;
    BOOST_TEST(first.size() > 80u);
    for (int i = 0; i < 20; ++i)
        BOOST_REQUIRE(run_client("polling").commands == first);
}

BOOST_AUTO_TEST_CASE(a_new_thread_begins_when_its_maker_rests) {
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(run_client("begin")["begun after"] == "40000"); // 20 threads, 2 us each
}

BOOST_AUTO_TEST_CASE(the_programs_end_is_told_as_a_shell_does) {
    BOOST_TEST(run({"/bin/sh", "-c", "exit 3"}).exit_code == 3);
    BOOST_TEST(run({"/bin/sh", "-c", "kill -TERM $$"}).exit_code == 128 + SIGTERM);
    BOOST_TEST(run({"no-such-program-here"}).exit_code == 127);
    BOOST_TEST(run({"/etc/passwd"}).exit_code == 126);
}

BOOST_AUTO_TEST_CASE(a_run_leaves_no_thread_behind_and_may_be_followed_by_another) {
    std::signal(SIGCHLD, SIG_DFL);
    const auto node = PreloadNode::create({});
    BOOST_REQUIRE(node);
    FakeDrive drive((*node)->clock());
    const std::size_t threads = threads_of_this_process();
    for (int expected : {3, 4}) {
        const auto code = (*node)->run(drive, {"/bin/sh", "-c", fmt::format("exit {}", expected)});
        BOOST_REQUIRE_MESSAGE(code, code.error().message);
        BOOST_TEST(*code == expected);
        // One that is left would use the node's memory after it has gone.
        BOOST_TEST(threads_of_this_process() == threads);
    }
}

BOOST_AUTO_TEST_CASE(the_device_has_the_name_it_is_given) {
    PreloadOptions options;
    options.block_path = "/dev/burner";
    options.generic_path = "/dev/burner-sg";
    const char* const check = "test -b /dev/burner && test -c /dev/burner-sg && "
                              "test \"$BURNRIG_DEVICE\" = /dev/burner";
    BOOST_TEST(run({"/bin/sh", "-c", check}, options).exit_code == 0);
    options.block_path = "burner";
    BOOST_TEST(!PreloadNode::create(options));
}

BOOST_AUTO_TEST_CASE(without_virtual_time_the_drive_still_works) {
    PreloadOptions options;
    options.virtual_time = false;
    options.speed = 1000;
    const ResultFile file;
    const Run result = run({PRELOAD_CLIENT, "exclusive", file.path()}, options);
    BOOST_TEST(result.exit_code == 7);
    BOOST_TEST(file.read()["second exclusive"] == std::to_string(EBUSY));
}

BOOST_AUTO_TEST_CASE(noise_in_the_shared_memory_does_not_harm_the_rig) {
    const Run result = run_client("scribble");
    BOOST_TEST(result.exit_code == 7);
}
