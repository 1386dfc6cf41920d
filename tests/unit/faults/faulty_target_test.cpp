// SPDX-License-Identifier: Apache-2.0
// Goal: rules act on any target as far as that is possible above the cable, and what is not is
// refused with the reason.
// Method: a filter around a small fake recorder that writes down what arrives.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>

#include "emulator/faults/faulty_target.h"
#include "tests/unit/nodes/fake_drive.h"

namespace burnrig::emulator::faults {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t block_bytes = 2048;

struct Bench {
    explicit Bench(std::vector<std::string> rules, Hooks hooks = {}) : drive(clock) {
        auto engine = FaultEngine::create(rules, 1, FaultyTarget::backend());
        BOOST_REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
        target = std::make_unique<FaultyTarget>(drive, clock, std::move(*engine), std::move(hooks));
    }

    mmc::Completion send(const Bytes& cdb, std::span<const std::uint8_t> out = {},
                         std::span<std::uint8_t> in = {}, mmc::Duration limit = 60s) {
        return target->execute({cdb, out, in, limit});
    }
    mmc::Completion ready() { return send({0, 0, 0, 0, 0, 0}); }
    mmc::Completion write(std::uint8_t lba, std::uint8_t blocks) {
        const Bytes data(blocks * block_bytes, 0x5A);
        return send({0x2A, 0, 0, 0, 0, lba, 0, 0, blocks, 0}, data);
    }
    mmc::Completion read(std::uint8_t lba, std::uint8_t blocks, mmc::Duration limit = 60s) {
        reply.assign(blocks * block_bytes, 0);
        return send({0x28, 0, 0, 0, 0, lba, 0, 0, blocks, 0}, {}, reply, limit);
    }

    mmc::VirtualClock clock;
    tests::FakeDrive drive;
    std::unique_ptr<FaultyTarget> target;
    Bytes reply;
};

mmc::SenseCode code_of(const mmc::Completion& completion) {
    BOOST_TEST_REQUIRE((completion.status == mmc::Status::check_condition));
    const auto sense = mmc::decode_sense(completion.sense.view());
    BOOST_TEST_REQUIRE(sense.has_value());
    return sense->code;
}

BOOST_AUTO_TEST_CASE(without_rules_all_goes_through) {
    Bench bench({});
    BOOST_TEST(bench.write(5, 4).good());
    BOOST_TEST(bench.read(5, 4).good());
    BOOST_TEST(bench.drive.log.size() == 2U);
    BOOST_TEST(bench.reply[3 * block_bytes] == 8);
}

BOOST_AUTO_TEST_CASE(before_midway_and_after_differ_in_what_the_drive_has_seen) {
    struct Case {
        std::string where;
        std::vector<std::string> seen;
    };
    for (const auto& [where, seen] :
         {Case{"before", {}}, Case{"midway 0.5", {"2A000000000500000200"}},
          Case{"after", {"2A000000000500000400"}}}) {
        Bench bench({"at WRITE_10 " + where + " -> fail 03/0C/00"});
        const auto completion = bench.write(5, 4);
        BOOST_TEST((code_of(completion) == mmc::SenseCode{mmc::SenseKey::medium_error, 0x0C, 0}));
        BOOST_TEST(bench.drive.log.size() == seen.size(), where);
        for (std::size_t i = 0; i < std::min(seen.size(), bench.drive.log.size()); ++i)
            BOOST_TEST(bench.drive.log[i].ends_with(seen[i]), bench.drive.log[i]);
        BOOST_TEST(bench.write(9, 4).good()); // once
    }
}

BOOST_AUTO_TEST_CASE(a_command_takes_as_long_as_the_rule_says_and_tells_it) {
    Bench bench({"at SEND_OPC_INFORMATION -> take 8.906s, fail opc-failed"});
    const auto completion = bench.send({0x54, 1, 0, 0, 0, 0, 0, 0, 0, 0});
    BOOST_TEST((code_of(completion) == mmc::sense::opc_failed));
    BOOST_TEST((completion.duration == 8906ms));
    BOOST_TEST(bench.drive.log.empty());
}

BOOST_AUTO_TEST_CASE(what_outlasts_the_limit_is_a_time_out) {
    Bench bench({"at READ_10 #1 -> hang", "at READ_10 #2 -> take 90s", "at READ_10 #3 -> hang 2s",
                 "at READ_10 #4 after -> take 90s, status CONDITION_MET"});
    for (int i = 0; i < 2; ++i) {
        const auto lost = bench.read(0, 1);
        BOOST_TEST((lost.host == mmc::HostStatus::time_out));
        BOOST_TEST((lost.duration == 60s));
    }
    const auto late = bench.read(0, 1);
    BOOST_TEST(late.good());
    BOOST_TEST((late.duration == 2s));
    const auto told = bench.read(0, 1); // the bridge was late, and still had an answer
    BOOST_TEST((told.duration == 90s));
    BOOST_TEST(static_cast<int>(told.status) == 0x04);
}

BOOST_AUTO_TEST_CASE(status_host_and_errno_reach_the_sender) {
    Bench bench({"at READ_10 #1 -> status BUSY", "at READ_10 #2 -> host RESET",
                 "at READ_10 #3 -> errno ENODEV"});
    BOOST_TEST((bench.read(0, 1).status == mmc::Status::busy));
    BOOST_TEST((bench.read(0, 1).host == mmc::HostStatus::reset));
    BOOST_TEST(bench.read(0, 1).system_error == ENODEV);
    BOOST_TEST(bench.drive.log.empty());
    BOOST_TEST(bench.read(0, 1).good());
}

BOOST_AUTO_TEST_CASE(a_deferred_error_comes_with_the_next_command_and_names_the_block) {
    Bench bench({"at @write #2 -> fail 03/0C/00 deferred"});
    BOOST_TEST(bench.write(0, 4).good());
    BOOST_TEST(bench.write(4, 4).good());
    Bytes inquiry(36);
    BOOST_TEST(bench.send({0x12, 0, 0, 0, 36, 0}, {}, inquiry).good()); // cannot carry it
    const auto news = bench.write(8, 4);
    BOOST_TEST((code_of(news) == mmc::SenseCode{mmc::SenseKey::medium_error, 0x0C, 0}));
    BOOST_TEST(news.sense.bytes[0] == 0xF1);
    BOOST_TEST(mmc::get32(&news.sense.bytes[3]) == 4U);
    BOOST_TEST(bench.drive.count("WRITE_10") == 2U); // the bearer of the news was not carried out
    BOOST_TEST(bench.write(8, 4).good());
}

BOOST_AUTO_TEST_CASE(a_busy_drive_refuses_until_its_time_is_over) {
    Bench bench({"at SYNCHRONIZE_CACHE after -> busy 90s"});
    BOOST_TEST(bench.send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}).system_error == 0);
    BOOST_TEST((code_of(bench.ready()) == mmc::sense::long_write));
    bench.clock.sleep_until(bench.clock.now() + 90s);
    BOOST_TEST(bench.ready().good());
}

BOOST_AUTO_TEST_CASE(a_cable_that_is_out_comes_back_with_news) {
    Bench bench({"at WRITE_10 #2 -> unplug 4s"});
    BOOST_TEST(bench.write(0, 1).good());
    BOOST_TEST((bench.write(1, 1).host == mmc::HostStatus::no_connect));
    BOOST_TEST((bench.ready().host == mmc::HostStatus::no_connect));
    bench.clock.sleep_until(bench.clock.now() + 4s);
    BOOST_TEST((code_of(bench.ready()) == mmc::sense::power_on));
    BOOST_TEST(bench.ready().good());
}

BOOST_AUTO_TEST_CASE(a_reset_is_told_by_the_next_command) {
    Bench bench({"at WRITE_10 #1 midway 0.5 -> host RESET, reset bus"});
    BOOST_TEST((bench.write(0, 4).host == mmc::HostStatus::reset));
    BOOST_TEST((code_of(bench.ready()) == mmc::sense::bus_reset));
    BOOST_TEST(bench.ready().good());
}

BOOST_AUTO_TEST_CASE(bytes_differ_on_the_way_in_both_directions) {
    Bench bench({"at WRITE_10 lba 6..6 -> corrupt bits 3 ; always",
                 "at READ_10 lba 7..7 -> corrupt zeros ; always"});
    BOOST_TEST(bench.write(5, 3).good());
    const auto& arrived = bench.drive.last_data_out;
    int turned = 0;
    for (std::size_t i = 0; i < arrived.size(); ++i) {
        turned += std::popcount(static_cast<unsigned>(arrived[i] ^ 0x5A));
        if (i / block_bytes != 1)
            BOOST_TEST(arrived[i] == 0x5A);
    }
    BOOST_TEST(turned == 3);
    for (int again = 0; again < 2; ++again) { // the same wrong bytes each time
        BOOST_TEST(bench.read(5, 3).good());
        BOOST_TEST(bench.reply[1 * block_bytes] == 6);
        BOOST_TEST(std::all_of(bench.reply.begin() + 2 * block_bytes, bench.reply.end(),
                               [](std::uint8_t byte) { return byte == 0; }));
    }
}

BOOST_AUTO_TEST_CASE(fewer_bytes_come_over_and_the_residual_tells) {
    Bench bench({"at READ_10 -> short 512B"});
    BOOST_TEST(bench.read(0, 2).transferred == 512U);
    BOOST_TEST(bench.read(0, 2).transferred == 2 * block_bytes);
}

/// Answers each command with its number.
class CountingTarget final : public mmc::Target {
public:
    mmc::Completion execute(const mmc::Command& command) override {
        std::fill(command.data_in.begin(), command.data_in.end(), ++count_);
        mmc::Completion completion;
        completion.transferred = static_cast<std::uint32_t>(command.data_in.size());
        return completion;
    }

private:
    std::uint8_t count_ = 0;
};

BOOST_AUTO_TEST_CASE(an_old_reply_comes_again) {
    CountingTarget drive;
    mmc::VirtualClock clock;
    auto engine =
        FaultEngine::create(std::vector<std::string>{"at READ_TRACK_INFORMATION #3 -> stale"}, 1,
                            FaultyTarget::backend());
    BOOST_REQUIRE(engine);
    FaultyTarget target(drive, clock, std::move(*engine));
    std::vector<int> seen;
    for (int i = 0; i < 4; ++i) {
        Bytes reply(4);
        const Bytes cdb{0x52, 1, 0, 0, 0, 1, 0, 0, 4, 0};
        BOOST_TEST(target.execute({cdb, {}, reply, 60s}).good());
        seen.push_back(reply[0]);
    }
    BOOST_TEST(seen == (std::vector<int>{1, 2, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(blocks_do_not_read_or_only_after_some_tries) {
    Bench bench({"at TEST_UNIT_READY -> unreadable 20..29, unreadable 40..40 tries 3"});
    BOOST_TEST(bench.read(25, 1).good());
    BOOST_TEST(bench.ready().good());
    const auto failed = bench.read(15, 10);
    BOOST_TEST((code_of(failed) == mmc::sense::read_error));
    BOOST_TEST(mmc::get32(&failed.sense.bytes[3]) == 20U);
    BOOST_TEST(bench.read(30, 1).good());
    BOOST_TEST(!bench.read(40, 1).good());
    BOOST_TEST(!bench.read(40, 1).good());
    BOOST_TEST(bench.read(40, 1).good());
}

BOOST_AUTO_TEST_CASE(a_rate_is_kept_from_then_on) {
    Bench bench({"at WRITE_10 #1 -> throttle 4KiB/s"});
    BOOST_TEST((bench.write(0, 4).duration == 2s));
    BOOST_TEST((bench.write(4, 4).duration == 2s));
}

BOOST_AUTO_TEST_CASE(rules_at_a_time_act_before_the_next_command) {
    Bench bench({"at time 5s -> unplug 1s"});
    BOOST_TEST(bench.ready().good());
    bench.clock.sleep_until(5s);
    BOOST_TEST((bench.ready().host == mmc::HostStatus::no_connect));
}

BOOST_AUTO_TEST_CASE(logs_are_told_to_whoever_listens) {
    std::vector<std::string> logs;
    Bench bench({"at WRITE_10 #2 -> log \"second write\""},
                {.log = [&](const std::string& text) { logs.push_back(text); }});
    BOOST_TEST(bench.write(0, 1).good());
    BOOST_TEST(logs.empty());
    BOOST_TEST(bench.write(1, 1).good());
    BOOST_TEST(logs == std::vector<std::string>{"second write"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_drives_own_is_kept) {
    Bench bench({"at READ_10 after -> fail 03/11/05"});
    bench.drive.trouble = {mmc::sense::no_medium};
    BOOST_TEST((code_of(bench.read(0, 1)) == mmc::sense::no_medium));
}

BOOST_AUTO_TEST_CASE(what_only_a_drive_can_do_is_refused_with_the_reason) {
    for (const auto& [rule, reason] : std::vector<std::pair<std::string, std::string>>{
             {"at WRITE_10 -> power-loss", "power-loss"},
             {"at WRITE_10 -> torn 1", "torn"},
             {"at WRITE_10 -> drain", "drain"},
             {"at WRITE_10 -> eject emergency", "eject"},
             {"at WRITE_10 buffer < 0.1 -> fail 03/0C/00", "buffer"},
             {"at state writing -> reset bus", "state"}}) {
        const auto engine = FaultEngine::create(std::vector{rule}, 1, FaultyTarget::backend());
        BOOST_REQUIRE_MESSAGE(!engine, rule);
        BOOST_TEST(engine.error().message.find(reason) != std::string::npos,
                   engine.error().message);
        BOOST_TEST(engine.error().message.find("cannot act here: ") != std::string::npos,
                   engine.error().message);
    }
}

} // namespace
} // namespace burnrig::emulator::faults
