// SPDX-License-Identifier: Apache-2.0
// Goal: a program that no library can be put into sees the drive under the seccomp node, each of
// its commands is run once, and nothing that it or its death does harms the drive or the rig.
// Method: runs tests/clients/src/seccomp_client.c, a static C program, against a fake drive, and
// compares what it printed, and what the drive was sent, with what Linux and a real drive show.
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include "emulator/nodes/file_descriptor.h"
#include "emulator/nodes/seccomp/filter.h"
#include "emulator/nodes/seccomp/seccomp_node.h"
#include "tests/unit/nodes/fake_drive.h"

using burnrig::emulator::nodes::FileDescriptor;
using burnrig::emulator::nodes::SeccompNode;
using burnrig::emulator::nodes::SeccompOptions;
using burnrig::tests::FakeDrive;

namespace {

/// Where programs cannot be supervised nothing is tested, which is said loudly.
struct NeedsSeccomp {
    NeedsSeccomp() {
        std::signal(SIGCHLD, SIG_DFL); // Boost.Test takes a child's exit code for an error
        const std::string reason = burnrig::emulator::nodes::seccomp::obstacle();
        if (reason.empty())
            return;
        fmt::print(stderr, "SKIPPED: {}\n", reason);
        std::_Exit(77);
    }
};
BOOST_TEST_GLOBAL_FIXTURE(NeedsSeccomp);

/// While it lives, one of this process's streams is a pipe.
class Redirected {
public:
    explicit Redirected(int stream) : stream_(stream), before_(::dup(stream)) {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        const bool input = stream == STDIN_FILENO;
        ours_.reset(ends[input ? 1 : 0]);
        ::dup2(ends[input ? 0 : 1], stream);
        ::close(ends[input ? 0 : 1]);
    }
    ~Redirected() { restore(); }
    Redirected(const Redirected&) = delete;
    Redirected& operator=(const Redirected&) = delete;

    void restore() {
        if (before_)
            ::dup2(before_.get(), stream_);
        before_.reset();
    }
    void close() { ours_.reset(); }

    /// All that was written until the last writer was gone.
    std::string text() {
        restore();
        std::string result;
        char piece[4096];
        for (ssize_t count = 0; (count = ::read(ours_.get(), piece, sizeof piece)) > 0;)
            result.append(piece, static_cast<std::size_t>(count));
        return result;
    }

private:
    int stream_;
    FileDescriptor before_;
    FileDescriptor ours_;
};

struct Bench {
    explicit Bench(SeccompOptions options = {}) {
        auto made = SeccompNode::create(options);
        BOOST_REQUIRE_MESSAGE(made, made.error().message);
        node = std::move(*made);
        drive.emplace(node->clock());
    }

    int run(const std::vector<std::string>& command) {
        const auto code = node->run(*drive, command);
        BOOST_REQUIRE_MESSAGE(code, code.error().message);
        return *code;
    }

    /// What the client prints.
    std::string client(const std::string& what, const std::string& number = "1") {
        Redirected output(STDOUT_FILENO);
        const int code = run({SECCOMP_CLIENT, what, number});
        const std::string text = output.text();
        BOOST_TEST(code == 0);
        return text;
    }

    std::unique_ptr<SeccompNode> node;
    std::optional<FakeDrive> drive;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_static_program_sends_a_command) {
    Bench bench;
    BOOST_TEST(bench.client("inquiry") == "status 0\nvendor BURNRIG \n");
    BOOST_TEST(bench.drive->count("INQUIRY") == 1);
}

BOOST_AUTO_TEST_CASE(the_nodes_have_every_name_that_linux_gives_them) {
    Bench bench;
    BOOST_TEST(bench.client("names") == "stat 0 60000 11:0 0\n"
                                        "lstat 0 20000 21:0 0\n"
                                        "alias 0 60000 11:0 0\n"
                                        "untidy 0 60000 11:0 0\n"
                                        "relative 0 60000 11:0 0\n"
                                        "at 0 60000 11:0 0\n"
                                        "statx 0\n"
                                        "statx rdev 11000\n"
                                        "fstat 0 60000 11:0 0\n"
                                        "readlink /dev/sr0\n"
                                        "readlink Invalid argument\n"
                                        "by descriptor 0 60000 11:0 0\n"
                                        "opened by descriptor 0\n"
                                        "access 0\n"
                                        "access to run -13\n"
                                        "missing -2\n"
                                        "realpath /dev/sr0\n");
    BOOST_TEST(bench.client("list") == "sr0 1\nsg0 1\nnull 1\nothers 1\n");
}

BOOST_AUTO_TEST_CASE(the_block_device_is_read_at_any_byte) {
    Bench bench;
    BOOST_TEST(bench.client("read") == "end 2048000\n"
                                       "at end 0\n"
                                       "behind end -22\n"
                                       "hole 2048000\n"
                                       "seek 10239\n"
                                       "read 2050\n"
                                       "bytes 4005006\n" // the last of block 4, 5, the first of 6
                                       "position 12289\n"
                                       "pread 100\n"
                                       "byte 7\n"
                                       "seek 18432\n"
                                       "readv 6144\n"
                                       "bytes 9010011\n"
                                       "copy 24576\n"
                                       "write -9\n"
                                       "mmap 19\n"
                                       "sendfile -22\n"
                                       "pread before start -22\n");
}

BOOST_AUTO_TEST_CASE(bad_addresses_give_efault) {
    Bench bench;
    BOOST_TEST(bench.client("pointers") == "header -14\n"
                                           "cdb -14\n"
                                           "data in -14\n"
                                           "data out -14\n"
                                           "huge -5\n"
                                           "read -14\n"
                                           "readv -14\n"
                                           "many pieces -22\n"
                                           "open -14\n"
                                           "stat -14\n"
                                           "fstat -14\n"
                                           "at end of memory 0\n"
                                           "endless path -36\n"
                                           "drive lives 0\n");
}

BOOST_AUTO_TEST_CASE(one_program_at_a_time_holds_the_drive_alone) {
    Bench bench;
    BOOST_TEST(bench.client("exclusive") == "first 1\n"
                                            "second -16\n"
                                            "in child -16\n"
                                            "after child -16\n"
                                            "copy left -16\n"
                                            "closed 1\n"
                                            "killed 1\n");
}

BOOST_AUTO_TEST_CASE(signals_make_no_command_run_twice) {
    Bench bench;
    BOOST_TEST(bench.client("signals", "1000") == "failed 0\nsignals 1\n");
    BOOST_TEST(bench.drive->count("WRITE_10") == 1000);
}

BOOST_AUTO_TEST_CASE(processes_and_threads_share_an_open_file) {
    Bench bench;
    BOOST_TEST(bench.client("crowd") == "bad 0\n");
    BOOST_TEST(bench.drive->count("WRITE_10") == 400);
}

BOOST_AUTO_TEST_CASE(a_descriptor_is_known_after_exec_and_behind_a_socket) {
    Bench bench;
    BOOST_TEST(bench.client("handed_on") == "exec 42\nreceived is another 1\nby socket 0\n");
}

BOOST_AUTO_TEST_CASE(a_program_killed_in_a_command_leaves_a_good_drive) {
    Bench bench;
    bench.drive->during_write = [&] {
        if (bench.drive->count("WRITE_10") == 3)
            bench.node->signal(SIGKILL);
    };
    BOOST_TEST(bench.run({SECCOMP_CLIENT, "victim"}) == 128 + SIGKILL);
    BOOST_TEST(bench.drive->count("WRITE_10") == 3);
    bench.drive->during_write = {};
    BOOST_TEST(bench.client("exclusive").starts_with("first 1\n"));
}

BOOST_AUTO_TEST_CASE(other_calls_go_on_while_a_command_takes_its_time) {
    SeccompOptions options;
    options.pace = {.jumps = false, .speed = 0.02}; // a write of 10 ms takes half a second
    Bench bench(options);
    BOOST_TEST(bench.client("meanwhile") == "written 1\n"
                                            "read 1\n"
                                            "opened 1000\n"
                                            "stat 0\n"
                                            "over 0\n"
                                            "command 0\n"
                                            "over 1\n");
    BOOST_TEST(bench.drive->count("WRITE_10") == 1);
}

BOOST_AUTO_TEST_CASE(who_is_left_behind_lives_on_without_the_drive) {
    SeccompOptions options;
    options.patience = std::chrono::milliseconds(1);
    Bench bench(options);
    Redirected output(STDOUT_FILENO);
    Redirected input(STDIN_FILENO);
    BOOST_TEST(bench.run({SECCOMP_CLIENT, "leave"}) == 0);
    input.restore();
    input.close(); // what it waits for
    BOOST_TEST(output.text() == fmt::format("drive {}\nother file 1\n", -ENOTTY));
}

BOOST_AUTO_TEST_CASE(several_drives_are_told_apart) {
    SeccompOptions options;
    options.further_drives = {{"/dev/sr1", "/dev/sg1"}};
    Bench bench(options);
    FakeDrive second(bench.node->clock());
    burnrig::mmc::Target* const drives[] = {&*bench.drive, &second};
    const auto code = bench.node->run(
        drives, {"/bin/sh", "-c",
                 "exec 3< /dev/sr1; test -b /dev/sr0 && test -c /dev/sg1 && test ! -e /dev/sr2 && "
                 "! test /dev/sr0 -ef /dev/sr1 && "
                 "test \"$BURNRIG_DEVICES\" = '/dev/sr0 /dev/sr1' && test /proc/self/fd/3 -ef "
                 "/dev/sr1 && head -c 5000 <&3 > /dev/null"});
    BOOST_TEST(code.value() == 0);
    BOOST_TEST(bench.drive->count("READ_10") == 0);
    BOOST_TEST(second.count("READ_10") > 0);
    BOOST_TEST(!bench.node->run(*bench.drive, {"/bin/true"}));
}

namespace {
/// Pulls the drive's cable when the first command for it is over.
class CablePuller final : public burnrig::emulator::nodes::Attendant {
public:
    explicit CablePuller(Bench& bench) : bench_(bench) {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        readable_.reset(ends[0]);
        writable_.reset(ends[1]);
        bench_.drive->during_write = [this] {
            BOOST_TEST(::write(writable_.get(), "x", 1) == 1);
            bench_.drive->during_write = {};
        };
    }
    int descriptor() const override { return readable_.get(); }
    bool attend() override {
        char byte = 0;
        bench_.node->plug(0, false);
        return ::read(readable_.get(), &byte, 1) == 1;
    }

private:
    Bench& bench_;
    FileDescriptor readable_;
    FileDescriptor writable_;
};
} // namespace

BOOST_AUTO_TEST_CASE(a_pulled_drive_is_gone) {
    Bench bench;
    CablePuller puller(bench);
    Redirected output(STDOUT_FILENO);
    const auto code = bench.node->run(*bench.drive, {SECCOMP_CLIENT, "until_pulled"}, &puller);
    BOOST_TEST(code.value() == 0);
    BOOST_TEST(output.text() == "write -19\nread -5\nstat -2\nopen -2\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_run_is_told_as_a_shell_tells_it) {
    Bench bench;
    Redirected errors(STDERR_FILENO);
    const int missing = bench.run({"/nonexistent/program"});
    const int folder = bench.run({"/dev"});
    errors.restore();
    BOOST_TEST(missing == 127);
    BOOST_TEST(folder == 126);
    BOOST_TEST(bench.run({"/bin/sh", "-c", "exit 3"}) == 3);
    BOOST_TEST(bench.run({"/bin/sh", "-c", "kill -TERM $$"}) == 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused_by_name) {
    SeccompOptions options;
    options.block_path = "sr0";
    BOOST_TEST(!SeccompNode::create(options));
    options.block_path = options.generic_path;
    BOOST_TEST(!SeccompNode::create(options));
    options = {};
    options.pace.speed = -1;
    BOOST_TEST(!SeccompNode::create(options));
}
