// SPDX-License-Identifier: Apache-2.0
// The sweep itself: its tables are whole, parts add up to the whole, and our driver passes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>

#include "driver/recorder/plan.h"
#include "emulator/faults/engine.h"
#include "harness/scenario/scenario_yaml.h"
#include "harness/sweep/failure_file.h"
#include "harness/sweep/parts.h"
#include "harness/sweep/sweep.h"
#include "mmc/profile.h"
#include "tests/unit/temporary_folder.h"

using namespace burnrig;
using namespace burnrig::harness;
using sweep::CommandClass;
namespace data = boost::unit_test::data;

namespace {

std::vector<sweep::Subject> subjects(const std::string& name) {
    auto all = sweep::every_pair();
    BOOST_REQUIRE_MESSAGE(all, (all ? "" : all.error().message));
    std::erase_if(*all, [&](const sweep::Subject& subject) { return subject.name != name; });
    BOOST_REQUIRE(all->size() == 1);
    all->front().scenario.image_bytes = 128 << 10; // few commands
    return *all;
}

sweep::SweepResult swept(const std::string& name, const sweep::SweepOptions& options) {
    auto result = sweep::run_sweep(subjects(name), options);
    BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    for (const auto& failure : result->failures)
        BOOST_TEST_MESSAGE(failure.invariant << ": " << failure.detail << ": "
                                             << failure.rules.front());
    return *result;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_kind_is_a_rule_that_the_drive_takes) {
    const auto subject = subjects("cd-r-80 tao").front();
    for (const auto& kind : sweep::kinds())
        for (const auto position : {sweep::whole, sweep::before, sweep::midway, sweep::after}) {
            if ((kind.positions & position) == 0)
                continue;
            sweep::Point point{"WRITE_10", sweep::writes, 3, {}};
            if (kind.where == sweep::source)
                point.name = "source.read";
            else if ((kind.where & sweep::writes) == 0)
                point.name = "READ_DISC_INFORMATION";
            const auto rule =
                sweep::rule_of(subject, point, kind, position, sweep::Persistence::transient);
            const std::vector<std::string> rules{rule};
            const auto engine = emulator::faults::FaultEngine::create(
                rules, 1, Surroundings::backend({.source = true}));
            BOOST_TEST(engine.has_value(), rule << ": " << (engine ? "" : engine.error().message));
            BOOST_TEST((sweep::kind_of_rule(kind.name) == &kind));
        }
}

BOOST_AUTO_TEST_CASE(what_is_let_pass_has_a_source_and_what_is_not_has_a_cause) {
    for (const auto& kind : sweep::kinds()) {
        BOOST_TEST_CONTEXT(kind.name) {
            BOOST_TEST(kind.where != 0);
            if (kind.effect == sweep::Effect::benign)
                BOOST_TEST(!kind.reason.empty());
            else if (kind.effect != sweep::Effect::silent)
                BOOST_TEST(!kind.causes.empty());
        }
    }
}

// A mode that somebody adds to the driver is swept, or this fails.
BOOST_AUTO_TEST_CASE(every_mode_of_the_driver_is_among_the_pairs) {
    const auto all = sweep::every_pair();
    BOOST_REQUIRE(all);
    std::set<std::string> swept_modes;
    for (const auto& subject : *all)
        swept_modes.insert(subject.burn.mode);
    for (const auto& word : driver::write_mode_words())
        if (word != "auto")
            BOOST_TEST(swept_modes.contains(word), word);
}

// Shards are processes of their own, whose files are merged: the very bytes of one process.
BOOST_AUTO_TEST_CASE(parts_together_are_the_whole) {
    const TemporaryFolder folder;
    const sweep::SweepOptions options{
        .kinds = {"write-error", "host-time-out", "lose"}, .depth = 2, .pairs = 50};
    const auto whole = swept("cd-r-80 tao", options);
    BOOST_TEST(whole.sums.trials == whole.of_trials);
    BOOST_TEST(whole.sums.undetectable > 0u);
    const auto write = [&](const sweep::SweepResult& result) {
        const auto path = folder.path() / sweep::summary_file(result.options);
        std::ofstream(path) << sweep::to_json(result, {{"seed", 1}}).dump();
        return path;
    };
    for (std::uint64_t shard = 0; shard < 3; ++shard) {
        BOOST_TEST(!sweep::merge_parts(folder.path().string()).has_value());
        auto part = options;
        part.shard = shard;
        part.shards = 3;
        part.jobs = 2;
        write(swept("cd-r-80 tao", part));
    }
    const auto merged = sweep::merge_parts(folder.path().string());
    BOOST_REQUIRE_MESSAGE(merged, (merged ? "" : merged.error().message));
    BOOST_TEST(sweep::to_json(merged->result, merged->about).dump() ==
               sweep::to_json(whole, {{"seed", 1}}).dump());
}

BOOST_AUTO_TEST_CASE(shards_of_different_sweeps_are_not_merged) {
    const TemporaryFolder folder;
    for (const std::uint64_t shard : {0, 1}) {
        const sweep::SweepOptions options{
            .kinds = {shard == 0 ? "write-error" : "hang"}, .shard = shard, .shards = 2};
        std::ofstream(folder.path() / sweep::summary_file(options))
            << sweep::to_json(swept("cd-r-80 tao", options), {}).dump();
    }
    const auto merged = sweep::merge_parts(folder.path().string());
    BOOST_REQUIRE(!merged);
    BOOST_TEST(merged.error().message.find("of another sweep") != std::string::npos,
               merged.error().message);
}

BOOST_AUTO_TEST_CASE(several_threads_see_what_one_sees) {
    sweep::SweepOptions options{.kinds = {"write-error", "medium-changed", "power-loss"}};
    const auto one = swept("dvd+rw overwrite", options);
    options.jobs = 2;
    const auto two = swept("dvd+rw overwrite", options);
    BOOST_TEST(one.sums.trials == two.sums.trials);
    BOOST_TEST(one.sums.violated == two.sums.violated);
    BOOST_TEST(one.sums.cells.size() == two.sums.cells.size());
    for (const auto& [key, cell] : one.sums.cells)
        BOOST_TEST(two.sums.cells.at(key).failed == cell.failed);
}

BOOST_DATA_TEST_CASE(our_driver_holds_what_must_hold,
                     data::make({"cd-r-80 tao", "dvd+rw overwrite", "bd-r-25 sequential"}), name) {
    const auto result = swept(name, {.shard = 1, .shards = 5});
    BOOST_TEST(result.sums.trials > 100u);
    BOOST_TEST(result.sums.violated == 0u);
    BOOST_TEST(result.sums.repeated > 0u);
    BOOST_TEST(result.host_state == "");
}

// The name of a medium stands in the rule; with a plus in it, it has to be quoted.
BOOST_DATA_TEST_CASE(another_disc_of_its_kind_is_put_in,
                     data::make({"dvd+r sequential", "dvd+r-dl sequential", "dvd+rw overwrite",
                                 "dvd+rw-dl overwrite", "bd-r-25 sequential"}),
                     name) {
    const auto result = swept(name, {.kinds = {"swapped"}});
    BOOST_TEST(result.sums.trials > 20u);
    BOOST_TEST(result.sums.violated == 0u);
}

BOOST_AUTO_TEST_CASE(pairs_of_faults_are_drawn_and_said) {
    const auto result =
        swept("cd-r-80 tao", {.kinds = {"write-error", "status-busy"}, .depth = 2, .pairs = 40});
    BOOST_TEST(result.pairs_drawn == 40u);
    BOOST_TEST(result.pairs_possible > 40u);
    BOOST_TEST(result.sums.violated == 0u);
}

BOOST_AUTO_TEST_CASE(a_failure_file_is_a_scenario_that_is_replayed) {
    const TemporaryFolder folder;
    sweep::SweepResult result;
    sweep::Failure failure;
    failure.invariant = "I3";
    failure.rules = {"write-error: at WRITE_10 #2 after -> fail 03/0C/00"};
    failure.detail = "with \"quotes\"";
    failure.scenario = sweep::failure_yaml(subjects("cd-r-80 tao").front(), failure);
    result.failures.push_back(failure);
    BOOST_REQUIRE(sweep::write_failures(folder.path().string(), result));
    const auto file = (folder.path() / result.failures.front().file).string();
    const auto scenario = scenario::read_scenario(file);
    BOOST_REQUIRE_MESSAGE(scenario, (scenario ? "" : scenario.error().message));
    BOOST_TEST(scenario->faults == failure.rules);
    BOOST_TEST(scenario->invariants == std::vector<std::string>{"I3"});
    const auto replay = sweep::replay_failure(file);
    BOOST_REQUIRE_MESSAGE(replay, (replay ? "" : replay.error().message));
    BOOST_TEST(replay->violations.empty()); // the driver has no such bug
    BOOST_TEST(replay->told.find("write-error") != std::string::npos);
    BOOST_TEST(replay->trace.find("03/0C/00") != std::string::npos);
}
