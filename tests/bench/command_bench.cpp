// SPDX-License-Identifier: Apache-2.0
// What one command costs in process, beside a virtual call that does nothing.
#include <array>

#include <fmt/format.h>

#include "harness/rig/rig.h"
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
}
