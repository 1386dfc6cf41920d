// SPDX-License-Identifier: Apache-2.0
// Goal: the blocks that a command speaks of are read from and written into its CDB, whatever its
// length.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "mmc/command_blocks.h"

namespace burnrig::mmc {
namespace {

using Bytes = std::vector<std::uint8_t>;

BOOST_AUTO_TEST_CASE(every_layout_is_read) {
    struct Case {
        Bytes cdb;
        std::int32_t first;
        std::uint32_t blocks;
    };
    for (const auto& [cdb, first, blocks] :
         {Case{{0x28, 0, 0, 0, 0x10, 0, 0, 0, 0x20, 0}, 4096, 32},
          Case{{0x2A, 0, 0xFF, 0xFF, 0xFF, 0x6A, 0, 0, 1, 0}, -150, 1},
          Case{{0xAA, 0, 0, 0, 0, 9, 0, 1, 0, 2, 0x80, 0}, 9, 0x10002},
          Case{{0xBE, 0, 0, 0, 0, 9, 1, 0, 2, 0xF8, 0, 0}, 9, 0x10002},
          Case{{0x2B, 0, 0, 0, 0, 9, 0, 0, 0, 0}, 9, 0},
          Case{{0xB9, 0, 0, 0, 2, 0, 0, 2, 5, 0xF8, 0, 0}, 0, 5}}) {
        const auto found = command_blocks(cdb);
        BOOST_REQUIRE(found);
        BOOST_TEST(found->first == first);
        BOOST_TEST(found->blocks == blocks);
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_blocks_or_is_cut_off_has_none) {
    for (const Bytes& cdb : {Bytes{}, Bytes{0x12, 0, 0, 0, 36, 0}, Bytes{0x28, 0, 0, 0, 0, 0},
                             Bytes{0xB9, 0, 0}, Bytes{0x2B, 0, 0, 0, 0, 9}})
        BOOST_TEST(!command_blocks(cdb));
}

BOOST_AUTO_TEST_CASE(address_and_count_can_be_replaced) {
    Bytes write{0x2A, 0, 0, 0, 0, 5, 0, 0, 4, 0};
    BOOST_TEST(set_block_count(write, 2));
    BOOST_TEST(set_first_block(write, 0x01020304));
    BOOST_TEST(write == (Bytes{0x2A, 0, 1, 2, 3, 4, 0, 0, 2, 0}), boost::test_tools::per_element());
    Bytes seek{0x2B, 0, 0, 0, 0, 5, 0, 0, 0, 0};
    BOOST_TEST(!set_block_count(seek, 2));
    Bytes inquiry{0x12, 0, 0, 0, 36, 0};
    BOOST_TEST(!set_first_block(inquiry, 2));
}

} // namespace
} // namespace burnrig::mmc
