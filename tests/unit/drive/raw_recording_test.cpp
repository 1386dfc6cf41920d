// SPDX-License-Identifier: Apache-2.0
// Goal: a raw recording is read back by what its sub-channel says. Method: a small host makes
// lead-in, track and lead-out with their Q channel, as wodim and cdrdao do; a blank disc of few
// blocks.
#include "mmc/sector.h"
#include "mmc/subchannel.h"
#include "tests/unit/drive/cd_text_fixture.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t lead_in = -11634; // 97:26:66
constexpr std::int32_t lead_out = 900;   // tracks: data [0, 450), audio [600, 900)
constexpr std::int32_t second_start = 600;
constexpr std::uint8_t raw16 = 1;
constexpr std::uint8_t raw96 = 3;

using Sector = std::array<std::uint8_t, mmc::raw_sector_size>;

mmc::QBytes q_point(std::uint8_t control, std::uint8_t point, std::uint8_t minute,
                    std::uint8_t second, std::uint8_t frame) {
    mmc::QBytes q{};
    q[0] = static_cast<std::uint8_t>(control << 4 | 1);
    q[2] = point;
    q[7] = mmc::to_bcd(minute);
    q[8] = second; // A0 has the disc type here, which is no decimal number
    q[9] = mmc::to_bcd(frame);
    mmc::put_crc(q);
    return q;
}

mmc::QBytes q_point(std::uint8_t control, std::uint8_t point, std::int32_t lba) {
    const auto msf = mmc::msf_from_lba(lba);
    return q_point(control, point, msf.minute, mmc::to_bcd(msf.second), msf.frame);
}

mmc::QBytes lead_in_q(std::int32_t lba) {
    switch ((lba - lead_in) / 3 % 5) {
    case 0:
        return q_point(4, 0xA0, 1, 0, 0);
    case 1:
        return q_point(0, 0xA1, 2, 0, 0);
    case 2:
        return q_point(0, 0xA2, lead_out);
    case 3:
        return q_point(4, 0x01, 0);
    default:
        return q_point(0, 0x02, second_start);
    }
}

mmc::QBytes program_q(std::int32_t lba) {
    if (lba >= lead_out)
        return mmc::q_position({0, mmc::lead_out_track, 1, lba - lead_out, lba});
    if (lba % 90 == 10)
        return *mmc::q_catalog_number(4, "4012345678901", lba);
    if (lba % 90 == 20 && lba >= second_start)
        return *mmc::q_recording_code(0, "DEA000700001", lba);
    if (lba >= 450)
        return mmc::q_position({0, 2,
                                static_cast<std::uint8_t>(lba >= 800            ? 2
                                                          : lba >= second_start ? 1
                                                                                : 0),
                                lba - second_start, lba});
    return mmc::q_position({4, 1, static_cast<std::uint8_t>(lba < 0 ? 0 : 1), lba, lba});
}

Bytes user_data(std::int32_t lba) {
    return pattern(lba, 1);
}

Sector main_channel(std::int32_t lba) {
    Sector sector{};
    if (lba >= 450 || lba < -150) {
        const auto samples = pattern(lba, 1, sector.size());
        std::copy(samples.begin(), samples.end(), sector.begin());
        return sector;
    }
    const auto user = user_data(lba);
    mmc::build_mode1(sector, lba, std::span<const std::uint8_t, 2048>(user.data(), 2048));
    mmc::scramble(sector);
    return sector;
}

Bytes raw_block(std::int32_t lba, std::uint8_t type, const Sector& main) {
    const auto q = lba < -150 ? lead_in_q(lba) : program_q(lba);
    Bytes block(main.begin(), main.end());
    if (type == raw16) {
        block.insert(block.end(), q.begin(), q.begin() + 10);
        block.resize(2368); // without CRC: that is the drive's to make
        return block;
    }
    std::array<std::uint8_t, 96> subchannel{};
    mmc::put_raw_subchannel(subchannel, lba >= -150 && lba < 0, q);
    if (lba < -150)
        put_packs(lba - lead_in, subchannel);
    else
        subchannel[5] = static_cast<std::uint8_t>(subchannel[5] | 0x2A); // something in R to W
    block.insert(block.end(), subchannel.begin(), subchannel.end());
    return block;
}

/// Sends blocks that `make` makes of their LBAs.
template <class Make>
mmc::SenseCode send_blocks(Bench& bench, std::int32_t first, std::int32_t end, Make make) {
    for (auto lba = first; lba < end; lba += 26) {
        Bytes data;
        const auto count = std::min(26, end - lba);
        for (std::int32_t i = 0; i < count; ++i) {
            const Bytes block = make(lba + i);
            data.insert(data.end(), block.begin(), block.end());
        }
        const auto done = bench.write_raw(lba, static_cast<std::uint16_t>(count), data);
        if (!done.good())
            return Bench::sense(done);
    }
    return mmc::sense::none;
}

mmc::SenseCode write_blocks(Bench& bench, std::uint8_t type, std::int32_t first, std::int32_t end) {
    return send_blocks(bench, first, end,
                       [&](std::int32_t lba) { return raw_block(lba, type, main_channel(lba)); });
}

/// A session of one audio track of 600 blocks behind others, as a host makes it.
struct LaterSession {
    std::int32_t lead_in;
    std::uint8_t number; ///< of its track

    std::int32_t start() const { return lead_in + 4500 + 150; }
    std::int32_t lead_out() const { return start() + 600; }
    std::int32_t end() const { return lead_out() + 2250; }

    mmc::QBytes q(std::int32_t lba) const {
        if (lba < start() - 150) {
            const auto entry = (lba - lead_in) / 3 % 4;
            return entry == 0   ? q_point(0, 0xA0, number, 0, 0)
                   : entry == 1 ? q_point(0, 0xA1, number, 0, 0)
                   : entry == 2 ? q_point(0, 0xA2, lead_out())
                                : q_point(0, mmc::to_bcd(number), start());
        }
        if (lba >= lead_out())
            return mmc::q_position({0, mmc::lead_out_track, 1, lba - lead_out(), lba});
        return mmc::q_position(
            {0, number, static_cast<std::uint8_t>(lba < start() ? 0 : 1), lba - start(), lba});
    }
    Bytes block(std::int32_t lba) const {
        Bytes block = pattern(lba, 1, mmc::raw_sector_size);
        std::array<std::uint8_t, 96> subchannel{};
        mmc::put_raw_subchannel(subchannel, false, q(lba));
        block.insert(block.end(), subchannel.begin(), subchannel.end());
        return block;
    }
    mmc::SenseCode send(Bench& bench, std::int32_t first, std::int32_t last) const {
        return send_blocks(bench, first, last, [this](std::int32_t lba) { return block(lba); });
    }
};

DriveModel able(bool multi_session, bool simulates) {
    auto model = recorder();
    model.raw_multi_session = multi_session;
    model.raw_test_write = simulates;
    return model;
}

struct Recorded {
    explicit Recorded(std::uint8_t type) : bench(cd_r()) {
        BOOST_TEST_REQUIRE(bench.write_parameters(0x43, 0, type) == mmc::sense::none);
        BOOST_TEST_REQUIRE(write_blocks(bench, type, lead_in, lead_out + 6750) == mmc::sense::none);
        BOOST_TEST_REQUIRE(bench.sync() == mmc::sense::none);
    }
    Bench bench;
};

BOOST_AUTO_TEST_CASE(the_table_of_contents_is_what_the_q_channel_said) {
    for (const auto type : {raw16, raw96}) {
        BOOST_TEST_CONTEXT("data block type " << int(type)) {
            Recorded recorded(type);
            auto& bench = recorded.bench;
            const auto toc = bench.get({0x43, 0, 0, 0, 0, 0, 0, 0, 60, 0});
            const Bytes expected{0,  26,   1,    2, //
                                 0,  0x14, 1,    0, 0, 0, 0,
                                 0, //
                                 0,  0x10, 2,    0, 0, 0, second_start >> 8,
                                 88, //
                                 0,  0x10, 0xAA, 0, 0, 0, lead_out >> 8,
                                 132};
            BOOST_TEST(toc == expected, boost::test_tools::per_element());
            BOOST_TEST(bench.disc_information().status == 2U);
            BOOST_TEST(bench.capacity() == 899U);
        }
    }
}

BOOST_AUTO_TEST_CASE(data_is_descrambled_and_audio_is_not) {
    Recorded recorded(raw96);
    auto& bench = recorded.bench;
    BOOST_TEST(bench.read(16, 1) == user_data(16), boost::test_tools::per_element());
    auto plain = main_channel(16);
    mmc::scramble(plain);
    BOOST_TEST(read_cd(bench, 16, 0xF8, 0) == Bytes(plain.begin(), plain.end()),
               boost::test_tools::per_element());
    const auto samples = main_channel(700);
    BOOST_TEST(read_cd(bench, 700, 0x10, 0) == Bytes(samples.begin(), samples.end()),
               boost::test_tools::per_element());
    BOOST_TEST(bench.read_sense(700, 1) == mmc::sense::illegal_mode_for_track);
}

BOOST_AUTO_TEST_CASE(the_subchannel_comes_back_as_it_was_sent) {
    Recorded recorded(raw96);
    auto& bench = recorded.bench;
    const auto sent = raw_block(700, raw96, main_channel(700));
    BOOST_TEST(read_cd(bench, 700, 0x10, 1) == sent, boost::test_tools::per_element());
    auto r_to_w = Bytes(sent.begin() + 2352, sent.end());
    for (auto& symbol : r_to_w)
        symbol &= 0x3F;
    BOOST_TEST(read_cd(bench, 700, 0, 4) == r_to_w, boost::test_tools::per_element());
    const auto q = program_q(700);
    auto formatted = Bytes(q.begin(), q.end());
    formatted.resize(16);
    BOOST_TEST(read_cd(bench, 700, 0, 2) == formatted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(q_without_its_crc_gets_one) {
    Recorded recorded(raw16);
    const auto formatted = read_cd(recorded.bench, 16, 0, 2);
    const auto q = program_q(16);
    BOOST_TEST(Bytes(formatted.begin(), formatted.begin() + 12) == Bytes(q.begin(), q.end()),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(cd_text_catalogue_number_and_isrc_are_found) {
    Recorded recorded(raw96);
    auto& bench = recorded.bench;
    auto text = bench.get({0x43, 0, 5, 0, 0, 0, 0, 1, 0, 0});
    BOOST_TEST_REQUIRE(text.size() == 4U + 6 * 18);
    BOOST_TEST(Bytes(text.begin() + 4, text.end()) == title_packs(),
               boost::test_tools::per_element());
    const auto number = bench.get({0x42, 0, 0x40, 2, 0, 0, 0, 0, 24, 0});
    BOOST_TEST(std::string(number.begin() + 9, number.begin() + 22) == "4012345678901");
    const auto isrc = bench.get({0x42, 0, 0x40, 3, 0, 0, 2, 0, 24, 0});
    BOOST_TEST(std::string(isrc.begin() + 9, isrc.begin() + 21) == "DEA000700001");
    const auto without = bench.get({0x42, 0, 0x40, 3, 0, 0, 1, 0, 24, 0});
    BOOST_TEST((without[8] & 0x80) == 0);
}

BOOST_AUTO_TEST_CASE(the_stream_begins_with_the_lead_in_and_has_no_gaps) {
    Bench bench(cd_r());
    bench.write_parameters(0x43, 0, raw96);
    BOOST_TEST(write_blocks(bench, raw96, -150, -149) == mmc::sense::bad_write_address);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_in + 26) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_in + 1) == mmc::sense::bad_write_address);
    BOOST_TEST(write_blocks(bench, raw96, lead_in + 27, lead_in + 28) ==
               mmc::sense::bad_write_address);
}

BOOST_AUTO_TEST_CASE(nothing_but_a_lead_out_goes_behind_the_last_possible_one) {
    Bench bench(short_cd_r(800)); // the lead-in announces a lead-out at 900
    bench.write_parameters(0x43, 0, raw96);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, 800) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, 800, 801) == mmc::sense::end_of_track);
}

BOOST_AUTO_TEST_CASE(without_lead_out_the_session_is_damaged) {
    Bench bench(cd_rw());
    bench.write_parameters(0x43, 0, raw96);
    const auto begin = mmc::lba_from_msf(cd_rw().atip.lead_in);
    const auto block = raw_block(lead_in, raw96, main_channel(lead_in));
    BOOST_TEST(Bench::sense(bench.write_raw(begin, 1, block)) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.blank(1) == mmc::sense::none); // CD-RW: there is always a way back
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(a_drive_that_can_records_raw_behind_other_sessions) {
    Bench bench(cd_r(), able(true, false));
    constexpr std::uint8_t raw_multi_session = 0x10;
    BOOST_TEST((bench.get({0x46, 2, 0, 0x2E, 0, 0, 0, 0, 16, 0}).at(12) & raw_multi_session) != 0);
    bench.tao(true);
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    const auto information = bench.get({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0});
    const LaterSession second{302 + 6750, 2};
    const auto told = mmc::msf_from_lba(second.lead_in);
    BOOST_TEST((mmc::Msf{information[17], information[18], information[19]} == told));
    bench.write_parameters(0x43, 0, raw96);
    BOOST_TEST(second.send(bench, lead_in, lead_in + 1) == mmc::sense::bad_write_address);
    BOOST_TEST(second.send(bench, second.lead_in, second.end()) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 2U);
    BOOST_TEST(bench.track(2).session == 2U);
    BOOST_TEST(bench.track(2).start == second.start());
    const auto samples = second.block(second.start() + 7);
    BOOST_TEST(read_cd(bench, second.start() + 7, 0x10, 1) == samples,
               boost::test_tools::per_element());
    BOOST_TEST(bench.read(0, 300) == pattern(0, 300), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_track_number_that_the_disc_has_already_makes_no_second_track) {
    Bench bench(cd_r(), able(true, false));
    bench.tao(true);
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    bench.write_parameters(0x43, 0, raw96);
    const LaterSession again{302 + 6750, 1};
    BOOST_TEST(again.send(bench, again.lead_in, again.end()) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().session_state == 2U); // damaged: it has no track
    BOOST_TEST(bench.read(0, 300) == pattern(0, 300), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_drive_that_simulates_raw_recording_leaves_the_disc_blank) {
    Bench bench(cd_r(), able(false, true));
    BOOST_TEST(bench.write_parameters(0x53, 0, raw96) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_out + 6750) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
    BOOST_TEST(bench.write_parameters(0x43, 0, raw96) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_out + 6750) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.read(16, 1) == user_data(16), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(raw_is_not_simulated_and_not_appended_by_a_drive_of_the_standard) {
    Bench bench(cd_r());
    BOOST_TEST(bench.write_parameters(0x53, 0, raw96) == mmc::sense::invalid_field_in_list);
    BOOST_TEST(bench.write_parameters(0x43, 0, 0) == mmc::sense::invalid_field_in_list);
    bench.tao(true);
    bench.write(0, 300);
    bench.sync();
    bench.close_session();
    BOOST_TEST(bench.write_parameters(0x43, 0, raw96) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_in + 1) ==
               mmc::sense::program_area_not_empty);
}

BOOST_AUTO_TEST_CASE(an_underrun_without_protection_ends_the_recording) {
    Bench bench(cd_r());
    bench.write_parameters(0x03, 0, raw96);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, 260) == mmc::sense::none);
    bench.pass(60s);
    const auto late = bench.write_raw(260, 1, raw_block(260, raw96, main_channel(260)));
    BOOST_TEST(Bench::sense(late) == mmc::sense::loss_of_streaming);
    const auto sense = mmc::decode_sense(late.sense.view());
    BOOST_TEST_REQUIRE(sense.has_value());
    BOOST_TEST((sense->information == 260U)); // the first block that is lost
    BOOST_TEST(write_blocks(bench, raw96, 260, 261) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(bench.close_track(1) == mmc::sense::fixation_failed);
}

BOOST_AUTO_TEST_CASE(power_loss_in_mid_write_leaves_a_damaged_session) {
    Bench bench(cd_r());
    bench.write_parameters(0x43, 0, raw96);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, 300) == mmc::sense::none);
    bench.drive.power_off();
    bench.drive.power_on();
    bench.settle();
    BOOST_TEST(bench.disc_information().session_state == 2U);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(bench.write_parameters(0x43, 0, raw96) == mmc::sense::none);
    BOOST_TEST(write_blocks(bench, raw96, lead_in, lead_in + 1) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
}

} // namespace
} // namespace burnrig::emulator
