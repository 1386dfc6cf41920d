// SPDX-License-Identifier: Apache-2.0
// Goal: rules at the drive itself (buffer, resets, cable, tray, speed) have the consequences that a
// host would meet. Method: ordinary commands before and after.
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

BOOST_AUTO_TEST_CASE(without_protection_an_empty_buffer_ends_the_track) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #5 -> drain"});
    bench.tao(false, false);
    BOOST_TEST(bench.write(0, 128) == mmc::sense::none);
    const auto result = bench.write_raw(128, 32, pattern(128, 32));
    BOOST_TEST(Bench::sense(result) == mmc::sense::loss_of_streaming);
    BOOST_TEST(mmc::decode_sense(result.sense.view())->information.value() == 128U);
    BOOST_TEST(bench.write(128, 32) == mmc::sense::bad_write_address);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(!bench.track(1).writable);
    BOOST_TEST(bench.disc_information().session_state == 1U); // incomplete
    BOOST_TEST(bench.close_session() == mmc::sense::incomplete_track);
    BOOST_TEST((bench.read(0, 64) == pattern(0, 64)));
}

BOOST_AUTO_TEST_CASE(with_protection_an_empty_buffer_loses_nothing) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 -> drain ; always"});
    bench.tao();
    BOOST_TEST(bench.write(0, 320) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(!bench.track(1).damaged);
    BOOST_TEST((bench.read(0, 320) == pattern(0, 320)));
}

BOOST_AUTO_TEST_CASE(a_host_that_stalls_lets_the_buffer_run_dry) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #5 -> stall 10s"});
    bench.tao(false, false);
    bench.write(0, 128);
    const auto begin = bench.clock.now();
    const auto result = bench.write_raw(128, 32, pattern(128, 32));
    BOOST_TEST(Bench::sense(result) == mmc::sense::loss_of_streaming);
    BOOST_TEST((bench.clock.now() - begin >= 10s));
    BOOST_TEST((result.duration < 1s)); // the drive had it only then
}

BOOST_AUTO_TEST_CASE(a_bus_reset_in_mid_write) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #5 midway 0.5 -> host RESET, reset bus"});
    bench.tao();
    bench.send({0x1E, 0, 0, 0, 1, 0});
    bench.write(0, 128);
    const auto result = bench.write_raw(128, 32, pattern(128, 32));
    BOOST_TEST(result.host == mmc::HostStatus::reset);
    BOOST_TEST(bench.ready() == mmc::sense::bus_reset);
    BOOST_TEST(bench.ready() == mmc::sense::none); // the medium was not changed
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST(!bench.drive.status().removal_prevented);
    BOOST_TEST(bench.write(144, 32) == mmc::sense::bad_write_address);
}

BOOST_AUTO_TEST_CASE(resets_of_other_kinds_say_so) {
    Bench bench(cd_r());
    bench.faults({"at OPC #1 after -> reset device", "at OPC #2 after -> reset internal"});
    bench.opc();
    BOOST_TEST(mmc::to_string(bench.ready()) == "06/29/03");
    bench.opc();
    BOOST_TEST(mmc::to_string(bench.ready()) == "06/29/04");
    BOOST_TEST(bench.ready() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_reset_aborts_what_goes_on) {
    Bench bench(cd_rw());
    bench.tao();
    bench.write(0, 320);
    bench.sync();
    bench.faults({"at state blanking -> reset bus"});
    BOOST_TEST(Bench::sense(bench.send({0xA1, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) ==
               mmc::sense::none);
    BOOST_TEST(bench.ready() == mmc::sense::bus_reset);
    BOOST_TEST(bench.ready() == mmc::sense::none); // nothing goes on any more
    BOOST_TEST(bench.disc_information().status != 0U);
    BOOST_TEST(bench.blank(1) == mmc::sense::none);
    BOOST_TEST(bench.disc_information().status == 0U);
}

BOOST_AUTO_TEST_CASE(the_cable_is_out_and_comes_back) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #5 -> unplug 20s"});
    bench.tao();
    bench.write(0, 128);
    BOOST_TEST(bench.write_raw(128, 32, pattern(128, 32)).host == mmc::HostStatus::no_connect);
    BOOST_TEST(bench.send({0x12, 0, 0, 0, 36, 0}).host == mmc::HostStatus::no_connect);
    bench.pass(20s);
    BOOST_TEST(bench.ready() == mmc::sense::power_on);
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.ready() == mmc::sense::none);
    BOOST_TEST(bench.track(1).damaged);
    BOOST_TEST((bench.read(0, 100) == pattern(0, 100))); // the buffer was burned meanwhile
}

BOOST_AUTO_TEST_CASE(after_the_pin_the_door_is_open) {
    Bench bench(cd_r());
    bench.send({0x1E, 0, 0, 0, 1, 0});
    bench.faults({"at WRITE_10 #2 after -> eject emergency"});
    bench.tao();
    bench.write(0, 64);
    const auto mechanism = bench.get({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0});
    BOOST_TEST((mechanism[1] & 0x10) != 0);
    BOOST_TEST(bench.write(64, 32) == mmc::sense::tray_open);
}

BOOST_AUTO_TEST_CASE(another_medium_lies_in_the_tray) {
    Bench bench(cd_r());
    FaultHooks hooks;
    hooks.load_medium = [](const std::string& name) -> std::unique_ptr<Disc> {
        return name == "test-cd-rw" ? std::move(*Disc::in_memory(cd_rw())) : nullptr;
    };
    bench.drive.set_fault_hooks(std::move(hooks));
    faults::Backend backend;
    backend.find_medium = [](const std::string& name) -> mmc::Result<void> {
        if (name == "test-cd-rw")
            return {};
        return mmc::fail("no medium '{}'", name);
    };
    const std::vector<std::string> unknown{"at OPC -> swap cd-x"};
    const auto refused = faults::FaultEngine::create(unknown, 1, backend);
    BOOST_TEST(refused.error().message == "rule 1, column 11: no medium 'cd-x'");
    const std::vector<std::string> rules{"at OPC after -> swap test-cd-rw"};
    bench.drive.set_faults(std::move(*faults::FaultEngine::create(rules, 1, backend)));
    BOOST_TEST(!bench.disc_information().erasable);
    bench.opc();
    BOOST_TEST(bench.ready() == mmc::sense::medium_changed);
    BOOST_TEST(bench.disc_information().erasable);
}

BOOST_AUTO_TEST_CASE(a_drive_that_records_at_another_rate) {
    Bench bench(cd_r());
    bench.faults({"at @write -> throttle 2048000B/s ; always"}); // 1000 blocks a second
    bench.tao();
    bench.write(0, 32);
    const auto begin = bench.clock.now();
    bench.write(32, 4096);
    bench.sync();
    const auto seconds = std::chrono::duration<double>(bench.clock.now() - begin).count();
    BOOST_TEST(seconds > 4.0);
    BOOST_TEST(seconds < 12.0);
}

BOOST_AUTO_TEST_CASE(a_state_that_the_drive_comes_into) {
    Bench bench(cd_r());
    bench.faults({"at state writing -> busy 5s"});
    bench.tao();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none); // with it the drive begins
    BOOST_TEST(bench.write(32, 32) == mmc::sense::long_write);
    bench.pass(5s);
    BOOST_TEST(bench.write(32, 320) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.drive.faults().report().at(0).fired == 1U);
}

BOOST_AUTO_TEST_CASE(rules_come_and_go_while_the_drive_runs) {
    Bench bench(cd_r());
    auto& rules = bench.drive.faults();
    const auto names = rules.add("late: at OPC -> fail opc-failed ; always");
    BOOST_REQUIRE(names);
    BOOST_TEST(names->at(0) == "late");
    BOOST_TEST(bench.opc() == mmc::sense::opc_failed);
    BOOST_REQUIRE(rules.add("at @write since late -> lose"));
    BOOST_TEST(rules.remove("late").error().message ==
               "the rule 'rule2' waits for 'late': remove it first");
    BOOST_REQUIRE(rules.remove("rule2"));
    BOOST_REQUIRE(rules.remove("late"));
    BOOST_TEST(bench.opc() == mmc::sense::none);
    BOOST_TEST(rules.empty());
}

} // namespace
} // namespace burnrig::emulator
