// SPDX-License-Identifier: Apache-2.0
// Goal: whoever lets reader and writer take their steps, and in whatever order, the drive sees the
// same WRITEs with the same bytes. Method: the same burn by one thread in a hundred orders drawn by
// seed, and by two threads at uneven pace, on a paper drive that keeps what it gets.
#include <boost/test/unit_test.hpp>

#include <random>
#include <thread>

#include "driver/writer/write.h"
#include "paper_drive.h"
#include "simulated_source.h"

namespace burnrig::driver {
namespace {

using test::PaperDrive;
using test::SimulatedSource;

constexpr std::uint8_t write_opcode = 0x2A;

struct Written {
    std::vector<test::Bytes> commands;
    std::map<std::int32_t, test::Bytes> blocks;
    bool ok = false;
    std::uint64_t sent = 0;

    bool operator==(const Written&) const = default;
};

/// What a burn is like is drawn by `scenario`; how its steps are ordered, by the options.
Written write(std::uint64_t scenario, const WriterOptions& options) {
    std::mt19937_64 random(scenario);
    const std::uint64_t count = random() % 600 + 1;
    PaperDrive drive;
    SimulatedSource source(count);
    if (random() % 4 == 0)
        source.fails_at = random() % count;
    const bool threaded = !options.seed && !options.single_thread;
    const std::uint64_t stalls = random() % 5;
    for (std::uint64_t i = 0; i < stalls; ++i)
        source.stalls[random() % count] = std::chrono::milliseconds(random() % 300);
    if (threaded)
        source.stalls.clear(); // a thread that waits in drive time would drag the drive along
    const std::uint64_t lazy = random() % 4 + 1;
    std::uint64_t reads = 0;
    source.before_each_read = [&] {
        if (threaded && ++reads % lazy == 0)
            std::this_thread::yield();
    };
    const std::uint64_t refuse_every = random() % 7 + 2;
    std::uint64_t writes = 0;
    bool refused = false;
    drive.hook = [&](const mmc::Command& command) -> std::optional<mmc::Completion> {
        if (command.cdb[0] != write_opcode)
            return std::nullopt;
        refused = !refused && ++writes % refuse_every == 0;
        if (refused)
            return test::check_condition(mmc::sense::long_write);
        return std::nullopt;
    };
    Operation operation(drive, drive.clock, nullptr);
    const WriteTask task{.source = source,
                         .leading_zero_blocks = random() % 3 * 50,
                         .source_blocks = count,
                         .trailing_zero_blocks = random() % 100,
                         .transfer_bytes = static_cast<std::uint32_t>((random() % 48 + 1) * 2048),
                         .multiple = random() % 2 == 0 ? 16U : 1U,
                         .track = 1};
    WriteResult result;
    Written written;
    written.ok = write_all(operation, std::span(&task, 1), options, result).has_value();
    written.sent = result.blocks_sent;
    for (const auto& sent : drive.log)
        if (sent.cdb[0] == write_opcode)
            written.commands.push_back(sent.cdb);
    written.blocks = drive.recorded;
    return written;
}

WriterOptions one_thread(std::optional<std::uint64_t> seed) {
    return {.ring_bytes = 512 * 1024, .seed = seed, .single_thread = true};
}

BOOST_AUTO_TEST_CASE(one_thread_in_any_order_and_two_threads_write_the_same) {
    for (std::uint64_t scenario = 0; scenario < 60; ++scenario) {
        const Written reference = write(scenario, one_thread({}));
        BOOST_TEST_CONTEXT("scenario " << scenario) {
            BOOST_TEST(!reference.commands.empty());
            for (std::uint64_t seed = 1; seed <= 4; ++seed)
                BOOST_TEST((write(scenario, one_thread(scenario * 1000 + seed)) == reference),
                           "seed " << seed);
            for (int run = 0; run < 2; ++run)
                BOOST_TEST((write(scenario, {.ring_bytes = 512 * 1024}) == reference), "threads");
        }
    }
}

BOOST_AUTO_TEST_CASE(the_same_seed_takes_the_same_time) {
    const auto end_of = [](std::uint64_t seed) {
        PaperDrive drive;
        SimulatedSource source(3000);
        source.stalls = {{500, std::chrono::seconds(1)}, {2500, std::chrono::seconds(3)}};
        Operation operation(drive, drive.clock, nullptr);
        const WriteTask task{.source = source, .source_blocks = 3000};
        WriteResult result;
        BOOST_REQUIRE(write_all(operation, std::span(&task, 1), one_thread(seed), result));
        return drive.clock.now();
    };
    for (std::uint64_t seed = 0; seed < 20; ++seed)
        BOOST_TEST((end_of(seed) == end_of(seed)));
}

} // namespace
} // namespace burnrig::driver
