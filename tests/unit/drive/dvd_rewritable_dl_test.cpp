// SPDX-License-Identifier: Apache-2.0
// Goal: a DVD+RW and a DVD-RW of two layers are what their kin of one layer are, with a profile of
// their own, over both layers.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;
using State = std::pair<unsigned, unsigned>;

namespace {

constexpr std::uint32_t plus_blocks = 4173824;
constexpr std::uint32_t minus_blocks = 4171712;

struct TwoLayers : OverwriteBench {
    explicit TwoLayers(Medium medium) : OverwriteBench(std::move(medium), dual_recorder()) {}

    static DriveModel dual_recorder() {
        auto model = bd_recorder();
        model.profiles.insert(model.profiles.begin(), {0x002A, 0x0017});
        return model;
    }
    void incremental() { BOOST_REQUIRE_EQUAL(write_parameters(0x40, 0xE5, 8), sense::none); }
    Bytes structure(std::uint8_t format) {
        return get({0xAD, 0, 0, 0, 0, 0, 0, format, 0x10, 0, 0, 0});
    }
    /// Writes over the end of the first layer and reads it back.
    void check_across_the_layers(std::int32_t layer) {
        BOOST_TEST(write(layer - 32, 64) == sense::none);
        BOOST_TEST(sync() == sense::none);
        BOOST_TEST((read(layer - 32, 64) == pattern(layer - 32, 64)));
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_drive_that_does_not_list_the_profile_sees_no_disc) {
    for (const auto& medium : {dvd_plus_rw_dl(), dvd_minus_rw_dl()}) {
        OverwriteBench bench(medium);
        BOOST_TEST(bench.profile() == 0U);
        BOOST_TEST(bench.ready() != sense::none);
    }
}

BOOST_AUTO_TEST_CASE(dvd_plus_rw_has_its_own_profile_feature_and_book) {
    TwoLayers bench(dvd_plus_rw_dl());
    BOOST_TEST(bench.profile() == 0x2AU);
    BOOST_TEST(bench.current_feature(0x003A));
    BOOST_TEST(!bench.current_feature(0x002A));
    BOOST_TEST(bench.current_feature(0x0023));
    BOOST_TEST(!bench.current_feature(0x0020)); // not formatted yet
    const auto physical = bench.structure(0x00);
    BOOST_REQUIRE_GE(physical.size(), 21U);
    BOOST_TEST(physical[4] >> 4 == 0xD);
    BOOST_TEST((physical[6] >> 5 & 3) == 1); // two layers
    BOOST_TEST(mmc::get24(&physical[4 + 13]) == 0x30000U + plus_blocks / 2 - 1);
    BOOST_TEST(bench.structure(0x11).size() == 260U); // ADIP
}

BOOST_AUTO_TEST_CASE(dvd_plus_rw_is_formatted_in_the_background_over_both_layers) {
    TwoLayers bench(dvd_plus_rw_dl());
    BOOST_TEST((bench.format_capacities() ==
                std::vector{bench.current(1, plus_blocks), bench.offer(0x26, plus_blocks, 0)}));
    BOOST_TEST(bench.write(0, 16) == sense::medium_not_formatted);
    BOOST_TEST(bench.format(0x26, 0xFFFFFFFF) == sense::none);
    BOOST_TEST(bench.capacity() == plus_blocks - 1);
    BOOST_TEST((bench.state() == State{0x1E, 2}));
    BOOST_TEST(bench.current_feature(0x0020));
    bench.check_across_the_layers(static_cast<std::int32_t>(plus_blocks / 2));
    BOOST_TEST(bench.write(static_cast<std::int32_t>(plus_blocks), 1) == sense::lba_out_of_range);
    BOOST_TEST(bench.close(0) == sense::none);
    BOOST_TEST((bench.state() == State{0x1E, 1}));
    BOOST_TEST(bench.format(0x26, plus_blocks, 1) == sense::none); // restart
    BOOST_TEST((bench.state() == State{0x1E, 2}));
    bench.pass(std::chrono::hours(2)); // about 43 minutes at 4x
    BOOST_TEST((bench.state() == State{0x1E, 3}));
    BOOST_TEST(bench.blank(0) == sense::unwritable_medium);
}

BOOST_AUTO_TEST_CASE(dvd_minus_rw_has_one_profile_whatever_it_is_formatted_to) {
    TwoLayers bench(dvd_minus_rw_dl());
    BOOST_TEST(bench.profile() == 0x17U);
    BOOST_TEST(bench.current_feature(0x0021));
    BOOST_TEST(bench.current_feature(0x002C));
    BOOST_TEST(bench.current_feature(0x002F));
    BOOST_TEST(!bench.current_feature(0x0026));
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(bench.profile() == 0x17U);
    BOOST_TEST(bench.current_feature(0x0026));
    BOOST_TEST(!bench.current_feature(0x0021));
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.close(2) == sense::none);
    BOOST_TEST(bench.capacity() == 63U);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
    BOOST_TEST(bench.blank(0) == sense::none);
    BOOST_TEST(bench.profile() == 0x17U);
    BOOST_TEST(!bench.current_feature(0x0026));
    BOOST_TEST(bench.state().first == 0x10U);
}

BOOST_AUTO_TEST_CASE(dvd_minus_rw_is_formatted_over_both_layers) {
    TwoLayers bench(dvd_minus_rw_dl());
    BOOST_TEST(bench.format_capacities().front() == bench.current(1, minus_blocks));
    BOOST_TEST(bench.format(0x10, minus_blocks, 16) == sense::none);
    BOOST_TEST(bench.capacity() == minus_blocks - 1);
    bench.check_across_the_layers(static_cast<std::int32_t>(minus_blocks / 2));
    BOOST_TEST(bench.write(1, 16) == sense::bad_write_address);
    const auto physical = bench.structure(0x00);
    BOOST_REQUIRE_GE(physical.size(), 21U);
    BOOST_TEST(physical[4] >> 4 == 0x3);
    BOOST_TEST((physical[6] >> 5 & 3) == 1);
    BOOST_TEST(mmc::get24(&physical[4 + 13]) == 0x30000U + minus_blocks / 2 - 1);
}

BOOST_AUTO_TEST_CASE(dvd_minus_rw_is_one_border_when_sequential_and_can_be_used_again) {
    TwoLayers bench(dvd_minus_rw_dl());
    bench.incremental();
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.write(80, 16) == sense::bad_write_address);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.close_track(1) == sense::none);
    BOOST_TEST(bench.close_session() == sense::none);
    BOOST_TEST(bench.state().first == 0x1EU);
    BOOST_TEST(bench.write(64, 16) == sense::unwritable_medium);
    BOOST_TEST(bench.blank(1) == sense::none);
    BOOST_TEST(!bench.current_feature(0x0021)); // only a disc at once now
    BOOST_TEST(bench.write(0, 16) == sense::illegal_mode_for_track);
    BOOST_TEST(bench.blank(0) == sense::none);
    BOOST_TEST(bench.write(0, 16) == sense::none);
}

BOOST_AUTO_TEST_CASE(a_format_forgets_the_layer_break_of_a_disc_at_once) {
    TwoLayers bench(dvd_minus_rw_dl());
    BOOST_REQUIRE_EQUAL(bench.write_parameters(0x42, 0x05, 8), sense::none);
    BOOST_TEST(bench.send({0x53, 0, 0, 0, 0, 0, 0, 0, 64, 0}).good());
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(mmc::get24(&bench.structure(0x00)[4 + 13]) == 0x30000U + 32 - 1);
    BOOST_TEST(bench.format(0x15, 0, 16) == sense::none);
    BOOST_TEST(mmc::get24(&bench.structure(0x00)[4 + 13]) == 0x30000U + minus_blocks / 2 - 1);
}
