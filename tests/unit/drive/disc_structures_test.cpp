// SPDX-License-Identifier: Apache-2.0
// READ DISC STRUCTURE and SEND DISC STRUCTURE: bytes of every format, and what is refused.
#include <nlohmann/json.hpp>

#include "emulator/disc/areas.h"
#include "emulator/disc/describe.h"
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

Bytes structure(Bench& bench, std::uint8_t type, std::uint8_t format, std::uint16_t length = 8192,
                std::uint8_t layer = 0, std::uint32_t address = 0) {
    Bytes cdb(12);
    cdb[0] = 0xAD;
    cdb[1] = type;
    mmc::put32(&cdb[2], address);
    cdb[6] = layer;
    cdb[7] = format;
    mmc::put16(&cdb[8], length);
    return bench.get(cdb, 65535);
}

mmc::SenseCode refusal(Bench& bench, std::uint8_t type, std::uint8_t format, std::uint8_t layer = 0,
                       std::uint32_t address = 0) {
    structure(bench, type, format, 8192, layer, address);
    return Bench::sense(bench.last);
}

mmc::SenseCode send_structure(Bench& bench, std::uint8_t type, std::uint8_t format,
                              const Bytes& payload) {
    Bytes list(4);
    list.insert(list.end(), payload.begin(), payload.end());
    mmc::put16(list.data(), static_cast<std::uint32_t>(list.size() - 2));
    const auto length = static_cast<std::uint8_t>(list.size());
    return Bench::sense(
        bench.send_data({0xBF, type, 0, 0, 0, 0, 0, format, 0, length, 0, 0}, list));
}

// Codes of the list of formats, in their order.
std::vector<unsigned> listed(Bench& bench, std::uint8_t type) {
    const auto reply = structure(bench, type, 0xFF);
    BOOST_REQUIRE(reply.size() >= 4);
    BOOST_TEST(mmc::get16(reply.data()) == reply.size() - 2);
    std::vector<unsigned> codes;
    for (std::size_t at = 4; at + 3 < reply.size(); at += 4)
        codes.push_back(reply[at]);
    return codes;
}

constexpr auto refused = mmc::sense::invalid_field_in_cdb;

BOOST_AUTO_TEST_CASE(physical_format_tells_book_layers_and_the_last_sector) {
    struct Case {
        Medium medium;
        unsigned book, layers;
        std::uint32_t last, last_of_layer_0;
    };
    // The last sectors are those of real blank discs.
    for (const auto& one : std::vector<Case>{{dvd_r(), 0x20, 0x02, 0x26127F, 0},
                                             {dvd_plus_r(), 0xA0, 0x02, 0x26053F, 0},
                                             {dvd_plus_r_dl(), 0xE0, 0x32, 0xFCFFFF, 0x22D7FF},
                                             {dvd_rw(), 0x30, 0x04, 0x26127F, 0}}) {
        SequentialBench bench(one.medium);
        const auto reply = structure(bench, 0, 0x00);
        BOOST_REQUIRE_EQUAL(reply.size(), 2052U);
        BOOST_TEST(mmc::get16(reply.data()) == 2050U);
        BOOST_TEST(reply[4] == one.book);
        BOOST_TEST(reply[6] == one.layers);
        BOOST_TEST(mmc::get24(&reply[4 + 5]) == 0x030000U);
        BOOST_TEST(mmc::get24(&reply[4 + 9]) == one.last);
        BOOST_TEST(mmc::get24(&reply[4 + 13]) == one.last_of_layer_0);
    }
}

BOOST_AUTO_TEST_CASE(replies_are_cut_and_still_tell_their_length) {
    SequentialBench bench(dvd_plus_r());
    const auto head = structure(bench, 0, 0x00, 4);
    BOOST_REQUIRE_EQUAL(head.size(), 4U);
    BOOST_TEST(mmc::get16(head.data()) == 2050U);
    BOOST_TEST(structure(bench, 0, 0x00, 0).empty());
    BOOST_TEST(bench.last.good());
    BOOST_TEST(structure(bench, 0, 0x11, 24).size() == 24U);
}

BOOST_AUTO_TEST_CASE(adip_names_the_maker) {
    auto medium = dvd_plus_r();
    medium.data_zone.manufacturer_id = "RITEK";
    medium.data_zone.media_type_id = "F16";
    medium.data_zone.revision = 1;
    SequentialBench bench(medium);
    const auto reply = structure(bench, 0, 0x11);
    BOOST_REQUIRE_EQUAL(reply.size(), 260U);
    BOOST_TEST(std::string(&reply[4 + 19], &reply[4 + 24]) == "RITEK");
    BOOST_TEST(std::string(&reply[4 + 27], &reply[4 + 30]) == "F16");
}

BOOST_AUTO_TEST_CASE(pre_recorded_lead_in_names_the_maker_in_two_parts) {
    auto medium = dvd_r();
    medium.data_zone.manufacturer_id = "CMC MAG. AM3";
    SequentialBench bench(medium);
    const auto reply = structure(bench, 0, 0x0E);
    BOOST_REQUIRE_EQUAL(reply.size(), 44U);
    BOOST_TEST(reply[4] == 1);
    BOOST_TEST(mmc::get24(&reply[4 + 3]) == 0x26127FU);
    BOOST_TEST(reply[4 + 16] == 3);
    BOOST_TEST(std::string(&reply[4 + 17], &reply[4 + 23]) == "CMC MA");
    BOOST_TEST(reply[4 + 24] == 4);
    BOOST_TEST(std::string(&reply[4 + 25], &reply[4 + 31]) == "G. AM3");
}

BOOST_AUTO_TEST_CASE(every_medium_has_its_own_formats) {
    const auto each = boost::test_tools::per_element();
    using Codes = std::vector<unsigned>;
    SequentialBench r(dvd_r());
    BOOST_TEST(listed(r, 0) == (Codes{0, 1, 4, 5, 0x0D, 0x0E, 0x0F}), each);
    SequentialBench dual(dvd_r_dl());
    BOOST_TEST(listed(dual, 0) ==
                   (Codes{0, 1, 4, 5, 0x0D, 0x0E, 0x0F, 0x20, 0x21, 0x22, 0x23, 0x24}),
               each);
    SequentialBench plus(dvd_plus_r());
    BOOST_TEST(listed(plus, 0) == (Codes{0, 1, 4, 5, 0x11}), each);
    SequentialBench bd(bd_r());
    BOOST_TEST(listed(bd, 1) == (Codes{0, 9, 0x30, 0xC0}), each);
    BOOST_TEST(bd.format(0x32, 0, 11826176, 0) == mmc::sense::none);
    BOOST_TEST(listed(bd, 1) == (Codes{0, 8, 9, 0x0A, 0x12, 0x30, 0xC0}), each);
}

BOOST_AUTO_TEST_CASE(wrong_format_layer_type_or_medium_is_refused) {
    SequentialBench plus(dvd_plus_r());
    for (const std::uint8_t format : Bytes{0x02, 0x06, 0x08, 0x09, 0x0A, 0x0E, 0x10, 0x20, 0x99})
        BOOST_TEST(refusal(plus, 0, format) == refused);
    BOOST_TEST(refusal(plus, 1, 0x00) == refused);    // this is no BD
    BOOST_TEST(refusal(plus, 2, 0x00) == refused);    // reserved
    BOOST_TEST(refusal(plus, 0, 0x00, 1) == refused); // it has one layer
    BOOST_TEST(refusal(plus, 0, 0x03) == refused);    // no burst cutting area
    SequentialBench dual(dvd_plus_r_dl());
    BOOST_TEST(refusal(dual, 0, 0x00, 1) == mmc::sense::none);
    BOOST_TEST(refusal(dual, 0, 0x00, 2) == refused);
    Bench cd(cd_r());
    BOOST_TEST(refusal(cd, 0, 0x00) == refused);
    BOOST_TEST(send_structure(cd, 0, 0xC0, Bytes(4)) == refused);
    BOOST_TEST(refusal(plus, 0, 0x05, 0, 0xFFFFFFFF) == mmc::sense::lba_out_of_range);
}

BOOST_AUTO_TEST_CASE(a_bd_tells_its_layers_and_maker) {
    auto medium = bd_r(24438784, 2);
    medium.data_zone.manufacturer_id = "MEI";
    medium.data_zone.media_type_id = "T02";
    medium.data_zone.version = 1;
    SequentialBench bench(medium);
    const auto reply = structure(bench, 1, 0x00);
    BOOST_REQUIRE_EQUAL(reply.size(), 4100U);
    for (const std::size_t unit : {std::size_t{0}, std::size_t{1}}) {
        const auto* information = &reply[4 + unit * 112];
        BOOST_TEST(std::string(information, information + 2) == "DI");
        BOOST_TEST((information[3] & 7) == unit);
        BOOST_TEST(std::string(information + 8, information + 11) == "BDR");
        BOOST_TEST((information[12] >> 4) == 2);
        BOOST_TEST(std::string(information + 100, information + 103) == "MEI");
        BOOST_TEST(std::string(information + 106, information + 109) == "T02");
    }
    BOOST_TEST(reply[4 + 2 * 112] == 0);
}

BOOST_AUTO_TEST_CASE(spares_are_told_when_there_are_any) {
    SequentialBench bench(bd_r());
    BOOST_TEST(refusal(bench, 1, 0x0A) == refused);
    BOOST_TEST(bench.format(0x32, 0, 11826176, 0) == mmc::sense::none);
    const auto reply = structure(bench, 1, 0x0A);
    BOOST_REQUIRE_EQUAL(reply.size(), 16U);
    BOOST_TEST(mmc::get16(reply.data()) == 0x000EU);
    BOOST_TEST(mmc::get32(&reply[8]) == 0x3000U); // clusters: 12219392 - 32 * 3000h is 11826176
    BOOST_TEST(mmc::get32(&reply[12]) == 0x3000U);
    BOOST_TEST(refusal(bench, 1, 0x08) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(the_layer_boundary_can_be_set_once) {
    SequentialBench bench(dvd_plus_r_dl());
    auto reply = structure(bench, 0, 0x20);
    BOOST_REQUIRE_EQUAL(reply.size(), 12U);
    BOOST_TEST(reply[4] == 0);
    BOOST_TEST(mmc::get32(&reply[8]) == 2086912U);
    Bytes payload(8);
    mmc::put32(&payload[4], 1000000);
    BOOST_TEST(send_structure(bench, 0, 0x20, payload) == mmc::sense::none);
    reply = structure(bench, 0, 0x20);
    BOOST_TEST(reply[4] == 0x80); // cannot change any more
    BOOST_TEST(mmc::get32(&reply[8]) == 1000000U);
    BOOST_TEST(send_structure(bench, 0, 0x20, payload) == mmc::sense::sequence_error);
    const auto physical = structure(bench, 0, 0x00);
    BOOST_TEST(mmc::get24(&physical[4 + 13]) == 0x30000U + 1000000 - 1); // end of layer 0
    BOOST_TEST(mmc::get24(&physical[4 + 9]) == 0xFCFFFFU); // layer 1 ends where layer 0 began
    const auto speeds = bench.get({0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0});
    BOOST_REQUIRE_GE(speeds.size(), 24U);
    BOOST_TEST(mmc::get32(&speeds[8 + 4]) == 1999999U);
    const auto free = areas_of(*bench.drive.disc()).back();
    BOOST_TEST((free.kind == AreaKind::free));
    BOOST_TEST(free.end == 2000000);
    BOOST_TEST(describe(*bench.drive.disc())["layer_0_blocks"] == 1000000);
}

BOOST_AUTO_TEST_CASE(protection_stays_with_the_disc_or_until_power_goes) {
    SequentialBench bench(bd_r());
    BOOST_TEST(structure(bench, 1, 0xC0).at(4) == 0);
    BOOST_TEST(send_structure(bench, 1, 0xC0, {0x03, 0, 0, 0}) == mmc::sense::none);
    BOOST_TEST(structure(bench, 1, 0xC0).at(4) == 0x03);
    BOOST_TEST(bench.format(0x00, 0, 11826176, 0x3000) == mmc::sense::software_write_protected);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(structure(bench, 1, 0xC0).at(4) == 0x02);
    BOOST_TEST(bench.format(0x00, 0, 11826176, 0x3000) == mmc::sense::persistent_write_protect);
    BOOST_TEST(send_structure(bench, 1, 0xC0, {0, 0, 0, 0}) == mmc::sense::none);
    BOOST_TEST(bench.format(0x00, 0, 11826176, 0x3000) == mmc::sense::none);
    BOOST_TEST(send_structure(bench, 1, 0xC0, {1, 0}) == mmc::sense::parameter_list_length);
}

BOOST_AUTO_TEST_CASE(a_disc_id_is_kept_as_it_was_sent) {
    SequentialBench bench(dvd_r());
    BOOST_TEST(refusal(bench, 0, 0x0F) == refused);
    Bytes payload(20);
    const std::string time = "20060102030405";
    std::copy(time.begin(), time.end(), payload.begin() + 4);
    BOOST_TEST(send_structure(bench, 0, 0x0F, payload) == mmc::sense::none);
    const auto reply = structure(bench, 0, 0x0F);
    BOOST_REQUIRE_EQUAL(reply.size(), 24U);
    BOOST_TEST(std::string(&reply[8], &reply[22]) == time);
    payload[5] = 'x';
    BOOST_TEST(send_structure(bench, 0, 0x0F, payload) == mmc::sense::invalid_field_in_list);
}

} // namespace
} // namespace burnrig::emulator
