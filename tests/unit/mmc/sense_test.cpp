// SPDX-License-Identifier: Apache-2.0
// Goal: sense data say the same on both sides of the waist, and each code has the name and text
// that burners' people know. Method: bytes as drives send them; encode and decode as a round trip;
// every cut of every reply.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "mmc/sense.h"

using namespace burnrig::mmc;

namespace {

std::vector<int> list(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

std::vector<Sense> examples() {
    return {
        {.code = sense::opc_failed},
        {.code = sense::write_error, .deferred = true, .information = 624},
        {.code = sense::write_error, .information = 0},
        {.code = sense::long_write, .progress = 0x8000},
        {.code = sense::none, .progress = 65535},
        {.code = sense::invalid_field_in_cdb, .field = FieldPointer{true, 2, 6}},
        {.code = sense::invalid_field_in_list, .field = FieldPointer{false, 300, std::nullopt}},
    };
}

} // namespace

BOOST_AUTO_TEST_CASE(the_sixteen_bytes_that_wodim_printed) {
    const auto bytes = encode(Sense{.code = sense::opc_failed});
    BOOST_TEST(bytes.length == 18);
    BOOST_TEST(list(bytes.view().first(16)) ==
               (std::vector<int>{0x70, 0, 3, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x73, 3, 0, 0}));
}

BOOST_AUTO_TEST_CASE(fixed_format_byte_by_byte) {
    const auto bytes = encode(Sense{.code = sense::invalid_field_in_cdb,
                                    .deferred = true,
                                    .information = 0x01020304,
                                    .field = FieldPointer{true, 0x0506, 3}});
    BOOST_TEST(list(bytes.view()) ==
               (std::vector<int>{0xF1, 0, 5, 1, 2, 3, 4, 10, 0, 0, 0, 0, 0x24, 0, 0, 0xCB, 5, 6}));
}

BOOST_AUTO_TEST_CASE(descriptor_format_byte_by_byte) {
    const auto bytes = encode(Sense{.code = sense::long_write,
                                    .deferred = true,
                                    .descriptor = true,
                                    .information = 0x01020304,
                                    .progress = 0x8000});
    BOOST_TEST(list(bytes.view()) ==
               (std::vector<int>{0x73, 2,    4,    8, 0,    0,    0, 20,             // header
                                 0,    0x0A, 0x80, 0, 0,    0,    0, 0,  1, 2, 3, 4, // information
                                 2,    6,    0,    0, 0x80, 0x80, 0, 0}));           // progress
}

BOOST_AUTO_TEST_CASE(what_is_encoded_is_decoded) {
    for (auto example : examples())
        for (const bool descriptor : {false, true}) {
            example.descriptor = descriptor;
            const auto decoded = decode_sense(encode(example).view());
            BOOST_REQUIRE(decoded);
            BOOST_CHECK(*decoded == example);
        }
}

// Hosts ask for 14, 16 or 18 bytes; what is there must be understood, what is not must be absent.
BOOST_AUTO_TEST_CASE(fixed_format_cut_at_any_length) {
    for (const auto& example : examples()) {
        const auto bytes = encode(example);
        for (std::size_t size = 0; size <= bytes.length; ++size) {
            const auto decoded = decode_sense(bytes.view().first(size));
            BOOST_REQUIRE_EQUAL(decoded.has_value(), size >= 14);
            if (!decoded)
                continue;
            BOOST_CHECK(decoded->code == example.code);
            BOOST_CHECK(decoded->information == example.information);
            BOOST_CHECK(decoded->deferred == example.deferred);
            BOOST_CHECK(decoded->progress == (size >= 18 ? example.progress : std::nullopt));
            BOOST_CHECK(decoded->field == (size >= 18 ? example.field : std::nullopt));
        }
    }
}

BOOST_AUTO_TEST_CASE(descriptor_format_cut_at_any_length) {
    for (auto example : examples()) {
        example.descriptor = true;
        const auto bytes = encode(example);
        for (std::size_t size = 0; size <= bytes.length; ++size) {
            const auto decoded = decode_sense(bytes.view().first(size));
            BOOST_REQUIRE_EQUAL(decoded.has_value(), size >= 8);
            if (decoded)
                BOOST_CHECK(decoded->code == example.code);
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_sense_data) {
    BOOST_CHECK(!decode_sense({}));
    std::array<std::uint8_t, 64> bytes{};
    for (int response = 0; response < 0x80; ++response) {
        bytes[0] = static_cast<std::uint8_t>(response);
        BOOST_TEST(decode_sense(bytes).has_value() == (response >= 0x70 && response <= 0x73));
    }
}

// Lengths that lie: nothing behind the end may be read, and the walk must end.
BOOST_AUTO_TEST_CASE(descriptors_with_lying_lengths) {
    for (int length = 0; length < 256; ++length)
        for (int inner = 0; inner < 256; inner += 5) {
            std::vector<std::uint8_t> bytes{0x72, 3, 0x73, 3, 0, 0, 0, 0, 0, 0, 0x80, 0};
            bytes[7] = static_cast<std::uint8_t>(length);
            bytes[9] = static_cast<std::uint8_t>(inner);
            const auto decoded = decode_sense(bytes);
            BOOST_REQUIRE(decoded);
            BOOST_CHECK(decoded->code == sense::opc_failed);
            BOOST_CHECK(!decoded->information);
        }
}

BOOST_AUTO_TEST_CASE(every_name_of_the_rule_language_has_its_code) {
    const std::pair<const char*, const char*> expected[] = {
        {"opc-failed", "03/73/03"},
        {"pca-full", "03/73/02"},
        {"pca-almost-full", "01/73/01"},
        {"pma-full", "03/73/05"},
        {"pma-almost-full", "01/73/06"},
        {"pma-update-failed", "03/73/04"},
        {"write-error", "03/0C/00"},
        {"write-recovery-needed", "03/0C/07"},
        {"loss-of-streaming", "03/0C/09"},
        {"padding-added", "03/0C/0A"},
        {"bad-write-address", "05/21/02"},
        {"fixation-failed", "03/72/00"},
        {"leadin-failed", "03/72/01"},
        {"leadout-failed", "03/72/02"},
        {"incomplete-track", "05/72/03"},
        {"end-of-track", "05/63/00"},
        {"becoming-ready", "02/04/01"},
        {"format-in-progress", "02/04/04"},
        {"operation-in-progress", "02/04/07"},
        {"long-write", "02/04/08"},
        {"no-medium", "02/3A/00"},
        {"tray-open", "02/3A/02"},
        {"medium-changed", "06/28/00"},
        {"power-on", "06/29/00"},
        {"bus-reset", "06/29/02"},
        {"removal-prevented", "05/53/02"},
        {"write-protected", "07/27/00"},
        {"sequence-error", "05/2C/00"},
        {"read-error", "03/11/05"},
        {"comm-timeout", "04/08/01"},
        {"comm-crc", "04/08/03"},
        {"tracking-lost", "04/09/01"},
        {"unit-timeout", "04/3E/02"},
        {"internal-failure", "04/44/00"},
    };
    BOOST_TEST(named_senses().size() == std::size(expected));
    for (const auto& [name, triple] : expected) {
        const auto code = find_sense(name);
        BOOST_REQUIRE_MESSAGE(code, name);
        BOOST_TEST(to_string(*code) == triple);
        BOOST_TEST(sense_name(*code) == name);
        BOOST_TEST(!sense_text(code->asc, code->ascq).empty(), name);
    }
}

BOOST_AUTO_TEST_CASE(codes_are_read_as_people_write_them) {
    BOOST_CHECK(parse_sense("03/73/03") == sense::opc_failed);
    BOOST_CHECK(parse_sense("3/73/3") == sense::opc_failed);
    BOOST_CHECK(parse_sense("03/0c/0A") == sense::padding_added);
    BOOST_CHECK(parse_sense("opc-failed") == sense::opc_failed);
    for (const auto* wrong : {"", "03", "03/73", "03/73/", "/73/03", "03/73/03/", "03/73/003",
                              "10/00/00", "0x3/73/03", "03/7G/03", " 03/73/03", "opc-Failed"})
        BOOST_CHECK_MESSAGE(!parse_sense(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(texts) {
    BOOST_TEST(describe(sense::opc_failed) ==
               "03/73/03 MEDIUM ERROR, POWER CALIBRATION AREA ERROR");
    BOOST_TEST(describe({SenseKey::vendor_specific, 0x80, 0x01}) == "09/80/01 VENDOR SPECIFIC");
    BOOST_TEST(sense_text(0x30, 0x10) == "MEDIUM NOT FORMATTED"); // 10h, not decimal 10
    BOOST_TEST(sense_text(0x30, 10) == "");
    BOOST_TEST(sense_name(sense::none) == "");
    BOOST_TEST(sense_key_text(SenseKey::unit_attention) == "UNIT ATTENTION");
}
