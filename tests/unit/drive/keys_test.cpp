// SPDX-License-Identifier: Apache-2.0
// REPORT KEY, SEND KEY; vital product data, LOG SENSE, READ MEDIA SERIAL NUMBER; commands that a
// drive lacks.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

DriveModel with_keys() {
    auto model = bd_recorder();
    model.css = true;
    return model;
}

Bytes report(Bench& bench, std::uint8_t format, std::uint8_t grant = 0) {
    return bench.get(
        {0xA4, 0, 0, 0, 0, 0, 0, 0, 0, 32, static_cast<std::uint8_t>(grant << 6 | format), 0});
}

mmc::SenseCode send_key(Bench& bench, std::uint8_t format, const Bytes& list,
                        std::uint8_t grant = 0) {
    return Bench::sense(
        bench.send_data({0xA3, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(list.size()),
                         static_cast<std::uint8_t>(grant << 6 | format), 0},
                        list));
}

BOOST_AUTO_TEST_CASE(the_region_can_be_set_five_times) {
    SequentialBench bench(with_keys()); // no disc is needed
    auto state = report(bench, 0x08);
    BOOST_REQUIRE_EQUAL(state.size(), 8U);
    BOOST_TEST(mmc::get16(state.data()) == 6U);
    BOOST_TEST(state[4] == (0 << 6 | 4 << 3 | 5)); // none set, 4 resets, 5 changes
    BOOST_TEST(state[5] == 0xFF);
    BOOST_TEST(state[6] == 1);
    const Bytes region_2{0, 6, 0, 0, 0xFD, 0, 0, 0};
    for (int left = 4; left >= 0; --left) {
        BOOST_TEST(send_key(bench, 0x06, region_2) == mmc::sense::none);
        state = report(bench, 0x08);
        BOOST_TEST((state[4] & 7) == left);
        BOOST_TEST((state[4] >> 6) == (left == 0 ? 3 : left == 1 ? 2 : 1));
        BOOST_TEST(state[5] == 0xFD);
    }
    const mmc::SenseCode permanent{mmc::SenseKey::illegal_request, 0x6F, 0x05};
    BOOST_TEST(send_key(bench, 0x06, region_2) == permanent);
    BOOST_TEST(send_key(bench, 0x06, {0, 6, 0, 0, 0xFC, 0, 0, 0}) ==
               mmc::sense::invalid_field_in_list); // two regions
    BOOST_TEST(send_key(bench, 0x06, {0, 6, 0, 0}) == mmc::sense::parameter_list_length);
}

BOOST_AUTO_TEST_CASE(authentication_has_its_order_and_ends_where_keys_would_be_needed) {
    SequentialBench bench(dvd_r(), with_keys());
    const mmc::SenseCode failed{mmc::SenseKey::illegal_request, 0x6F, 0x00};
    report(bench, 0x02);
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::sequence_error);
    BOOST_TEST(send_key(bench, 0x01, Bytes(16)) == mmc::sense::sequence_error);
    std::vector<unsigned> grants;
    for (int i = 0; i < 4; ++i)
        grants.push_back(report(bench, 0x00).at(7) >> 6);
    BOOST_TEST(grants == (std::vector<unsigned>{0, 1, 2, 3}), boost::test_tools::per_element());
    report(bench, 0x00);
    BOOST_TEST(!bench.last.good()); // all are given away
    report(bench, 0x3F, 2);
    BOOST_TEST(report(bench, 0x00).at(7) >> 6 == 2);
    BOOST_TEST(send_key(bench, 0x01, Bytes(16), 1) == mmc::sense::none);
    report(bench, 0x02, 1);
    BOOST_TEST(Bench::sense(bench.last) == failed);
    BOOST_TEST(report(bench, 0x05).at(7) == 0); // not authenticated
}

BOOST_AUTO_TEST_CASE(keys_need_a_dvd_and_a_drive_that_knows_them) {
    SequentialBench empty(with_keys());
    report(empty, 0x00);
    BOOST_TEST(Bench::sense(empty.last) == mmc::sense::no_medium_tray_closed);
    SequentialBench cd(cd_r(), with_keys());
    report(cd, 0x00);
    BOOST_TEST(Bench::sense(cd.last) == mmc::sense::incompatible_medium);
    SequentialBench plain(dvd_r());
    report(plain, 0x08);
    BOOST_TEST(Bench::sense(plain.last) == mmc::sense::invalid_opcode);
}

BOOST_AUTO_TEST_CASE(vital_product_data_are_there_when_the_drive_has_them) {
    auto model = recorder();
    model.vital_product_data = true;
    model.serial = "AB12345";
    Bench bench(model);
    BOOST_TEST(bench.get({0x12, 1, 0x00, 0, 255, 0}) == (Bytes{0x05, 0x00, 0, 3, 0x00, 0x80, 0x83}),
               boost::test_tools::per_element());
    const auto serial = bench.get({0x12, 1, 0x80, 0, 255, 0});
    BOOST_REQUIRE_EQUAL(serial.size(), 4U + 7);
    BOOST_TEST(std::string(&serial[4], &serial[11]) == "AB12345");
    const auto identification = bench.get({0x12, 1, 0x83, 0, 255, 0});
    BOOST_TEST(identification.at(3) == identification.size() - 4);
    BOOST_TEST(identification.at(4) == 2); // ASCII
    BOOST_TEST(identification.at(5) == 1); // T10 vendor
    BOOST_TEST(bench.get({0x12, 1, 0x80, 0, 6, 0}).size() == 6U);
    bench.get({0x12, 1, 0xB0, 0, 255, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(health_and_serial_numbers_of_media_are_told_by_some) {
    auto model = bd_recorder();
    const Bytes exceptions{0x4D, 0, 0x2F, 0, 0, 0, 0, 0, 64, 0};
    const Bytes serial_number{0xAB, 1, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0};
    auto medium = bd_r();
    medium.serial_number = "SN123";
    {
        SequentialBench bench(medium, model);
        for (const auto& cdb : {exceptions, serial_number}) {
            bench.get(cdb);
            BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_opcode);
        }
    }
    model.smart = model.media_serial_numbers = true;
    SequentialBench bench(medium, model);
    const auto page = bench.get(exceptions);
    BOOST_REQUIRE_EQUAL(page.size(), 12U);
    BOOST_TEST(page[8] == 0); // no failure is to be expected
    BOOST_TEST(bench.get({0x4D, 0, 0, 0, 0, 0, 0, 0, 64, 0}) == (Bytes{0, 0, 0, 2, 0, 0x2F}),
               boost::test_tools::per_element());
    const auto reply = bench.get(serial_number);
    BOOST_TEST(mmc::get32(reply.data()) == 8U);
    BOOST_TEST(std::string(reply.begin() + 4, reply.end()) == "SN123   ");
    bench.get({0xAB, 2, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

BOOST_AUTO_TEST_CASE(a_drive_lacks_what_its_fixture_says) {
    auto model = recorder();
    model.lacks_commands.set(0x46);
    Bench bench(model);
    bench.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_opcode);
}

BOOST_AUTO_TEST_CASE(old_drives_give_a_short_page_and_a_medium_type) {
    auto model = recorder();
    model.capabilities_page_bytes = 0x14;
    model.medium_type_in_header = true;
    Bench bench(cd_r(), model);
    const auto page = bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 255, 0});
    BOOST_REQUIRE_EQUAL(page.size(), 8U + 2 + 0x14);
    BOOST_TEST(page[9] == 0x14);
    BOOST_TEST(page[2] == 0x10); // a CD-R of unknown content
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    BOOST_TEST(bench.get({0x1A, 0, 0x2A, 0, 255, 0}).at(1) == 0x11); // with data
    bench.send({0x1B, 0, 0, 0, 2, 0});
    BOOST_TEST(bench.get({0x1A, 0, 0x2A, 0, 255, 0}).at(1) == 0x71); // the tray is open
}

} // namespace
} // namespace burnrig::emulator
