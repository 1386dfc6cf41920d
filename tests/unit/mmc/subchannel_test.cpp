// SPDX-License-Identifier: Apache-2.0
// Goal: sub-channel and CD-TEXT bytes are those of a disc. Method: known bytes, and the way back.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include "mmc/cd_text.h"
#include "mmc/subchannel.h"

using namespace burnrig::mmc;

namespace {

std::vector<int> list(const auto& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::vector<int> with_crc(std::vector<int> ten) {
    std::vector<std::uint8_t> bytes(ten.begin(), ten.end());
    const auto crc = subchannel_crc(bytes);
    ten.push_back(crc >> 8);
    ten.push_back(crc & 0xFF);
    return ten;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_block_of_a_data_track) {
    const auto q = q_position({.control = 4, .track = 1, .index = 1, .relative = 0, .lba = 0});
    BOOST_TEST(list(q) == (std::vector<int>{0x41, 1, 1, 0, 0, 0, 0, 0, 2, 0, 0x28, 0x32}));
    BOOST_TEST(crc_good(q));
    auto damaged = q;
    damaged[8] ^= 1;
    BOOST_TEST(!crc_good(damaged));
}

BOOST_AUTO_TEST_CASE(numbers_are_in_bcd_and_the_pregap_counts_down) {
    const auto q =
        q_position({.control = 0, .track = 12, .index = 0, .relative = -150, .lba = 9850});
    BOOST_TEST(list(q) == with_crc({0x01, 0x12, 0, 0, 2, 0, 0, 2, 0x13, 0x25}));
    const auto out =
        q_position({.track = lead_out_track, .index = 1, .relative = 74, .lba = 359849});
    BOOST_TEST(list(out) == with_crc({0x01, 0xAA, 1, 0, 0, 0x74, 0, 0x79, 0x59, 0x74}));
}

BOOST_AUTO_TEST_CASE(the_catalogue_number) {
    const auto q = q_catalog_number(4, "4012345678901", 16);
    BOOST_REQUIRE(q);
    BOOST_TEST(list(*q) == with_crc({0x42, 0x40, 0x12, 0x34, 0x56, 0x78, 0x90, 0x10, 0x00, 0x16}));
    BOOST_TEST(q_catalog_number(4, "401234567890", 0).error().message ==
               "the media catalogue number '401234567890' must have 13 digits");
    BOOST_TEST(!q_catalog_number(4, "401234567890X", 0));
}

// D E A 0 0 = 14 15 11 00 00: 010100 010101 010001 000000 000000 00.
BOOST_AUTO_TEST_CASE(the_recording_code) {
    const auto q = q_recording_code(0, "DEA000700001", 16);
    BOOST_REQUIRE(q);
    BOOST_TEST(list(*q) == with_crc({0x03, 0x51, 0x54, 0x40, 0x00, 0x07, 0x00, 0x00, 0x10, 0x16}));
    const auto z = q_recording_code(0, "Z9Z990000000", 0);
    BOOST_REQUIRE(z); // 2A 09 2A 09 09: 101010 001001 101010 001001 001001 00
    BOOST_TEST(list(*z)[1] == 0xA8);
    BOOST_TEST(list(*z)[4] == 0x24);
    BOOST_TEST(!q_recording_code(0, "DEA00070000", 0));
    BOOST_TEST(!q_recording_code(0, "dea000700001", 0));
    BOOST_TEST(!q_recording_code(0, "DEA0007000O1", 0));
}

BOOST_AUTO_TEST_CASE(raw_bytes_carry_p_in_bit_7_and_q_in_bit_6) {
    QBytes q{};
    q[0] = 0x81;
    q[11] = 0x01;
    std::array<std::uint8_t, 96> raw;
    put_raw_subchannel(raw, true, q);
    std::vector<int> expected(96, 0x80);
    for (const int at : {0, 7, 95})
        expected[at] = 0xC0;
    BOOST_TEST(list(raw) == expected);
    put_raw_subchannel(raw, false, q);
    BOOST_TEST(raw[0] == 0x40);
    BOOST_TEST(raw[1] == 0x00);
}

BOOST_AUTO_TEST_CASE(interleaving_puts_one_bit_of_each_channel_into_each_byte) {
    std::array<std::uint8_t, 96> channels{};
    channels[0] = 0x80;          // first bit of P
    channels[12 + 11] = 0x01;    // last bit of Q
    channels[7 * 12 + 1] = 0x40; // tenth bit of W
    std::array<std::uint8_t, 96> raw;
    interleave(raw, channels);
    std::vector<int> expected(96, 0);
    expected[0] = 0x80;
    expected[95] = 0x40;
    expected[9] = 0x01;
    BOOST_TEST(list(raw) == expected);
}

BOOST_AUTO_TEST_CASE(deinterleaving_is_the_way_back) {
    std::array<std::uint8_t, 96> channels;
    for (std::size_t i = 0; i < channels.size(); ++i)
        channels[i] = static_cast<std::uint8_t>(i * 37 + 11);
    std::array<std::uint8_t, 96> raw;
    std::array<std::uint8_t, 96> back;
    interleave(raw, channels);
    deinterleave(back, raw);
    BOOST_TEST(list(back) == list(channels));

    const auto q = q_position({.control = 4, .track = 3, .relative = 1000, .lba = 5000});
    put_raw_subchannel(raw, true, q);
    deinterleave(back, raw);
    BOOST_TEST(list(std::span(back).subspan<12, 12>()) == list(q));
    BOOST_TEST(back[0] == 0xFF);
    BOOST_TEST(back[24] == 0x00);
}

BOOST_AUTO_TEST_CASE(formatted_q_has_p_in_its_last_bit) {
    const auto q = q_position({.control = 4, .lba = 0});
    std::array<std::uint8_t, 16> out;
    out.fill(0xEE);
    put_formatted_q(out, true, q);
    BOOST_TEST(list(std::span(out).first<12>()) == list(q));
    BOOST_TEST(list(std::span(out).last<4>()) == (std::vector<int>{0, 0, 0, 0x80}));
    put_formatted_q(out, false, q);
    BOOST_TEST(out[15] == 0);
}

BOOST_AUTO_TEST_CASE(the_crc_of_a_cd_text_pack) {
    std::vector<std::uint8_t> packs{0x8F, 0x00, 0x2A, 0x00, 0x01, 0x01, 0x03, 0x00, 0x06,
                                    0x05, 0x04, 0x05, 0x07, 0x06, 0x01, 0x02, 0x48, 0x65};
    const auto first = std::span<const std::uint8_t>(packs).first<18>();
    BOOST_TEST(cd_text_crc(first) == 0x4865);
    BOOST_TEST(cd_text_crc_good(first));
    const auto copy = packs;
    packs.insert(packs.end(), copy.begin(), copy.end());
    BOOST_TEST(first_bad_cd_text_pack(packs) == 2u);
    packs[18 + 4] ^= 1;
    BOOST_TEST(first_bad_cd_text_pack(packs) == 1u);
    BOOST_TEST(first_bad_cd_text_pack(std::span(packs).first(17)) == 0u);
}

BOOST_AUTO_TEST_CASE(catalogue_number_and_recording_code_come_back_out_of_q) {
    BOOST_TEST(catalog_number_of(*q_catalog_number(4, "4012345678901", 16)) == "4012345678901");
    BOOST_TEST(recording_code_of(*q_recording_code(0, "DEA000700001", 16)) == "DEA000700001");
    BOOST_TEST(recording_code_of(*q_recording_code(0, "Z9Y8X1234567", 16)) == "Z9Y8X1234567");
    const auto position = q_position({.control = 0, .track = 1, .index = 1});
    BOOST_TEST(catalog_number_of(position).empty());
    BOOST_TEST(recording_code_of(position).empty());
    auto no_digits = *q_catalog_number(4, "4012345678901", 16);
    no_digits[3] = 0xAF;
    BOOST_TEST(catalog_number_of(no_digits).empty());
    auto no_letters = *q_recording_code(0, "DEA000700001", 16);
    no_letters[1] = 0xFC; // symbol 3Fh
    BOOST_TEST(recording_code_of(no_letters).empty());
}

BOOST_AUTO_TEST_CASE(q_comes_back_out_of_the_raw_bytes) {
    const auto q = q_position({.control = 4, .track = 3, .index = 2, .relative = 77, .lba = 4711});
    std::array<std::uint8_t, raw_subchannel_size> raw{};
    put_raw_subchannel(raw, true, q);
    BOOST_TEST(list(q_of_raw(raw)) == list(q));
    auto remade = q;
    remade[10] = remade[11] = 0;
    put_crc(remade);
    BOOST_TEST(list(remade) == list(q));
}

// 18 bytes are 24 symbols of 6 bits: 8F 00 2A = 100011 110000 000000 101010.
BOOST_AUTO_TEST_CASE(packs_lie_in_the_low_six_bits) {
    std::array<std::uint8_t, cd_text_block_size> packs{};
    for (std::size_t i = 0; i < packs.size(); ++i)
        packs[i] = static_cast<std::uint8_t>(i * 37 + 5);
    packs[0] = 0x8F;
    packs[1] = 0x00;
    packs[2] = 0x2A;
    std::array<std::uint8_t, raw_subchannel_size> raw{};
    raw.fill(0xC0); // P and Q stay
    put_cd_text(raw, packs);
    BOOST_TEST(+raw[0] == (0xC0 | 0x23));
    BOOST_TEST(+raw[1] == (0xC0 | 0x30));
    BOOST_TEST(+raw[2] == 0xC0);
    BOOST_TEST(+raw[3] == (0xC0 | 0x2A));
    std::array<std::uint8_t, cd_text_block_size> back{};
    take_cd_text(back, raw);
    BOOST_TEST(list(back) == list(packs));
}
