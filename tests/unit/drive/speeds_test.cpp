// SPDX-License-Identifier: Apache-2.0
// How fast the disc passes under the head: rotations, layers, what hosts ask for and are told.
#include "emulator/drive/speeds.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

DriveSpeed clv(std::uint32_t speed) {
    return {speed, Rotation::clv, 0, {}};
}

Medium dvd_plus_r(std::vector<std::uint32_t> speeds, std::int32_t blocks = 2295104,
                  std::int32_t layer_0 = 2295104) {
    Medium medium;
    medium.name = "test-dvd";
    medium.kind = layer_0 == blocks ? MediumKind::dvd_plus_r : MediumKind::dvd_plus_r_dl;
    medium.data_zone.blocks = blocks;
    medium.data_zone.layer_0_blocks = layer_0;
    medium.data_zone.layers = layer_0 == blocks ? 1 : 2;
    medium.write_speeds = std::move(speeds);
    return medium;
}

std::unique_ptr<Disc> disc_of(Medium medium) {
    auto disc = Disc::in_memory(std::move(medium));
    BOOST_REQUIRE(disc);
    return std::move(*disc);
}

const DriveSpeed cav{16620, Rotation::cav, 0, {}};
const DriveSpeed p_cav{16620, Rotation::p_cav, 9170, {}};
const DriveSpeed z_clv{8310, Rotation::z_clv, 0, {{0, 3324}, {393216, 5540}, {1114112, 8310}}};

BOOST_AUTO_TEST_CASE(cav_begins_where_a_real_drive_was_seen_to_begin) {
    const auto disc = disc_of(dvd_plus_r({16620}));
    // A posted drive: 6924 kB/s at LBA 0, 16620 at 2295103.
    BOOST_TEST(speed_at(cav, *disc, 0) == 6924.0, boost::test_tools::tolerance(0.01));
    BOOST_TEST(speed_at(cav, *disc, 2295103) == 16620.0, boost::test_tools::tolerance(0.001));
    const auto all = stretches(cav, *disc, 2295104);
    BOOST_REQUIRE_EQUAL(all.size(), 1U);
    BOOST_TEST(all[0].last == 2295103);
    BOOST_TEST(all[0].last_speed == 16620U);
}

BOOST_AUTO_TEST_CASE(the_second_layer_is_the_mirror_of_the_first) {
    const auto disc = disc_of(dvd_plus_r({16620}, 4173824, 2086912));
    for (const std::int32_t lba : {0, 1000, 1'000'000, 2'086'911})
        BOOST_TEST(speed_at(cav, *disc, lba) == speed_at(cav, *disc, 4173823 - lba));
    const auto all = stretches(cav, *disc, 4173824);
    BOOST_REQUIRE_EQUAL(all.size(), 2U);
    BOOST_TEST(all[1].first == 2086912);
    BOOST_TEST(all[1].first_speed == 16620U);
    BOOST_TEST(all[1].last_speed == all[0].first_speed);
}

BOOST_AUTO_TEST_CASE(p_cav_rises_to_its_cap_and_stays_there) {
    const auto disc = disc_of(dvd_plus_r({16620}));
    BOOST_TEST(speed_at(p_cav, *disc, 0) == 9170.0);
    BOOST_TEST(speed_at(p_cav, *disc, 2295103) == 16620.0);
    const auto all = stretches(p_cav, *disc, 2295104);
    BOOST_REQUIRE_EQUAL(all.size(), 2U);
    BOOST_TEST(all[0].first_speed == 9170U);
    BOOST_TEST(all[0].last_speed >= 16619U);
    BOOST_TEST(all[1].first_speed == 16620U);
    BOOST_TEST(all[1].first == all[0].last + 1);
    // r = 24 * 16620 / 9170 = 43.5 mm is where: (43.5² - 24²) / (58² - 24²) of the blocks.
    BOOST_TEST(static_cast<double>(all[1].first) == 1083000.0, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(zones_are_told_as_they_are) {
    const auto disc = disc_of(dvd_plus_r({8310}, 4173824, 2086912));
    BOOST_TEST(speed_at(z_clv, *disc, 393215) == 3324.0);
    BOOST_TEST(speed_at(z_clv, *disc, 393216) == 5540.0);
    BOOST_TEST(speed_at(z_clv, *disc, 4173823) == 8310.0);
    const auto all = stretches(z_clv, *disc, 4173824);
    BOOST_REQUIRE_EQUAL(all.size(), 3U);
    BOOST_TEST(all[2].first == 1114112);
    BOOST_TEST(all[2].last == 4173823);
}

DriveModel with_speeds(MediumKind kind, std::vector<DriveSpeed> write) {
    auto model = recorder();
    model.speeds[static_cast<std::size_t>(kind)] = {{{11080, Rotation::cav, 0, {}}},
                                                    std::move(write)};
    return model;
}

std::vector<std::uint32_t> names(const std::vector<DriveSpeed>& speeds) {
    std::vector<std::uint32_t> all;
    for (const auto& speed : speeds)
        all.push_back(speed.speed);
    return all;
}

BOOST_AUTO_TEST_CASE(drive_and_medium_share_what_both_list) {
    const auto model = with_speeds(
        MediumKind::dvd_plus_r, {{22160, Rotation::cav, 0, {}}, clv(11080), clv(5540), clv(3324)});
    const auto shared = [&](std::vector<std::uint32_t> stands) {
        const auto medium = dvd_plus_r(std::move(stands));
        return names(shared_write_speeds(model, &medium));
    };
    const auto each = boost::test_tools::per_element();
    using Speeds = std::vector<std::uint32_t>;
    BOOST_TEST(shared({16620, 11080, 5540}) == (Speeds{11080, 5540}), each);
    BOOST_TEST(shared({5541}) == (Speeds{5540}), each); // figures differ by less than 1 %
    BOOST_TEST(shared({}) == (Speeds{22160, 11080, 5540, 3324}), each);
    BOOST_TEST(shared({1385}) == (Speeds{3324}), each);              // it tries with its slowest
    const auto unknown = dvd_plus_r({8310, 5540}, 4173824, 2086912); // no word in the fixture
    BOOST_TEST(names(shared_write_speeds(model, &unknown)) == (Speeds{8310, 5540}), each);
}

BOOST_AUTO_TEST_CASE(a_full_buffer_waits_at_the_speed_of_the_inner_edge) {
    auto model = with_speeds(MediumKind::cd_rw, {{8467, Rotation::cav, 0, {}}});
    auto medium = cd_rw();
    medium.write_speeds = {8467};
    Bench bench(medium, model);
    bench.tao();
    BOOST_REQUIRE_EQUAL(bench.write(0, 1024), mmc::sense::none);
    const auto begin = bench.clock.now();
    BOOST_REQUIRE_EQUAL(bench.write(1024, 4096), mmc::sense::none);
    const auto seconds = std::chrono::duration<double>(bench.clock.now() - begin).count();
    // 4096 blocks of 2352 bytes at 48x of the outer edge: 8467 * 25 / 58 kB/s
    BOOST_TEST(seconds == 4096 * 2.352 / (8467 * 25 / 58.0), boost::test_tools::tolerance(0.1));
}

Bytes performance(Bench& bench, std::uint8_t type, std::uint8_t flags, std::uint8_t descriptors) {
    return bench.get({0xAC, flags, 0, 0, 0, 0, 0, 0, 0, descriptors, type, 0});
}

BOOST_AUTO_TEST_CASE(get_performance_lists_write_speeds_with_their_rotation) {
    auto model =
        with_speeds(MediumKind::cd_rw, {{4234, Rotation::cav, 0, {}}, clv(1764), clv(706)});
    auto medium = cd_rw();
    medium.write_speeds = {};
    Bench bench(medium, model);
    const auto reply = performance(bench, 3, 0, 10);
    BOOST_REQUIRE_EQUAL(reply.size(), 8U + 3 * 16);
    BOOST_TEST(mmc::get32(reply.data()) == reply.size() - 4);
    BOOST_TEST(reply[8] == 0x08); // turns evenly
    BOOST_TEST(reply[24] == 0x00);
    BOOST_TEST(mmc::get32(&reply[8 + 4]) == 359848U); // 79:59:74
    BOOST_TEST(mmc::get32(&reply[8 + 8]) == 11080U);
    BOOST_TEST(mmc::get32(&reply[8 + 12]) == 4234U);
    BOOST_TEST(mmc::get32(&reply[40 + 12]) == 706U);
    // Cut at the number of descriptors; the length still tells of all.
    const auto one = performance(bench, 3, 0, 1);
    BOOST_TEST(one.size() == 24U);
    BOOST_TEST(mmc::get32(one.data()) == 4U + 3 * 16);
    BOOST_TEST(performance(bench, 3, 0, 0).size() == 8U);
}

BOOST_AUTO_TEST_CASE(get_performance_draws_the_curve_of_the_speed_that_is_set) {
    auto model = with_speeds(MediumKind::cd_rw, {{4234, Rotation::cav, 0, {}}, clv(1764)});
    auto medium = cd_rw();
    medium.write_speeds = {};
    Bench bench(medium, model);
    auto curve = performance(bench, 0, 0x14, 10);
    BOOST_REQUIRE_EQUAL(curve.size(), 8U + 16);
    BOOST_TEST(curve[4] == 2); // of writing
    BOOST_TEST(mmc::get32(&curve[8]) == 0U);
    BOOST_TEST(mmc::get32(&curve[12]) == 1825U); // 4234 * 25 / 58
    BOOST_TEST(mmc::get32(&curve[16]) == 359848U);
    BOOST_TEST(mmc::get32(&curve[20]) == 4234U);
    bench.send({0xBB, 0, 0xFF, 0xFF, 0x06, 0xE4, 0, 0, 0, 0, 0, 0});
    curve = performance(bench, 0, 0x14, 10);
    BOOST_TEST(mmc::get32(&curve[12]) == 1764U);
    BOOST_TEST(performance(bench, 0, 0x12, 10).size() == 8U); // exceptions: none
    for (const std::uint8_t refused : Bytes{1, 2, 4, 5, 6}) {
        performance(bench, refused, 0, 10);
        BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    }
}

// SET STREAMING: speeds in kB in a second.
mmc::SenseCode stream(Bench& bench, std::uint8_t flags, std::uint32_t read, std::uint32_t write,
                      std::uint32_t time = 1000, std::uint8_t length = 28) {
    Bytes list(length);
    if (length >= 27)
        list[0] = flags;
    if (length >= 28) {
        mmc::put32(&list[8], 359848);
        mmc::put32(&list[12], read);
        mmc::put32(&list[16], time);
        mmc::put32(&list[20], write);
        mmc::put32(&list[24], time);
    }
    return Bench::sense(bench.send_data({0xB6, 0, 0, 0, 0, 0, 0, 0, 0, 0, length, 0}, list));
}

std::uint32_t write_speed(Bench& bench) {
    const auto page = bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 255, 0});
    return mmc::get16(&page[8 + 28]);
}

BOOST_AUTO_TEST_CASE(set_streaming_rounds_down_restores_and_refuses) {
    Bench bench(cd_rw());
    BOOST_TEST(stream(bench, 0, 5000, 1763) == mmc::sense::none);
    BOOST_TEST(write_speed(bench) == 706U);
    BOOST_TEST(stream(bench, 0, 5000, 3528, 2000) == mmc::sense::none); // 1764 a second
    BOOST_TEST(write_speed(bench) == 1764U);
    BOOST_TEST(stream(bench, 0, 5000, 100) == mmc::sense::none);
    BOOST_TEST(write_speed(bench) == 706U);
    BOOST_TEST(stream(bench, 4, 0, 0, 0) == mmc::sense::none); // restore defaults
    BOOST_TEST(write_speed(bench) == 1764U);
    BOOST_TEST(stream(bench, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1) == mmc::sense::none);
    BOOST_TEST(write_speed(bench) == 1764U);
    BOOST_TEST(stream(bench, 0, 1, 1, 0) == mmc::sense::invalid_field_in_list); // time 0
    BOOST_TEST(stream(bench, 0x18, 1, 1) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(stream(bench, 0, 1, 1, 1000, 27) == mmc::sense::parameter_list_length);
    BOOST_TEST(stream(bench, 0, 1, 1, 1000, 0) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_drive_may_have_another_buffer_for_each_family) {
    auto model = recorder();
    model.family_buffer_bytes[0] = 1 << 20;
    Bench bench(model);
    const auto total = [&] {
        return mmc::get32(&bench.get({0x5C, 0, 0, 0, 0, 0, 0, 0, 12, 0})[4]);
    };
    BOOST_TEST(total() == 534528U);
    bench.drive.insert(disc_of(cd_rw()));
    bench.settle();
    BOOST_TEST(total() == 1U << 20);
}

} // namespace
} // namespace burnrig::emulator
