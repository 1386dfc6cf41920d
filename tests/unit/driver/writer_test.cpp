// SPDX-License-Identifier: Apache-2.0
// The writer on a paper drive: what is sent, in which pieces, what is repeated and what is not.
#include <boost/test/unit_test.hpp>

#include <cerrno>
#include <fstream>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>

#include "driver/source/memory_source.h"
#include "driver/writer/write.h"
#include "mmc/bytes.h"
#include "paper_drive.h"
#include "simulated_source.h"
#include "sink.h"
#include "tests/unit/driver/resident_bytes.h"

namespace burnrig::driver {
namespace {

using test::Bytes;
using test::check_condition;
using test::host_failure;
using test::PaperDrive;
using test::SimulatedSource;
using K = mmc::SenseKey;

constexpr std::uint8_t write_opcode = 0x2A;

struct Bench {
    PaperDrive drive;
    SimulatedSource source{1000};
    WriteResult result;
    WriterOptions options{.ring_bytes = 1 << 20};

    Outcome<void> write(const WriteTask& task) {
        Operation operation(drive, drive.clock, nullptr);
        operation.enter(Stage::write);
        const auto written = write_all(operation, std::span(&task, 1), options, result);
        return written;
    }
    WriteTask task() { return {.source = source, .source_blocks = 1000, .track = 1}; }

    /// Blocks of the disc from `first` on that are those of the source.
    bool on_disc(std::int32_t first, std::uint64_t source_first, std::uint64_t count) const {
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto found = drive.recorded.find(first + static_cast<std::int32_t>(i));
            if (found == drive.recorded.end() ||
                found->second != SimulatedSource::block(source_first + i))
                return false;
        }
        return true;
    }
    bool zeros(std::int32_t first, std::int32_t count) const {
        for (std::int32_t lba = first; lba < first + count; ++lba)
            if (const auto found = drive.recorded.find(lba);
                found == drive.recorded.end() || found->second != Bytes(2048))
                return false;
        return true;
    }
    /// First address and number of blocks of every WRITE.
    std::vector<std::pair<std::int32_t, std::uint32_t>> writes() const {
        std::vector<std::pair<std::int32_t, std::uint32_t>> list;
        for (const auto& sent : drive.log)
            if (sent.cdb[0] == write_opcode)
                list.emplace_back(static_cast<std::int32_t>(mmc::get32(&sent.cdb[2])),
                                  mmc::get16(&sent.cdb[7]));
        return list;
    }
};

BOOST_AUTO_TEST_CASE(a_stream_arrives_block_for_block_with_zeros_around_it) {
    Bench bench;
    WriteTask task = bench.task();
    task.first_lba = -150;
    task.leading_zero_blocks = 150;
    task.trailing_zero_blocks = 50;
    BOOST_REQUIRE(bench.write(task));
    BOOST_TEST(bench.zeros(-150, 150));
    BOOST_TEST(bench.on_disc(0, 0, 1000));
    BOOST_TEST(bench.zeros(1000, 50));
    BOOST_TEST(bench.drive.recorded.size() == 1200U);
    BOOST_TEST(bench.result.blocks_sent == 1200U);
}

BOOST_AUTO_TEST_CASE(a_burn_that_goes_on_begins_in_the_middle_of_the_source) {
    Bench bench;
    WriteTask task = bench.task();
    task.first_lba = 400;
    task.source_first = 400;
    task.source_blocks = 600;
    BOOST_REQUIRE(bench.write(task));
    BOOST_TEST(bench.on_disc(400, 400, 600));
    BOOST_TEST(bench.drive.recorded.size() == 600U);
}

BOOST_AUTO_TEST_CASE(every_write_carries_whole_packets_and_the_last_one_is_filled_up) {
    Bench bench;
    WriteTask task = bench.task();
    task.multiple = 16;
    task.transfer_bytes = 40 * 2048; // no multiple of 16 itself
    task.trailing_zero_blocks = 8;   // 1008 = 63 packets
    BOOST_REQUIRE(bench.write(task));
    for (const auto& [lba, count] : bench.writes()) {
        BOOST_TEST(lba % 16 == 0);
        BOOST_TEST(count % 16 == 0U);
        BOOST_TEST(count <= 32U);
    }
    BOOST_TEST(bench.on_disc(0, 0, 1000));
    BOOST_TEST(bench.zeros(1000, 8));
}

BOOST_AUTO_TEST_CASE(a_mapped_source_is_filled_up_in_the_same_write_too) {
    Bench bench;
    Bytes image(100 * 2048 + 5, 0xAB);
    MemorySource memory(image);
    BOOST_REQUIRE(bench.write({.source = memory,
                               .source_blocks = 101,
                               .trailing_zero_blocks = 27,
                               .transfer_bytes = 32 * 2048,
                               .multiple = 32}));
    using Pairs = std::vector<std::pair<std::int32_t, std::uint32_t>>;
    BOOST_TEST((bench.writes() == Pairs{{0, 32}, {32, 32}, {64, 32}, {96, 32}}));
    Bytes partial(2048);
    std::fill_n(partial.begin(), 5, 0xAB);
    BOOST_TEST((bench.drive.recorded.at(100) == partial));
    BOOST_TEST(bench.zeros(101, 27));
}

BOOST_AUTO_TEST_CASE(a_stream_without_announced_size_ends_where_it_ends) {
    Bench bench;
    WriteTask task = bench.task();
    task.source_blocks.reset();
    task.fill_to_multiple_of = 32;
    BOOST_REQUIRE(bench.write(task));
    BOOST_TEST(bench.on_disc(0, 0, 1000));
    BOOST_TEST(bench.zeros(1000, 24));
    BOOST_TEST(bench.drive.recorded.size() == 1024U);

    Bench brief;
    SimulatedSource small(10);
    BOOST_REQUIRE(brief.write({.source = small, .blocks_min = 300}));
    BOOST_TEST(brief.on_disc(0, 0, 10));
    BOOST_TEST(brief.zeros(10, 290));
    BOOST_TEST(brief.drive.recorded.size() == 300U);
}

BOOST_AUTO_TEST_CASE(a_stream_longer_than_the_disc_fails_and_says_so) {
    Bench bench;
    WriteTask task = bench.task();
    task.source_blocks.reset();
    task.blocks_max = 500;
    const auto written = bench.write(task);
    BOOST_REQUIRE(!written);
    BOOST_CHECK(written.error().cause == Cause::image_too_large);
    BOOST_TEST(written.error().message.find("500") != std::string::npos);
    BOOST_TEST(bench.drive.recorded.size() <= 500U);
}

BOOST_AUTO_TEST_CASE(
    a_source_that_fails_or_ends_early_is_the_cause_and_what_came_before_is_written) {
    Bench failing;
    failing.source.fails_at = 600;
    const auto failed = failing.write(failing.task());
    BOOST_REQUIRE(!failed);
    BOOST_CHECK(failed.error().cause == Cause::source_error);
    BOOST_TEST(failed.error().message.find("block 600") != std::string::npos);
    BOOST_TEST(failing.result.blocks_sent == 576U); // whole WRITEs of 32 blocks
    BOOST_TEST(failing.on_disc(0, 0, 576));

    Bench shorter;
    shorter.source.ends_at = 600;
    const auto ended = shorter.write(shorter.task());
    BOOST_REQUIRE(!ended);
    BOOST_CHECK(ended.error().cause == Cause::source_error);
    BOOST_TEST(ended.error().message.find("600 of 1000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_write_waits_until_the_ring_is_full) {
    Bench bench;
    std::size_t read_before_first_write = 0;
    std::size_t reads = 0;
    bench.source.before_each_read = [&] { ++reads; };
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && read_before_first_write == 0)
            read_before_first_write = reads;
        return std::nullopt;
    };
    bench.options.single_thread = true;
    BOOST_REQUIRE(bench.write(bench.task()));
    BOOST_TEST(read_before_first_write == 16U); // 1 MiB in pieces of 64 KiB
}

BOOST_AUTO_TEST_CASE(tasks_follow_each_other_through_one_ring) {
    PaperDrive drive;
    SimulatedSource one(100);
    SimulatedSource two(50);
    Operation operation(drive, drive.clock, nullptr);
    const std::array tasks{
        WriteTask{.source = one, .first_lba = 0, .source_blocks = 100},
        WriteTask{.source = two, .first_lba = 100, .leading_zero_blocks = 10, .source_blocks = 50}};
    WriteResult result;
    BOOST_REQUIRE(write_all(operation, tasks, {}, result));
    BOOST_TEST(result.blocks_sent == 160U);
    BOOST_TEST((drive.recorded.at(99) == SimulatedSource::block(99)));
    BOOST_TEST((drive.recorded.at(105) == Bytes(2048)));
    BOOST_TEST((drive.recorded.at(110) == SimulatedSource::block(0)));
    BOOST_TEST((drive.recorded.at(159) == SimulatedSource::block(49)));
}

BOOST_AUTO_TEST_CASE(large_blocks_and_streaming_reach_the_command) {
    PaperDrive drive;
    SimulatedSource source(64);
    Operation operation(drive, drive.clock, nullptr);
    const WriteTask task{.source = source, .source_blocks = 64, .streaming = true};
    WriteResult result;
    static_cast<void>(write_all(operation, std::span(&task, 1), {}, result));
    const auto first = drive.first(0xAA);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(drive.log[*first].cdb[10] == 0x80);
    BOOST_TEST(mmc::get32(&drive.log[*first].cdb[6]) == 32U);
    BOOST_TEST(drive.count(write_opcode) == 0U);
}

BOOST_AUTO_TEST_CASE(a_transport_that_takes_less_than_it_said_gets_less) {
    Bench bench;
    bench.drive.hook = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.data_out.size() <= 16 * 1024)
            return std::nullopt;
        auto refused = host_failure(mmc::HostStatus::error);
        refused.system_error = EINVAL;
        return refused;
    };
    BOOST_REQUIRE(bench.write(bench.task()));
    BOOST_TEST(bench.on_disc(0, 0, 1000));
    BOOST_TEST(bench.result.statistics.transfer_bytes == 16U * 1024);
}

BOOST_AUTO_TEST_CASE(no_write_fills_more_than_a_quarter_of_the_drives_buffer) {
    Bench bench;
    bench.drive.buffer_size = bench.drive.buffer_free = 128 * 1024;
    BOOST_REQUIRE(bench.write(bench.task()));
    for (const auto& each : bench.writes())
        BOOST_TEST(each.second <= 16U);
    BOOST_TEST(bench.on_disc(0, 0, 1000));
}

// --- lost statuses

/// The tenth WRITE ends in a time-out after the drive took `taken` blocks of it, and tells so.
void lose_status(Bench& bench, std::int32_t taken,
                 mmc::HostStatus host = mmc::HostStatus::time_out) {
    bench.drive.hook = [&bench, taken, host, done = false](
                           const mmc::Command& command) mutable -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && !done && bench.drive.count(write_opcode) == 10) {
            done = true;
            const auto lba = static_cast<std::int32_t>(mmc::get32(&command.cdb[2]));
            for (std::int32_t i = 0; i < taken; ++i)
                bench.drive.recorded[lba + i] =
                    SimulatedSource::block(static_cast<std::uint64_t>(lba + i));
            bench.drive.next_writable = lba + taken;
            return host_failure(host);
        }
        return std::nullopt;
    };
}

BOOST_AUTO_TEST_CASE(after_a_lost_status_the_drive_is_asked_how_far_it_came) {
    for (const std::int32_t taken : {0, 5, 16, 31, 32}) {
        Bench bench;
        lose_status(bench, taken);
        const auto written = bench.write(bench.task());
        BOOST_REQUIRE_MESSAGE(written, taken << ": " << (written ? "" : written.error().message));
        BOOST_TEST(bench.on_disc(0, 0, 1000));
        BOOST_TEST(bench.drive.count(0x52) == 1U);
        BOOST_TEST(bench.result.statistics.lost_statuses == 1U);
        // Beside the one whose status was lost no block was sent twice.
        std::int32_t next = 0;
        bool after_loss = false;
        for (const auto& [lba, count] : bench.writes()) {
            if (!after_loss && lba == 9 * 32) {
                after_loss = true;
                next = lba + taken;
                continue;
            }
            BOOST_TEST(lba == next);
            next = lba + static_cast<std::int32_t>(count);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_fit_to_the_lost_write_ends_the_burn) {
    for (const std::int32_t taken : {-1, -32, 33, 1000}) {
        Bench bench;
        lose_status(bench, 0);
        const auto lost = bench.drive.hook;
        bench.drive.hook = [&bench, lost, taken](const mmc::Command& command) {
            auto answer = lost(command);
            if (answer)
                bench.drive.next_writable += taken;
            return answer;
        };
        const auto written = bench.write(bench.task());
        BOOST_REQUIRE(!written);
        BOOST_CHECK(written.error().cause == Cause::command_timeout);
        BOOST_TEST(written.error().message.find("LBA") != std::string::npos);
        BOOST_TEST(bench.writes().size() == 10U);
    }
}

BOOST_AUTO_TEST_CASE(a_drive_that_was_reset_or_tells_no_address_is_written_no_further) {
    Bench reset;
    lose_status(reset, 0, mmc::HostStatus::reset);
    const auto lost = reset.drive.hook;
    reset.drive.hook = [&, lost](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == 0x00)
            return check_condition(mmc::SenseCode{K::unit_attention, 0x29, 0x00});
        return lost(command);
    };
    const auto written = reset.write(reset.task());
    BOOST_REQUIRE(!written);
    BOOST_CHECK(written.error().cause == Cause::bus_reset);
    BOOST_TEST(reset.writes().size() == 10U);

    Bench silent;
    lose_status(silent, 0);
    silent.drive.tells_nwa = false;
    const auto unknown = silent.write(silent.task());
    BOOST_REQUIRE(!unknown);
    BOOST_CHECK(unknown.error().cause == Cause::command_timeout);
    BOOST_TEST(silent.writes().size() == 10U);
}

BOOST_AUTO_TEST_CASE(an_overwritable_medium_takes_the_same_write_again) {
    Bench bench;
    lose_status(bench, 7);
    WriteTask task = bench.task();
    task.track.reset();
    BOOST_REQUIRE(bench.write(task));
    BOOST_TEST(bench.on_disc(0, 0, 1000));
    BOOST_TEST(bench.drive.count(0x52) == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_keeps_losing_answers_ends_the_burn) {
    Bench bench;
    bench.drive.hook = [](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode)
            return host_failure(mmc::HostStatus::error);
        return std::nullopt;
    };
    const auto written = bench.write(bench.task());
    BOOST_REQUIRE(!written);
    BOOST_CHECK(written.error().cause == Cause::transport_error);
    BOOST_TEST(bench.writes().size() <= 4U);
}

// --- stopping

BOOST_AUTO_TEST_CASE(a_stop_request_ends_after_the_write_under_way) {
    Bench bench;
    StopToken stop;
    bench.options.stop = &stop;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && bench.drive.count(write_opcode) == 5)
            stop.request();
        return std::nullopt;
    };
    BOOST_REQUIRE(bench.write(bench.task()));
    BOOST_TEST(bench.result.stopped);
    BOOST_TEST(bench.result.blocks_sent == 5U * 32);
    BOOST_TEST(bench.drive.count(write_opcode) == 5U);
    BOOST_TEST(bench.on_disc(0, 0, 160));
}

BOOST_AUTO_TEST_CASE(a_stop_request_ends_a_burn_whose_source_gives_nothing) {
    Bench bench;
    StopToken stop;
    bench.options.stop = &stop;
    bench.source.waits_at = 700; // for ever, but for stop()
    std::thread stopper([&] { stop.request(); });
    BOOST_REQUIRE(bench.write(bench.task()));
    stopper.join();
    BOOST_TEST(bench.result.stopped);
    BOOST_TEST(bench.on_disc(0, 0, bench.result.blocks_sent));
}

BOOST_AUTO_TEST_CASE(a_drive_that_fails_ends_the_reading_too) {
    Bench bench;
    bench.source.waits_at = 700;
    bench.options.ring_bytes = 256 * 1024;
    bench.drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] == write_opcode && bench.drive.count(write_opcode) == 3)
            return check_condition(mmc::SenseCode{K::medium_error, 0x0C, 0x00});
        return std::nullopt;
    };
    const auto written = bench.write(bench.task());
    BOOST_REQUIRE(!written);
    BOOST_CHECK(written.error().cause == Cause::write_error);
}

// --- size

/// Gives 25 GB, of which only the first bytes of each page are touched, so that it takes no time.
class LongStream final : public Source {
public:
    static constexpr std::uint64_t bytes = 25'000'000'000 / data_block_bytes * data_block_bytes;
    const std::string& name() const override { return name_; }
    std::optional<std::uint64_t> size() const override { return bytes; }
    Supply supply() const override { return Supply::stream; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange /*range*/) override {
        return mmc::fail("a stream is read into the ring");
    }
    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override {
        const auto left = bytes - std::uint64_t{first} * data_block_bytes;
        const auto count = std::min<std::uint64_t>(out.size(), left);
        for (std::size_t at = 0; at < count; at += data_block_bytes)
            out[at] = static_cast<std::uint8_t>(first);
        return count;
    }

private:
    std::string name_ = "long";
};

BOOST_AUTO_TEST_CASE(a_stream_of_25_gb_needs_no_more_memory_than_the_ring) {
    const std::size_t before = tests::resident_bytes();
    mmc::VirtualClock clock;
    test::Sink sink;
    LongStream source;
    Operation operation(sink, clock, nullptr);
    const WriteTask task{.source = source,
                         .source_blocks = LongStream::bytes / data_block_bytes,
                         .transfer_bytes = 128 * 1024};
    WriteResult result;
    BOOST_REQUIRE(write_all(operation, std::span(&task, 1), {}, result));
    BOOST_TEST(sink.taken == LongStream::bytes);
    BOOST_TEST(tests::resident_bytes() < before + ring_bytes_default + (8U << 20));
}

// --- digests

BOOST_AUTO_TEST_CASE(what_a_stream_gave_can_be_compared_later) {
    Bench bench;
    BlockDigests digests;
    bench.options.digests = &digests;
    BOOST_REQUIRE(bench.write(bench.task()));
    BOOST_REQUIRE(digests.size() == 1000U);
    for (std::uint64_t i = 0; i < 1000; ++i)
        BOOST_TEST(digests.matches(i, SimulatedSource::block(i)));
    auto changed = SimulatedSource::block(500);
    changed[1000] ^= 1;
    BOOST_TEST(!digests.matches(500, changed));
}

} // namespace
} // namespace burnrig::driver
