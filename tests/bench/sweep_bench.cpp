// SPDX-License-Identifier: Apache-2.0
// How many 1 MiB burns a second the sweep carries out and verifies on one core, and what of a trial
// is its start: a disc copied and a drive made anew, beside what a snapshot could save at most.
//
//     bench_sweep                     in this process
//     bench_sweep /dev/sr0 300        so many burns of a DVD+RW through a node (node_burns.sh)
#include <cstdlib>

#include <fmt/format.h>

#include "driver/burner.h"
#include "driver/transport/sg_device.h"
#include "harness/scenario/disc_compare.h"
#include "harness/sweep/sweep.h"
#include "harness/sweep/trial.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;
using namespace burnrig::harness;

constexpr int rounds = 3;
constexpr double wanted = 1000; // burns a second

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_sweep: {}\n", message);
    std::exit(1);
}

double burn_seconds(const sweep::Ground& ground, int burns) {
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

double start_seconds(const sweep::Ground& ground, int burns) {
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

// Through a node: SG_IO into a fake device, another program's way to the drive.
int burn_through(const char* node, int count) {
    auto device = driver::SgDevice::open(node);
    if (!device)
        give_up(device.error().message);
    mmc::RealClock clock;
    std::vector<std::uint8_t> image(1 << 20, 0x5A);
    driver::MemorySource source(image, "image");
    for (int i = 0; i < count; ++i) {
        image[0] = static_cast<std::uint8_t>(i); // another image each time
        driver::Recorder recorder(*device, clock);
        driver::BurnJob job{.source = source};
        job.mode = driver::WriteMode::overwrite;
        job.verify = true;
        if (const auto report = recorder.burn(job); !report)
            give_up(driver::to_text(report.error()));
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3)
        return burn_through(argv[1], std::atoi(argv[2]));
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
        const bool raw = subject.burn.mode.starts_with("raw"); // 40 MB with lead-in and lead-out
        const int burns = raw ? 20 : 400;
        const auto whole = burn_seconds(**ground, burns);
        const auto start = start_seconds(**ground, burns);
        slowest = raw ? slowest : std::max(slowest, whole);
        fmt::print(
            "{:<24} {:6.0f} verified 1 MiB burns a second, {:4} commands; disc and drive anew: "
            "{:3.0f} of {:4.0f} us\n",
            subject.name, 1 / whole, (*ground)->commands, start * 1e6, whole * 1e6);
    }
    fmt::print("slowest but for raw: {:.0f} a second on one core (wanted: {:.0f})\n", 1 / slowest,
               wanted);
    return 1 / slowest >= wanted ? 0 : 1;
}
