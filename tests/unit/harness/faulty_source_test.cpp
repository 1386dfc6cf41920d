// SPDX-License-Identifier: Apache-2.0
// Goal: rules at source.open, source.read and source.end act on the image that a burn driver reads.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "driver/source/memory_source.h"
#include "harness/rig/faulty_source.h"

namespace burnrig::harness {
namespace {

using namespace std::chrono_literals;
using emulator::faults::Backend;
using emulator::faults::FaultEngine;

struct Bench {
    explicit Bench(const std::vector<std::string>& rules)
        : image(10 * driver::data_block_bytes, 0x5A), memory(image), source(memory) {
        Backend backend;
        backend.source = true;
        auto made = FaultEngine::create(rules, 1, backend);
        BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
        engine = std::move(*made);
        source.attach(clock, engine, {.log = [this](const auto& text) { logs.push_back(text); }});
    }

    std::vector<std::uint8_t> image;
    driver::MemorySource memory;
    mmc::VirtualClock clock;
    FaultEngine engine;
    FaultySource source;
    std::vector<std::string> logs;
};

BOOST_AUTO_TEST_CASE(a_stall_makes_the_next_piece_late_and_is_known_beforehand) {
    Bench bench({"at source.read bytes >= 8KiB -> stall 3s"});
    BOOST_TEST((bench.source.supply() == driver::Supply::stream));
    BOOST_TEST(bench.source.read({0, 4}).has_value());
    BOOST_TEST((bench.clock.now() == 0s));
    BOOST_TEST((bench.source.available_at(bench.clock.now()) == 3s));
    BOOST_TEST((bench.source.available_at(bench.clock.now()) == 3s)); // asking counts once
    BOOST_TEST(bench.source.read({4, 4}).has_value());
    BOOST_TEST((bench.clock.now() == 3s));
    BOOST_TEST(bench.source.read({8, 2}).has_value());
    BOOST_TEST((bench.clock.now() == 3s));
}

BOOST_AUTO_TEST_CASE(a_source_that_cannot_be_read_says_where) {
    Bench bench({"at source.read #2 -> errno EIO"});
    BOOST_TEST(bench.source.read({0, 4}).has_value());
    const auto failed = bench.source.read({4, 4});
    BOOST_REQUIRE(!failed);
    BOOST_TEST(failed.error().message.find("at byte 8192") != std::string::npos,
               failed.error().message);
}

BOOST_AUTO_TEST_CASE(a_rule_for_the_first_piece_survives_the_opening) {
    Bench bench({"at source.read #1 -> errno EIO"});
    (void)bench.source.available_at(bench.clock.now()); // asks for the piece before it is read
    BOOST_TEST(!bench.source.read({0, 4}).has_value());
}

BOOST_AUTO_TEST_CASE(a_source_that_does_not_open_fails_at_the_first_piece) {
    Bench bench({"at source.open -> errno EACCES"});
    BOOST_TEST(!bench.source.read({0, 4}).has_value());
}

BOOST_AUTO_TEST_CASE(pieces_are_shorter_slower_or_wrong) {
    Bench bench({"at source.read #1 -> short 4KiB", "at source.read #2 -> throttle 4KiB/s",
                 "at source.read #3 -> corrupt zeros"});
    BOOST_TEST(bench.source.read({0, 4})->size() == 4096U);
    BOOST_TEST(bench.source.read({2, 4})->size() == 8192U);
    BOOST_TEST((bench.clock.now() == 2s));
    const auto wrong = bench.source.read({6, 4});
    BOOST_TEST(std::count(wrong->begin(), wrong->end(), 0) == 8192);
    BOOST_TEST((bench.clock.now() == 4s)); // the rate stays
}

BOOST_AUTO_TEST_CASE(without_rules_everything_is_handed_on) {
    const std::vector<std::uint8_t> image(driver::data_block_bytes, 1);
    driver::MemorySource memory(image);
    FaultySource source(memory);
    BOOST_TEST((source.supply() == driver::Supply::memory));
    BOOST_TEST(source.read({0, 1})->data() == image.data()); // no copy
    BOOST_TEST(source.size().value() == image.size());
}

} // namespace
} // namespace burnrig::harness
