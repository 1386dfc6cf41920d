// SPDX-License-Identifier: Apache-2.0
// GET CONFIGURATION: which features a drive lists, which are current with a disc, what they say.
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

struct Descriptor {
    unsigned code = 0;
    unsigned version = 0;
    bool persistent = false;
    bool current = false;
    Bytes data;
};

std::vector<Descriptor> features(Bench& bench, std::uint8_t request_type = 0,
                                 std::uint16_t start = 0) {
    Bytes cdb{0x46, request_type, 0, 0, 0, 0, 0, 16, 0, 0};
    mmc::put16(&cdb[2], start);
    const auto reply = bench.get(cdb);
    BOOST_REQUIRE(reply.size() >= 8);
    BOOST_TEST(mmc::get32(reply.data()) == reply.size() - 4);
    std::vector<Descriptor> all;
    for (std::size_t at = 8; at < reply.size(); at += 4U + reply[at + 3]) {
        const auto* d = &reply[at];
        BOOST_REQUIRE(at + 4 + d[3] <= reply.size());
        all.push_back({mmc::get16(d), d[2] >> 2 & 15U, (d[2] & 2) != 0, (d[2] & 1) != 0,
                       Bytes(d + 4, d + 4 + d[3])});
    }
    return all;
}

std::optional<Descriptor> feature(Bench& bench, std::uint16_t code) {
    const auto all = features(bench, 2, code);
    return all.empty() ? std::nullopt : std::optional(all.front());
}

std::vector<unsigned> codes(const std::vector<Descriptor>& all) {
    std::vector<unsigned> list;
    for (const auto& one : all)
        list.push_back(one.code);
    return list;
}

BOOST_AUTO_TEST_CASE(features_ascend_in_whole_words_and_persistent_ones_are_current) {
    for (const auto& model : {recorder(), bd_recorder()}) {
        Bench bench(cd_rw(), model);
        const auto all = features(bench);
        const auto list = codes(all);
        BOOST_TEST(std::is_sorted(list.begin(), list.end()));
        BOOST_TEST((std::adjacent_find(list.begin(), list.end()) == list.end()));
        for (const auto& one : all) {
            BOOST_TEST_CONTEXT("feature " << std::hex << one.code) {
                BOOST_TEST(one.data.size() % 4 == 0U);
                BOOST_TEST((!one.persistent || one.current));
            }
        }
        BOOST_TEST(codes(features(bench, 0, 0x0100)).front() == 0x0100U);
        for (const auto& one : features(bench, 1))
            BOOST_TEST(one.current);
    }
}

BOOST_AUTO_TEST_CASE(a_drive_lists_what_its_profiles_need) {
    const auto lists = [](const DriveModel& model, unsigned code) {
        Bench bench(model);
        const auto list = codes(features(bench));
        return std::find(list.begin(), list.end(), code) != list.end();
    };
    auto cd_only = recorder();
    cd_only.profiles = {0x000A, 0x0009, 0x0008};
    for (const unsigned code : {0x001Eu, 0x0021u, 0x002Du, 0x002Eu, 0x0037u})
        BOOST_TEST(lists(cd_only, code));
    for (const unsigned code : {0x001Fu, 0x002Bu, 0x002Fu, 0x0041u, 0x0103u, 0x0108u, 0x010Cu})
        BOOST_TEST(!lists(cd_only, code));
    for (const unsigned code : {0x001Fu, 0x002Au, 0x002Bu, 0x002Cu, 0x002Fu, 0x0033u, 0x003Bu})
        BOOST_TEST(lists(recorder(), code));
    for (const unsigned code : {0x0024u, 0x0025u, 0x0038u, 0x0040u, 0x0041u})
        BOOST_TEST(lists(bd_recorder(), code));
    auto claims = cd_only;
    claims.idle_features = {0x0028};
    claims.firmware_date = "20060102030405";
    BOOST_TEST(lists(claims, 0x0028));
    BOOST_TEST(lists(claims, 0x010C));
}

BOOST_AUTO_TEST_CASE(bodies_follow_the_medium) {
    SequentialBench cd(cd_rw());
    BOOST_TEST(feature(cd, 0x0021)->data.at(4) == 7); // link size of a CD
    SequentialBench dvd(dvd_r());
    const auto incremental = feature(dvd, 0x0021).value();
    BOOST_TEST(incremental.current);
    BOOST_TEST(mmc::get16(incremental.data.data()) == 0x0100U); // 2048 bytes only
    BOOST_TEST(incremental.data.at(3) == 1);
    BOOST_TEST(incremental.data.at(4) == 0x10);
    SequentialBench bd(bd_r());
    BOOST_TEST(feature(bd, 0x0021)->data.at(3) == 0); // links are lossless
    const auto write = feature(bd, 0x0041).value();
    BOOST_TEST(write.current);
    BOOST_TEST(write.data.size() == 20U);
    BOOST_TEST(mmc::get16(&write.data[12]) == 0x0002U); // BD-R class 0, version 1
    BOOST_TEST(feature(bd, 0x0040)->data.size() == 28U);
    BOOST_TEST(mmc::get16(&feature(bd, 0x0010)->data[4]) == 32U); // blocks of a cluster
    BOOST_TEST(!feature(bd, 0x0010)->current);                    // nothing to read yet
    BOOST_TEST(feature(bd, 0x0023)->current);                     // a blank one can be formatted
    BOOST_TEST(!feature(bd, 0x0024)->current);
}

BOOST_AUTO_TEST_CASE(the_loading_mechanism_and_inquiry_pages_are_told) {
    auto model = recorder();
    model.loading_mechanism = LoadingMechanism::caddy;
    model.vital_product_data = true;
    Bench bench(model);
    BOOST_TEST((feature(bench, 0x0003)->data.at(0) >> 5) == 0);
    BOOST_TEST(feature(bench, 0x0001)->data.at(4) == 2);
    const auto page = bench.get({0x5A, 0, 0x2A, 0, 0, 0, 0, 0, 255, 0});
    BOOST_TEST((page.at(8 + 6) >> 5) == 0);
}

BOOST_AUTO_TEST_CASE(playing_audio_is_current_with_a_cd_that_can_be_read) {
    auto model = recorder();
    model.audio_play = true;
    SequentialBench bench(cd_r(), model);
    BOOST_TEST(!bench.current(0x0103));
    bench.tao();
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.current(0x0103));
    BOOST_TEST(bench.current(0x0010));
}

} // namespace
} // namespace burnrig::emulator
