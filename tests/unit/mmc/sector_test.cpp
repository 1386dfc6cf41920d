// SPDX-License-Identifier: Apache-2.0
// Goal: the sectors are those that other encoders make and that drives accept. Method: vectors
// agreed on by two independent encoders; the defining equations, computed slowly, on random data.
#include <boost/crc.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "mmc/sector.h"

using namespace burnrig::mmc;

namespace {

using Sector = std::array<std::uint8_t, raw_sector_size>;

std::vector<int> bytes(const Sector& sector, std::size_t at, std::size_t count) {
    return {sector.begin() + at, sector.begin() + at + count};
}

std::uint32_t crc32(const Sector& sector) {
    boost::crc_32_type crc;
    crc.process_bytes(sector.data(), sector.size());
    return crc.checksum();
}

template <std::size_t Size>
std::array<std::uint8_t, Size> random_bytes(std::uint32_t seed) {
    std::mt19937 random(seed);
    std::array<std::uint8_t, Size> out;
    for (auto& byte : out)
        byte = static_cast<std::uint8_t>(random());
    return out;
}

// Multiplication in GF(2^8) by the definition.
unsigned multiplied(unsigned one, unsigned other) {
    unsigned product = 0;
    for (; other; other >>= 1) {
        product ^= other & 1 ? one : 0;
        one = one << 1 ^ (one & 0x80 ? 0x11D : 0);
    }
    return product;
}

// Both sums that a code word must bring to zero, as one number.
unsigned syndrome(const Sector& sector, const std::vector<std::size_t>& words, std::size_t plane) {
    unsigned plain = 0;
    unsigned weighted = 0;
    for (const auto word : words) {
        const unsigned value = sector[12 + 2 * word + plane];
        plain ^= value;
        weighted = multiplied(weighted, 2) ^ value;
    }
    return plain << 8 | weighted;
}

void check_ecc(const Sector& sector) {
    for (std::size_t plane = 0; plane < 2; ++plane) {
        for (std::size_t column = 0; column < 43; ++column) {
            std::vector<std::size_t> words;
            for (std::size_t m = 0; m < 26; ++m)
                words.push_back(43 * m + column);
            BOOST_TEST(syndrome(sector, words, plane) == 0u);
        }
        for (std::size_t q = 0; q < 26; ++q) {
            std::vector<std::size_t> words;
            for (std::size_t m = 0; m < 43; ++m)
                words.push_back((44 * m + 43 * q) % 1118);
            words.insert(words.end(), {1118 + q, 1144 + q});
            BOOST_TEST(syndrome(sector, words, plane) == 0u);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(mode_1_of_zeros_at_address_0) {
    Sector sector;
    sector.fill(0xEE);
    build_mode1(sector, 0, std::array<std::uint8_t, 2048>{});
    BOOST_TEST(bytes(sector, 0, 16) == (std::vector<int>{0, 255, 255, 255, 255, 255, 255, 255, 255,
                                                         255, 255, 0, 0, 2, 0, 1}));
    BOOST_TEST(bytes(sector, 2064, 4) == (std::vector<int>{0xC5, 0x13, 0x68, 0x2B}));
    BOOST_TEST(bytes(sector, 2076, 4) == (std::vector<int>{0x00, 0xF7, 0x00, 0xF5}));
    BOOST_TEST(bytes(sector, 2344, 8) ==
               (std::vector<int>{0x00, 0x00, 0x00, 0x90, 0x00, 0xC1, 0x00, 0x12}));
    BOOST_TEST(crc32(sector) == 0xD12AD343u);
}

BOOST_AUTO_TEST_CASE(mode_1_of_counting_bytes_at_address_16_and_scrambled) {
    std::array<std::uint8_t, 2048> user;
    for (std::size_t i = 0; i < user.size(); ++i)
        user[i] = static_cast<std::uint8_t>(i);
    Sector sector;
    build_mode1(sector, 16, user);
    BOOST_TEST(bytes(sector, 12, 4) == (std::vector<int>{0x00, 0x02, 0x16, 0x01}));
    BOOST_TEST(bytes(sector, 2064, 4) == (std::vector<int>{0x5E, 0x93, 0x51, 0x92}));
    BOOST_TEST(crc32(sector) == 0x2F696CC4u);
    const auto plain = sector;
    scramble(sector);
    BOOST_TEST(crc32(sector) == 0xA8232ED2u);
    scramble(sector);
    BOOST_TEST(sector == plain);
}

BOOST_AUTO_TEST_CASE(the_scrambling_sequence) {
    Sector sector{};
    scramble(sector);
    BOOST_TEST(bytes(sector, 0, 12) == std::vector<int>(12, 0));
    BOOST_TEST(bytes(sector, 12, 16) ==
               (std::vector<int>{0x01, 0x80, 0x00, 0x60, 0x00, 0x28, 0x00, 0x1E, 0x80, 0x08, 0x60,
                                 0x06, 0xA8, 0x02, 0xFE, 0x81}));
    BOOST_TEST(bytes(sector, 2348, 4) == (std::vector<int>{0x72, 0xDD, 0xE5, 0x99}));
}

BOOST_AUTO_TEST_CASE(xa_form_1_of_zeros_at_address_0) {
    Sector sector;
    sector.fill(0xEE);
    build_xa_form1(sector, 0, {0, 0, 0x08, 0}, std::array<std::uint8_t, 2048>{});
    BOOST_TEST(bytes(sector, 12, 12) == (std::vector<int>{0, 2, 0, 2, 0, 0, 8, 0, 0, 0, 8, 0}));
    BOOST_TEST(bytes(sector, 2072, 4) == (std::vector<int>{0x0B, 0x88, 0x81, 0x94}));
    BOOST_TEST(crc32(sector) == 0x836FD3F4u);
}

BOOST_AUTO_TEST_CASE(xa_form_2_of_zeros) {
    Sector sector;
    sector.fill(0xEE);
    build_xa_form2(sector, 0, {0, 0, 0x20, 0}, std::array<std::uint8_t, 2324>{});
    BOOST_TEST(bytes(sector, 16, 8) == (std::vector<int>{0, 0, 0x20, 0, 0, 0, 0x20, 0}));
    BOOST_TEST(bytes(sector, 2348, 4) == (std::vector<int>{0x3F, 0x13, 0xB0, 0xBE}));
}

BOOST_AUTO_TEST_CASE(the_form_bit_follows_the_form) {
    Sector sector;
    build_xa_form1(sector, 0, {1, 2, 0xFF, 3}, std::array<std::uint8_t, 2048>{});
    BOOST_TEST(bytes(sector, 16, 8) == (std::vector<int>{1, 2, 0xDF, 3, 1, 2, 0xDF, 3}));
    build_xa_form2(sector, 0, {1, 2, 0x08, 3}, std::array<std::uint8_t, 2324>{});
    BOOST_TEST(sector[18] == 0x28);
}

BOOST_AUTO_TEST_CASE(the_correction_codes_fulfil_their_equations) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        Sector sector;
        build_mode1(sector, 123456, random_bytes<2048>(seed));
        check_ecc(sector);
        build_xa_form1(sector, 123456, {1, 2, 8, 0}, random_bytes<2048>(seed));
        std::fill_n(sector.begin() + 12, 4, std::uint8_t{0}); // the header counts as zero
        check_ecc(sector);
    }
}

// ECMA-130 says it of the whole: what the code covers and the code together leave no remainder.
BOOST_AUTO_TEST_CASE(the_detection_code_of_any_length_leaves_no_remainder) {
    const auto data = random_bytes<40>(1);
    for (std::size_t size = 0; size <= 36; ++size) {
        std::vector<std::uint8_t> covered(data.begin(), data.begin() + size);
        const auto code = edc(covered);
        for (int i = 0; i < 4; ++i)
            covered.push_back(static_cast<std::uint8_t>(code >> (8 * i)));
        BOOST_TEST(edc(covered) == 0u);
        covered[size / 2] ^= 0x10;
        BOOST_TEST(edc(covered) != 0u);
    }
}

BOOST_AUTO_TEST_CASE(user_data_may_be_at_its_place_already) {
    const auto user = random_bytes<2048>(9);
    Sector apart;
    build_mode1(apart, 7, user);
    Sector inside{};
    std::copy(user.begin(), user.end(), inside.begin() + 16);
    build_mode1(inside, 7, std::span(inside).subspan<16, 2048>());
    BOOST_TEST(inside == apart);
    // Or anywhere else in the sector.
    std::copy(user.begin(), user.end(), inside.begin());
    build_mode1(inside, 7, std::span(inside).first<2048>());
    BOOST_TEST(inside == apart);
}

BOOST_AUTO_TEST_CASE(modes_0_and_2) {
    Sector sector;
    sector.fill(0xEE);
    build_mode0(sector, -150);
    BOOST_TEST(bytes(sector, 12, 5) == (std::vector<int>{0, 0, 0, 0, 0}));
    BOOST_TEST(std::count(sector.begin() + 16, sector.end(), 0) == 2336);
    const auto user = random_bytes<2336>(3);
    build_mode2(sector, 404849, user);
    BOOST_TEST(bytes(sector, 12, 4) == (std::vector<int>{0x89, 0x59, 0x74, 2}));
    BOOST_TEST(std::equal(user.begin(), user.end(), sector.begin() + 16));
}
