// SPDX-License-Identifier: Apache-2.0
// Goal: a rule that is built is the rule that its text gives. Method: each word of the language
// once, both ways.
#include <boost/test/unit_test.hpp>

#include "emulator/faults/builder.h"
#include "emulator/faults/engine.h"
#include "emulator/faults/parser.h"
#include "emulator/faults/printer.h"

using namespace burnrig;
using namespace burnrig::emulator::faults;
using namespace std::chrono_literals;
using mmc::Group;
using mmc::Opcode;

namespace {

void same(const FaultRule& built, std::string_view text) {
    const auto parsed = parse_rule(text);
    BOOST_REQUIRE_MESSAGE(parsed, text << ": " << (parsed ? "" : parsed.error().message));
    BOOST_TEST((built == *parsed), print(built) << " is not " << text);
    BOOST_TEST(print(built) == text);
}

} // namespace

BOOST_AUTO_TEST_CASE(points) {
    same(at(Opcode::write_10).lose(), "at WRITE_10 -> lose");
    same(at(Group::write).lose(), "at @write -> lose");
    same(at(any_command()).drain(), "at @any -> drain");
    same(at(source_event("read")).stall(3s), "at source.read -> stall 3s");
    same(at(host_event("open")).system_error("EBUSY"), "at host.open -> errno EBUSY");
    same(at(drive_time(12s)).eject("emergency"), "at time 12s -> eject emergency");
    same(at(fired("opc")).power_loss(), "at fired opc -> power-loss");
    same(at(drive_state("writing")).reset("bus"), "at state writing -> reset bus");
}

BOOST_AUTO_TEST_CASE(qualifiers) {
    same(at(Group::write).nth(3).lose(), "at @write #3 -> lose");
    same(at(Group::write).nth(3, 9, 2).lose(), "at @write #3..9+2 -> lose");
    same(at(Group::write).from_nth(3).lose(), "at @write #3+ -> lose");
    same(at(Group::write).lba(4096, 4127).lose(), "at @write lba 4096..4127 -> lose");
    same(at(Group::write).phase("writing").buffer(Comparison::less, 0.1).lose(),
         "at @write phase writing buffer < 0.1 -> lose");
    same(at(Group::write).bytes(Comparison::greater_or_equal, 20U << 20).probability(0.02).lose(),
         "at @write bytes >= 20MiB p 0.02 -> lose");
    same(at(Opcode::close_track_session).cdb(2, Comparison::equal, 2).since("a").drain(),
         "at CLOSE_TRACK_SESSION cdb[2] == 0x02 since a -> drain");
    same(at(Group::write).before().hang(), "at @write before -> hang");
    same(at(Group::write).after().hang(5s), "at @write after -> hang 5s");
    same(at(Group::write).midway(0.5).fail(mmc::sense::write_error),
         "at @write midway 0.5 -> fail 03/0C/00");
}

BOOST_AUTO_TEST_CASE(actions) {
    same(at(Opcode::send_opc_information).named("opc").take(8906ms).fail(mmc::sense::opc_failed),
         "opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03");
    same(at(Group::write)
             .take_more(2s)
             .fail(mmc::sense::write_error)
             .deferred()
             .descriptor()
             .info(624),
         "at @write -> take +2s, fail 03/0C/00 deferred descriptor info 624");
    same(at(Group::write).fail(mmc::sense::write_error).sense_length(0x13),
         "at @write -> fail 03/0C/00 length 0x13");
    same(at(Group::write)
             .fail(mmc::sense::opc_failed)
             .raw({0x70, 0, 3, 0, 0, 0, 0, 6, 0, 0, 0x15, 0x12, 0x73, 3}),
         "at @write -> fail 03/73/03 raw \"70 00 03 00 00 00 00 06 00 00 15 12 73 03\"");
    same(at(Group::write).status("BUSY"), "at @write -> status BUSY");
    same(at(Group::write).host("RESET").reset("bus"), "at @write -> host RESET, reset bus");
    same(at(Group::write).busy(90s, mmc::sense::long_write), "at @write -> busy 90s 02/04/08");
    same(at(Group::write).short_transfer(512), "at @write -> short 512B");
    same(at(Group::write).torn(3).misplace(16), "at @write -> torn 3, misplace 16");
    same(at(Group::write).corrupt({"bits", "3"}), "at @write -> corrupt bits 3");
    same(at(Group::write).unreadable(100, 200, 3), "at @write -> unreadable 100..200 tries 3");
    same(at(Group::read).stale().report("nwa", "0"), "at @read -> stale, report nwa = 0");
    same(at(Group::write).unplug(2s).swap("cd-r-80"), "at @write -> unplug 2s, swap cd-r-80");
    same(at(Group::write).throttle(4U << 20).signal("TERM").pause().log("here"),
         "at @write -> throttle 4MiB/s, signal TERM, pause, log \"here\"");
    same(at(Group::write).use_up("pca", 1), "at @write -> use-up pca leaving 1");
}

BOOST_AUTO_TEST_CASE(limits) {
    same(at(Group::write).lose().once(), "at @write -> lose ; once");
    same(at(Group::write).lose().times(3), "at @write -> lose ; times 3");
    same(at(Group::write).lose().always(), "at @write -> lose ; always");
    same(at(Group::write).lose().lasting(10s), "at @write -> lose ; for 10s");
    same(at(Group::write).lose().until(drive_time(5s)), "at @write -> lose ; until time 5s");
}

BOOST_AUTO_TEST_CASE(built_rules_act) {
    auto engine = FaultEngine::create(
        std::vector<FaultRule>{at(Opcode::send_opc_information).fail(mmc::sense::opc_failed)}, 1);
    BOOST_REQUIRE(engine);
    const std::array<std::uint8_t, 10> cdb{0x54};
    CommandFacts facts;
    facts.cdb = cdb;
    BOOST_TEST(engine->decide(facts).fail.has_value());
}
