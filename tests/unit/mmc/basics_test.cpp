// SPDX-License-Identifier: Apache-2.0
// Goal: addresses, fields, time and nearest words can be relied on. Method: known values, edges,
// and the way back over whole ranges.
#include <boost/test/unit_test.hpp>

#include <array>
#include <thread>

#include "mmc/bytes.h"
#include "mmc/clock.h"
#include "mmc/msf.h"
#include "mmc/nearest.h"

using namespace burnrig::mmc;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(addresses_of_the_standard) {
    const std::pair<Msf, std::int32_t> known[] = {
        {{90, 0, 0}, -45150},  {{99, 59, 74}, -151}, {{0, 0, 0}, -150},      {{0, 1, 74}, -1},
        {{0, 2, 0}, 0},        {{0, 2, 16}, 16},     {{89, 59, 74}, 404849}, {{79, 59, 74}, 359849},
        {{97, 17, 1}, -12374}, // lead-in of a CD-RW, as a report gives it
    };
    for (const auto& [msf, lba] : known) {
        BOOST_TEST(lba_from_msf(msf) == lba);
        BOOST_CHECK(msf_from_lba(lba) == msf);
    }
}

BOOST_AUTO_TEST_CASE(every_address_goes_there_and_back) {
    std::int32_t wrong = 0;
    for (std::int32_t lba = -45150; lba <= 404849; ++lba) {
        const auto msf = msf_from_lba(lba);
        wrong += msf.valid() && lba_from_msf(msf) == lba ? 0 : 1;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(addresses_outside_the_disc_still_make_a_valid_time) {
    for (const auto lba : {INT32_MIN, -450151, -45151, 404850, 1'000'000, INT32_MAX - 150})
        BOOST_TEST(msf_from_lba(lba).valid(), lba);
}

BOOST_AUTO_TEST_CASE(times_are_ordered_and_checked) {
    BOOST_CHECK((Msf{0, 2, 0} < Msf{0, 2, 1}));
    BOOST_CHECK((Msf{1, 0, 0} > Msf{0, 59, 74}));
    BOOST_TEST((Msf{99, 59, 74}.valid()));
    BOOST_TEST((!Msf{100, 0, 0}.valid()));
    BOOST_TEST((!Msf{0, 60, 0}.valid()));
    BOOST_TEST((!Msf{0, 0, 75}.valid()));
}

BOOST_AUTO_TEST_CASE(decimal_digits_in_bytes) {
    BOOST_TEST(to_bcd(74) == 0x74);
    BOOST_TEST(from_bcd(0x59) == 59);
    for (std::uint8_t value = 0; value < 100; ++value)
        BOOST_TEST(from_bcd(to_bcd(value)) == value);
}

BOOST_AUTO_TEST_CASE(fields_have_their_most_significant_byte_first) {
    std::array<std::uint8_t, 4> bytes{0xFE, 0xDC, 0xBA, 0x98};
    BOOST_TEST(get16(bytes.data()) == 0xFEDCu);
    BOOST_TEST(get24(bytes.data()) == 0xFEDCBAu);
    BOOST_TEST(get32(bytes.data()) == 0xFEDCBA98u);
    std::array<std::uint8_t, 9> written{};
    put16(written.data(), 0x10102);
    put24(written.data() + 2, 0x1030405);
    put32(written.data() + 5, 0x06070809);
    BOOST_TEST(written == (std::array<std::uint8_t, 9>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

BOOST_AUTO_TEST_CASE(virtual_time_jumps_and_never_goes_back) {
    VirtualClock clock;
    BOOST_CHECK(clock.now() == 0ns);
    clock.sleep_until(8906ms);
    BOOST_CHECK(clock.now() == 8906ms);
    clock.sleep_until(5s);
    BOOST_CHECK(clock.now() == 8906ms);
    clock.sleep_until(1h);
    BOOST_CHECK(clock.now() == 1h);
}

BOOST_AUTO_TEST_CASE(virtual_time_ends_at_the_latest_of_all_sleepers) {
    VirtualClock clock;
    std::vector<std::thread> sleepers;
    for (int i = 1; i <= 4; ++i)
        sleepers.emplace_back([&clock, i] {
            for (int step = 1; step <= 1000; ++step)
                clock.sleep_until(std::chrono::milliseconds(step * i));
        });
    for (auto& sleeper : sleepers)
        sleeper.join();
    BOOST_CHECK(clock.now() == 4s);
}

BOOST_AUTO_TEST_CASE(real_time_runs_at_the_speed_asked_for) {
    BOOST_CHECK_THROW(RealClock(0), std::invalid_argument);
    BOOST_CHECK_THROW(RealClock(-1), std::invalid_argument);
    RealClock fast(1e9); // a drive hour is 3.6 microseconds
    fast.sleep_until(1h);
    BOOST_CHECK(fast.now() >= 1h);
}

BOOST_AUTO_TEST_CASE(distance_counts_edits) {
    BOOST_TEST(edit_distance("", "") == 0u);
    BOOST_TEST(edit_distance("", "abc") == 3u);
    BOOST_TEST(edit_distance("WRTIE", "WRITE") == 2u);
    BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
}

BOOST_AUTO_TEST_CASE(the_nearest_word) {
    const std::array<std::string_view, 3> words{"phase", "p", "bytes"};
    BOOST_TEST(nearest("fase", words) == "phase");
    BOOST_TEST(nearest("byte", words) == "bytes");
    BOOST_TEST(nearest("x", std::array<std::string_view, 2>{"aa", "bb"}) ==
               "aa"); // first of equals
    BOOST_TEST(nearest("x", std::array<std::string_view, 0>{}) == "");
}
