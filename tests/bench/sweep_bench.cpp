// SPDX-License-Identifier: Apache-2.0
// How many 1 MiB burns a second the sweep carries out and verifies on one core, and what of a trial
// is its start: a disc copied and a drive made anew, beside what a snapshot could save at most.
#include <cstdlib>

#include <fmt/format.h>

#include "harness/scenario/disc_compare.h"
#include "harness/sweep/sweep.h"
#include "harness/sweep/trial.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;
using namespace burnrig::harness;

constexpr int burns = 400;
constexpr int rounds = 3;
constexpr double wanted = 1000; // burns a second

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_sweep: {}\n", message);
    std::exit(1);
}

double burn_seconds(const sweep::Ground& ground) {
    return bench::fastest(
               rounds, [] {},
               [&] {
                   for (int i = 0; i < burns; ++i) {
                       const auto trial = sweep::Trial::run(ground, {});
                       if (!trial || !(*trial)->seen().succeeded)
                           give_up("a burn without faults fails");
                       if (!sweep::differs_from_golden(ground, *(*trial)->disc()).empty())
                           give_up("a good burn does not hold the image");
                   }
               }) /
           burns;
}

double start_seconds(const sweep::Ground& ground) {
    return bench::fastest(
               rounds, [] {},
               [&] {
                   for (int i = 0; i < burns; ++i) {
                       mmc::VirtualClock clock;
                       emulator::Drive drive(ground.subject.scenario.drive, clock);
                       auto disc = scenario::copy_of(*ground.start);
                       if (!disc)
                           give_up(disc.error().message);
                       drive.insert(std::move(*disc));
                   }
               }) /
           burns;
}

} // namespace

int main() {
    const auto subjects = sweep::every_pair();
    if (!subjects)
        give_up(subjects.error().message);
    double slowest = 0;
    for (const auto& subject : *subjects) {
        if (subject.burn.verify || !subject.scenario.before.empty())
            continue;
        const auto ground = sweep::Ground::create(subject);
        if (!ground)
            give_up(ground.error().message);
        const auto whole = burn_seconds(**ground);
        const auto start = start_seconds(**ground);
        slowest = std::max(slowest, whole);
        fmt::print(
            "{:<24} {:6.0f} verified 1 MiB burns a second, {:3} commands; disc and drive anew: "
            "{:3.0f} of {:4.0f} us\n",
            subject.name, 1 / whole, (*ground)->commands, start * 1e6, whole * 1e6);
    }
    fmt::print("slowest: {:.0f} a second on one core (wanted: {:.0f})\n", 1 / slowest, wanted);
    return 1 / slowest >= wanted ? 0 : 1;
}
