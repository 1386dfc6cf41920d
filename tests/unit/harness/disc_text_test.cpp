// SPDX-License-Identifier: Apache-2.0
// Goal: the picture of a disc shows what is where: recorded from the hub outwards, damage always,
// and in 80 columns whatever the disc.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "emulator/disc/areas.h"
#include "emulator/fixtures.h"
#include "harness/report/disc_picture.h"
#include "harness/report/disc_text.h"

namespace burnrig::harness {
namespace {

using emulator::AreaKind;

std::unique_ptr<emulator::Disc> disc_of(const std::string& medium) {
    return *emulator::Disc::in_memory(*emulator::load_medium(medium));
}

std::unique_ptr<emulator::Disc> data_disc(const std::string& medium, std::int32_t blocks) {
    auto disc = disc_of(medium);
    BOOST_REQUIRE(disc->write_zeros(0, emulator::BlockForm::mode1, blocks));
    auto& structure = disc->structure();
    structure.sessions[0].state = emulator::SessionState::complete;
    structure.sessions[0].lead_out = blocks;
    structure.tracks.emplace_back();
    structure.tracks[0].pregap = disc->medium().family() == emulator::MediumFamily::cd ? -150 : 0;
    structure.tracks[0].end = blocks;
    structure.tracks[0].state = emulator::TrackState::complete;
    return disc;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines)
        all += line;
    return all;
}

auto count(const std::vector<std::string>& lines, char sign) {
    const auto all = joined(lines);
    return std::count(all.begin(), all.end(), sign);
}

std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        most = std::max(most, text.find('\n', at) - at);
    return most;
}

} // namespace

BOOST_AUTO_TEST_SUITE(disc_text_and_picture)

BOOST_AUTO_TEST_CASE(a_blank_disc_is_a_ring_of_nothing) {
    const auto lines = draw(*disc_of("dvd+r"), false).lines;
    BOOST_TEST(lines.size() == 18U);
    BOOST_TEST(count(lines, '.') > 350);
    BOOST_TEST(count(lines, '#') == 0);
    BOOST_TEST(lines[9][18] == ' '); // the hub
    BOOST_TEST(lines[0][0] == ' ');
}

BOOST_AUTO_TEST_CASE(data_fill_the_ring_from_the_hub_outwards) {
    const auto half = draw(*data_disc("dvd+r", 2295104 / 2), false).lines;
    const auto full = draw(*data_disc("dvd+r", 2295104), false).lines;
    BOOST_TEST(count(full, '.') == 0);
    const double share =
        static_cast<double>(count(half, '#')) / static_cast<double>(count(full, '#'));
    BOOST_TEST(share > 0.45);
    BOOST_TEST(share < 0.65);
    BOOST_TEST(half[0][18] == '.');     // the rim
    BOOST_TEST(half[9][18 + 8] == '#'); // beside the hub
}

BOOST_AUTO_TEST_CASE(one_damaged_block_of_millions_shows) {
    const auto disc = data_disc("bd-r-100", 40'000'000);
    disc->damage().add({31'234'567, 31'234'568, emulator::DamageKind::unreadable, 0, 0});
    BOOST_TEST(count(draw(*disc, false).lines, 'x') == 1);
}

BOOST_AUTO_TEST_CASE(a_track_begun_shows_at_least_one_dot) {
    BOOST_TEST(count(draw(*data_disc("bd-r-100", 32), false).lines, '#') == 1);
}

BOOST_AUTO_TEST_CASE(areas_follow_each_other_without_holes) {
    const auto disc = data_disc("cd-r-80", 1000);
    disc->structure().tracks[0].run_out = 2;
    disc->structure().sessions[0].lead_out = 1002;
    const auto areas = emulator::areas_of(*disc);
    const std::vector<AreaKind> expected{AreaKind::lead_in, AreaKind::pregap,   AreaKind::track,
                                         AreaKind::run_out, AreaKind::lead_out, AreaKind::free};
    BOOST_REQUIRE(areas.size() == expected.size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
        BOOST_TEST((areas[i].kind == expected[i]));
        BOOST_TEST((i == 0 || areas[i].first == areas[i - 1].end));
    }
    BOOST_TEST(areas[4].end == 1002 + 6750);
    BOOST_TEST(areas.back().end == disc->medium().capacity());
}

BOOST_AUTO_TEST_CASE(the_text_fits_a_terminal_and_names_what_there_is) {
    for (const auto* medium : {"cd-r-80", "dvd-ram", "dvd+r-dl", "bd-re-25", "bd-r-128"}) {
        const auto disc = data_disc(medium, 5000);
        auto& format = disc->structure().format;
        format.kind = emulator::FormatKind::overwritable;
        format.background = emulator::BackgroundFormat::suspended;
        format.blocks = 1'000'000;
        format.background_end = 300'000;
        format.spares = 100;
        format.spares_used = 7;
        disc->structure().write_protected = true;
        disc->damage().add({3, 9, emulator::DamageKind::corrupt, 1, 1});
        const auto text = disc_text(*disc);
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(widest(text) <= 80U);
            for (const auto* part : {"track  1  data   LBA      0 to   4999  complete",
                                     "spares    [#.........] 7 of 100", "suspended",
                                     "write-protected", "damage     corrupt  LBA 3 to 8"})
                BOOST_TEST(text.find(part) != std::string::npos, part);
            BOOST_TEST(text.find('\x1B') == std::string::npos);
        }
        BOOST_TEST(disc_text(*disc, true).find("\x1B[38;5;") != std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace burnrig::harness
