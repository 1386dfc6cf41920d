// SPDX-License-Identifier: Apache-2.0
// Goal: a source that stalls at random within what the ring carries lets no drive run dry, at the
// fastest speeds there are; a longer stall does, and the burn then tells the truth.
//
// Method: the writer on the emulated drive in virtual time. The drive's own count of links, or its
// refusal where it may not link, is what decides, not the writer's reckoning.
#include <random>

#include "driver/writer/write.h"
#include "simulated_source.h"
#include "tests/unit/drive/sequential_fixture.h"

namespace burnrig::emulator {
namespace {

using driver::Cause;
using driver::test::SimulatedSource;

constexpr std::size_t ring_bytes = 8U << 20;

/// A medium and a drive for one speed, prepared for an incremental recording.
struct Speed {
    const char* name;
    MediumKind kind;
    std::uint32_t kb_per_second;
    std::uint32_t multiple;
};
constexpr Speed speeds[] = {
    {"CD at 52x", MediumKind::cd_r, 9173, 1},
    {"DVD+R at 24x", MediumKind::dvd_plus_r, 33240, 16},
    {"BD-R at 16x", MediumKind::bd_r, 71936, 32},
};

Medium medium_for(const Speed& speed) {
    Medium medium = speed.kind == MediumKind::cd_r         ? cd_r()
                    : speed.kind == MediumKind::dvd_plus_r ? dvd_plus_r()
                                                           : bd_r();
    medium.write_speeds = {speed.kb_per_second};
    return medium;
}

DriveModel drive_for(const Speed& speed) {
    DriveModel model = bd_recorder();
    model.buffer_bytes = 2 << 20;
    auto& list = model.speeds[static_cast<std::size_t>(speed.kind)].write;
    list.clear();
    list.push_back({speed.kb_per_second, Rotation::clv, 0, {}});
    model.link_counter_page = true;
    return model;
}

struct StallBench : SequentialBench {
    explicit StallBench(const Speed& what) : SequentialBench(medium_for(what), drive_for(what)) {
        speed = what;
        if (what.kind == MediumKind::cd_r)
            tao();
    }

    driver::Outcome<void> write(SimulatedSource& source, std::uint64_t blocks, bool links = true) {
        driver::Operation operation(drive, clock, nullptr);
        operation.enter(driver::Stage::write);
        const driver::WriteTask task{.source = source,
                                     .source_blocks = blocks,
                                     .multiple = speed.multiple,
                                     .track = std::uint16_t{1}};
        return driver::write_all(operation, std::span(&task, 1),
                                 {.ring_bytes = ring_bytes, .links = links, .single_thread = true},
                                 result);
    }
    /// How often the drive's own counter says that protection was needed (vendor page 30h).
    unsigned links() {
        const auto reply = get({0x5A, 0, 0x30, 0, 0, 0, 0, 0, 32, 0});
        BOOST_REQUIRE(reply.size() >= 14U);
        return mmc::get16(&reply[12]);
    }
    double bytes_per_second() const {
        // CD speeds are told in raw bytes: 2352 for 2048 of data
        return speed.kb_per_second * 1000.0 *
               (speed.kind == MediumKind::cd_r ? 2048.0 / 2352.0 : 1.0);
    }

    Speed speed{};
    driver::WriteResult result;
};

/// Stalls of up to `longest` share of what the ring carries, far enough apart for it to fill again.
void stall_at_random(SimulatedSource& source, std::uint64_t blocks, double longest,
                     double bytes_per_second, std::mt19937_64& random) {
    const std::uint64_t ring_blocks = ring_bytes / 2048;
    for (std::uint64_t at = 2 * ring_blocks; at + ring_blocks < blocks;
         at += 2 * ring_blocks + random() % ring_blocks) {
        const double share = longest * static_cast<double>(random() % 1000) / 1000.0;
        source.stalls[at] = std::chrono::nanoseconds(
            static_cast<std::int64_t>(share * ring_bytes / bytes_per_second * 1e9));
    }
}

BOOST_AUTO_TEST_CASE(stalls_within_what_the_ring_carries_cause_no_underrun) {
    for (const Speed& speed : speeds)
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            std::mt19937_64 random(seed);
            StallBench bench(speed);
            constexpr std::uint64_t blocks = 40960; // 80 MiB: ten rings
            SimulatedSource source(blocks);
            stall_at_random(source, blocks, 0.95, bench.bytes_per_second(), random);
            BOOST_TEST_CONTEXT(speed.name << ", seed " << seed) {
                BOOST_REQUIRE(source.stalls.size() >= 3U);
                const auto written = bench.write(source, blocks);
                BOOST_REQUIRE_MESSAGE(written, (written ? "" : written.error().message));
                BOOST_TEST(bench.result.statistics.underruns == 0U);
                BOOST_TEST(bench.result.statistics.starvations == 0U);
                BOOST_TEST(bench.result.statistics.drive_buffer_min > 0U);
                BOOST_TEST(bench.links() == 0U);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_longer_stall_lets_a_protected_drive_link_once_and_is_told) {
    for (const Speed& speed : speeds) {
        StallBench bench(speed);
        constexpr std::uint64_t blocks = 20480;
        SimulatedSource source(blocks);
        source.stalls[10240] = 20s;
        BOOST_TEST_CONTEXT(speed.name) {
            BOOST_REQUIRE(bench.write(source, blocks));
            BOOST_TEST(bench.result.statistics.underruns == 1U);
            BOOST_TEST(bench.result.statistics.underruns_predicted >= 1U);
            BOOST_TEST((bench.result.statistics.starved > 15s));
            BOOST_TEST((bench.result.statistics.starved < 20s));
            if (speed.kind == MediumKind::cd_r)
                BOOST_TEST(bench.links() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(without_protection_the_burn_fails_and_names_the_source) {
    StallBench bench(speeds[0]);
    bench.tao(false, false);
    constexpr std::uint64_t blocks = 20480;
    SimulatedSource source(blocks);
    source.stalls[10240] = 20s;
    const auto written = bench.write(source, blocks, false);
    BOOST_REQUIRE(!written);
    BOOST_CHECK(written.error().cause == Cause::buffer_underrun);
    BOOST_TEST(written.error().message.find("source") != std::string::npos);
    BOOST_TEST(bench.result.blocks_sent < blocks);
}

BOOST_AUTO_TEST_CASE(a_source_slower_than_the_drive_makes_it_link_seldom) {
    // Each time the drive ran dry it waits until half of the ring is there again.
    StallBench bench(speeds[0]);
    constexpr std::uint64_t blocks = 40960;
    SimulatedSource source(blocks);
    for (std::uint64_t at = 0; at < blocks; at += 32) // 64 KiB in 14 ms: half of the speed
        source.stalls[at] = 14ms;
    BOOST_REQUIRE(bench.write(source, blocks));
    BOOST_TEST(bench.links() >= 2U);
    BOOST_TEST(bench.links() <= 12U);
    BOOST_TEST(bench.result.statistics.underruns >= 2U);
}

BOOST_AUTO_TEST_CASE(a_drive_that_refuses_while_it_is_full_gets_everything_once) {
    for (const Speed& speed : speeds) {
        DriveModel model = drive_for(speed);
        model.blocks_when_full = false;
        SequentialBench bench(medium_for(speed), model);
        if (speed.kind == MediumKind::cd_r)
            bench.tao();
        SimulatedSource source(8192);
        driver::Operation operation(bench.drive, bench.clock, nullptr);
        const driver::WriteTask task{.source = source,
                                     .source_blocks = 8192,
                                     .multiple = speed.multiple,
                                     .track = std::uint16_t{1}};
        driver::WriteResult result;
        BOOST_TEST_CONTEXT(speed.name) {
            const auto written =
                driver::write_all(operation, std::span(&task, 1),
                                  {.ring_bytes = ring_bytes, .single_thread = true}, result);
            BOOST_REQUIRE_MESSAGE(written, (written ? "" : written.error().message));
            BOOST_TEST(result.statistics.refusals > 0U);
            BOOST_TEST(result.statistics.underruns == 0U);
            BOOST_REQUIRE_EQUAL(bench.sync(), mmc::sense::none);
            for (const std::int32_t lba : {0, 4000, 8191}) {
                std::vector<std::uint8_t> read(2048);
                BOOST_REQUIRE(bench.drive.disc()->read(lba, read));
                BOOST_TEST((read == SimulatedSource::block(static_cast<std::uint64_t>(lba))));
            }
        }
    }
}

} // namespace
} // namespace burnrig::emulator
