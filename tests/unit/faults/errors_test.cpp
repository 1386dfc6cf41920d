// SPDX-License-Identifier: Apache-2.0
// Goal: whoever mistypes a rule is told where and what would be right. Method: exact messages.
#include <boost/test/unit_test.hpp>

#include "emulator/faults/engine.h"
#include "emulator/faults/parser.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;

namespace {

std::string error_of_all(std::vector<std::string> rules) {
    const auto engine = FaultEngine::create(rules, 0);
    return engine ? "accepted" : engine.error().message;
}
std::string error_of(const std::string& rule) {
    return error_of_all({rule});
}

std::string file_error(std::string_view text) {
    const auto file = parse_file(text);
    return file ? "accepted" : file.error().message;
}

} // namespace

BOOST_AUTO_TEST_CASE(unknown_words_come_with_the_nearest) {
    BOOST_TEST(error_of("at SEND_OPC_INFORMATON -> lose") ==
               "rule 1, column 4: unknown command 'SEND_OPC_INFORMATON'; did you mean "
               "SEND_OPC_INFORMATION?");
    BOOST_TEST(error_of("at opc -> lose") ==
               "rule 1, column 4: unknown command 'opc'; did you mean OPC?");
    BOOST_TEST(error_of("at @wrte -> lose") ==
               "rule 1, column 4: unknown group '@wrte'; did you mean @write?");
    BOOST_TEST(error_of("at OPC fase writing -> lose") ==
               "rule 1, column 8: unknown qualifier 'fase'; did you mean phase?");
    BOOST_TEST(error_of("at OPC -> fial 03/73/03") ==
               "rule 1, column 11: unknown action 'fial'; did you mean fail?");
    BOOST_TEST(error_of("at OPC -> fail opc-faild") ==
               "rule 1, column 16: unknown sense 'opc-faild'; did you mean opc-failed?");
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 defered") ==
               "rule 1, column 25: unknown option of fail 'defered'; did you mean deferred?");
    BOOST_TEST(error_of("at OPC -> lose ; alway") ==
               "rule 1, column 18: unknown limit 'alway'; did you mean always?");
    BOOST_TEST(error_of("opc-failur") ==
               "rule 1, column 1: unknown preset 'opc-failur'; did you mean opc-failure?");
    BOOST_TEST(error_of("at OPC phase writting -> lose") ==
               "rule 1, column 8: unknown phase 'writting'; did you mean writing?");
    BOOST_TEST(error_of("at OPC -> eject emergncy") ==
               "rule 1, column 11: unknown way to eject 'emergncy'; did you mean emergency?");
    BOOST_TEST(error_of_all({"drop: at time 5s -> power-loss", "at @write since drp -> lose"}) ==
               "rule 2, column 11: unknown rule 'drp'; did you mean drop?");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_named) {
    BOOST_TEST(error_of("") == "rule 1, column 1: expected 'at', found the end of the line");
    BOOST_TEST(error_of("at OPC take 5s") == "rule 1, column 8: expected '->', found 'take'");
    BOOST_TEST(error_of("at OPC  # -> lose") ==
               "rule 1, column 9: expected '->', found the end of the line");
    BOOST_TEST(error_of("at OPC ->") == "rule 1, column 10: expected an action such as take, fail "
                                        "or hang, found the end of the line");
    BOOST_TEST(error_of("at OPC -> take 5") ==
               "rule 1, column 16: expected a duration such as 8.906s, 400ms or 2min (a year at "
               "most), found '5'");
    BOOST_TEST(error_of("at OPC -> fail 3/733/3") ==
               "rule 1, column 16: expected a sense code such as 03/73/03 or opc-failed, found "
               "'3/733/3'");
    BOOST_TEST(error_of("at OPC p 1.5 -> lose") ==
               "rule 1, column 10: expected a ratio from 0 to 1 such as 0.5, with up to 9 "
               "decimals, found '1.5'");
    BOOST_TEST(error_of("at @write lba 1..x -> lose") ==
               "rule 1, column 18: expected a block address such as 4096, found 'x'");
    BOOST_TEST(error_of("at OPC cdb[16] == 0x00 -> lose") ==
               "rule 1, column 12: expected a number from 0 to 15, found '16'");
    BOOST_TEST(error_of("at 0x154 -> lose") ==
               "rule 1, column 4: expected an operation code from 0x00 to 0xFF, found '0x154'");
    BOOST_TEST(error_of("at OPC -> lose lose") ==
               "rule 1, column 16: expected ',', ';' or the end of the line, found 'lose'");
    BOOST_TEST(error_of("1st: at OPC -> lose") ==
               "rule 1, column 1: expected the name of a rule, found '1st'");
    BOOST_TEST(error_of("at OPC -> log \"x") ==
               "rule 1, column 15: this string has no closing quote");
}

BOOST_AUTO_TEST_CASE(characters_that_have_no_place) {
    BOOST_TEST(error_of("at OPC -> lose!") == "rule 1, column 15: unexpected character '!'");
    BOOST_TEST(error_of("at OPC ->\nlose") ==
               "rule 1, column 10: unexpected control character 0Ah");
    // Columns count letters: the umlaut is one.
    BOOST_TEST(error_of("at \xC3\xB6pc -> lose !").starts_with("rule 1, column 16: "));
}

BOOST_AUTO_TEST_CASE(rules_that_could_never_act_as_written) {
    BOOST_TEST(error_of("at OPC #0 -> lose") == "rule 1, column 9: commands are counted from #1");
    BOOST_TEST(error_of("at OPC #7..3 -> lose") ==
               "rule 1, column 9: the range #7..3 ends before it begins");
    BOOST_TEST(error_of("at OPC lba 7..3 -> lose") ==
               "rule 1, column 12: the range 7..3 ends before it begins");
    BOOST_TEST(error_of("at OPC -> lose ; times 0") ==
               "rule 1, column 24: a rule that acts 0 times does nothing: expected at least 1");
    BOOST_TEST(error_of("at OPC before after -> fail opc-failed") ==
               "rule 1, column 15: 'after' cannot stand beside column 8: a rule has only one of "
               "its kind");
    BOOST_TEST(error_of("at OPC -> fail opc-failed, hang") ==
               "rule 1, column 28: 'hang' cannot follow 'fail': a command has one outcome");
    BOOST_TEST(error_of("at @write before -> lose, fail write-error") ==
               "rule 1, column 21: 'lose' needs the command to be carried out, and 'before' says "
               "that it is not");
    BOOST_TEST(error_of("at @write midway -> take 5s") ==
               "rule 1, column 11: 'midway' needs something that strikes there: fail (not "
               "deferred), status, host, errno, hang, power-loss or unplug");
    BOOST_TEST(error_of("at @write before -> eject emergency") ==
               "rule 1, column 11: 'before' needs something that strikes there: fail (not "
               "deferred), status, host, errno, hang, power-loss or unplug");
    BOOST_TEST(error_of("a: at OPC since a -> lose") ==
               "rule 1, column 11: the rule 'a' waits for itself");
    BOOST_TEST(error_of_all({"a: at fired b -> lose", "b: at fired a -> lose"}) ==
               "rule 1, column 7: the rule 'a' waits for itself");
    BOOST_TEST(error_of_all({"a: at OPC -> lose", "a: at @write -> lose"}) ==
               "rule 2, column 1: the name 'a' belongs to rule 1 already");
    BOOST_TEST(error_of("at OPC -> corrupt bits 0") ==
               "rule 1, column 11: expected 'corrupt bits N' with N from 1 to 18816");
}

BOOST_AUTO_TEST_CASE(sense_data_say_one_thing) {
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 length 3") ==
               "rule 1, column 32: expected an additional sense length from 6 (the code must fit) "
               "to 56, found 3");
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 raw \"70 00 03\"") ==
               "rule 1, column 29: expected sense data in hexadecimal such as \"70 00 03 00 00 00 "
               "00 0A 00 00 00 00 73 03\", with a code in it and 64 bytes at most");
    BOOST_TEST(error_of("at OPC -> fail 03/73/02 raw \"70 00 03 00 00 00 00 06 00 00 00 00 73 "
                        "03\"") ==
               "rule 1, column 25: the raw bytes say 03/73/03, and the rule says 03/73/02");
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 deferred raw \"70 00 03 00 00 00 00 06 00 00 00 "
                        "00 73 03\"") ==
               "rule 1, column 25: the raw bytes begin with 70: leave out 'deferred' (71h and 73h "
               "are deferred, 72h and 73h in descriptor format)");
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 raw \"70 00 03 00 00 00 00 06 00 00 00 00 73 "
                        "03\" length 9") ==
               "rule 1, column 25: the raw bytes have their own length: leave out 'length'");
    BOOST_TEST(error_of("at OPC -> fail 03/73/03 raw \"70 00 03 00 00 00 00 06 00 00 00 00 73 "
                        "03\" info 7") ==
               "rule 1, column 25: the raw bytes do not have the information 7");
}

BOOST_AUTO_TEST_CASE(a_time_has_no_command) {
    BOOST_TEST(error_of("at time 5s lba 3 -> power-loss") ==
               "rule 1, column 12: 'lba' cannot stand here: the rule acts at a time, not at a "
               "command");
    BOOST_TEST(error_of("at time 5s -> take 3s") ==
               "rule 1, column 15: 'take' needs a command, and this rule acts at a time");
    BOOST_TEST(error_of_all({"drop: at time 5s -> eject emergency", "at fired drop -> lose"}) ==
               "rule 2, column 18: 'lose' needs a command, and this rule acts at a time");
    BOOST_TEST(error_of("at time 5s -> power-loss ; always") ==
               "rule 1, column 28: a time comes only once");
}

// What cannot act is refused by its own name and says why; it must never be passed over in silence.
BOOST_AUTO_TEST_CASE(what_is_not_there_cannot_act) {
    BOOST_TEST(error_of("at source.read -> stall 3s") ==
               "rule 1, column 4: 'source.read' cannot act here: only 'burnrig burn' reads an "
               "image of its own");
    BOOST_TEST(error_of("at host.open -> errno EBUSY") ==
               "rule 1, column 4: 'host.open' cannot act here: only 'burnrig run' has a program "
               "that uses a device");
    Backend of_the_kernel;
    of_the_kernel.host_node = true;
    of_the_kernel.kernel_node = true;
    const auto engine = FaultEngine::create(
        std::vector<std::string>{"at host.close -> log \"gone\""}, 0, of_the_kernel);
    BOOST_REQUIRE(!engine);
    BOOST_TEST(engine.error().message ==
               "rule 1, column 4: 'host.close' cannot act here: the device of --via tcmu is the "
               "kernel's own, which does not tell who opens and closes it");
    BOOST_TEST(error_of("at OPC -> hang ; until source.read") ==
               "rule 1, column 24: 'source.read' cannot act here: only 'burnrig burn' reads an "
               "image of its own");
}

BOOST_AUTO_TEST_CASE(what_is_above_the_cable_cannot_reach_the_disc) {
    Backend cable;
    cable.target = Backend::Target::above_the_cable;
    const auto on_cable = [&](const std::string& rule) {
        const auto engine = FaultEngine::create(std::vector<std::string>{rule}, 0, cable);
        return engine ? "accepted" : engine.error().message;
    };
    BOOST_TEST(on_cable("at @write -> torn 3") ==
               "rule 1, column 14: 'torn' cannot act here: what reaches the disc is the drive's "
               "business");
    BOOST_TEST(on_cable("at state writing -> reset bus") ==
               "rule 1, column 4: 'state writing' cannot act here: only the drive knows");
    BOOST_TEST(on_cable("at @write buffer < 0.1 -> fail write-error") ==
               "rule 1, column 11: 'buffer' cannot act here: only the drive knows");
    BOOST_TEST(on_cable("at @write #3 -> status BUSY") == "accepted");
    BOOST_TEST(on_cable("at @write -> take +3s") == "accepted"); // nearly: never less
}

BOOST_AUTO_TEST_CASE(an_action_needs_something_to_act_on) {
    BOOST_TEST(error_of("at OPC -> lose") ==
               "rule 1, column 11: 'lose' needs a command that writes blocks, and "
               "SEND_OPC_INFORMATION is none");
    BOOST_TEST(error_of("at @tray -> corrupt bits 3") ==
               "rule 1, column 13: 'corrupt' needs a command with data, and @tray is none");
    BOOST_TEST(error_of_all({"opc: at OPC -> fail opc-failed", "at fired opc -> lose"}) ==
               "rule 2, column 17: 'lose' needs a command that writes blocks, and "
               "SEND_OPC_INFORMATION is none");
    BOOST_TEST(error_of("at @any -> lose") == "accepted");
}

BOOST_AUTO_TEST_CASE(files_name_the_line) {
    BOOST_TEST(file_error("drive x\n\nfault opc: at WRTIE -> lose\n") ==
               "line 3, column 15: unknown command 'WRTIE'; did you mean WRITE?");
    BOOST_TEST(file_error("expct outcome failed") ==
               "line 1, column 1: unknown statement 'expct'; did you mean expect?");
    BOOST_TEST(file_error("expect outcom failed") ==
               "line 1, column 8: unknown expectation 'outcom'; did you mean outcome?");
    BOOST_TEST(file_error("title # none") ==
               "line 1, column 7: expected a word after 'title', found the end of the line");
    BOOST_TEST(file_error("expect exit 256") ==
               "line 1, column 13: expected a number from 0 to 255, found '256'");
    BOOST_TEST(file_error("expect commands time 5s == 0") ==
               "line 1, column 17: only a command or a group can be counted, such as @write");
    BOOST_TEST(file_error("include bridges") ==
               "line 1, column 9: expected a string in double quotes, found 'bridges'");
}

BOOST_AUTO_TEST_CASE(long_rubbish_is_cut_and_quick) {
    const auto message = error_of("at " + std::string(1'000'000, 'X') + " -> lose");
    BOOST_TEST(message.size() < 200u);
    BOOST_TEST(message.starts_with("rule 1, column 4: unknown command 'XXXX"));
}
