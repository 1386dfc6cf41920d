// SPDX-License-Identifier: Apache-2.0
// What a hundred fault rules cost a WRITE, beside copying its data once: rules at all kinds of
// commands, as a scenario has them, and a hundred that all look at every WRITE. None of them fires.
#include <array>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "harness/rig/rig.h"
#include "mmc/bytes.h"
#include "mmc/opcode.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;

constexpr int writes = 2000;
constexpr int blocks_each = 32;
constexpr std::size_t bytes_each = std::size_t{blocks_each} * 2048;
constexpr int rounds = 7;

enum class Watching { nothing, all_kinds, each_write };

// One of each way to look at a WRITE, over and over.
std::string rule_at_write(std::size_t i) {
    constexpr std::array forms{
        "at @write #1000000 -> lose",
        "at @write lba 300000..300031 -> fail write-error",
        "at WRITE_10 cdb[1] == 0xFF -> fail write-error ; always",
        "at @any phase blanking -> hang ; always",
        "at @write bytes >= 600MiB -> power-loss",
        "at @write buffer > 0.5 cdb[9] == 0x77 -> take 1s ; always",
        "at @write p 0% -> corrupt bits 3 ; always",
    };
    return forms[i % forms.size()];
}

// Each command of the standard in its turn.
std::string rule_at_any(std::size_t i) {
    const auto all = mmc::opcodes();
    return fmt::format("at {} #1000000 -> fail internal-failure", all[i % all.size()].name);
}

std::vector<std::string> rules(Watching watching) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < 100 && watching != Watching::nothing; ++i)
        list.push_back(watching == Watching::each_write ? rule_at_write(i) : rule_at_any(i));
    return list;
}

struct Writer {
    mmc::VirtualClock clock;
    std::unique_ptr<harness::Rig> rig;
    std::vector<std::uint8_t> data = std::vector<std::uint8_t>(bytes_each, 0x5A);
    bool good = true;

    void prepare(Watching watching) {
        rig.reset();
        auto made = harness::Rig::create(
            {.medium = "cd-r-80", .faults = rules(watching), .unlimited_speed = true}, clock);
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

double nanoseconds_a_write(Watching watching, bool& good) {
    Writer writer;
    const double seconds = bench::fastest(
        rounds, [&] { writer.prepare(watching); }, [&] { writer.write(); });
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
    const double without = nanoseconds_a_write(Watching::nothing, good);
    const double mixed = nanoseconds_a_write(Watching::all_kinds, good);
    const double all = nanoseconds_a_write(Watching::each_write, good);
    if (!good) {
        fmt::print(stderr, "bench_faults: a WRITE failed\n");
        return 1;
    }
    const auto line = [&](const char* what, double time) {
        fmt::print("{:<44} {:7.0f} ns   {:.2f} times memcpy, {:+.0f} ns\n", what, time, time / copy,
                   time - without);
    };
    fmt::print("{:<44} {:7.0f} ns\n", "memcpy of 64 KiB", copy);
    line("WRITE of 64 KiB without fault rules", without);
    line("... with 100 rules at all kinds of commands", mixed);
    line("... with 100 rules that look at every WRITE", all);
}
