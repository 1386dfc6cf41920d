// SPDX-License-Identifier: Apache-2.0
// Goal: what two drives answer differently is found and named, and nothing else is. Method: runs
// made by hand, and scenarios on simulated drives that are known to differ.
#include <boost/test/unit_test.hpp>

#include "emulator/fixtures.h"
#include "harness/diff/side.h"
#include "mmc/sense.h"

using namespace burnrig;
using namespace burnrig::harness;
using diff::Bytes;
using diff::Exchange;

namespace {

const Bytes test_unit_ready{0, 0, 0, 0, 0, 0};
const Bytes disc_information{0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0};
const Bytes get_configuration{0x46, 0, 0, 0, 0, 0, 0, 1, 0, 0};
const Bytes read_10{0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0};
const Bytes write_10{0x2A, 0, 0, 0, 0, 0, 0, 0, 16, 0};

Exchange exchange(Bytes cdb, Bytes reply = {}, std::optional<mmc::SenseCode> sense = {}) {
    Exchange made;
    made.cdb = std::move(cdb);
    made.in = static_cast<std::uint32_t>(reply.size());
    if (!reply.empty())
        made.reply = std::make_shared<const Bytes>(std::move(reply));
    if (sense) {
        made.completion.status = mmc::Status::check_condition;
        made.completion.sense = mmc::encode({.code = *sense});
    }
    return made;
}

std::vector<Exchange> numbered(std::vector<Exchange> run) {
    for (std::size_t i = 0; i < run.size(); ++i)
        run[i].number = i + 1;
    return run;
}

// "what: A / B", one for each disagreement.
std::vector<std::string> words(const diff::Comparison& comparison) {
    std::vector<std::string> all;
    for (const auto& one : comparison.disagreements)
        all.push_back(one.what + ": " + one.a + " / " + one.b);
    return all;
}

std::vector<std::string> between(std::vector<Exchange> a, std::vector<Exchange> b) {
    return words(diff::compare(numbered(std::move(a)), numbered(std::move(b))));
}

Bytes disc_reply(std::uint8_t status) {
    Bytes reply(34);
    reply[1] = 32;
    reply[2] = status;
    return reply;
}

using Words = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(diffs)

BOOST_AUTO_TEST_CASE(equal_runs_agree) {
    const std::vector<Exchange> run{exchange(test_unit_ready), exchange(read_10, Bytes(2048, 7))};
    BOOST_TEST(between(run, run) == Words{});
}

BOOST_AUTO_TEST_CASE(fields_go_by_their_names) {
    BOOST_TEST(between({exchange(disc_information, disc_reply(0))},
                       {exchange(disc_information, disc_reply(1))}) ==
               (Words{"disc-status: blank / appendable", "bytes 0..3: 00 20 00 00 / 00 20 01 00"}));
    auto one = Bytes(16);
    one[7] = 0x09;
    one[9] = 0x2D;
    one[11] = 4;
    auto other = one;
    other[12] = 0x40;
    BOOST_TEST(between({exchange(get_configuration, one)}, {exchange(get_configuration, other)}) ==
               (Words{"feature 002Dh: 00 04 00 00 00 00 / 00 04 40 00 00 00"}));
    BOOST_TEST(
        between({exchange(get_configuration, one)}, {exchange(get_configuration, Bytes(8))}) ==
        (Words{"length of the reply: 16 / 8", "feature 002Dh: 00 04 00 00 00 00 / none",
               "profile: 0009h / 0000h"}));
}

BOOST_AUTO_TEST_CASE(answers_and_data_are_compared) {
    BOOST_TEST(
        between({exchange(write_10)}, {exchange(write_10, {}, mmc::sense::bad_write_address)})
            .front()
            .starts_with("answer: GOOD / 05/21/02 ILLEGAL REQUEST"));
    BOOST_TEST(between({exchange(read_10, Bytes(2048, 1))}, {exchange(read_10, Bytes(2048, 2))})
                   .front()
                   .starts_with("data: "));
}

BOOST_AUTO_TEST_CASE(what_one_side_alone_sends_does_not_hide_the_rest) {
    const auto found = between({exchange(test_unit_ready), exchange(write_10), exchange(read_10)},
                               {exchange(test_unit_ready), exchange(read_10)});
    BOOST_TEST(found == (Words{"sent: GOOD / not sent"}));
    const auto turned =
        between({exchange(write_10)}, {exchange(read_10), exchange(disc_information)});
    BOOST_TEST(turned.size() == 3u);
}

BOOST_AUTO_TEST_CASE(how_often_somebody_looked_is_no_difference) {
    const auto waiting = exchange(test_unit_ready, {}, mmc::sense::long_write);
    BOOST_TEST(between({waiting, waiting, waiting, exchange(test_unit_ready)},
                       {waiting, exchange(test_unit_ready)}) == Words{});
}

BOOST_AUTO_TEST_CASE(nonsense_is_compared_too) {
    for (std::size_t length = 0; length < 40; ++length)
        for (const auto& cdb : {disc_information, get_configuration, Bytes{0x5A, 0}, Bytes{0x1A},
                                Bytes{0xFF}, Bytes{0x4A, 1}, Bytes{0x23}})
            for (int fill : {0, 1, 255})
                BOOST_TEST(
                    between({exchange(cdb, Bytes(length, static_cast<std::uint8_t>(fill)))},
                            {exchange(cdb, Bytes(length, static_cast<std::uint8_t>(fill)))}) ==
                    Words{});
}

namespace {

scenario::Scenario burn_scenario() {
    scenario::Scenario scenario;
    scenario.name = "burn";
    scenario.drive = emulator::load_drive("generic-dvd-recorder").value();
    scenario.medium = emulator::load_medium("cd-r-80").value();
    scenario.image_bytes = 64 << 10;
    scenario::Run run;
    run.job = scenario::BurnJob{};
    scenario.runs.push_back(run);
    return scenario;
}

diff::Side side(const std::string& name) {
    auto heard = diff::hear(name, burn_scenario(), {});
    BOOST_REQUIRE_MESSAGE(heard, heard.error().message);
    BOOST_REQUIRE_EQUAL(heard->runs.size(), 1u);
    BOOST_TEST(heard->runs[0].outcome == "succeeded");
    return std::move(*heard);
}

bool names(const std::vector<std::string>& found, const std::string& what) {
    return std::any_of(found.begin(), found.end(),
                       [&](const std::string& one) { return one.starts_with(what + ": "); });
}

} // namespace

BOOST_AUTO_TEST_CASE(a_drive_agrees_with_itself_to_the_last_byte) {
    const auto a = side("sim");
    const auto b = side("sim:generic-dvd-recorder");
    const auto compared = diff::compare(a.runs[0].commands, b.runs[0].commands);
    BOOST_TEST(words(compared) == Words{});
    BOOST_TEST(compared.commands > 15u);
    const auto state = diff::compare(a.runs[0].state, b.runs[0].state);
    BOOST_TEST(words(state) == Words{});
    BOOST_TEST(state.commands > 7u);
}

BOOST_AUTO_TEST_CASE(another_drive_does_not) {
    const auto a = side("sim");
    const auto b = side("sim:optiarc-ad-7280s");
    const auto found = words(diff::compare(a.runs[0].commands, b.runs[0].commands));
    BOOST_TEST(names(found, "feature 0001h")); // another interface
    // The disc is the same for both.
    const auto state = words(diff::compare(a.runs[0].state, b.runs[0].state));
    BOOST_TEST(!names(state, "disc-status"));
    BOOST_TEST(!names(state, "nwa"));
}

BOOST_AUTO_TEST_CASE(a_side_that_does_not_exist_is_refused) {
    BOOST_TEST(!diff::hear("sim:no-such-drive", burn_scenario(), {}));
    BOOST_TEST(!diff::hear_transcript("/nowhere"));
}

BOOST_AUTO_TEST_SUITE_END()
