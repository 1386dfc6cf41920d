// SPDX-License-Identifier: Apache-2.0
// Goal: every production of the rule grammar is read as what it says. Method: lines as users write
// them, compared with the AST or with the canonical line.
#include <boost/test/unit_test.hpp>

#include "emulator/faults/parser.h"
#include "emulator/faults/printer.h"
#include "tests/unit/faults/scenarios.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;
using namespace std::chrono_literals;

namespace {

FaultRule read(std::string_view line) {
    auto rule = parse_rule(line);
    BOOST_REQUIRE_MESSAGE(rule, line << ": " << rule.error().message);
    return *std::move(rule);
}

std::string canonical(std::string_view line) {
    return print(read(line));
}

std::string canonical_statement(std::string_view line) {
    const auto statement = parse_statement(line);
    BOOST_REQUIRE_MESSAGE(statement, line << ": " << statement.error().message);
    return print(*statement);
}

template <class T>
T only_qualifier(std::string_view line) {
    const auto rule = read(line);
    BOOST_REQUIRE_EQUAL(rule.qualifiers.size(), 1u);
    return std::get<T>(rule.qualifiers[0].what);
}

template <class T>
T only_action(std::string_view line) {
    const auto rule = read(line);
    BOOST_REQUIRE_EQUAL(rule.actions.size(), 1u);
    return std::get<T>(rule.actions[0].what);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_reported_failure_is_one_rule) {
    const auto rule = read("opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03");
    BOOST_TEST(rule.name == "opc");
    BOOST_TEST(std::get<point::Command>(rule.point.what).opcode == 0x54);
    BOOST_TEST(rule.point.column.value == 9u);
    BOOST_REQUIRE_EQUAL(rule.actions.size(), 2u);
    BOOST_CHECK((std::get<action::Take>(rule.actions[0].what) == action::Take{8906ms}));
    BOOST_CHECK(std::get<action::Fail>(rule.actions[1].what).code == mmc::sense::opc_failed);
    BOOST_CHECK(!rule.limit);
}

BOOST_AUTO_TEST_CASE(the_word_fault_and_the_name_may_be_left_out) {
    const auto rule = read("at OPC -> lose");
    BOOST_TEST(rule.name == "");
    BOOST_CHECK(rule == read("fault at OPC -> lose"));
    BOOST_CHECK(rule == read("\tat   OPC->lose"));
    BOOST_TEST(read("fault: at OPC -> lose").name == "fault");
    BOOST_TEST(read("fault fault: at OPC -> lose").name == "fault");
    BOOST_TEST(read("at: at OPC -> lose").name == "at");
}

BOOST_AUTO_TEST_CASE(points) {
    BOOST_TEST(canonical("at WRITE -> lose") == "at WRITE_10 -> lose");
    BOOST_TEST(canonical("at 0x54 -> lose") == "at SEND_OPC_INFORMATION -> lose");
    BOOST_TEST(canonical("at 0xd8 -> lose") == "at 0xD8 -> lose");
    BOOST_CHECK((read("at @any -> lose").point.what ==
                 decltype(Point::what)(point::CommandGroup{std::nullopt})));
    BOOST_CHECK((read("at @close -> lose").point.what ==
                 decltype(Point::what)(point::CommandGroup{mmc::Group::close})));
    for (const auto* text : {"source.read", "host.open", "time 12s", "fired opc", "state writing",
                             "@write", "@status", "@tray", "@setup", "@read"})
        BOOST_TEST(canonical(fmt::format("at {} -> lose", text)) ==
                   fmt::format("at {} -> lose", text));
}

BOOST_AUTO_TEST_CASE(indexes) {
    using Index = qualifier::Index;
    const auto index = [](std::string_view text) {
        return only_qualifier<Index>(fmt::format("at @write {} -> lose", text));
    };
    BOOST_CHECK((index("#3") == Index{3, 3, 1}));
    BOOST_CHECK((index("#3..7") == Index{3, 7, 1}));
    BOOST_CHECK((index("#3+") == Index{3, std::nullopt, 1}));
    BOOST_CHECK((index("#3+2") == Index{3, std::nullopt, 2}));
    BOOST_CHECK((index("#3..9+2") == Index{3, 9, 2}));
    BOOST_CHECK((index("#3..9+") == Index{3, 9, 1}));
    BOOST_TEST(canonical("at @write #3+ lba 5..6 -> lose") == "at @write #3+ lba 5..6 -> lose");
}

BOOST_AUTO_TEST_CASE(an_index_selects_as_strace_does) {
    const qualifier::Index index{3, 9, 2};
    std::string chosen;
    for (std::uint64_t i = 1; i <= 12; ++i)
        chosen += index.contains(i) ? fmt::format("{} ", i) : "";
    BOOST_TEST(chosen == "3 5 7 9 ");
    BOOST_TEST((qualifier::Index{3, std::nullopt, 1}.contains(1'000'000)));
    BOOST_TEST((!qualifier::Index{3, std::nullopt, 1}.contains(2)));
}

BOOST_AUTO_TEST_CASE(qualifiers) {
    BOOST_CHECK((only_qualifier<qualifier::Blocks>("at @write lba -150..7 -> lose").range ==
                 BlockRange{-150, 7}));
    BOOST_CHECK((only_qualifier<qualifier::Blocks>("at @write lba 16 -> lose").range ==
                 BlockRange{16, 16}));
    const auto bytes = only_qualifier<qualifier::Bytes>("at @write bytes >= 20MiB -> lose");
    BOOST_CHECK((bytes == qualifier::Bytes{Comparison::greater_or_equal, 20u << 20}));
    const auto cdb = only_qualifier<qualifier::CdbByte>("at CLOSE cdb[2] == 0x02 -> lose");
    BOOST_CHECK((cdb == qualifier::CdbByte{2, Comparison::equal, 2}));
    BOOST_TEST(only_qualifier<qualifier::CdbByte>("at CLOSE cdb[2] != 1F -> lose").value == 0x1F);
    BOOST_TEST(canonical("at @write phase writing buffer < 10% p 0.02 since drop midway -> lose") ==
               "at @write phase writing buffer < 0.1 p 0.02 since drop midway -> lose");
    BOOST_CHECK(!only_qualifier<qualifier::Midway>("at @write midway -> lose").ratio);
}

BOOST_AUTO_TEST_CASE(actions_that_take_senses_and_times) {
    const auto fail =
        only_action<action::Fail>("at @write -> fail write-error info 624 descriptor deferred");
    BOOST_CHECK((fail == action::Fail{mmc::sense::write_error, true, true, 624}));
    BOOST_CHECK((only_action<action::Take>("at OPC -> take +2min") == action::Take{2min, true}));
    BOOST_CHECK(!only_action<action::Hang>("at OPC -> hang").duration);
    BOOST_CHECK(only_action<action::Hang>("at OPC -> hang 5s").duration == 5s);
    BOOST_CHECK(only_action<action::PowerLoss>("at OPC -> power-loss 400ms").back_after == 400ms);
    const auto busy = only_action<action::Busy>("at SYNC -> busy 90s 2/4/8");
    BOOST_CHECK((busy == action::Busy{90s, mmc::sense::long_write}));
    BOOST_TEST(canonical("at OPC -> fail 0b/8/3") == "at SEND_OPC_INFORMATION -> fail 0B/08/03");
}

BOOST_AUTO_TEST_CASE(every_other_action) {
    for (const auto* text : {"status BUSY",
                             "host TIME_OUT",
                             "errno EIO",
                             "short 512B",
                             "torn 3",
                             "corrupt bits 3",
                             "unreadable 4096..4127",
                             "lose",
                             "misplace 16",
                             "stale",
                             "report nwa = 0x10",
                             "reset bus",
                             "unplug",
                             "unplug 2s",
                             "eject emergency",
                             "swap \"a disc\"",
                             "drain",
                             "stall 3s",
                             "throttle 4MiB/s",
                             "signal TERM",
                             "pause",
                             "log \"say \\\"hi\\\"\""})
        BOOST_TEST(canonical(fmt::format("at @write -> {}", text)) ==
                   fmt::format("at @write -> {}", text));
}

BOOST_AUTO_TEST_CASE(limits) {
    for (const auto* text : {"once", "times 3", "always", "for 10s", "until fired drop",
                             "until @close", "until time 5s"})
        BOOST_TEST(canonical(fmt::format("at @write -> lose;{}", text)) ==
                   fmt::format("at @write -> lose ; {}", text));
}

BOOST_AUTO_TEST_CASE(quantities_in_all_units) {
    const std::pair<const char*, mmc::Duration> durations[] = {
        {"8.906s", 8906ms}, {"400ms", 400ms}, {"50us", 50us}, {"7ns", 7ns},
        {"2min", 2min},     {"1.5h", 90min},  {"0s", 0s},     {"1.50s", 1500ms}};
    for (const auto& [text, value] : durations)
        BOOST_CHECK(only_action<action::Take>(fmt::format("at OPC -> take {}", text)).duration ==
                    value);
    const std::pair<const char*, std::uint64_t> sizes[] = {
        {"512", 512},       {"512B", 512},        {"64KiB", 65536},        {"1.5MiB", 1572864},
        {"2GiB", 1u << 31}, {"176.4kB", 176'400}, {"4.7GB", 4'700'000'000}};
    for (const auto& [text, value] : sizes)
        BOOST_TEST(only_action<action::Short>(fmt::format("at OPC -> short {}", text)).size ==
                   value);
}

BOOST_AUTO_TEST_CASE(a_hash_is_a_comment_unless_a_digit_follows) {
    BOOST_TEST(canonical("at @write #3 -> lose # the third") == "at @write #3 -> lose");
    BOOST_TEST(canonical("at @write -> lose #") == "at @write -> lose");
    BOOST_TEST(canonical("at @write -> log \"# inside\"") == "at @write -> log \"# inside\"");
    BOOST_TEST(canonical_statement("burn tao 1MiB # small") == "burn tao 1MiB");
    BOOST_TEST(canonical_statement("title run#3 \"# x\"") == "title run#3 \"# x\"");
}

BOOST_AUTO_TEST_CASE(expectations_settings_and_includes) {
    for (const auto* text :
         {"expect outcome failed", "expect cause opc-failed", "expect sense 03/0C/00",
          "expect message ~ \"under-?run.*(a|b)\"", "expect tray unlocked", "expect within 15s",
          "expect medium equals image", "expect session 1 intact", "expect fired jitter >= 10",
          "expect commands @write == 0", "expect commands SEND_OPC_INFORMATION <= 1",
          "expect exit 1", "include \"bridges/flaky-usb.yaml\"",
          "sweep at @any positions before,midway,after action power-loss,4s",
          "drive generic-dvdrw buffer=2MiB", "seed 42", "deadline 1h", "title \"two words\""})
        BOOST_TEST(canonical_statement(text) == text);
}

BOOST_AUTO_TEST_CASE(every_scenario_is_read_whole) {
    std::size_t faults = 0;
    for (const auto text : tests::scenarios) {
        const auto file = parse_file(text);
        BOOST_REQUIRE_MESSAGE(file, text << "\n" << file.error().message);
        for (const auto& statement : *file)
            faults += std::holds_alternative<FaultRule>(statement.statement) ? 1 : 0;
        BOOST_TEST(file->size() >= 4u);
    }
    BOOST_TEST(tests::scenarios.size() == 17u);
    BOOST_TEST(faults == 18u);
}

BOOST_AUTO_TEST_CASE(statements_know_their_lines) {
    const auto file = parse_file("# head\n\ndrive x\r\n  fault at OPC -> lose\n");
    BOOST_REQUIRE(file);
    BOOST_REQUIRE_EQUAL(file->size(), 2u);
    BOOST_TEST((*file)[0].line == 3u);
    BOOST_TEST((*file)[1].line == 4u);
    BOOST_TEST(print((*file)[0].statement) == "drive x");
}
