// SPDX-License-Identifier: Apache-2.0
// Our driver and the simulated drive on one bench: a medium by name, 700 blocks to burn.
//
//     DriverBench bench("dvd+r");
//     auto report = bench.burn(bench.job(WriteMode::sequential));
//     bench.on_disc(report->first_lba) == bench.bytes
#pragma once

#include <boost/test/unit_test.hpp>

#include "driver/burner.h"
#include "emulator/disc/describe.h"
#include "harness/rig/rig.h"

namespace burnrig::test {

inline std::vector<std::uint8_t> pattern(std::size_t blocks, std::size_t seed = 0) {
    std::vector<std::uint8_t> bytes(blocks * driver::data_block_bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>((i + seed) * 131 + i / 2048 * 7);
    return bytes;
}

struct DriverBench {
    mmc::VirtualClock clock;
    std::unique_ptr<harness::Rig> rig;
    std::vector<std::uint8_t> bytes = pattern(700);
    driver::MemorySource source{bytes};

    explicit DriverBench(const std::string& medium, std::vector<std::string> faults = {},
                         const std::string& drive = "generic-bd-recorder") {
        harness::RigOptions options;
        options.medium = medium;
        options.drive = drive;
        options.faults = std::move(faults);
        auto made = harness::Rig::create(options, clock);
        BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
        rig = std::move(*made);
    }

    /// Another number of blocks to burn.
    void take(std::size_t blocks) {
        bytes = pattern(blocks);
        source = driver::MemorySource(bytes);
    }
    driver::BurnJob job(driver::WriteMode mode = driver::WriteMode::automatic) {
        driver::BurnJob made{.source = source};
        made.mode = mode;
        return made;
    }
    driver::Recorder recorder() { return driver::Recorder(rig->target(), clock); }
    driver::Outcome<driver::BurnReport> burn(const driver::BurnJob& wanted) {
        return recorder().burn(wanted);
    }
    std::string state() const { return std::string(emulator::disc_state(*rig->drive().disc())); }
    std::vector<std::uint8_t> on_disc(std::int32_t first) const {
        std::vector<std::uint8_t> read(bytes.size());
        BOOST_REQUIRE(rig->drive().disc()->read(first, read));
        return read;
    }
};

} // namespace burnrig::test
