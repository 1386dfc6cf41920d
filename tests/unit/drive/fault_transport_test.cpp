// SPDX-License-Identifier: Apache-2.0
// Goal: what rules do to a command on its way and to its reply is what the host meets. Method:
// ordinary commands, and what they find afterwards.
#include <cerrno>

#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {
namespace {

Bytes sense_bytes(const mmc::Completion& completion) {
    return {completion.sense.view().begin(), completion.sense.view().end()};
}

BOOST_AUTO_TEST_CASE(another_status_and_the_command_is_not_done) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> status BUSY"});
    bench.tao();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    const auto busy = bench.write_raw(32, 32, pattern(32, 32));
    BOOST_CHECK(busy.status == mmc::Status::busy);
    BOOST_TEST(busy.transferred == 0U);
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none); // the same address is still the next
}

BOOST_AUTO_TEST_CASE(a_drive_that_says_good_and_has_done_nothing) {
    Bench bench(cd_r());
    bench.faults({"at @write -> status GOOD ; always"});
    bench.tao();
    const auto result = bench.write_raw(0, 32, pattern(0, 32));
    BOOST_TEST(result.good());
    BOOST_TEST(result.transferred == 32U * 2048);
    BOOST_TEST(bench.track(1).blank);
}

BOOST_AUTO_TEST_CASE(a_failing_system_call_leaves_the_drive_as_it_is) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> errno EIO"});
    bench.tao();
    bench.write(0, 32);
    const auto result = bench.write_raw(32, 32, pattern(32, 32));
    BOOST_TEST(result.system_error == EIO);
    BOOST_TEST(!result.good());
    BOOST_TEST(bench.write(32, 32) == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(a_status_that_is_lost_on_its_way_and_comes_later_than_the_host_waits) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 after -> take 42.107s, host TIME_OUT"});
    bench.tao();
    const auto data = pattern(0, 32);
    const auto result =
        bench.drive.execute({Bytes{0x2A, 0, 0, 0, 0, 0, 0, 0, 32, 0}, data, {}, 40s});
    BOOST_TEST(result.host == mmc::HostStatus::time_out);
    BOOST_TEST((result.duration == 42107ms));
    BOOST_TEST(bench.track(1).next == 32); // and yet it was done
}

BOOST_AUTO_TEST_CASE(a_command_that_never_arrives) {
    Bench bench(cd_r());
    bench.faults({"at SYNCHRONIZE_CACHE -> host BUS_BUSY"});
    bench.tao();
    bench.write(0, 320);
    const auto result = bench.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST(result.host == mmc::HostStatus::bus_busy);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.track(1).size == 322);
}

BOOST_AUTO_TEST_CASE(only_some_of_the_bytes_go_over) {
    Bench bench(cd_r());
    bench.faults({"at READ_10 -> short 1000B", "at WRITE_10 #2 -> short 33000"});
    bench.tao();
    BOOST_TEST(bench.write(0, 32) == mmc::sense::none);
    const auto written = bench.write_raw(32, 32, pattern(32, 32));
    BOOST_TEST(written.good());
    BOOST_TEST(written.transferred == 33000U);
    BOOST_TEST(bench.write(64, 32) == mmc::sense::bad_write_address); // 16 blocks are missing
    BOOST_TEST(bench.write(48, 300) == mmc::sense::none);
    BOOST_TEST(bench.sync() == mmc::sense::none);
    BOOST_TEST(bench.read(0, 32).size() == 1000U);
    BOOST_TEST(bench.last.good());
    BOOST_TEST(bench.read(32, 16) == pattern(32, 16), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reports_that_are_wrong) {
    Bench bench(cd_r());
    bench.faults({"at READ_TRACK_INFORMATION -> report nwa = 4711, report free-blocks = 0x10",
                  "at READ_DISC_INFORMATION -> report disc-status = complete",
                  "at GET_CONFIGURATION -> report profile = 0x001A",
                  "at INQUIRY -> report product = \"DVD-RW X\"",
                  "at MODE_SENSE_10 -> report write-speed = 1"});
    BOOST_TEST(bench.track(1).next == 4711);
    BOOST_TEST(bench.track(1).next == 0); // once
    BOOST_TEST(bench.disc_information().status == 2U);
    const auto configuration = bench.get({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0});
    BOOST_TEST(mmc::get16(&configuration[6]) == 0x001A);
    const auto identity = bench.get({0x12, 0, 0, 0, 36, 0});
    BOOST_TEST(std::string(identity.begin() + 16, identity.begin() + 32) == "DVD-RW X        ");
    const auto page = bench.get({0x5A, 8, 0x2A, 0, 0, 0, 0, 1, 0, 0});
    BOOST_TEST(mmc::get16(&page[8 + 28]) == 1);
}

BOOST_AUTO_TEST_CASE(a_stale_reply_is_that_of_the_last_time) {
    Bench bench(cd_r());
    bench.faults({"at READ_TRACK_INFORMATION #2 -> stale"});
    bench.tao();
    BOOST_TEST(bench.track(1).next == 0);
    bench.write(0, 32);
    BOOST_TEST(bench.track(1).next == 0);
    BOOST_TEST(bench.track(1).next == 32);
}

BOOST_AUTO_TEST_CASE(bytes_that_change_on_their_way_to_the_host) {
    Bench bench(cd_r());
    bench.tao();
    bench.write(0, 320);
    bench.sync();
    bench.faults({"at @read lba 100..163 -> corrupt bits 3 ; times 2"});
    const auto once = bench.read(96, 32);
    BOOST_TEST((once != pattern(96, 32)));
    BOOST_TEST((Bytes(once.begin(), once.begin() + 4 * 2048) == pattern(96, 4)));
    BOOST_TEST((bench.read(96, 32) == once));            // wrong in the same way
    BOOST_TEST((bench.read(96, 32) == pattern(96, 32))); // the disc is as it was
}

BOOST_AUTO_TEST_CASE(sense_data_as_a_drive_really_sent_them) {
    Bench bench(cd_r());
    bench.faults({"at OPC #1 -> fail 03/73/03 length 0x13",
                  "at OPC #2 -> fail 03/73/03 raw \"70 00 03 00 00 00 00 0A 00 00 15 12 73 03 00 "
                  "00\"",
                  "at OPC #3 -> fail 03/73/03 descriptor info 7"});
    const Bytes opc{0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    Bytes longer{0x70, 0, 3, 0, 0, 0, 0, 0x13, 0, 0, 0, 0, 0x73, 3};
    longer.resize(27);
    BOOST_TEST(sense_bytes(bench.send(opc)) == longer, boost::test_tools::per_element());
    const Bytes vendor{0x70, 0, 3, 0, 0, 0, 0, 0x0A, 0, 0, 0x15, 0x12, 0x73, 3, 0, 0};
    BOOST_TEST(sense_bytes(bench.send(opc)) == vendor, boost::test_tools::per_element());
    const auto descriptor = sense_bytes(bench.send(opc));
    BOOST_TEST(descriptor[0] == 0x72);
    BOOST_TEST(mmc::decode_sense(descriptor)->information.value() == 7U);
}

BOOST_AUTO_TEST_CASE(a_deferred_error_in_descriptor_format_names_the_earlier_block) {
    Bench bench(cd_r());
    bench.faults({"at WRITE_10 #2 -> lose, fail 03/0C/00 deferred descriptor"});
    bench.tao();
    BOOST_TEST(bench.write(0, 64) == mmc::sense::none);
    const auto bytes = sense_bytes(bench.send({0x00, 0, 0, 0, 0, 0}));
    BOOST_TEST(bytes[0] == 0x73);
    BOOST_TEST(mmc::decode_sense(bytes)->information.value() == 32U);
    BOOST_TEST(bench.ready() == mmc::sense::none);
}

BOOST_AUTO_TEST_CASE(rules_see_the_polls_of_an_operation) {
    Bench bench(cd_rw());
    bench.faults({"at TEST_UNIT_READY #2 -> fail 03/0C/00"});
    BOOST_TEST(Bench::sense(bench.send({0xA1, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) ==
               mmc::sense::none);
    BOOST_TEST(bench.ready() == mmc::sense::operation_in_progress);
    BOOST_TEST(bench.ready() == mmc::sense::write_error);
    BOOST_TEST(bench.ready() == mmc::sense::operation_in_progress);
}

BOOST_AUTO_TEST_CASE(what_happens_around_the_drive) {
    Bench bench(cd_r());
    std::string seen;
    FaultHooks hooks;
    hooks.log = [&](const std::string& text) { seen += "log " + text + ";"; };
    bench.drive.set_fault_hooks(std::move(hooks));
    bench.faults({"at OPC -> log \"calibrates now\"", "at time 100s -> log \"later\""});
    bench.opc();
    bench.pass(100s);
    bench.ready();
    BOOST_TEST(seen == "log calibrates now;log later;");
}

} // namespace
} // namespace burnrig::emulator
