// SPDX-License-Identifier: Apache-2.0
// The hostile host with seeded bytes: what a short run of the fuzzer would do, with any compiler,
// the same every time.
#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

#include "tests/fuzz/command_stream.h"

BOOST_AUTO_TEST_CASE(a_hostile_host_gets_an_answer_to_everything) {
    std::mt19937 random(20040607);
    std::size_t commands = 0;
    for (int stream = 0; stream < 6'000; ++stream) {
        std::vector<std::uint8_t> bytes(random() % 1500 + 2);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        bytes[0] = static_cast<std::uint8_t>(stream); // every medium comes
        commands += burnrig::fuzz::run_command_stream(bytes);
    }
    BOOST_TEST(commands > 150'000U);
}
