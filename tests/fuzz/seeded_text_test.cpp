// SPDX-License-Identifier: Apache-2.0
// The text fuzzers with seeded bytes: what a short run of them would do, with any compiler, the
// same every time.
#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

#include "tests/fuzz/rule_text.h"

namespace {

std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t most) {
    std::vector<std::uint8_t> bytes(random() % most + 1);
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return bytes;
}

BOOST_AUTO_TEST_CASE(any_text_is_a_rule_or_gets_a_message) {
    std::mt19937 random(20040607);
    std::size_t taken = 0;
    for (int i = 0; i < 20'000; ++i)
        taken +=
            burnrig::fuzz::try_rule_text(burnrig::fuzz::rule_text_of(random_bytes(random, 12)));
    BOOST_TEST(taken > 30U); // some must get through, or only the messages were tried
}

BOOST_AUTO_TEST_CASE(any_bytes_get_a_message) {
    std::mt19937 random(20040608);
    for (int i = 0; i < 20'000; ++i) {
        const auto bytes = random_bytes(random, 200);
        burnrig::fuzz::try_rule_text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
}

// Rules as people write them, one letter changed.
BOOST_AUTO_TEST_CASE(near_misses_get_a_message) {
    std::mt19937 random(20040609);
    const std::string lines[]{
        "opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03",
        "late: at @write #40 -> lose, fail write-error deferred info 624 ; times 3",
        "rst: at @write lba 57..90 midway 0.5 cdb[2] == 0x02 -> corrupt bits 3 ; until fired opc",
        "wedged: write-error@lba=20000,sense=03/0C/02",
        "at time 12s -> power-loss 4s",
    };
    for (int i = 0; i < 20'000; ++i) {
        auto line = lines[random() % std::size(lines)];
        const auto at = random() % line.size();
        switch (random() % 3) {
        case 0:
            line[at] = static_cast<char>(random());
            break;
        case 1:
            line.erase(at, random() % 4 + 1);
            break;
        default:
            line.insert(at, line, random() % line.size(), random() % 8 + 1);
        }
        burnrig::fuzz::try_rule_text(line);
    }
}

} // namespace
