// SPDX-License-Identifier: Apache-2.0
// Goal: each rule of meaning of the language holds. Method: an engine from rule lines, commands
// sent one by one, the decisions and the final report compared with what a reader of the rule
// would expect.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <new>

#include "emulator/faults/engine.h"
#include "mmc/opcode.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;
using namespace std::chrono_literals;

// Counts what the program allocates, to see that deciding about nothing costs nothing. Not inline:
// the compiler would take malloc and free for a mismatched pair.
static std::size_t allocations = 0;
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size))
        return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

struct Rig {
    FaultEngine engine;
    CommandFacts facts;
    std::array<std::uint8_t, 12> cdb{};

    explicit Rig(std::vector<std::string> rules, std::uint64_t seed = 1) {
        auto made = FaultEngine::create(rules, seed);
        BOOST_REQUIRE_MESSAGE(made, made.error().message);
        engine = *std::move(made);
    }

    Decision send(mmc::Opcode opcode) {
        cdb[0] = static_cast<std::uint8_t>(opcode);
        facts.cdb = cdb;
        return engine.decide(facts);
    }
    Decision opc() { return send(mmc::Opcode::send_opc_information); }
    Decision write() { return send(mmc::Opcode::write_10); }
    Decision write_at(std::int32_t lba, std::uint32_t blocks) {
        facts.lba = lba;
        facts.blocks = blocks;
        return write();
    }

    /// '1' for each of `count` writes at which anything was decided, else '.'.
    std::string writes(int count) {
        std::string pattern;
        for (int i = 0; i < count; ++i)
            pattern += write().nothing() ? '.' : '1';
        return pattern;
    }

    /// "matched/fired", and "<winner" when suppressed.
    std::string report(std::size_t rule) {
        const auto all = engine.report();
        const auto& entry = all.at(rule);
        return fmt::format("{}/{}{}", entry.matched, entry.fired,
                           entry.suppressed_by.empty() ? "" : "<" + entry.suppressed_by);
    }
};

std::string failure(const Decision& decision) {
    return decision.fail ? mmc::to_string(decision.fail->code) : "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_engine_decides_nothing) {
    FaultEngine engine;
    BOOST_TEST(engine.empty());
    BOOST_TEST(engine.decide({}).nothing());
    BOOST_TEST(engine.due(1h).empty());
    BOOST_CHECK(!engine.next_due());
    BOOST_TEST(engine.report().empty());
}

BOOST_AUTO_TEST_CASE(a_command_that_no_rule_wants_allocates_nothing) {
    Rig rig({"a: at @write lba 5..6 p 0.5 -> lose ; always", "at OPC -> fail opc-failed"});
    rig.facts.lba = 7;
    const auto before = allocations;
    for (int i = 0; i < 100; ++i) {
        rig.write();
        rig.send(mmc::Opcode::test_unit_ready);
    }
    BOOST_TEST(allocations - before == 0u);
    BOOST_TEST(rig.report(0) == "0/0");
}

BOOST_AUTO_TEST_CASE(the_reported_failure) {
    Rig rig({"opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"});
    BOOST_TEST(rig.write().nothing());
    const auto decision = rig.opc();
    BOOST_CHECK(decision.take == 8906ms);
    BOOST_TEST(failure(decision) == "03/73/03");
    BOOST_CHECK(decision.position == Position::before);
    BOOST_TEST(rig.opc().nothing());
    BOOST_TEST(rig.report(0) == "2/1");
}

BOOST_AUTO_TEST_CASE(a_rule_matches_its_command_by_name_alias_code_or_group) {
    Rig rig({"at OPC -> busy 1s ; always", "at 0x2A -> take 1s ; always",
             "at @any -> take +1s ; always", "at @close -> take 2s ; always"});
    BOOST_TEST(rig.opc().busy.has_value());
    BOOST_CHECK(rig.write().take == 1s);
    BOOST_CHECK(rig.send(mmc::Opcode::synchronize_cache).take == 2s);
    const auto unknown = rig.send(static_cast<mmc::Opcode>(0xD8));
    BOOST_CHECK(unknown.take_more == 1s);
    BOOST_CHECK(!unknown.take);
}

BOOST_AUTO_TEST_CASE(without_index_probability_and_limit_it_is_the_first_match_once) {
    BOOST_TEST(Rig({"at @write -> lose"}).writes(4) == "1...");
    BOOST_TEST(Rig({"at @write -> lose ; once"}).writes(4) == "1...");
}

BOOST_AUTO_TEST_CASE(times_and_always_mean_every_match) {
    BOOST_TEST(Rig({"at @write -> lose ; times 3"}).writes(5) == "111..");
    BOOST_TEST(Rig({"at @write -> lose ; always"}).writes(5) == "11111");
}

BOOST_AUTO_TEST_CASE(an_index_chooses_among_the_matches) {
    BOOST_TEST(Rig({"at @write #3 -> lose"}).writes(5) == "..1..");
    BOOST_TEST(Rig({"at @write #3..4 -> lose"}).writes(6) == "..11..");
    BOOST_TEST(Rig({"at @write #3+ -> lose"}).writes(6) == "..1111");
    BOOST_TEST(Rig({"at @write #2..6+2 -> lose"}).writes(8) == ".1.1.1..");
    BOOST_TEST(Rig({"at @write #2+2 -> lose ; times 2"}).writes(8) == ".1.1....");
    BOOST_TEST(Rig({"at @write #3 -> lose ; always"}).writes(5) == "..1..");
}

BOOST_AUTO_TEST_CASE(counting_is_per_rule_and_of_what_matches_everything_but_the_index) {
    Rig rig({"at @write lba 100..199 #2 -> lose", "at @write #2 -> take 1s"});
    BOOST_TEST(rig.write_at(100, 1).nothing()); // the first of both
    BOOST_CHECK(rig.write_at(5, 1).take == 1s); // second of rule 2, not counted by rule 1
    BOOST_TEST(rig.write_at(150, 1).loses());   // second of rule 1
    BOOST_TEST(rig.report(0) == "2/1");
    BOOST_TEST(rig.report(1) == "3/1");
}

BOOST_AUTO_TEST_CASE(for_lasts_from_the_first_time) {
    Rig rig({"at @write -> lose ; for 10s"});
    std::string pattern;
    for (const auto time : {3s, 4s, 12s, 13s, 14s}) {
        rig.facts.time = time;
        pattern += rig.writes(1);
    }
    BOOST_TEST(pattern == "111..");
}

BOOST_AUTO_TEST_CASE(until_ends_at_a_command_a_time_or_another_rule) {
    Rig command({"at @write -> lose ; until SYNC"});
    BOOST_TEST(command.writes(2) == "11");
    command.send(mmc::Opcode::synchronize_cache);
    BOOST_TEST(command.writes(2) == "..");

    Rig same({"at @write -> lose ; until WRITE"});
    BOOST_TEST(same.writes(2) == "..");

    Rig time({"at @write -> lose ; until time 5s"});
    time.facts.time = 4s;
    BOOST_TEST(time.writes(1) == "1");
    time.facts.time = 5s;
    BOOST_TEST(time.writes(1) == ".");

    Rig rule({"a: at @write -> lose ; until fired b", "b: at @write #3 -> take 1s"});
    BOOST_TEST(rule.writes(5) == "111..");
    BOOST_TEST(rule.report(0) == "5/3");
}

BOOST_AUTO_TEST_CASE(an_lba_range_matches_what_it_touches) {
    Rig rig({"at @write lba 4096..4127 -> lose ; always"});
    BOOST_TEST(rig.write_at(4064, 32).nothing()); // ..4095
    BOOST_TEST(rig.write_at(4065, 32).loses());   // ..4096
    BOOST_TEST(rig.write_at(4127, 32).loses());
    BOOST_TEST(rig.write_at(4128, 32).nothing());
    BOOST_TEST(rig.write_at(4100, 0).loses()); // no blocks: where it stands
    rig.facts.lba.reset();
    BOOST_TEST(rig.write().nothing());
}

BOOST_AUTO_TEST_CASE(phase_buffer_and_bytes_look_at_the_drive) {
    Rig rig({"at @write phase writing buffer < 0.1 bytes >= 20MiB -> lose ; always"});
    rig.facts.phase = "writing";
    rig.facts.buffer_level = 0.05;
    rig.facts.bytes_before = 20u << 20;
    BOOST_TEST(rig.writes(1) == "1");
    rig.facts.phase = "closing";
    BOOST_TEST(rig.writes(1) == ".");
    rig.facts.phase = "writing";
    rig.facts.buffer_level = 0.1;
    BOOST_TEST(rig.writes(1) == ".");
    rig.facts.buffer_level = 0;
    rig.facts.bytes_before -= 1;
    BOOST_TEST(rig.writes(1) == ".");
}

BOOST_AUTO_TEST_CASE(cdb_bytes_are_compared_and_absent_ones_match_nothing) {
    Rig rig({"at CLOSE cdb[2] == 0x02 -> busy 1s ; always", "at CLOSE cdb[12] != 0x02 -> hang"});
    rig.cdb[2] = 1;
    BOOST_TEST(rig.send(mmc::Opcode::close_track_session).nothing());
    rig.cdb[2] = 2;
    BOOST_TEST(rig.send(mmc::Opcode::close_track_session).busy.has_value());
    BOOST_TEST(rig.report(1) == "0/0");
}

BOOST_AUTO_TEST_CASE(since_starts_counting_after_the_other_rule_has_fired) {
    Rig rig({"late: at @write #1 since opc -> fail comm-crc", "opc: at OPC -> take 1s"});
    BOOST_TEST(rig.writes(3) == "...");
    rig.opc();
    BOOST_TEST(rig.writes(3) == "1..");
    BOOST_TEST(rig.report(0) == "3/1");

    // The command at which the other rule fires is not yet counted, in whatever order they stand.
    Rig same({"a: at @write #2 -> take 1s", "b: at @write since a -> lose"});
    BOOST_TEST(!same.write().loses());
    BOOST_TEST(!same.write().loses());
    BOOST_TEST(same.write().loses());
}

BOOST_AUTO_TEST_CASE(positions) {
    BOOST_CHECK(Rig({"at OPC before -> fail opc-failed"}).opc().position == Position::before);
    BOOST_CHECK(Rig({"at OPC after -> fail opc-failed"}).opc().position == Position::after);
    const auto half = Rig({"at @write midway -> fail write-error"}).write();
    BOOST_CHECK(half.position == Position::midway);
    BOOST_TEST(half.ratio == 0.5);
    BOOST_TEST(Rig({"at @write midway 0.25 -> power-loss 4s"}).write().ratio == 0.25);
}

BOOST_AUTO_TEST_CASE(the_position_is_that_of_the_outcome_that_won) {
    Rig rig({"at @write after -> eject request", "at @write midway 0.75 -> fail write-error",
             "at @write after -> hang"});
    const auto decision = rig.write();
    BOOST_CHECK(decision.position == Position::midway);
    BOOST_TEST(decision.ratio == 0.75);
    BOOST_TEST((decision.eject == Ejection::request));
    BOOST_TEST(!decision.hang);
}

BOOST_AUTO_TEST_CASE(a_deferred_failure_lets_the_command_be_done) {
    const auto decision =
        Rig({"late: at @write -> lose, fail write-error deferred descriptor info 624"}).write();
    BOOST_REQUIRE(decision.fail);
    BOOST_TEST(decision.fail->deferred);
    BOOST_TEST(decision.fail->descriptor);
    BOOST_TEST(decision.fail->information.value_or(0) == 624u);
    BOOST_CHECK(decision.position == Position::after);
    BOOST_TEST(decision.loses());
}

BOOST_AUTO_TEST_CASE(times_and_data_effects_of_several_rules_add_up) {
    Rig rig({"at @write -> take 2s, take +1s", "at @write -> take 3s, corrupt bits 2",
             "at @write -> take +4s, lose, corrupt bits 3", "at @write -> busy 5s",
             "at @write -> busy 6s becoming-ready"});
    const auto decision = rig.write();
    BOOST_CHECK(decision.take == 5s);
    BOOST_CHECK(decision.take_more == 5s);
    BOOST_TEST(decision.loses());
    BOOST_TEST(decision.corrupts()->bits == 5u);
    BOOST_CHECK(decision.busy->duration == 11s);
    BOOST_CHECK(decision.busy->code == mmc::sense::long_write);
}

BOOST_AUTO_TEST_CASE(a_rule_with_a_range_concerns_the_blocks_in_it_only) {
    Rig rig({"at @write lba 500..501 -> corrupt bits 2", "at @write -> lose"});
    const auto decision = rig.write_at(480, 32);
    BOOST_REQUIRE(decision.effects.size() == 2u);
    BOOST_TEST(decision.effects[0].first == 500);
    BOOST_TEST(decision.effects[0].last == 501);
    BOOST_CHECK(decision.effects[0].kind == BlockEffect::Kind::corrupt);
    BOOST_TEST(decision.effects[1].first <= 480);
    BOOST_TEST(decision.effects[1].last >= 511);
    BOOST_CHECK(decision.effects[1].kind == BlockEffect::Kind::lost);
}

BOOST_AUTO_TEST_CASE(the_first_outcome_wins_and_the_others_say_who_suppressed_them) {
    Rig rig({"first: at @write -> fail write-error", "second: at @write -> hang",
             "third: at @write -> take 1s, power-loss"});
    const auto decision = rig.write();
    BOOST_TEST(failure(decision) == "03/0C/00");
    BOOST_TEST(!decision.hang);
    BOOST_TEST(!decision.power_loss);
    BOOST_CHECK(decision.take == 1s); // what adds up still does
    BOOST_TEST(rig.report(0) == "1/1");
    BOOST_TEST(rig.report(1) == "1/0<first");
    BOOST_TEST(rig.report(2) == "1/1<first");
    // "The first match, once": the loser had its match.
    BOOST_TEST(rig.write().nothing());
}

BOOST_AUTO_TEST_CASE(hang_power_loss_eject_busy_keep_their_words) {
    const auto hang = Rig({"at SYNC -> hang 5s"}).send(mmc::Opcode::synchronize_cache);
    BOOST_TEST(hang.hang);
    BOOST_CHECK(hang.hang_for == 5s);
    BOOST_CHECK(!Rig({"at OPC -> hang"}).opc().hang_for);
    const auto loss = Rig({"at OPC -> power-loss 4s"}).opc();
    BOOST_TEST(loss.power_loss);
    BOOST_CHECK(loss.power_back == 4s);
    BOOST_CHECK(Rig({"at OPC -> eject emergency"}).opc().eject == Ejection::emergency);
    BOOST_CHECK(Rig({"at OPC -> busy 9s operation-in-progress"}).opc().busy->code ==
                mmc::sense::operation_in_progress);
}

BOOST_AUTO_TEST_CASE(probability_means_every_match_with_that_chance) {
    BOOST_TEST(Rig({"at @write p 1 -> lose"}).writes(4) == "1111");
    BOOST_TEST(Rig({"at @write p 0 -> lose"}).writes(4) == "....");
    // From the definitions of splitmix64 and FNV-1a alone, so the same on every machine.
    BOOST_TEST(Rig({"jitter: at @write p 25% -> lose"}, 42).writes(24) ==
               "......1.111....111....1.");
    BOOST_TEST(Rig({"jitter: at @write p 0.25 -> lose"}, 42).writes(24) !=
               Rig({"jitter: at @write p 0.25 -> lose"}, 43).writes(24));
    BOOST_TEST(Rig({"jitter: at @write p 0.25 -> lose"}, 42).writes(24) !=
               Rig({"other: at @write p 0.25 -> lose"}, 42).writes(24));
}

BOOST_AUTO_TEST_CASE(a_rule_more_does_not_change_the_luck_of_the_others) {
    for (const std::string rule :
         {"jitter: at @write p 0.25 -> lose", "at @write p 0.25 -> lose"}) {
        Rig alone({rule});
        Rig beside({"x: at @write p 0.5 -> take 1s", "at OPC -> busy 1s", rule});
        for (int i = 0; i < 200; ++i)
            BOOST_TEST(alone.write().loses() == beside.write().loses());
    }
}

BOOST_AUTO_TEST_CASE(corruption_is_the_same_for_the_same_seed_and_differs_from_write_to_write) {
    const std::vector<std::string> rules{"rot: at @write -> corrupt bits 3 ; always"};
    Rig one(rules, 7);
    Rig again(rules, 7);
    const auto first = one.write().corrupts()->seed;
    BOOST_TEST(first == again.write().corrupts()->seed);
    BOOST_TEST(first != one.write().corrupts()->seed);
    BOOST_TEST(first != Rig(rules, 8).write().corrupts()->seed);
}

BOOST_AUTO_TEST_CASE(rules_at_a_time_come_due_once_and_in_order) {
    Rig rig({"late: at time 12s -> eject emergency", "drop: at time 5s -> power-loss 2s"});
    BOOST_CHECK(rig.engine.next_due() == mmc::Duration(5s));
    BOOST_TEST(rig.engine.due(4s).empty());
    const auto decisions = rig.engine.due(20s);
    BOOST_REQUIRE_EQUAL(decisions.size(), 2u);
    BOOST_CHECK(decisions[0].power_back == 2s);
    BOOST_TEST((decisions[1].eject == Ejection::emergency));
    BOOST_CHECK(!rig.engine.next_due());
    BOOST_TEST(rig.engine.due(1h).empty());
    BOOST_TEST(rig.report(0) == "1/1");
    BOOST_TEST(rig.write().nothing());
}

BOOST_AUTO_TEST_CASE(a_failure_at_a_time_is_news_for_the_next_command) {
    Rig rig({"at time 5s -> fail medium-changed"});
    const auto decisions = rig.engine.due(5s);
    BOOST_REQUIRE_EQUAL(decisions.size(), 1u);
    BOOST_TEST(failure(decisions[0]) == "06/28/00");
}

BOOST_AUTO_TEST_CASE(since_a_time) {
    Rig rig({"drop: at time 5s -> power-loss 2s", "crc: at @write #1 since drop -> fail comm-crc"});
    BOOST_TEST(rig.writes(2) == "..");
    rig.engine.due(5s);
    BOOST_TEST(failure(rig.write()) == "04/08/03");
}

BOOST_AUTO_TEST_CASE(a_rule_at_fired_acts_when_the_other_fires) {
    Rig rig({"pin: at fired opc -> eject emergency", "opc: at OPC #2 -> fail opc-failed"});
    BOOST_TEST(rig.opc().nothing());
    const auto decision = rig.opc();
    BOOST_TEST((decision.eject == Ejection::emergency));
    BOOST_TEST(failure(decision) == "03/73/03");
    BOOST_TEST(rig.report(0) == "1/1");

    Rig timed({"drop: at time 5s -> power-loss 2s", "at fired drop -> eject request"});
    const auto due = timed.engine.due(5s);
    BOOST_REQUIRE_EQUAL(due.size(), 1u);
    BOOST_TEST(due[0].power_loss);
    BOOST_TEST((due[0].eject == Ejection::request));
}

BOOST_AUTO_TEST_CASE(the_report_names_rules_and_their_canonical_lines) {
    Rig rig({"at OPC->take 120s", "b: at WRITE -> lose"});
    const auto report = rig.engine.report();
    BOOST_REQUIRE_EQUAL(report.size(), 2u);
    BOOST_TEST(report[0].name == "rule1");
    BOOST_TEST(report[0].text == "at SEND_OPC_INFORMATION -> take 120s");
    BOOST_TEST(report[1].name == "b");
    BOOST_TEST(report[1].fired == 0u);
}

BOOST_AUTO_TEST_CASE(the_preset_of_the_report) {
    Rig rig({" opc-failure "});
    const auto decision = rig.opc();
    BOOST_CHECK(decision.take == 8906ms);
    BOOST_TEST(failure(decision) == "03/73/03");
}

BOOST_AUTO_TEST_CASE(endless_sums_of_time_stay_in_bounds) {
    std::vector<std::string> rules;
    for (int i = 0; i < 1000; ++i)
        rules.push_back("at @write -> take 8760h, busy 8760h");
    const auto decision = Rig(rules).write();
    BOOST_CHECK(decision.take == mmc::Duration(8760h));
    BOOST_CHECK(decision.busy->duration == mmc::Duration(8760h));
}
