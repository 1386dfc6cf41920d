// SPDX-License-Identifier: Apache-2.0
// Goal: words become the packs that the standard describes, and come back from them.
#include <boost/test/unit_test.hpp>

#include "mmc/bytes.h"
#include "mmc/cd_text.h"
#include "mmc/cd_text_words.h"

namespace burnrig::mmc {
namespace {

using Packs = std::vector<std::uint8_t>;

CdText two_titles() {
    CdText text;
    auto& titles = text[0].texts[CdTextType::title];
    titles[0] = "Joyful Nights";
    titles[1] = "Song of Joy";
    titles[2] = "Humpty Dumpty";
    return text;
}

std::string text_of(const Packs& packs, std::size_t number) {
    const auto* begin = packs.data() + number * cd_text_pack_size + 4;
    return {begin, begin + 12};
}

Packs head_of(const Packs& packs, std::size_t number) {
    const auto* begin = packs.data() + number * cd_text_pack_size;
    return {begin, begin + 4};
}

BOOST_AUTO_TEST_CASE(texts_follow_each_other_through_the_packs) {
    const auto packs = *make_cd_text_packs(two_titles(), 1, 2);
    BOOST_REQUIRE_EQUAL(packs.size(), (4U + 3U) * cd_text_pack_size);
    const auto each = boost::test_tools::per_element();
    BOOST_TEST(text_of(packs, 0) == "Joyful Night");
    BOOST_TEST(head_of(packs, 0) == (Packs{0x80, 0, 0, 0}), each);
    BOOST_TEST(text_of(packs, 1) == std::string("s\0Song of Jo", 12));
    BOOST_TEST(head_of(packs, 1) == (Packs{0x80, 0, 1, 12}), each); // 12 characters are before it
    BOOST_TEST(text_of(packs, 2) == std::string("y\0Humpty Dum", 12));
    BOOST_TEST(head_of(packs, 2) == (Packs{0x80, 1, 2, 10}), each);
    BOOST_TEST(text_of(packs, 3) == std::string("pty\0\0\0\0\0\0\0\0\0", 12));
    BOOST_TEST(head_of(packs, 3) == (Packs{0x80, 2, 3, 10}), each);
    BOOST_TEST(first_bad_cd_text_pack(packs) == 7U); // all are good
}

// The example that the standard's text gives of a pack with sizes, checked with its CRC.
BOOST_AUTO_TEST_CASE(sizes_and_languages_stand_in_the_last_packs) {
    auto text = two_titles();
    text[3].language = 0x08;
    text[3].texts[CdTextType::performer][1] = "Wer";
    const auto packs = *make_cd_text_packs(text, 1, 2);
    BOOST_REQUIRE_EQUAL(packs.size(), (4U + 3U + 1U + 3U) * cd_text_pack_size);
    BOOST_TEST(packs[4 * 18] == 0x8F);
    std::string sizes = text_of(packs, 4) + text_of(packs, 5) + text_of(packs, 6);
    BOOST_TEST(sizes[0] == 0);
    BOOST_TEST(sizes[1] == 1);
    BOOST_TEST(sizes[2] == 2);
    BOOST_TEST(sizes[4] == 4);      // packs of titles
    BOOST_TEST(sizes[4 + 15] == 3); // of sizes
    BOOST_TEST(sizes[20] == 6);     // last sequence number of language 0
    BOOST_TEST(sizes[23] == 3);     // and of language 3
    BOOST_TEST(sizes[28] == 9);
    BOOST_TEST(sizes[31] == 8);
    BOOST_TEST(+packs[7 * 18 + 3] >> 4 == 3); // block number
    BOOST_TEST(+packs[7 * 18 + 2] == 0);      // each language counts anew
    sizes = text_of(packs, 8);
    BOOST_TEST(sizes[5] == 1); // packs of performers
}

BOOST_AUTO_TEST_CASE(packs_are_read_back) {
    auto text = two_titles();
    text[0].texts[CdTextType::performer][2] = std::string(40, 'x');
    text[0].texts[CdTextType::disc_id][0] = "XY12345";
    text[0].texts[CdTextType::codes][0] = "4012345678901";
    text[0].bytes[CdTextType::genre] = std::string("\0\x05Schlager\0\0", 12);
    text[5].language = 0x0F;
    text[5].texts[CdTextType::title][1] = "Chanson";
    const auto back = read_cd_text_packs(*make_cd_text_packs(text, 1, 2));
    for (std::size_t number = 0; number < text.size(); ++number) {
        BOOST_TEST((back[number].texts == text[number].texts));
        BOOST_TEST((back[number].bytes == text[number].bytes));
        if (!text[number].empty())
            BOOST_TEST(+back[number].language == +text[number].language);
    }
    BOOST_TEST(!is_empty(back));
    BOOST_TEST(is_empty(read_cd_text_packs({})));
}

BOOST_AUTO_TEST_CASE(tracks_that_begin_later_and_a_tab_are_understood) {
    CdText text;
    text[0].texts[CdTextType::title][7] = "Seven";
    text[0].texts[CdTextType::title][8] = "\t";
    const auto packs = *make_cd_text_packs(text, 7, 8);
    BOOST_TEST(text_of(packs, 0) == std::string("\0Seven\0\t\0\0\0\0", 12));
    const auto back = read_cd_text_packs(packs);
    BOOST_TEST(back[0].texts.at(CdTextType::title).at(7) == "Seven");
    BOOST_TEST(back[0].texts.at(CdTextType::title).at(8) == "Seven"); // the same again
}

BOOST_AUTO_TEST_CASE(broken_packs_are_left_out) {
    auto packs = *make_cd_text_packs(two_titles(), 1, 2);
    packs[18 + 6] ^= 1; // the second pack's text
    const auto back = read_cd_text_packs(packs);
    BOOST_TEST(back[0].texts.at(CdTextType::title).at(0) == "Joyful Nighty");
    BOOST_TEST(is_empty(read_cd_text_packs(Packs(17, 0x80))));
    BOOST_TEST(is_empty(read_cd_text_packs(Packs(18 * 5, 0xFF))));
}

BOOST_AUTO_TEST_CASE(too_much_text_is_refused) {
    CdText text;
    text[1].texts[CdTextType::message][0] = std::string(253 * 12 - 2, 'x'); // and zeros for 2 texts
    BOOST_TEST(make_cd_text_packs(text, 1, 1).has_value());
    text[1].texts[CdTextType::message][0] += 'x';
    BOOST_TEST(make_cd_text_packs(text, 1, 1).error().message ==
               "the CD-TEXT of language 1 needs 257 packs, and 256 are the most; shorten its "
               "texts");
}

} // namespace
} // namespace burnrig::mmc
