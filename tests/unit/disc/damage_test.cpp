// SPDX-License-Identifier: Apache-2.0
#include <bit>

#include "tests/unit/disc/disc_fixture.h"

namespace burnrig::emulator {
namespace {

int bits_that_differ(const std::vector<std::uint8_t>& left,
                     const std::vector<std::uint8_t>& right) {
    int bits = 0;
    for (std::size_t at = 0; at < left.size(); ++at) {
        bits += std::popcount(static_cast<unsigned>(left[at] ^ right[at]));
    }
    return bits;
}

} // namespace

BOOST_AUTO_TEST_SUITE(damage)

BOOST_AUTO_TEST_CASE(unreadable_and_lost_blocks_split_a_run) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 100);
    disc->damage().add({10, 20, DamageKind::unreadable, 0, 0});
    disc->damage().add({20, 30, DamageKind::lost, 0, 0});

    const auto expect = [&](std::int32_t lba, BlockState state, std::int32_t count) {
        const Disc::Run run = disc->run_at(lba);
        BOOST_TEST(static_cast<int>(run.state) == static_cast<int>(state));
        BOOST_TEST(run.extent.count == count);
    };
    expect(0, BlockState::readable, 10);
    expect(10, BlockState::unreadable, 10);
    expect(15, BlockState::unreadable, 5);
    expect(20, BlockState::unrecorded, 10);
    expect(30, BlockState::readable, 70);

    std::vector<std::uint8_t> block(2048);
    BOOST_TEST(disc->read(10, block).error().message == "block 10 is unreadable");
    BOOST_TEST(disc->read(20, block).error().message == "block 20 is not recorded");
    std::vector<std::uint8_t> blocks(20 * 2048);
    BOOST_TEST(disc->read(0, blocks).error().message ==
               "40960 bytes from block 0 are not 10 blocks or fewer of 2048 bytes");
}

BOOST_AUTO_TEST_CASE(healing_gives_back_every_byte) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 100);
    disc->damage().add({0, 100, DamageKind::corrupt, 3, 7});
    disc->damage().add({40, 50, DamageKind::lost, 0, 0});
    disc->damage().heal();
    BOOST_TEST(read_back(*disc, 0, 100) == pattern(0, 100, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(healing_a_part_leaves_the_rest_damaged) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 100);
    disc->damage().add({10, 50, DamageKind::unreadable, 0, 0});
    disc->damage().heal(20, 30);
    BOOST_TEST(disc->run_at(0).extent.count == 10);
    BOOST_TEST(disc->run_at(10).extent.count == 10);
    BOOST_TEST(disc->run_at(20).extent.count == 10);
    BOOST_TEST((disc->run_at(20).state == BlockState::readable));
    BOOST_TEST(disc->run_at(30).extent.count == 20);
    BOOST_TEST((disc->run_at(30).state == BlockState::unreadable));
}

BOOST_AUTO_TEST_CASE(recording_anew_takes_the_faults_of_the_old_recording_and_leaves_scratches) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 100);
    disc->damage().add({0, 100, DamageKind::corrupt, 3, 7});
    disc->damage().add({40, 60, DamageKind::lost, 0, 0});
    disc->damage().add({50, 51, DamageKind::unreadable, 0, 0});
    record(*disc, 30, 40);
    BOOST_TEST(read_back(*disc, 30, 20) == pattern(30, 20, BlockForm::mode1));
    BOOST_TEST((disc->run_at(50).state == BlockState::unreadable));
    BOOST_TEST(read_back(*disc, 51, 19) == pattern(51, 19, BlockForm::mode1));
    BOOST_TEST(read_back(*disc, 29, 1) != pattern(29, 1, BlockForm::mode1));
}

BOOST_AUTO_TEST_CASE(corruption_turns_the_asked_number_of_bits_the_same_ones_each_time) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 10, BlockForm::audio);
    for (const std::uint32_t bits : {1U, 2U, 100U, 18816U, 20000U}) {
        disc->damage().heal();
        disc->damage().add({3, 4, DamageKind::corrupt, bits, 42});
        const auto pristine = pattern(3, 1, BlockForm::audio);
        const auto read = read_back(*disc, 3, 1, BlockForm::audio);
        BOOST_TEST(bits_that_differ(read, pristine) == static_cast<int>(std::min(bits, 2352U * 8)));
        BOOST_TEST(read_back(*disc, 3, 1, BlockForm::audio) == read);
    }
}

BOOST_AUTO_TEST_CASE(corruption_differs_between_blocks_and_seeds_and_leaves_neighbours_alone) {
    auto disc = *Disc::in_memory(cd_rw());
    BOOST_REQUIRE(disc->write_zeros(0, BlockForm::mode1, 10));
    disc->damage().add({2, 4, DamageKind::corrupt, 5, 1});
    const auto first = read_back(*disc, 2, 1);
    const auto second = read_back(*disc, 3, 1);
    BOOST_TEST(first != second);
    BOOST_TEST(read_back(*disc, 1, 1) == std::vector<std::uint8_t>(2048));
    BOOST_TEST(read_back(*disc, 4, 1) == std::vector<std::uint8_t>(2048));
    disc->damage().add({2, 4, DamageKind::corrupt, 5, 2});
    BOOST_TEST(read_back(*disc, 2, 1) != first);
}

BOOST_AUTO_TEST_CASE(a_corrupt_run_is_read_whole_and_has_no_view) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 10);
    disc->damage().add({5, 6, DamageKind::corrupt, 1, 1});
    BOOST_TEST(disc->run_at(0).extent.count == 10);
    BOOST_TEST(bits_that_differ(read_back(*disc, 0, 10), pattern(0, 10, BlockForm::mode1)) == 1);
    BOOST_TEST(disc->view(0, 10).empty());
    BOOST_TEST(disc->view(0, 5).size() == 5U * 2048);
    BOOST_TEST(disc->view(6, 4).size() == 4U * 2048);
}

BOOST_AUTO_TEST_CASE(a_later_damage_wins) {
    auto disc = *Disc::in_memory(cd_rw());
    record(*disc, 0, 10);
    disc->damage().add({0, 10, DamageKind::unreadable, 0, 0});
    disc->damage().add({4, 6, DamageKind::corrupt, 1, 1});
    BOOST_TEST((disc->run_at(0).state == BlockState::unreadable));
    BOOST_TEST(disc->run_at(0).extent.count == 4);
    BOOST_TEST((disc->run_at(4).state == BlockState::readable));
    BOOST_TEST(disc->run_at(4).extent.count == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::emulator
