// SPDX-License-Identifier: Apache-2.0
// What a hundred fault rules cost a WRITE, beside copying its data once. All of them look at every
// WRITE, and none of them fires.
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "harness/rig/rig.h"
#include "mmc/bytes.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;

constexpr int writes = 2000;
constexpr int blocks_each = 32;
constexpr std::size_t bytes_each = std::size_t{blocks_each} * 2048;
constexpr int rounds = 7;

// One of each way to look at a command, over and over.
std::vector<std::string> rules(int count) {
    const std::string forms[]{
        "at @write #1000000 -> lose",
        "at @write lba 300000..300031 -> fail write-error",
        "at WRITE_10 cdb[1] == 0xFF -> fail write-error ; always",
        "at @any phase blanking -> hang ; always",
        "at @write bytes >= 600MiB -> power-loss",
        "at @write buffer > 0.5 cdb[9] == 0x77 -> take 1s ; always",
        "at @write p 0% -> corrupt bits 3 ; always",
    };
    std::vector<std::string> list;
    for (int i = 0; i < count; ++i)
        list.push_back(forms[static_cast<std::size_t>(i) % std::size(forms)]);
    return list;
}

struct Writer {
    mmc::VirtualClock clock;
    std::unique_ptr<harness::Rig> rig;
    std::vector<std::uint8_t> data = std::vector<std::uint8_t>(bytes_each, 0x5A);
    bool good = true;

    void prepare(int rule_count) {
        rig.reset();
        auto made = harness::Rig::create(
            {.medium = "cd-r-80", .faults = rules(rule_count), .unlimited_speed = true}, clock);
        good = bool(made);
        if (!made)
            return;
        rig = std::move(*made);
        for (int i = 0; i < 3; ++i)
            rig->target().execute({std::vector<std::uint8_t>(6), {}, {}});
        std::vector<std::uint8_t> list(60);
        list[8] = 0x05;
        list[9] = 50;
        list[10] = 0x41;
        list[11] = 0x04;
        list[12] = 8;
        list[23] = 150;
        const std::vector<std::uint8_t> select{0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0};
        good = rig->target().execute({select, list, {}}).good();
    }
    void write() {
        std::array<std::uint8_t, 10> cdb{0x2A, 0, 0, 0, 0, 0, 0, 0, blocks_each, 0};
        for (std::uint32_t i = 0; good && i < writes; ++i) {
            mmc::put32(&cdb[2], i * blocks_each);
            good = rig->target().execute({cdb, data, {}}).good();
        }
    }
};

double nanoseconds_a_write(int rule_count, bool& good) {
    Writer writer;
    const double seconds = bench::fastest(
        rounds, [&] { writer.prepare(rule_count); }, [&] { writer.write(); });
    good = good && writer.good;
    return seconds * 1e9 / writes;
}

// The same data copied to as many places, so that as much memory is touched.
double nanoseconds_a_copy() {
    const std::vector<std::uint8_t> from(bytes_each, 0x5A);
    std::vector<std::uint8_t> to;
    const double seconds = bench::fastest(
        rounds, [&] { to.assign(bytes_each * writes, 0); },
        [&] {
            for (std::size_t i = 0; i < writes; ++i)
                std::memcpy(&to[i * bytes_each], from.data(), bytes_each);
        });
    return seconds * 1e9 / writes;
}

} // namespace

int main() {
    bool good = true;
    const double copy = nanoseconds_a_copy();
    const double without = nanoseconds_a_write(0, good);
    const double with = nanoseconds_a_write(100, good);
    if (!good) {
        fmt::print(stderr, "bench_faults: a WRITE failed\n");
        return 1;
    }
    fmt::print("memcpy of {} KiB                              {:7.0f} ns\n", bytes_each >> 10,
               copy);
    fmt::print("WRITE of {} KiB without fault rules           {:7.0f} ns   {:.2f} times memcpy\n",
               bytes_each >> 10, without, without / copy);
    fmt::print("WRITE of {} KiB with a hundred rules          {:7.0f} ns   {:.2f} times memcpy\n",
               bytes_each >> 10, with, with / copy);
    fmt::print("a hundred rules slow a WRITE by               {:7.0f} ns   {:.1f} ns a rule\n",
               with - without, (with - without) / 100);
}
