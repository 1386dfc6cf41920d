// SPDX-License-Identifier: Apache-2.0
// Goal: presets are what their table says, take parameters, and refuse what is wrong with a
// message that helps. What each does to a burn is in tests/unit/drive/fault_presets_test.cpp.
#include <boost/test/unit_test.hpp>

#include <set>

#include "emulator/faults/engine.h"
#include "emulator/faults/presets.h"
#include "emulator/faults/printer.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;

namespace {

std::vector<std::string> lines(std::vector<std::string> faults) {
    const auto engine = FaultEngine::create(faults, 1);
    BOOST_REQUIRE_MESSAGE(engine, engine.error().message);
    std::vector<std::string> lines;
    for (const auto& rule : engine->report())
        lines.push_back(rule.text);
    return lines;
}

std::string line(std::string fault) {
    const auto all = lines({std::move(fault)});
    BOOST_REQUIRE_EQUAL(all.size(), 1U);
    return all[0];
}

std::string error_of(std::string fault) {
    const auto engine = FaultEngine::create(std::vector{std::move(fault)}, 1);
    return engine ? "no error" : engine.error().message;
}

BOOST_AUTO_TEST_CASE(every_preset_is_accepted_and_its_rules_bear_its_name) {
    std::set<std::string_view> names;
    for (const auto& preset : presets()) {
        BOOST_TEST_CONTEXT(preset.name) {
            BOOST_TEST(names.insert(preset.name).second);
            BOOST_TEST(!preset.summary.empty());
            const auto rules = lines({std::string(preset.name)});
            BOOST_TEST(rules == standard_rules(preset), boost::test_tools::per_element());
            for (std::size_t i = 0; i < rules.size(); ++i)
                BOOST_TEST(rules[i].starts_with(std::string(preset.name) + (i == 0 ? ": " : "-")));
        }
    }
}

// A parameter that changes nothing, or that the rules ask for and nobody gives, is a mistake in
// the table.
BOOST_AUTO_TEST_CASE(every_parameter_is_used_and_every_placeholder_is_filled) {
    for (const auto& preset : presets()) {
        BOOST_TEST_CONTEXT(preset.name) {
            for (const auto& rule : standard_rules(preset))
                BOOST_TEST(rule.find('{') == std::string::npos);
            std::string all; // the standard values again say the same
            for (const auto& parameter : parameters(preset)) {
                BOOST_TEST(!parameter.meaning.empty());
                if (parameter.standard.empty())
                    continue;
                all += fmt::format("{}{}={}", all.empty() ? "@" : ",", parameter.name,
                                   parameter.standard);
            }
            BOOST_TEST(lines({std::string(preset.name) + all}) == standard_rules(preset),
                       boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(parameters_stand_in_place_of_the_standard_values) {
    BOOST_TEST(line("opc-failure@take=3s") ==
               "opc-failure: at SEND_OPC_INFORMATION -> take 3s, fail 03/73/03");
    BOOST_TEST(line(" opc-failure @ take = 500ms , sense = 03/73/02 ") ==
               "opc-failure: at SEND_OPC_INFORMATION -> take 500ms, fail 03/73/02");
    BOOST_TEST(line("write-error@write=100") ==
               "write-error: at @write #100 midway 0.5 -> fail 03/0C/00");
    BOOST_TEST(line("write-error@lba=20000") ==
               "write-error: at @write lba 20000..20000 midway 0.5 -> fail 03/0C/00");
    BOOST_TEST(line("write-error@lba=-150") ==
               "write-error: at @write lba -150..-150 midway 0.5 -> fail 03/0C/00");
    BOOST_TEST(line("silent-corruption@lba=4096..4127,bits=1") ==
               "silent-corruption: at @write lba 4096..4127 -> corrupt bits 1");
    BOOST_TEST(line("power-loss@time=12s") == "power-loss: at time 12s -> power-loss 4s");
    BOOST_TEST(line("medium-removed@write=3") == "medium-removed: at @write #3 -> eject emergency");
    BOOST_TEST(line("hang@at=@close") == "hang: at @close -> hang");
    BOOST_TEST(line("flaky-cable@p=0.5") ==
               "flaky-cable: at @write p 0.5 -> fail 04/08/03 ; always");
}

BOOST_AUTO_TEST_CASE(a_preset_can_have_another_name) {
    BOOST_TEST(line("late: write-error@write=100") ==
               "late: at @write #100 midway 0.5 -> fail 03/0C/00");
    const std::vector<std::string> wedged{"stuck: at @write #40 -> hang",
                                          "stuck-on: at @any since stuck -> hang ; always"};
    BOOST_TEST(lines({"stuck:wedged-drive"}) == wedged, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_same_preset_twice_gets_a_number) {
    const std::vector<std::string> twice{"comm-crc: at @write #3 -> fail 04/08/03",
                                         "comm-crc-2: at @write #9 -> fail 04/08/03",
                                         "comm-crc-3: at @write #27 -> fail 04/08/03"};
    BOOST_TEST(lines({"comm-crc", "comm-crc@write=9", "comm-crc@write=27"}) == twice,
               boost::test_tools::per_element());
    BOOST_TEST(error_of("x: comm-crc") == "no error");
    const auto same = FaultEngine::create(
        std::vector<std::string>{"wedged-drive", "comm-crc", "comm-crc: comm-crc"}, 1);
    BOOST_REQUIRE(!same);
    BOOST_TEST(same.error().message ==
               "rule 3, column 1: the name 'comm-crc' belongs to rule 2 already");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named_with_the_nearest_word) {
    BOOST_TEST(error_of("opc-failur@take=3s") ==
               "rule 1, column 1: unknown preset 'opc-failur'; did you mean opc-failure?");
    BOOST_TEST(error_of("mine: opc-failur") ==
               "rule 1, column 7: unknown preset 'opc-failur'; did you mean opc-failure?");
    BOOST_TEST(error_of("opc-failure@tkae=3s") ==
               "rule 1, column 13: opc-failure has no parameter 'tkae'; did you mean take? (it "
               "has: take, sense)");
    BOOST_TEST(error_of("write-error@lab=3") ==
               "rule 1, column 13: write-error has no parameter 'lab'; did you mean lba? (it has: "
               "write, lba, sense)");
    BOOST_TEST(error_of("pca-full@take=3s") == "rule 1, column 10: pca-full has no parameters");
    BOOST_TEST(error_of("opc-failure@take") ==
               "rule 1, column 17: expected '=' and a value for take");
    BOOST_TEST(error_of("opc-failure@take=soon") ==
               "rule 1, column 18: take: expected a duration such as 8.906s, 400ms or 2min (a year "
               "at most), found "
               "'soon'");
    BOOST_TEST(error_of("opc-failure@sense=opc-faild") ==
               "rule 1, column 19: sense: unknown sense 'opc-faild'; did you mean opc-failed?");
    BOOST_TEST(error_of("opc-failure@take=3s 4s") ==
               "rule 1, column 18: take: expected ',' or the end, found '4s'");
    BOOST_TEST(error_of("write-error@write=3,lba=5") ==
               "rule 1, column 21: write and lba both say where it happens: give one of them");
    BOOST_TEST(error_of("opc-failure@take=3s,take=4s") == "rule 1, column 21: take is given twice");
    BOOST_TEST(error_of("hang@at=@wrte") ==
               "rule 1, column 9: at: unknown group '@wrte'; did you mean @write?");
    BOOST_TEST(error_of("hang@at=time") ==
               "rule 1, column 9: at: expected a duration such as "
               "8.906s, 400ms or 2min (a year at most), found the end of the line");
    BOOST_TEST(
        error_of("opc-failure take=3s") ==
        "rule 1, column 13: expected '@' and parameters behind opc-failure, found 'take=3s'");
    BOOST_TEST(error_of("opc-failure@") ==
               "rule 1, column 13: opc-failure has no parameter ''; did you mean take? (it has: "
               "take, sense)");
}

// Good by themselves, and yet no rule comes of them.
BOOST_AUTO_TEST_CASE(values_that_do_not_fit_the_rule_are_refused) {
    BOOST_TEST(error_of("write-error@write=0").find("write-error makes no rule of that") !=
               std::string::npos);
    BOOST_TEST(error_of("bad-block@lba=5..9").find("bad-block makes no rule of that") !=
               std::string::npos);
    BOOST_TEST(error_of("silent-corruption@bits=0") ==
               "rule 1, column 1: expected 'corrupt bits N' with N from 1 to 18816 in "
               "'silent-corruption: at @write lba 1000..1000 -> corrupt bits 0'");
}

BOOST_AUTO_TEST_CASE(a_rule_is_no_preset) {
    BOOST_TEST(!is_preset("at OPC -> lose"));
    BOOST_TEST(!is_preset("at@write->lose"));
    BOOST_TEST(!is_preset("x: at OPC -> lose"));
    BOOST_TEST(!is_preset("fault x: at OPC -> lose"));
    BOOST_TEST(!is_preset("at OPC take 5s"));
    BOOST_TEST(!is_preset(""));
    BOOST_TEST(is_preset("opc-failure"));
    BOOST_TEST(is_preset("no-such@x=1"));
    BOOST_TEST(is_preset("x: opc-failure"));
}

} // namespace
