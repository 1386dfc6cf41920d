// SPDX-License-Identifier: Apache-2.0
// Goal: what a session at once says beside its data comes back: CD-TEXT that the host sends for the
// lead-in, R to W that it sends with the blocks, indexes, catalogue number, ISRC. Method: cue
// sheets as libburn and cdrdao build them.
#include "tests/unit/drive/cd_text_fixture.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t lead_in = -11634; // 97:26:66
constexpr std::int32_t blocks = 600;

void add(Bytes& sheet, std::initializer_list<int> entry) {
    for (const int value : entry)
        sheet.push_back(static_cast<std::uint8_t>(value));
}

void add_at(Bytes& sheet, int control, int track, int index, int form, std::int32_t lba) {
    const auto msf = mmc::msf_from_lba(lba);
    add(sheet, {control << 4 | 1, track, index, form, 0, +msf.minute, +msf.second, +msf.frame});
}

// One audio track, index 2 at 400; the time of the lead-in's entry differs between programs.
Bytes audio_sheet(int lead_in_form, int form, mmc::Msf lead_in_time = {}) {
    Bytes sheet;
    add(sheet, {0x02, '4', '0', '1', '2', '3', '4', '5'});
    add(sheet, {0x02, '6', '7', '8', '9', '0', '1', 0});
    add(sheet, {0x01, 0, 0, lead_in_form, 0, +lead_in_time.minute, +lead_in_time.second,
                +lead_in_time.frame});
    add(sheet, {0x03, 1, 'D', 'E', 'A', '0', '0', '0'});
    add(sheet, {0x03, 1, '7', '0', '0', '0', '0', '1'});
    add_at(sheet, 0, 1, 0, form, -150);
    add_at(sheet, 0, 1, 1, form, 0);
    add_at(sheet, 0, 1, 2, form, 400);
    add_at(sheet, 0, 0xAA, 1, 0x01, blocks);
    return sheet;
}

mmc::SenseCode write_lead_in(Bench& bench, std::int32_t first = lead_in) {
    for (auto lba = first; lba < -150;) {
        const auto count = std::min(341, -150 - lba);
        Bytes data;
        for (std::int32_t i = 0; i < count; ++i) {
            std::array<std::uint8_t, 96> block{};
            put_packs(lba + i - first, block);
            data.insert(data.end(), block.begin(), block.end());
        }
        const auto done = bench.write_raw(lba, static_cast<std::uint16_t>(count), data);
        if (!done.good())
            return Bench::sense(done);
        lba += count;
    }
    return mmc::sense::none;
}

BOOST_AUTO_TEST_CASE(cd_text_of_the_lead_in_is_kept_once) {
    // libburn gives no time for the lead-in, cdrdao its length; its beginning is right as well.
    for (const auto time :
         {mmc::Msf{}, mmc::msf_from_frames(-150 - lead_in), mmc::Msf{97, 26, 66}}) {
        Bench bench(cd_r());
        bench.sao();
        BOOST_TEST(bench.cue(audio_sheet(0x41, 0x00, time)) == mmc::sense::none);
        BOOST_TEST(bench.track(0xFF).next == -150);
        BOOST_TEST(bench.write(-150, 1, 2352) ==
                   mmc::sense::bad_write_address); // first the lead-in
        BOOST_TEST(write_lead_in(bench) == mmc::sense::none);
        BOOST_TEST(bench.write(-150, 150 + blocks, 2352) == mmc::sense::none);
        BOOST_TEST(bench.sync() == mmc::sense::none);
        auto text = bench.get({0x43, 0, 5, 0, 0, 0, 0, 1, 0, 0});
        BOOST_TEST_REQUIRE(text.size() == 4U + 6 * 18);
        BOOST_TEST(mmc::get16(text.data()) == 2U + 6 * 18);
        BOOST_TEST(Bytes(text.begin() + 4, text.end()) == title_packs(),
                   boost::test_tools::per_element());
        BOOST_TEST(bench.get({0x43, 0, 5, 0, 0, 0, 0, 0, 10, 0}).size() == 10U);
    }
}

BOOST_AUTO_TEST_CASE(a_disc_without_cd_text_has_an_empty_list) {
    Bench bench(cd_r());
    bench.sao();
    bench.cue(audio_sheet(0x01, 0x00));
    bench.write(-150, 150 + blocks, 2352);
    bench.sync();
    BOOST_TEST(bench.get({0x43, 0, 5, 0, 0, 0, 0, 1, 0, 0}) == (Bytes{0, 2, 0, 0}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cd_text_of_a_test_write_is_not_kept) {
    Bench bench(cd_r());
    BOOST_TEST(bench.write_parameters(0x52, 0, 0) == mmc::sense::none);
    bench.cue(audio_sheet(0x41, 0x00));
    BOOST_TEST(write_lead_in(bench) == mmc::sense::none);
    BOOST_TEST(bench.write(-150, 150 + blocks, 2352) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.drive.disc()->blank());
}

BOOST_AUTO_TEST_CASE(r_to_w_come_from_the_host_and_q_from_the_drive) {
    Bench bench(cd_r());
    bench.sao();
    BOOST_TEST(bench.cue(audio_sheet(0x01, 0x40)) == mmc::sense::none);
    BOOST_TEST(bench.write(-150, 150 + blocks, 2448) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    const auto sent = pattern(9, 1, 2448);
    const auto block = read_cd(bench, 9, 0x10, 1);
    BOOST_TEST_REQUIRE(block.size() == 2448U);
    BOOST_TEST(Bytes(block.begin(), block.begin() + 2352) ==
                   Bytes(sent.begin(), sent.begin() + 2352),
               boost::test_tools::per_element());
    std::array<std::uint8_t, 96> wanted{};
    mmc::put_raw_subchannel(wanted, false, mmc::q_position({0, 1, 1, 9, 9}));
    for (std::size_t i = 0; i < wanted.size(); ++i)
        BOOST_TEST(+block[2352 + i] == (wanted[i] | (sent[2352 + i] & 0x3F)));
}

BOOST_AUTO_TEST_CASE(data_with_subchannel_reads_as_data) {
    Bytes sheet;
    add(sheet, {0x41, 0, 0, 0x14, 0, 0, 0, 0});
    add_at(sheet, 4, 1, 0, 0x50, -150);
    add_at(sheet, 4, 1, 1, 0x50, 0);
    add_at(sheet, 4, 0xAA, 1, 0x14, blocks);
    Bench bench(cd_r());
    bench.sao();
    BOOST_TEST(bench.cue(sheet) == mmc::sense::none);
    BOOST_TEST(bench.write(-150, 150 + blocks, 2048 + 96) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    auto user = pattern(7, 1, 2048 + 96);
    user.resize(2048);
    BOOST_TEST(bench.read(7, 1) == user, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(indexes_catalogue_number_and_isrc_are_in_the_q_channel) {
    Bench bench(cd_r());
    bench.sao();
    bench.cue(audio_sheet(0x01, 0x00));
    bench.write(-150, 150 + blocks, 2352);
    bench.sync();
    const auto index = [&](std::int32_t lba) { return +read_cd(bench, lba, 0, 2).at(2); };
    BOOST_TEST(index(-1) == 0);
    BOOST_TEST(index(0) == 1);
    BOOST_TEST(index(399) == 1);
    BOOST_TEST(index(400) == 2);
    int catalog_numbers = 0;
    int codes = 0;
    for (std::int32_t lba = 100; lba < 200; ++lba) {
        const auto q = read_cd(bench, lba, 0, 2);
        mmc::QBytes bytes{};
        std::copy_n(q.begin(), bytes.size(), bytes.begin());
        BOOST_TEST(mmc::crc_good(bytes));
        catalog_numbers += mmc::catalog_number_of(bytes) == "4012345678901" ? 1 : 0;
        codes += mmc::recording_code_of(bytes) == "DEA000700001" ? 1 : 0;
    }
    BOOST_TEST(catalog_numbers == 1);
    BOOST_TEST(codes == 1);
}

BOOST_AUTO_TEST_CASE(read_subchannel_knows_the_pre_gap_as_the_q_channel_does) {
    Bench bench(cd_r());
    bench.sao();
    Bytes sheet;
    add(sheet, {0x01, 0, 0, 0x01, 0, 0, 0, 0});
    add_at(sheet, 0, 1, 0, 0, -150);
    add_at(sheet, 0, 1, 1, 0, 0);
    add_at(sheet, 0, 2, 0, 0, 400);
    add_at(sheet, 0, 2, 1, 0, 600);
    add_at(sheet, 0, 0xAA, 1, 0x01, 1000);
    BOOST_TEST_REQUIRE(bench.cue(sheet) == mmc::sense::none);
    bench.write(-150, 1150, 2352);
    bench.sync();
    read_cd(bench, 589, 0, 2); // the head is behind it now
    const auto numbers = bench.get({0x42, 0, 0x40, 1, 0, 0, 0, 0, 16, 0});
    BOOST_TEST(+numbers.at(6) == 2); // track
    BOOST_TEST(+numbers.at(7) == 0); // index
    BOOST_TEST(mmc::get32(&numbers.at(12)) == static_cast<std::uint32_t>(-10));
    const auto time = bench.get({0x42, 2, 0x40, 1, 0, 0, 0, 0, 16, 0});
    BOOST_TEST(mmc::get32(&time.at(12)) == 10U); // counts down: 0:00.10
    read_cd(bench, 609, 0, 2);
    BOOST_TEST(mmc::get32(&bench.get({0x42, 2, 0x40, 1, 0, 0, 0, 0, 16, 0}).at(12)) == 10U);
}

BOOST_AUTO_TEST_CASE(an_appendable_disc_takes_a_cue_sheet_that_begins_at_its_next_session) {
    Bench bench(cd_r());
    bench.tao(true);
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    const auto start = 302 + 11400;
    const auto sheet = [&](int number, std::int32_t at) {
        Bytes bytes;
        add(bytes, {0x41, 0, 0, 0x14, 0, 0, 0, 0});
        add_at(bytes, 4, number, 0, 0x10, at - 150);
        add_at(bytes, 4, number, 1, 0x10, at);
        add_at(bytes, 4, 0xAA, 1, 0x14, at + 400);
        return bytes;
    };
    bench.sao();
    BOOST_TEST(bench.cue(sheet(2, 0)) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.cue(sheet(1, start)) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.cue(sheet(2, start)) == mmc::sense::none);
    BOOST_TEST(bench.write(start - 150, 150 + 400) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(2).start == start);
    BOOST_TEST(bench.track(2).session == 2U);
    BOOST_TEST(bench.read(start, 400) == pattern(start, 400), boost::test_tools::per_element());
    BOOST_TEST(bench.read(0, 300) == pattern(0, 300), boost::test_tools::per_element());
}

} // namespace
} // namespace burnrig::emulator
