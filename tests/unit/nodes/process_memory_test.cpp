// SPDX-License-Identifier: Apache-2.0
// What a door reads ahead of a program's memory is never what the program did not have there at the
// time of the call.
#include <array>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "emulator/nodes/process_memory.h"

using namespace burnrig::emulator::nodes;

namespace {

/// A request as a program has it: a structure, and a command block somewhere else.
struct Program {
    std::array<std::uint8_t, 88> request{};
    std::array<std::uint8_t, 10> command{};
    std::array<std::uint8_t, 10> other_command{};
    Foresight foresight;

    Program() {
        request.fill(1);
        command.fill(2);
        other_command.fill(3);
    }

    struct Seen {
        bool request_read = false;
        bool command_read = false;
        std::array<std::uint8_t, 88> request{};
        std::array<std::uint8_t, 10> command{};
    };
    /// What a door sees in one call, that then writes `result` back where the request is.
    Seen call(const void* command_at, int result = 1) {
        ProcessMemory memory(::getpid(), {}, &foresight);
        Seen seen;
        const auto at = [](const void* place) { return reinterpret_cast<std::uint64_t>(place); };
        seen.request_read = memory.read(at(request.data()), seen.request);
        seen.command_read = memory.read(at(command_at), seen.command);
        auto answer = seen.request;
        answer[40] = static_cast<std::uint8_t>(result);
        memory.write(at(request.data()), answer);
        return seen;
    }
    Seen call() { return call(command.data()); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(process_memory)

BOOST_AUTO_TEST_CASE(every_call_sees_what_is_there_now) {
    Program program;
    for (std::uint8_t value = 10; value < 20; ++value) {
        program.request.fill(value);
        program.command.fill(static_cast<std::uint8_t>(value + 100));
        const auto seen = program.call();
        BOOST_TEST((seen.request_read && seen.command_read));
        BOOST_TEST(int{seen.request[87]} == value);
        BOOST_TEST(int{seen.command[9]} == value + 100);
    }
}

BOOST_AUTO_TEST_CASE(a_command_block_at_another_place_is_found_there) {
    Program program;
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(int{program.call(program.command.data()).command[0]} == 2);
        BOOST_TEST(int{program.call(program.other_command.data()).command[0]} == 3);
        BOOST_TEST(int{program.call(program.other_command.data()).command[0]} == 3);
    }
}

BOOST_AUTO_TEST_CASE(a_command_block_that_went_away_cannot_be_read) {
    Program program;
    void* const page =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(program.call(page).command_read);
    ::munmap(page, 4096);
    for (int i = 0; i < 2; ++i) {
        const auto seen = program.call(page);
        BOOST_TEST(seen.request_read);
        BOOST_TEST(!seen.command_read);
    }
    BOOST_TEST(program.call().command_read);
}

BOOST_AUTO_TEST_CASE(a_result_is_written_and_what_did_not_change_is_left_alone) {
    Program program;
    program.call(program.command.data(), 9);
    BOOST_TEST(int{program.request[40]} == 9);
    program.call(program.command.data(), 7);
    BOOST_TEST(int{program.request[40]} == 7);
    program.call(program.command.data(), 7);
    BOOST_TEST(int{program.request[40]} == 7);
}

BOOST_AUTO_TEST_CASE(what_the_call_itself_wrote_over_the_request_is_written_over_again) {
    Program program;
    for (int i = 0; i < 2; ++i) {
        ProcessMemory memory(::getpid(), {}, &program.foresight);
        std::array<std::uint8_t, 88> request{};
        const auto at = reinterpret_cast<std::uint64_t>(program.request.data());
        BOOST_TEST(memory.read(at, request));
        const std::array<std::uint8_t, 18> sense{0x70};
        BOOST_TEST(memory.write(at + 8, sense)); // a program that wants it there
        BOOST_TEST(memory.write(at, request));
        BOOST_TEST(program.request == request);
    }
}

BOOST_AUTO_TEST_SUITE_END()
