// SPDX-License-Identifier: Apache-2.0
// What the drive says of itself, and how it takes settings.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

BOOST_AUTO_TEST_CASE(inquiry_names_the_drive) {
    Bench bench;
    const auto reply = bench.get({0x12, 0, 0, 0, 96, 0});
    BOOST_REQUIRE(reply.size() == 96U);
    BOOST_TEST(Bytes(reply.begin(), reply.begin() + 5) == (Bytes{0x05, 0x80, 5, 0x32, 0x5B}),
               boost::test_tools::per_element());
    BOOST_TEST(std::string(reply.begin() + 8, reply.begin() + 36) ==
               "Optiarc DVD RW AD-7280S 1.01");
    BOOST_TEST(bench.get({0x12, 0, 0, 0, 36, 0}).size() == 36U);
    bench.get({0x12, 1, 0x80, 0, 96, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    bench.get({0x12, 0, 1, 0, 96, 0});
    const auto sense = mmc::decode_sense(bench.last.sense.view());
    BOOST_TEST(sense->field.value().byte == 2);
}

BOOST_AUTO_TEST_CASE(the_profiles_come_in_order_with_two_current) {
    Bench bench(cd_rw());
    const auto reply = bench.get({0x46, 0, 0, 0, 0, 0, 0, 4, 0, 0}, 1024);
    BOOST_REQUIRE(reply.size() > 12U + 14 * 4);
    BOOST_TEST(mmc::get32(reply.data()) == reply.size() - 4);
    BOOST_TEST(mmc::get16(&reply[6]) == 0x000A);
    BOOST_TEST(reply[11] == 14 * 4);
    std::vector<unsigned> current;
    for (std::size_t i = 0; i < 14; ++i)
        if (reply[12 + i * 4 + 2] & 1)
            current.push_back(mmc::get16(&reply[12 + i * 4]));
    BOOST_TEST(current == (std::vector<unsigned>{0x000A, 0x0008}),
               boost::test_tools::per_element());
    BOOST_TEST(mmc::get16(&reply[12]) == 0x002B); // as the model has them
}

BOOST_AUTO_TEST_CASE(features_are_chosen_by_request_type) {
    Bench bench(cd_rw());
    const auto rw = bench.get({0x46, 2, 0, 0x37, 0, 0, 0, 0, 16, 0});
    BOOST_REQUIRE(rw.size() == 16U);
    BOOST_TEST(mmc::get16(&rw[8]) == 0x0037);
    BOOST_TEST((rw[10] & 1) == 1);
    BOOST_TEST(rw[13] == 0x0F);
    BOOST_TEST(bench.get({0x46, 2, 0, 0x99, 0, 0, 0, 0, 16, 0}).size() == 8U); // unknown: header
    bench.get({0x46, 3, 0, 0, 0, 0, 0, 0, 16, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    Bench empty;
    BOOST_TEST(mmc::get16(&empty.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0})[6]) == 0);
}

// Whether feature 002Dh, track at once, is current.
bool can_write(Bench& bench) {
    return (bench.get({0x46, 2, 0, 0x2D, 0, 0, 0, 0, 16, 0}).at(10) & 1) != 0;
}

BOOST_AUTO_TEST_CASE(writing_features_go_with_the_disc) {
    Bench bench(cd_rw());
    BOOST_TEST(can_write(bench));
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    BOOST_TEST(!can_write(bench));
    bench.blank(1);
    BOOST_TEST(can_write(bench));
}

BOOST_AUTO_TEST_CASE(page_2a_tells_speeds_and_buffer) {
    Bench bench(cd_rw());
    const auto page = bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 255, 0});
    BOOST_REQUIRE(page.size() == 8U + 32 + 2 * 4);
    BOOST_TEST(mmc::get16(page.data()) == page.size() - 2);
    const auto* p = &page[8];
    BOOST_TEST(p[1] >= 28);
    BOOST_TEST((p[4] & 0x80) != 0); // buffer underrun protection
    BOOST_TEST(mmc::get16(p + 12) == 522U);
    BOOST_TEST(mmc::get16(p + 18) == 1764U);
    BOOST_TEST(mmc::get16(p + 28) == 1764U);
    BOOST_TEST(mmc::get16(p + 30) == 2U);
    BOOST_TEST(mmc::get16(p + 34) == 1764U);
    BOOST_TEST(mmc::get16(p + 38) == 706U);
}

BOOST_AUTO_TEST_CASE(speeds_are_rounded_down_to_what_drive_and_disc_share) {
    struct Case {
        std::uint32_t asked;
        std::uint32_t got;
    };
    // 0 keeps the fastest: wodim's speed=0 on the drive of the report.
    for (const auto& one : {Case{1770, 1764}, Case{1763, 706}, Case{100, 706}, Case{0xFFFF, 1764},
                            Case{8500, 1764}, Case{0, 1764}}) {
        Bench bench(cd_rw());
        bench.send({0xBB, 0, 0xFF, 0xFF, static_cast<std::uint8_t>(one.asked >> 8),
                    static_cast<std::uint8_t>(one.asked), 0, 0, 0, 0, 0, 0});
        const auto page = bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 255, 0});
        BOOST_TEST(mmc::get16(&page[8 + 28]) == one.got);
    }
}

BOOST_AUTO_TEST_CASE(write_modes_are_found_by_trying) {
    struct Probe {
        std::uint8_t type, mode, block;
        bool offered;
    };
    // The eight of wodim -checkdrive: SAO with packed sub-channel is the one this drive lacks.
    const std::vector<Probe> probes{
        {1, 4, 8, true},  {0, 5, 8, true},  {2, 4, 8, true}, {2, 4, 2, false},  {2, 4, 3, true},
        {3, 4, 1, true},  {3, 4, 2, true},  {3, 4, 3, true}, {4, 4, 8, false},  {1, 0, 0, true},
        {1, 4, 0, false}, {1, 0, 8, false}, {2, 0, 0, true}, {1, 4, 14, false}, {0, 4, 3, false}};
    Bench bench(cd_rw());
    for (const auto& probe : probes) {
        const auto sense = bench.write_parameters(probe.type, probe.mode, probe.block);
        BOOST_TEST_CONTEXT(int(probe.type) << " " << int(probe.block)) {
            BOOST_TEST(sense ==
                       (probe.offered ? mmc::sense::none : mmc::sense::invalid_field_in_list));
        }
        if (probe.offered) {
            const auto page = bench.get({0x5A, 0, 0x05, 0, 0, 0, 0, 0, 60, 0});
            BOOST_REQUIRE(page.size() == 60U);
            BOOST_TEST((page[8 + 2] & 15) == probe.type);
            BOOST_TEST(page[8 + 4] == probe.block);
        }
    }
}

BOOST_AUTO_TEST_CASE(mode_select_takes_a_page_whole_or_not_at_all) {
    Bench bench(cd_rw());
    Bytes list(8 + 52 + 12);
    list[8] = 0x05;
    list[9] = 50;
    list[10] = 0x42;
    list[60] = 0x01;
    list[61] = 10;
    list[60 + 9] = 0x77; // a byte of page 01h that cannot change
    const auto wrong = bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 72, 0}, list);
    BOOST_TEST(Bench::sense(wrong) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(mmc::decode_sense(wrong.sense.view())->field->byte == 69);
    BOOST_TEST((bench.get({0x5A, 0, 5, 0, 0, 0, 0, 0, 60, 0})[10] & 15) == 1); // still TAO
}

struct BadList {
    const char* what;
    Bytes cdb;
    Bytes list;
    mmc::SenseCode sense;
};

BOOST_AUTO_TEST_CASE(wrong_parameter_lists_are_refused) {
    const auto in_list = mmc::sense::invalid_field_in_list;
    const auto length = mmc::sense::parameter_list_length;
    const std::vector<BadList> lists{
        {"save pages",
         {0x55, 0x11, 0, 0, 0, 0, 0, 0, 8, 0},
         Bytes(8),
         mmc::sense::invalid_field_in_cdb},
        {"shorter than a header", {0x55, 0x10, 0, 0, 0, 0, 0, 0, 4, 0}, Bytes(4), length},
        {"page cut",
         {0x55, 0x10, 0, 0, 0, 0, 0, 0, 12, 0},
         {0, 0, 0, 0, 0, 0, 0, 0, 5, 50, 1, 4},
         length},
        {"unknown page",
         {0x55, 0x10, 0, 0, 0, 0, 0, 0, 12, 0},
         {0, 0, 0, 0, 0, 0, 0, 0, 0x30, 2, 0, 0},
         in_list},
        {"page with a wrong length",
         {0x55, 0x10, 0, 0, 0, 0, 0, 0, 12, 0},
         {0, 0, 0, 0, 0, 0, 0, 0, 0x05, 2, 1, 4},
         in_list},
        {"block descriptor of 9 bytes",
         {0x55, 0x10, 0, 0, 0, 0, 0, 0, 17, 0},
         {0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0},
         in_list},
    };
    for (const auto& bad : lists) {
        BOOST_TEST_CONTEXT(bad.what) {
            Bench bench(cd_rw());
            BOOST_TEST(Bench::sense(bench.send_data(bad.cdb, bad.list)) == bad.sense);
        }
    }
}

BOOST_AUTO_TEST_CASE(odd_but_harmless_parameter_lists_are_taken) {
    Bench bench(cd_rw());
    // Only a block descriptor, as wodim sends after blanking; a medium type in the header.
    BOOST_TEST(bench
                   .send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 16, 0},
                              {0, 0, 0x21, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 8, 0})
                   .good());
    BOOST_TEST(
        bench.send_data({0x15, 0x10, 0, 0, 12, 0}, {0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 8, 0}).good());
    BOOST_TEST(bench.send({0x55, 0x10, 0, 0, 0, 0, 0, 0, 0, 0}).good());
}

BOOST_AUTO_TEST_CASE(all_pages_come_in_ascending_order) {
    Bench bench(cd_rw());
    for (const int control : {0x00, 0x40, 0x80}) {
        const auto reply =
            bench.get({0x5A, 0, static_cast<std::uint8_t>(control | 0x3F), 0, 0, 0, 0, 1, 0, 0});
        std::vector<int> codes;
        for (std::size_t at = 8; at < reply.size(); at += 2U + reply[at + 1])
            codes.push_back(reply[at]);
        BOOST_TEST(codes == (std::vector<int>{1, 5, 8, 0x0D, 0x0E, 0x1A, 0x1D, 0x2A}),
                   boost::test_tools::per_element());
    }
    bench.get({0x5A, 0, 0xFF, 0, 0, 0, 0, 1, 0, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::saving_not_supported);
    bench.get({0x5A, 0, 0x30, 0, 0, 0, 0, 1, 0, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
    BOOST_TEST(bench.get({0x1A, 0, 0x2A, 0, 255, 0}).at(4) == 0x2A); // the short form
}

BOOST_AUTO_TEST_CASE(a_vendor_page_counts_how_often_protection_was_needed) {
    auto model = recorder();
    model.link_counter_page = true;
    Bench bench(cd_rw(), model);
    const auto counter = [&] {
        const auto page = bench.get({0x5A, 0, 0x30, 0, 0, 0, 0, 0, 24, 0});
        BOOST_REQUIRE(page.size() == 24U);
        return mmc::get16(&page[8 + 4]);
    };
    BOOST_TEST(counter() == 0);
    bench.tao();
    bench.write(0, 160);
    bench.pass(20s);
    bench.write(160, 160);
    BOOST_TEST(counter() == 1);
    bench.sync();
    auto list = bench.get({0x5A, 0, 0x30, 0, 0, 0, 0, 0, 24, 0});
    list[0] = list[1] = list[8 + 4] = list[8 + 5] = 0;
    BOOST_TEST(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 24, 0}, list).good());
    BOOST_TEST(counter() == 0);
    list[8 + 2] = 0;
    BOOST_TEST(Bench::sense(bench.send_data({0x55, 0x10, 0, 0, 0, 0, 0, 0, 24, 0}, list)) ==
               mmc::sense::invalid_field_in_list);
}

BOOST_AUTO_TEST_CASE(read_buffer_tells_the_size_and_hides_the_content) {
    Bench bench(cd_rw());
    BOOST_TEST(bench.get({0x3C, 3, 0, 0, 0, 0, 0, 0, 4, 0}) == (Bytes{0, 8, 0x28, 0}),
               boost::test_tools::per_element());
    bench.get({0x3C, 0, 0, 0, 0, 0, 0, 0, 4, 0});
    BOOST_TEST(Bench::sense(bench.last) == mmc::sense::invalid_field_in_cdb);
}

} // namespace
} // namespace burnrig::emulator
