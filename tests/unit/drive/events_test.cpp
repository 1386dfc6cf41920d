// SPDX-License-Identifier: Apache-2.0
// GET EVENT STATUS NOTIFICATION in all its classes, power states, and fields that no command may
// set.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

struct Event {
    unsigned event_class = 0;
    unsigned code = 0;
    unsigned status = 0;
    unsigned parameter = 0;
};

Event next_event(Bench& bench, std::uint8_t classes) {
    const auto r = bench.get({0x4A, 1, 0, 0, classes, 0, 0, 0, 8, 0});
    BOOST_REQUIRE_EQUAL(r.size(), 8U);
    return {r[2] & 7U, r[4], r[5], mmc::get16(&r[6])};
}

constexpr std::uint8_t operational = 1 << 1;
constexpr std::uint8_t power = 1 << 2;
constexpr std::uint8_t external = 1 << 3;
constexpr std::uint8_t media = 1 << 4;
constexpr std::uint8_t busy = 1 << 6;

mmc::SenseCode power_condition(Bench& bench, unsigned condition) {
    return Bench::sense(bench.send({0x1B, 0, 0, 0, static_cast<std::uint8_t>(condition << 4), 0}));
}

BOOST_AUTO_TEST_CASE(the_lowest_class_with_news_comes_first) {
    Bench bench(cd_r());
    const auto first = next_event(bench, operational | media);
    BOOST_TEST(first.event_class == 1U);
    BOOST_TEST(first.code == 2U);
    BOOST_TEST(first.parameter == 1U); // features have changed
    const auto second = next_event(bench, operational | media);
    BOOST_TEST(second.event_class == 4U);
    BOOST_TEST(second.code == 2U);
    BOOST_TEST(second.status == 2U); // a medium is there, the tray is closed
    const auto third = next_event(bench, operational | media);
    BOOST_TEST(third.event_class == 1U);
    BOOST_TEST(third.code == 0U);
}

BOOST_AUTO_TEST_CASE(a_header_alone_takes_no_event_away) {
    Bench bench(cd_r());
    BOOST_TEST(bench.get({0x4A, 1, 0, 0, media, 0, 0, 0, 4, 0}).size() == 4U);
    BOOST_TEST(next_event(bench, media).code == 2U);
    bench.get({0x4A, 0, 0, 0, media, 0, 0, 0, 8, 0}); // asynchronous
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(a_drive_answers_for_the_classes_it_supports) {
    auto model = recorder();
    model.event_classes = operational | power | media;
    Bench bench(model);
    const auto none = bench.get({0x4A, 1, 0, 0, busy | external, 0, 0, 0, 8, 0});
    BOOST_TEST(none == (Bytes{0, 2, 0x80, 0x16}), boost::test_tools::per_element());
    BOOST_TEST(next_event(bench, busy | power).event_class == 2U);
}

BOOST_AUTO_TEST_CASE(power_conditions_are_told_and_end_when_the_disc_is_needed) {
    Bench bench(cd_r());
    BOOST_TEST(next_event(bench, power).code == 0U);
    BOOST_TEST(next_event(bench, power).status == 1U);
    BOOST_TEST(power_condition(bench, 3) == mmc::sense::none);
    auto event = next_event(bench, power);
    BOOST_TEST(event.code == 1U);
    BOOST_TEST(event.status == 3U); // standby
    BOOST_TEST(next_event(bench, power).code == 0U);
    bench.disc_information();
    event = next_event(bench, power);
    BOOST_TEST(event.code == 1U);
    BOOST_TEST(event.status == 1U);
    for (const unsigned reserved : {4U, 6U, 15U})
        BOOST_TEST(power_condition(bench, reserved) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(the_timers_of_page_1a_put_the_drive_to_rest) {
    Bench bench(cd_r());
    bench.disc_information();
    bench.pass(61s);                               // one minute is the default
    BOOST_TEST(bench.ready() == mmc::sense::none); // asking does not wake it
    BOOST_TEST(next_event(bench, power).status == 2U);
    bench.pass(8min);
    bench.ready();
    BOOST_TEST(next_event(bench, power).status == 3U);
    auto list = bench.get({0x5A, 0, 0x1A, 0, 0, 0, 0, 0, 20, 0});
    BOOST_REQUIRE_EQUAL(list.size(), 20U);
    list[0] = list[1] = 0;
    list[8 + 3] = 0; // both timers off
    BOOST_TEST(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 20, 0}, list).good());
    bench.disc_information();
    bench.pass(1h);
    bench.ready();
    BOOST_TEST(next_event(bench, power).status == 1U);
}

BOOST_AUTO_TEST_CASE(a_long_operation_is_told_with_the_time_it_will_take) {
    Bench bench(cd_rw());
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    BOOST_TEST(next_event(bench, busy).code == 0U);
    bench.send({0xA1, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    const auto event = next_event(bench, busy);
    BOOST_TEST(event.event_class == 6U);
    BOOST_TEST(event.code == 1U);
    BOOST_TEST(event.status == 2U);
    BOOST_TEST(event.parameter > 200U); // 25 s in 100 ms
    BOOST_TEST(event.parameter <= 250U);
}

BOOST_AUTO_TEST_CASE(linked_commands_are_refused) {
    Bench bench(cd_r());
    for (const auto& cdb : std::vector<Bytes>{{0x00, 0, 0, 0, 0, 1},
                                              {0x12, 0, 0, 0, 36, 4},
                                              {0x25, 0, 0, 0, 0, 0, 0, 0, 0, 1},
                                              {0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 4}}) {
        bench.get(cdb);
        const auto sense = mmc::decode_sense(bench.last.sense.view());
        BOOST_REQUIRE(sense.has_value());
        BOOST_TEST(sense->code == mmc::sense::invalid_field_in_cdb);
        BOOST_TEST(sense->field.value().byte == cdb.size() - 1);
    }
    // The upper two bits are the vendor's: READ TOC has a format there.
    BOOST_TEST(bench.get({0x00, 0, 0, 0, 0, 0x80}).empty());
    BOOST_TEST(bench.last.good());
}

BOOST_AUTO_TEST_CASE(sense_data_come_as_descriptors_where_the_drive_has_them) {
    auto model = recorder();
    Bench fixed(model);
    fixed.get({0x03, 1, 0, 0, 18, 0});
    BOOST_TEST(Bench::sense(fixed.last) == mmc::sense::invalid_field_in_cdb);
    model.descriptor_sense = true;
    Bench bench(model);
    const auto reply = bench.get({0x03, 1, 0, 0, 18, 0});
    BOOST_TEST((reply.at(0) & 0x7F) == 0x72);
    BOOST_TEST((bench.get({0x03, 0, 0, 0, 18, 0}).at(0) & 0x7F) == 0x70);
}

BOOST_AUTO_TEST_CASE(some_drives_are_ready_while_a_session_closes) {
    for (const bool quiet : {false, true}) {
        auto model = recorder();
        model.ready_while_closing = quiet;
        Bench bench(cd_r(), model);
        bench.tao();
        bench.write(0, 300);
        bench.sync();
        bench.send({0x5B, 1, 2, 0, 0, 0, 0, 0, 0, 0});
        BOOST_TEST(bench.ready() == (quiet ? mmc::sense::none : mmc::sense::operation_in_progress));
        bench.get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
        BOOST_TEST(Bench::sense(bench.last) == mmc::sense::operation_in_progress);
    }
}

} // namespace
} // namespace burnrig::emulator
