// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {

BOOST_AUTO_TEST_SUITE(memory_disc)

BOOST_AUTO_TEST_CASE(a_new_disc_is_blank_and_has_one_empty_session_behind_the_medium_s_lead_in) {
    const auto disc = *Disc::in_memory(cd_rw());
    BOOST_TEST(disc->blank());
    BOOST_TEST(disc->structure().tracks.empty());
    BOOST_REQUIRE(disc->structure().sessions.size() == 1U);
    BOOST_TEST(disc->structure().sessions[0].lead_in == -12374);
    BOOST_TEST((disc->structure().sessions[0].state == SessionState::empty));
    BOOST_TEST((disc->run_at(0).state == BlockState::unrecorded));
    BOOST_TEST(disc->run_at(0).extent.count == 359849 + 9000);
}

BOOST_AUTO_TEST_CASE(a_recorded_block_or_an_open_session_ends_blankness) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 1);
    BOOST_TEST(!disc->blank());
    BOOST_REQUIRE(disc->erase(0, 1));
    BOOST_TEST(disc->blank());
    disc->structure().sessions[0].state = SessionState::open;
    BOOST_TEST(!disc->blank());
}

BOOST_AUTO_TEST_CASE(every_form_can_be_kept_from_the_lead_in_to_behind_the_lead_out) {
    auto disc = *Disc::in_memory(cd_rw());
    std::int32_t lba = 1000;
    for (int form = 0; form <= static_cast<int>(BlockForm::subchannel); ++form, lba += 7) {
        const auto kept = static_cast<BlockForm>(form);
        record(*disc, lba, 7, kept);
        BOOST_TEST(read_back(*disc, lba, 7, kept) == pattern(lba, 7, kept));
    }
    for (const std::int32_t edge : {-45150, -12374, -150, 359848, 359849 + 9000 - 1}) {
        record(*disc, edge, 1, BlockForm::raw_pw);
        BOOST_TEST(read_back(*disc, edge, 1, BlockForm::raw_pw) ==
                   pattern(edge, 1, BlockForm::raw_pw));
    }
}

BOOST_AUTO_TEST_CASE(wrong_addresses_and_lengths_are_refused_and_change_nothing) {
    auto disc = *Disc::in_memory(cd_rw());
    const std::vector<std::uint8_t> block(2048);
    BOOST_TEST(disc->write(-45151, BlockForm::mode1, block).error().message ==
               "blocks -45151 to -45151 do not exist on this medium; it has -45150 to 368848");
    BOOST_TEST(!disc->write(368849, BlockForm::mode1, block));
    BOOST_TEST(!disc->write(2147483647, BlockForm::mode1, block));
    BOOST_TEST(!disc->write(-2147483647 - 1, BlockForm::mode1, block));
    BOOST_TEST(!disc->write_zeros(0, BlockForm::mode1, -1));
    BOOST_TEST(!disc->write_zeros(0, BlockForm::mode1, 2147483647));
    BOOST_TEST(disc->write(0, BlockForm::audio, block).error().message ==
               "2048 bytes are no whole number of blocks of 2352 bytes");
    BOOST_TEST(!disc->erase(5, 4));
    BOOST_TEST(disc->erase(-2147483647 - 1, 2147483647).has_value());
    BOOST_TEST(disc->write(0, BlockForm::mode1, {}).has_value());
    BOOST_TEST(disc->blank());
    for (const std::int32_t lba : {-2147483647 - 1, -45151, 368849, 2147483646}) {
        BOOST_TEST((disc->run_at(lba).state == BlockState::unrecorded));
        BOOST_TEST(disc->run_at(lba).extent.count >= 1);
    }
}

BOOST_AUTO_TEST_CASE(zeros_replace_what_was_there) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 100);
    BOOST_REQUIRE(disc->write_zeros(10, BlockForm::mode1, 50));
    BOOST_TEST(read_back(*disc, 0, 10) == pattern(0, 10, BlockForm::mode1));
    BOOST_TEST(read_back(*disc, 10, 50) == std::vector<std::uint8_t>(50 * 2048));
    BOOST_TEST(read_back(*disc, 60, 40) == pattern(60, 40, BlockForm::mode1));
    BOOST_REQUIRE(disc->write_zeros(0, BlockForm::mode1, 359849));
    BOOST_TEST(read_back(*disc, 359848, 1) == std::vector<std::uint8_t>(2048));
    BOOST_TEST(disc->extents().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
