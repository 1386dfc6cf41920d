// SPDX-License-Identifier: Apache-2.0
// Goal: commands are found by code and by the words that people use. Method: known commands, and
// every opcode both ways.
#include <boost/test/unit_test.hpp>

#include "mmc/opcode.h"

using namespace burnrig::mmc;

BOOST_AUTO_TEST_CASE(the_calibration_command) {
    const auto* info = find_opcode(0x54);
    BOOST_REQUIRE(info);
    BOOST_TEST(info->name == "SEND_OPC_INFORMATION");
    BOOST_TEST(info->alias == "OPC");
    BOOST_TEST(info->length == 10);
    BOOST_CHECK(info->direction == DataDirection::to_drive);
    BOOST_TEST(in_group(0x54, Group::setup));
    BOOST_TEST(!in_group(0x54, Group::write));
}

BOOST_AUTO_TEST_CASE(every_opcode_is_read_back_from_its_name) {
    for (int opcode = 0; opcode < 256; ++opcode) {
        const auto code = static_cast<std::uint8_t>(opcode);
        BOOST_CHECK(parse_opcode(opcode_name(code)) == code);
    }
    BOOST_TEST(opcode_name(0xD8) == "0xD8");
}

BOOST_AUTO_TEST_CASE(aliases_are_unique_and_never_another_name) {
    for (const auto& info : opcodes()) {
        const auto code = static_cast<std::uint8_t>(info.opcode);
        BOOST_CHECK(find_opcode(code) == &info);
        if (!info.alias.empty())
            BOOST_CHECK(parse_opcode(info.alias) == code);
    }
}

BOOST_AUTO_TEST_CASE(words_that_are_no_command) {
    for (const auto* word : {"", "opc", "WRITE_11", "0x", "0x100", "0xG0", "54", "0x5 "})
        BOOST_CHECK_MESSAGE(!parse_opcode(word), word);
    BOOST_CHECK(parse_opcode("0x54") == 0x54);
}

// The length of a CDB follows from the top three bits of its opcode (SPC-3, 4.3.4).
BOOST_AUTO_TEST_CASE(lengths_follow_the_command_group) {
    constexpr std::array<int, 8> by_group{6, 10, 10, 0, 16, 12, 0, 0};
    for (const auto& info : opcodes())
        BOOST_TEST(info.length == by_group[static_cast<std::size_t>(info.opcode) >> 5], info.name);
}

BOOST_AUTO_TEST_CASE(groups) {
    BOOST_CHECK(parse_group("write") == Group::write);
    BOOST_CHECK(!parse_group("any"));
    BOOST_CHECK(!parse_group("Write"));
    for (const int write : {0x2A, 0x2E, 0xAA})
        BOOST_TEST(in_group(static_cast<std::uint8_t>(write), Group::write));
    for (const int close : {0x35, 0x5B})
        BOOST_TEST(in_group(static_cast<std::uint8_t>(close), Group::close));
    BOOST_TEST(in_group(0x1E, Group::tray));
    BOOST_TEST(in_group(0x00, Group::status));
    BOOST_TEST(!in_group(0xD8, Group::status));
}
