// SPDX-License-Identifier: Apache-2.0
// Goal: a BD-RE is formatted with the spare areas that real drives offer, and verifies what it
// writes as long as it has them.
#include "tests/unit/drive/overwrite_fixture.h"

using namespace burnrig;
using namespace burnrig::emulator;
namespace sense = burnrig::mmc::sense;
using State = std::pair<unsigned, unsigned>;

BOOST_AUTO_TEST_CASE(new_disc_is_unformatted) {
    OverwriteBench bench(bd_re());
    BOOST_TEST(bench.profile() == 0x43U);
    BOOST_TEST((bench.state() == State{0x10, 0}));
    BOOST_TEST(bench.capacity() == 0U);
    BOOST_TEST(bench.write(0, 32) == sense::medium_not_formatted);
}

BOOST_AUTO_TEST_CASE(formats_are_those_of_a_real_drive) {
    OverwriteBench bench(bd_re());
    const std::vector offers{
        bench.offer(0x00, 11826176, 0x3000), bench.offer(0x30, 11826176, 0x3000),
        bench.offer(0x30, 11564032, 0x5000), bench.offer(0x30, 12088320, 0x1000),
        bench.offer(0x31, 12219392, 0x800)};
    auto list = bench.format_capacities();
    BOOST_TEST(list.front() == bench.current(1, 12219392));
    BOOST_TEST((std::vector(list.begin() + 1, list.end()) == offers));
    BOOST_TEST(bench.format(0x31, 12219392, 0x800) == sense::none);
    list = bench.format_capacities();
    BOOST_TEST(list.front() == bench.current(2, 12219392));
    BOOST_TEST((std::vector(list.begin() + 1, list.end()) == offers));
}

BOOST_AUTO_TEST_CASE(each_format_has_its_capacity) {
    struct Case {
        std::uint8_t type;
        std::uint32_t blocks;
        std::uint8_t sub_type;
        std::uint32_t spares;
    };
    for (const auto& [type, blocks, sub_type, spares] :
         {Case{0x00, 11826176, 0, 0x3000}, Case{0x30, 11564032, 3, 0x5000},
          Case{0x30, 12088320, 0, 0x1000}, Case{0x31, 12219392, 0, 0}}) {
        OverwriteBench bench(bd_re());
        BOOST_TEST(bench.format(type, blocks, 0, sub_type) == sense::none);
        BOOST_TEST(bench.capacity() == blocks - 1);
        BOOST_TEST((bench.state() == State{0x1F, 0}));
        BOOST_TEST(bench.drive.disc()->structure().format.spares == spares);
        const auto last = static_cast<std::int32_t>(blocks) - 1;
        BOOST_TEST(bench.write(last, 1) == sense::none);
        BOOST_TEST((bench.read(last, 1) == pattern(last, 1)));
        BOOST_TEST((bench.read(1000, 2) == bench.zeros(2)));
        BOOST_TEST(bench.write(last + 1, 1) == sense::lba_out_of_range);
        BOOST_TEST(bench.read_sense(last + 1, 1) == sense::lba_out_of_range);
    }
}

BOOST_AUTO_TEST_CASE(sizes_and_types_that_do_not_exist_are_refused) {
    OverwriteBench bench(bd_re());
    BOOST_TEST(bench.format(0x00, 11826175) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x30, 11826176 + 1) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x30, 32) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x30, 12219392) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x26, 12219392) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x30, 11826176, 0, 1) == sense::invalid_field_in_list);
    BOOST_TEST(bench.capacity() == 0U);
}

BOOST_AUTO_TEST_CASE(spare_areas_are_expanded_and_what_lies_before_them_stays) {
    OverwriteBench bench(bd_re());
    BOOST_TEST(bench.format(0x01, 11826176, 0x800) == sense::invalid_field_in_list); // of nothing
    BOOST_TEST(bench.format(0x30, 12088320, 0x1000) == sense::none);
    auto list = bench.format_capacities();
    BOOST_TEST(list.at(2) == bench.offer(0x01, 11826176, 0x800));
    BOOST_TEST(list.at(3) == bench.offer(0x01, 11564032, 0x800));
    BOOST_TEST(bench.write(5000, 64) == sense::none);
    BOOST_TEST(bench.write(12000000, 32) == sense::none); // where the spares will be
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_TEST(bench.format(0x01, 11826176 + 32, 0x800) == sense::invalid_field_in_list);
    BOOST_TEST(bench.format(0x01, 11826176, 0x800, 3) == sense::invalid_field_in_list);
    const auto begin = bench.clock.now();
    BOOST_TEST(bench.format(0x01, 11826176, 0x800) == sense::none);
    BOOST_TEST((bench.clock.now() - begin < 60s));
    BOOST_TEST(bench.capacity() == 11826175U);
    BOOST_TEST((bench.read(5000, 64) == pattern(5000, 64)));
    BOOST_TEST(bench.write(12000000, 32) == sense::lba_out_of_range);
    BOOST_TEST(bench.read_sense(12000000, 1) == sense::lba_out_of_range);
    const auto spares = bench.get({0xAD, 1, 0, 0, 0, 0, 0, 0x0A, 0, 64, 0, 0});
    BOOST_REQUIRE_EQUAL(spares.size(), 16U);
    BOOST_TEST(mmc::get32(&spares[12]) == 0x3000U);
    BOOST_TEST(bench.format(0x01, 11564032, 0x800) == sense::none);
    BOOST_TEST((bench.read(5000, 64) == pattern(5000, 64)));
    list = bench.format_capacities();
    BOOST_TEST(std::count_if(list.begin() + 1, list.end(), [](std::uint64_t entry) {
                   return entry >> 56 == 0x01;
               }) == 0);                                             // there are no more to be had
    BOOST_TEST(bench.format(0x30, 12088320, 0x1000) == sense::none); // smaller again: all is gone
    BOOST_TEST((bench.read(5000, 64) == bench.zeros(64)));
}

BOOST_AUTO_TEST_CASE(power_loss_while_spares_are_expanded_leaves_the_disc_as_it_was) {
    OverwriteBench bench(bd_re());
    BOOST_TEST(bench.format(0x30, 12088320, 0x1000) == sense::none);
    BOOST_TEST(bench.write(0, 64) == sense::none);
    BOOST_TEST(bench.sync() == sense::none);
    BOOST_REQUIRE(bench.format_unit(0x01, 11826176, 0x800, true).good());
    BOOST_TEST(bench.ready() == sense::format_in_progress);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.capacity() == 12088319U);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
}

BOOST_AUTO_TEST_CASE(certification_takes_hours_and_quick_formats_do_not) {
    OverwriteBench bench(bd_re());
    auto begin = bench.clock.now();
    BOOST_TEST(bench.format(0x30, 11826176, 0, 3) == sense::none);
    BOOST_TEST((bench.clock.now() - begin < 60s));
    begin = bench.clock.now();
    BOOST_TEST(bench.format(0x30, 11826176, 0, 2) == sense::none);
    BOOST_TEST((bench.clock.now() - begin > 3600s));
}

BOOST_AUTO_TEST_CASE(verification_halves_the_speed_unless_streaming_or_without_spares) {
    const auto time_for = [](std::uint8_t type, std::uint32_t blocks, bool streaming) {
        OverwriteBench bench(bd_re());
        BOOST_REQUIRE_EQUAL(bench.format(type, blocks), sense::none);
        BOOST_REQUIRE_EQUAL(bench.write_12(0, 32, streaming), sense::none);
        BOOST_REQUIRE_EQUAL(bench.sync(), sense::none);
        const auto begin = bench.clock.now();
        for (std::int32_t lba = 32; lba < 32 * 300; lba += 32)
            BOOST_REQUIRE_EQUAL(bench.write_12(lba, 32, streaming), sense::none);
        BOOST_REQUIRE_EQUAL(bench.sync(), sense::none);
        return bench.clock.now() - begin;
    };
    const auto verified = time_for(0x00, 11826176, false);
    const auto streamed = time_for(0x00, 11826176, true);
    const auto unspared = time_for(0x31, 12219392, false);
    BOOST_TEST((verified > streamed * 3 / 2));
    BOOST_TEST((verified < streamed * 5 / 2));
    BOOST_TEST((unspared < streamed * 11 / 10));
}

// How many clusters drives set aside on more than one layer is in no source: the numbers come from
// the list. That a format's parameter is the number of spare clusters, of 32 blocks each, is known.
BOOST_AUTO_TEST_CASE(discs_of_more_layers_have_the_capacity_that_their_formats_tell) {
    for (const auto& [layers, whole] : {std::pair{2, 24438784}, std::pair{3, 48878592}}) {
        OverwriteBench bench(bd_re(whole, static_cast<std::uint8_t>(layers)));
        const auto list = bench.format_capacities();
        BOOST_TEST(list.front() == bench.current(1, static_cast<std::uint64_t>(whole)));
        BOOST_REQUIRE_EQUAL(list.size(), 6U);
        for (std::size_t i = 1; i < list.size(); ++i) {
            const auto type = static_cast<std::uint8_t>(list[i] >> 56);
            const auto blocks = static_cast<std::uint32_t>(list[i] >> 24);
            const auto parameter = static_cast<std::uint32_t>(list[i] & 0xFFFFFF);
            const auto spares = type == 0x31 ? 0U : parameter;
            BOOST_TEST_CONTEXT(layers << " layers, " << blocks << " blocks") {
                BOOST_TEST(blocks == static_cast<std::uint32_t>(whole) - spares * 32);
                BOOST_TEST(bench.format(type, blocks, parameter) == sense::none);
                BOOST_TEST(bench.capacity() == blocks - 1);
                BOOST_TEST(bench.format_capacities().front() == bench.current(2, blocks));
                const auto last = static_cast<std::int32_t>(blocks) - 1;
                BOOST_TEST(bench.write(last, 1) == sense::none);
                BOOST_TEST(bench.write(last, 2) == sense::lba_out_of_range);
                const auto border = whole / layers - 16; // from the first layer to the second
                BOOST_TEST(bench.write(border, 32) == sense::none);
                BOOST_TEST(bench.sync() == sense::none);
                BOOST_TEST((bench.read(border, 32) == pattern(border, 32)));
                BOOST_TEST((bench.read(last, 1) == pattern(last, 1)));
                const auto area = bench.get({0xAD, 1, 0, 0, 0, 0, 0, 0x0A, 0, 64, 0, 0});
                BOOST_TEST(bench.last.good() == (spares > 0));
                if (area.size() == 16)
                    BOOST_TEST(mmc::get32(&area[12]) == spares);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_drive_for_fewer_layers_sees_no_disc) {
    auto model = bd_recorder();
    model.bd_layers_max = 2;
    OverwriteBench deep(bd_re(48878592, 3), model);
    BOOST_TEST(deep.profile() == 0U);
    OverwriteBench dual(bd_re(24438784, 2), model);
    BOOST_TEST(dual.profile() == 0x43U);
}
