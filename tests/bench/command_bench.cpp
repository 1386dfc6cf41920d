// SPDX-License-Identifier: Apache-2.0
// What one command costs in process, beside a virtual call that does nothing.
#include <array>
#include <vector>

#include <fmt/format.h>

#include "driver/recorder/recorder.h"
#include "harness/rig/rig.h"
#include "mmc/bytes.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;

constexpr int commands = 1'000'000;

class Nothing final : public mmc::Target {
public:
    mmc::Completion execute(const mmc::Command&) override { return {}; }
};

double nanoseconds_each(mmc::Target& target) {
    const std::array<std::uint8_t, 6> test_unit_ready{};
    unsigned long answered = 0;
    const double seconds = bench::fastest(
        5, [] {},
        [&] {
            for (int i = 0; i < commands; ++i)
                answered += target.execute({test_unit_ready, {}, {}}).good() ? 1 : 0;
        });
    return answered == 0 ? -1 : seconds * 1e9 / commands;
}

// Overwrites 64 MiB of a DVD+RW again and again, on a drive for which that takes no time.
double nanoseconds_each_write() {
    constexpr std::size_t blocks = 32;
    constexpr std::uint32_t area = 1024;
    constexpr int writes = 2048;
    mmc::VirtualClock clock;
    auto rig = harness::Rig::create({.medium = "dvd+rw", .unlimited_speed = true}, clock);
    if (!rig || !driver::Recorder((*rig)->target(), clock).format({}))
        return -1;
    const std::vector<std::uint8_t> data(blocks * 2048, 0x5A);
    bool good = true;
    const auto write_all = [&] {
        for (std::uint32_t i = 0; i < writes; ++i) {
            std::array<std::uint8_t, 10> cdb{0x2A};
            mmc::put32(&cdb[2], i % area * blocks);
            cdb[8] = blocks;
            good &= (*rig)->target().execute({cdb, data, {}}).good();
        }
    };
    write_all(); // the disc's memory is there from now on
    const double seconds = bench::fastest(
        5, [] {}, write_all);
    return good ? seconds * 1e9 / writes : -1;
}

} // namespace

int main() {
    mmc::VirtualClock clock;
    auto rig = harness::Rig::create({.medium = "cd-r-80"}, clock);
    if (!rig) {
        fmt::print(stderr, "bench_commands: {}\n", rig.error().message);
        return 1;
    }
    Nothing nothing;
    const double empty = nanoseconds_each(nothing);
    const double ready = nanoseconds_each((*rig)->target());
    fmt::print("a target that does nothing                   {:7.1f} ns\n", empty);
    fmt::print(
        "TEST UNIT READY on the simulated drive       {:7.1f} ns   {:.0f} times the empty target\n",
        ready, ready / empty);
    fmt::print("WRITE of 64 KiB on the simulated drive       {:7.1f} ns\n",
               nanoseconds_each_write());
}
