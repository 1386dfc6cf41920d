// SPDX-License-Identifier: Apache-2.0
// Burns that end in other ways than planned: streams of any length, stop requests, sources that
// change, drives that cannot be believed; and audio that is read with an offset.
#include <boost/test/unit_test.hpp>

#include "burn_bench.h"
#include "driver/verify/verify.h"
#include "mmc/bytes.h"
#include "simulated_source.h"

namespace burnrig::driver {
namespace {

using test::Bench;
using test::Bytes;
using test::check_condition;
using test::image_of;
using test::PaperDrive;
using test::write_opcode;

BOOST_AUTO_TEST_CASE(a_stream_of_unknown_size_is_written_to_its_end_and_verified) {
    Bench bench;
    test::SimulatedSource stream(200); // shorter than the shortest track
    stream.tells_size = false;
    const BurnJob job{.source = stream, .verify = true};
    const auto report = bench.burn(job);
    BOOST_REQUIRE(report);
    BOOST_CHECK(report->mode == WriteMode::tao);
    BOOST_TEST(report->mode_reason.find("does not tell its size") != std::string::npos);
    BOOST_TEST(report->blocks == 300U);
    BOOST_TEST(report->verify->compared == 300U);
    BOOST_CHECK(bench.drive.recorded.at(199) == test::SimulatedSource::block(199));
}

BOOST_AUTO_TEST_CASE(a_stream_longer_than_the_disc_fills_it_and_fails_with_what_is_on_it) {
    Bench bench;
    bench.drive.free_blocks = 600;
    test::SimulatedSource stream(100000);
    stream.tells_size = false;
    const auto report = bench.burn({.source = stream});
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == Cause::image_too_large);
    BOOST_TEST(report.error().message.find("more than the 600 blocks") != std::string::npos);
    BOOST_TEST(report.error().disc_now.find("the drive took") != std::string::npos);
    BOOST_TEST(bench.drive.count(0x35) > 0U); // what was sent is on the disc
    BOOST_TEST(bench.drive.recorded.rbegin()->first < 600);
    BOOST_TEST(!bench.drive.locked);
}

BOOST_AUTO_TEST_CASE(a_stop_request_while_closing_lets_the_disc_be_finished_and_is_told) {
    Bench bench;
    StopToken stop;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x5B)
            stop.request();
        return std::nullopt;
    };
    BurnJob job = bench.job(WriteMode::tao);
    job.stop = &stop;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(report);
    BOOST_REQUIRE(!report->warnings.empty());
    BOOST_TEST(report->warnings.back().find("finished all the same") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stream_that_ends_while_the_burn_is_asked_to_is_not_taken_for_whole) {
    for (const int opcode : {0x2A, 0x35, 0x5B}) { // while it writes, flushes, closes
        Bench bench;
        StopToken stop;
        bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
            if (command.cdb[0] == opcode && !stop.requested())
                stop.request();
            return std::nullopt;
        };
        test::SimulatedSource stream(16); // one WRITE: nothing but the end follows
        stream.tells_size = false;
        const auto report = bench.burn({.source = stream, .stop = &stop});
        BOOST_REQUIRE(!report);
        BOOST_CHECK(report.error().cause == Cause::stopped);
        BOOST_CHECK(bench.drive.recorded.at(15) == test::SimulatedSource::block(15));
        BOOST_TEST(!bench.drive.locked);
    }
}

BOOST_AUTO_TEST_CASE(a_stop_request_while_reading_back_ends_that) {
    Bench again;
    BurnJob verified = again.job(WriteMode::tao);
    StopToken fresh;
    again.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x28)
            fresh.request();
        return std::nullopt;
    };
    verified.stop = &fresh;
    verified.verify = true;
    const auto stopped = again.burn(verified);
    BOOST_REQUIRE(!stopped);
    BOOST_CHECK(stopped.error().cause == Cause::stopped);
    BOOST_TEST(stopped.error().disc_now.find("complete") != std::string::npos);
    BOOST_TEST(!again.drive.locked);
}

BOOST_AUTO_TEST_CASE(who_insists_is_not_made_to_wait_for_the_drive) {
    Bench bench;
    StopToken stop;
    int polls = 0;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        const bool closing = bench.drive.count(0x5B) > 0 && command.cdb[0] == 0x00;
        if (!closing)
            return std::nullopt;
        if (++polls == 3 || polls == 5) // the first request changes nothing
            stop.request();
        return check_condition(mmc::sense::operation_in_progress);
    };
    BurnJob job = bench.job(WriteMode::tao);
    job.stop = &stop;
    const auto report = bench.burn(job);
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == Cause::stopped);
    BOOST_TEST(polls == 5);
}

/// Reads audio like most drives: some samples off.
class OffsetReader final : public mmc::Target {
public:
    OffsetReader(std::span<const std::uint8_t> samples, std::int32_t offset)
        : samples_(samples), offset_(offset) {}
    mmc::Completion execute(const mmc::Command& command) override {
        if (command.cdb[0] != 0xBE)
            return check_condition(mmc::sense::invalid_opcode);
        const std::int64_t lba = mmc::get32(&command.cdb[2]);
        for (std::size_t i = 0; i < command.data_in.size(); ++i) {
            const std::int64_t at = lba * 2352 + offset_ * 4 + static_cast<std::int64_t>(i);
            const bool inside = at >= 0 && at < static_cast<std::int64_t>(samples_.size());
            command.data_in[i] = inside ? samples_[static_cast<std::size_t>(at)] : std::uint8_t{0};
        }
        mmc::Completion good;
        good.transferred = static_cast<std::uint32_t>(command.data_in.size());
        return good;
    }

private:
    std::span<const std::uint8_t> samples_;
    std::int32_t offset_;
};

BOOST_AUTO_TEST_CASE(audio_is_compared_with_the_offset_at_which_the_drive_reads_it) {
    constexpr std::uint64_t sectors = 100;
    Bytes samples(sectors * 2352);
    std::uint32_t noise = 1;
    for (std::size_t i = 20 * 2352; i < samples.size(); ++i) { // silence first
        noise = noise * 1664525 + 1013904223;
        samples[i] = static_cast<std::uint8_t>(noise >> 24);
    }
    MemorySource source(samples, "audio", 2352);
    const VerifyTask task{
        .source = source, .source_blocks = sectors, .block_bytes = 2352, .is_audio = true};
    for (const std::int32_t offset : {0, 6, -582, 667, 1776, -2000}) {
        OffsetReader drive(samples, offset);
        mmc::VirtualClock clock;
        Operation operation(drive, clock, nullptr);
        const auto compared = verify_track(operation, task);
        BOOST_REQUIRE(compared);
        BOOST_TEST(compared->audio_offset == offset);
        BOOST_TEST(compared->compared >= sectors - 4);
        Bytes wrong = samples;
        wrong[60 * 2352 + 1] ^= 1;
        OffsetReader bad(wrong, offset);
        Operation again(bad, clock, nullptr);
        BOOST_TEST(!verify_track(again, task).has_value());
    }
    OffsetReader too_far(samples, 3000);
    mmc::VirtualClock clock;
    Operation operation(too_far, clock, nullptr);
    BOOST_TEST(!verify_track(operation, task).has_value());
}

BOOST_AUTO_TEST_CASE(a_burn_that_is_faster_than_any_drive_is_not_believed) {
    Bench bench;
    bench.image = image_of(4000); // 52x takes a second for them, this drive no time
    bench.source = MemorySource(bench.image, "image");
    const auto report = bench.burn(bench.job(WriteMode::tao));
    BOOST_REQUIRE(!report);
    BOOST_CHECK(report.error().cause == Cause::implausible_speed);
    BOOST_TEST(bench.drive.count(0x5B) == 0U); // and nothing is closed
}

BOOST_AUTO_TEST_CASE(whoever_refuses_what_comes_before_the_first_write_gets_no_write) {
    for (const std::uint8_t opcode : Bytes{0x55, 0x5D})
        for (const mmc::SenseCode code :
             {mmc::sense::invalid_field_in_list, mmc::sense::sequence_error}) {
            Bench bench;
            bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
                if (command.cdb[0] != opcode)
                    return std::nullopt;
                return check_condition(code);
            };
            BOOST_TEST(!bench.burn(bench.job(WriteMode::sao)));
            BOOST_TEST(bench.drive.count(write_opcode) == 0U);
        }
}

/// A file whose content changes when somebody looks closely.
struct ChangingSource final : Source {
    Bytes bytes = image_of(640);
    std::string label = "changing.iso";
    bool changed = false;
    const std::string& name() const override { return label; }
    std::optional<std::uint64_t> size() const override { return bytes.size(); }
    Supply supply() const override { return Supply::memory; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override {
        return std::span<const std::uint8_t>(bytes).subspan(
            std::size_t{range.first} * data_block_bytes,
            std::size_t{range.count} * data_block_bytes);
    }
    mmc::Result<void> intact() const override {
        if (changed)
            return mmc::fail("{}: was cut while it was read", label);
        return {};
    }
};

BOOST_AUTO_TEST_CASE(a_source_that_changes_is_the_cause_of_whatever_comes_of_it) {
    ChangingSource source;
    PaperDrive cut;
    cut.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != write_opcode || cut.count(write_opcode) < 4)
            return std::nullopt;
        source.changed = true; // a page that is gone makes the transport fail
        return test::host_failure(mmc::HostStatus::error);
    };
    const auto failed = Recorder(cut, cut.clock).burn({.source = source});
    BOOST_REQUIRE(!failed);
    BOOST_CHECK(failed.error().cause == Cause::source_error);
    source.changed = false;
    PaperDrive drive;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x28 && !source.changed) {
            source.changed = true;
            source.bytes[5000] ^= 1;
        }
        return std::nullopt;
    };
    const auto differs = Recorder(drive, drive.clock).burn({.source = source, .verify = true});
    BOOST_REQUIRE(!differs);
    BOOST_CHECK(differs.error().cause == Cause::source_error);
    BOOST_TEST(differs.error().message.find("was cut") != std::string::npos);
    BOOST_TEST(differs.error().message.find("sector 2") != std::string::npos);
}

} // namespace
} // namespace burnrig::driver
