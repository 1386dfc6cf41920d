// SPDX-License-Identifier: Apache-2.0
// Unit attentions, events, the tray.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

std::unique_ptr<Disc> new_disc(Medium medium = cd_r()) {
    auto disc = Disc::in_memory(std::move(medium));
    BOOST_REQUIRE(disc);
    return std::move(*disc);
}

BOOST_AUTO_TEST_CASE(power_on_and_a_new_disc_are_each_told_once) {
    mmc::VirtualClock clock;
    Drive drive(recorder(), clock);
    const Bytes tur{0x00, 0, 0, 0, 0, 0};
    const auto ready = [&] { return Bench::sense(drive.execute({tur, {}, {}, 1s})); };
    drive.insert(new_disc());
    BOOST_TEST(ready() == mmc::sense::power_on);
    BOOST_TEST(ready() == mmc::sense::medium_changed);
    BOOST_TEST(ready() == mmc::sense::none);
    drive.insert(new_disc());
    BOOST_TEST(ready() == mmc::sense::medium_changed);
    BOOST_TEST(ready() == mmc::sense::none);
    BOOST_TEST(drive.remove() != nullptr);
    BOOST_TEST(ready() == mmc::sense::no_medium_tray_closed);
}

BOOST_AUTO_TEST_CASE(some_commands_do_not_mind_a_unit_attention_and_leave_it) {
    Bench bench(cd_r());
    bench.drive.insert(new_disc());
    BOOST_TEST(bench.get({0x12, 0, 0, 0, 36, 0}).size() == 36U);
    BOOST_TEST(bench.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}).size() == 8U);
    BOOST_TEST(bench.media_event() == 2U);
    bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 8, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::medium_changed);
    bench.drive.insert(new_disc());
    const auto sense = bench.get({0x03, 0, 0, 0, 18, 0});
    BOOST_TEST(sense.at(2) == 6);
    BOOST_TEST(sense.at(12) == 0x28);
    BOOST_TEST(bench.ready() == mmc::sense::none); // REQUEST SENSE has cleared it
}

BOOST_AUTO_TEST_CASE(without_a_disc_commands_that_need_one_say_so) {
    Bench bench;
    for (const auto& cdb : std::vector<Bytes>{{0x00, 0, 0, 0, 0, 0},
                                              {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                              {0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0},
                                              {0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0},
                                              {0x43, 0, 0, 0, 0, 0, 0, 0, 4, 0},
                                              {0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0},
                                              {0x52, 1, 0, 0, 0, 255, 0, 0, 36, 0},
                                              {0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0},
                                              {0x5B, 0, 2, 0, 0, 0, 0, 0, 0, 0},
                                              {0xA1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}})
        BOOST_TEST(Bench::sense(bench.send(cdb)) == mmc::sense::no_medium_tray_closed);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.get({0x5C, 0, 0, 0, 0, 0, 0, 0, 12, 0}).size() == 12U);
    BOOST_TEST(bench.get({0x23, 0, 0, 0, 0, 0, 0, 0, 12, 0}).at(8) == 3); // no medium
}

BOOST_AUTO_TEST_CASE(the_tray_opens_and_closes) {
    Bench bench(cd_r());
    while (bench.media_event() != 0) {
    }
    BOOST_TEST(bench.send({0x1B, 0, 0, 0, 2, 0}).good());
    BOOST_TEST((bench.drive.status().tray == Tray::open));
    BOOST_TEST(bench.ready() == mmc::sense::tray_open);
    const auto event = bench.get({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8, 0});
    BOOST_TEST(event == (Bytes{0, 6, 4, 0x5E, 3, 1, 0, 0}), boost::test_tools::per_element());
    const auto loaded = bench.send({0x1B, 0, 0, 0, 3, 0});
    BOOST_TEST(loaded.good());
    BOOST_TEST((loaded.duration == 9s));
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.media_event() == 2U);
}

BOOST_AUTO_TEST_CASE(a_disc_that_is_being_loaded_becomes_ready) {
    Bench bench(cd_r());
    bench.send({0x1B, 1, 0, 0, 2, 0}); // IMMED, and at once the other way
    BOOST_TEST(bench.send({0x1B, 1, 0, 0, 3, 0}).good());
    BOOST_TEST(bench.ready() == mmc::sense::becoming_ready);
    BOOST_TEST(bench.drive.status().phase == "loading");
    bench.pass(9s);
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.ready() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_locked_tray_stays_shut) {
    Bench bench(cd_r());
    bench.send({0x1E, 0, 0, 0, 1, 0});
    BOOST_TEST(bench.drive.status().removal_prevented);
    BOOST_TEST(Bench::sense(bench.send({0x1B, 0, 0, 0, 2, 0})) == mmc::sense::removal_prevented);
    bench.send({0x1E, 0, 0, 0, 0, 0});
    BOOST_TEST(bench.send({0x1B, 0, 0, 0, 2, 0}).good());
}

BOOST_AUTO_TEST_CASE(events_are_polled_by_class_lowest_first_and_taken_once) {
    Bench bench(cd_r());
    const auto all = bench.get({0x4A, 1, 0, 0, 0xFF, 0, 0, 0, 8, 0});
    BOOST_TEST(all.at(2) == 1); // operational change: features follow the disc
    BOOST_TEST(all.at(4) == 2);
    BOOST_TEST(bench.get({0x4A, 1, 0, 0, 0xFF, 0, 0, 0, 4, 0}).size() == 4U); // header: not taken
    BOOST_TEST(bench.media_event() == 2U);
    BOOST_TEST(bench.media_event() == 0U);
    BOOST_TEST(bench.get({0x4A, 1, 0, 0, 0x20, 0, 0, 0, 8, 0}) == (Bytes{0, 2, 0x80, 0x5E}),
               boost::test_tools::per_element());
    bench.get({0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(unknown_commands_are_refused) {
    Bench bench(cd_r());
    for (const int opcode : {0x01, 0x04 + 1, 0xD8, 0xDF, 0xFA, 0xFD, 0xFF, 0x45, 0xA4})
        BOOST_TEST(Bench::sense(bench.send({static_cast<std::uint8_t>(opcode), 0, 0, 0, 0, 0})) ==
                   mmc::sense::invalid_opcode);
}

} // namespace
} // namespace burnrig::emulator
