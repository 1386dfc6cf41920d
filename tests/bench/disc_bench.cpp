// SPDX-License-Identifier: Apache-2.0
// What blocks cost on their way through the simulated drive, one command of 32 KiB at a time, in
// process and at unlimited speed, beside a memcpy of the same bytes to freshly mapped memory; and
// what a large disc costs.
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "emulator/disc/recorded_map.h"
#include "emulator/drive/drive.h"
#include "emulator/fixtures.h"
#include "mmc/bytes.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t block_bytes = 2048;
constexpr std::size_t command_blocks = 16;
constexpr std::size_t command_bytes = command_blocks * block_bytes;
constexpr std::size_t commands = 20'000;
constexpr std::size_t bytes_in_all = commands * command_bytes;
constexpr int rounds = 5;

int missed = 0;

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_disc: {}\n", message);
    std::exit(1);
}

// Remembers in the exit code that a wanted figure was not reached.
const char* wanted(bool reached) {
    missed += reached ? 0 : 1;
    return reached ? "" : "   MISSED";
}

const Bytes& image() {
    static const Bytes bytes = [] {
        Bytes made(bytes_in_all);
        std::mt19937_64 random(1);
        for (std::size_t at = 0; at < made.size(); at += 8) {
            const std::uint64_t word = random();
            std::memcpy(&made[at], &word, sizeof word);
        }
        return made;
    }();
    return bytes;
}

std::uint8_t* map_fresh() {
    void* memory =
        mmap(nullptr, bytes_in_all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        give_up("no memory");
    return static_cast<std::uint8_t*>(memory);
}

double copy_seconds() {
    std::uint8_t* target = map_fresh();
    const double seconds = bench::fastest(
        rounds,
        [&] {
            munmap(target, bytes_in_all);
            target = map_fresh();
        },
        [&] {
            for (std::size_t at = 0; at < bytes_in_all; at += command_bytes)
                std::memcpy(target + at, &image()[at], command_bytes);
        });
    munmap(target, bytes_in_all);
    return seconds;
}

// A drive with a disc, ready for the first command.
struct Bench {
    explicit Bench(std::unique_ptr<emulator::Disc> disc)
        : drive(*emulator::load_drive("generic-bd-recorder"), clock,
                {.seed = 1, .unlimited_speed = true}) {
        drive.insert(std::move(disc));
        for (int i = 0; i < 3; ++i) // unit attentions
            send({0, 0, 0, 0, 0, 0}, {}, {});
    }

    bool send(const Bytes& cdb, std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
        return drive.execute({cdb, out, in, std::chrono::hours(1)}).good();
    }

    // Mode page 05h: track at once, mode 1.
    void track_at_once() {
        Bytes list(8 + 52);
        list[8] = 0x05;
        list[9] = 50;
        list[10] = 0x41;
        list[11] = 0x04;
        list[12] = 8;
        if (!send({0x55, 0x10, 0, 0, 0, 0, 0, 0, 60, 0}, list, {}))
            give_up("MODE SELECT failed");
    }

    // Writes the image, a command at a time.
    void write_all() {
        std::array<std::uint8_t, 10> cdb{0x2A};
        mmc::put16(&cdb[7], command_blocks);
        for (std::size_t i = 0; i < commands; ++i) {
            mmc::put32(&cdb[2], static_cast<std::uint32_t>(i * command_blocks));
            const auto part = std::span(image()).subspan(i * command_bytes, command_bytes);
            if (!drive.execute({cdb, part, {}, std::chrono::hours(1)}).good())
                give_up(fmt::format("WRITE(10) number {} failed", i));
        }
    }

    // Flushes, so that all can be read.
    void finish() {
        if (!send({0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {}, {}))
            give_up("SYNCHRONIZE CACHE failed");
    }

    void read_all() {
        std::array<std::uint8_t, 10> cdb{0x28};
        mmc::put16(&cdb[7], command_blocks);
        static std::array<std::uint8_t, command_bytes> buffer;
        for (std::size_t i = 0; i < commands; ++i) {
            mmc::put32(&cdb[2], static_cast<std::uint32_t>(i * command_blocks));
            if (!drive.execute({cdb, {}, buffer, std::chrono::hours(1)}).good())
                give_up(fmt::format("READ(10) number {} failed", i));
        }
    }

    // Whole sectors with raw sub-channel: sync, header, EDC and ECC, P to W are all made.
    std::size_t read_cd_all() {
        constexpr std::size_t blocks = 26;
        constexpr std::size_t sector_bytes = 2352 + 96;
        std::array<std::uint8_t, 12> cdb{0xBE, 0, 0, 0, 0, 0, 0, 0, blocks, 0xF8, 1, 0};
        static std::array<std::uint8_t, blocks * sector_bytes> buffer;
        const std::size_t count = bytes_in_all / 8 / block_bytes / blocks;
        for (std::size_t i = 0; i < count; ++i) {
            mmc::put32(&cdb[2], static_cast<std::uint32_t>(i * blocks));
            if (!drive.execute({cdb, {}, buffer, std::chrono::hours(1)}).good())
                give_up(fmt::format("READ CD number {} failed", i));
        }
        return count * buffer.size();
    }

    mmc::VirtualClock clock;
    emulator::Drive drive;
};

double megabytes_per_second(std::size_t bytes, double seconds) {
    return static_cast<double>(bytes) / 1e6 / seconds;
}

void print_transfer(const char* what, double seconds, double copy) {
    fmt::print("{:44} {:7.0f} MB/s   {:.2f} of memcpy (wanted: 0.70)   {:.0f} commands/s "
               "(wanted: 141000){}\n",
               what, megabytes_per_second(bytes_in_all, seconds), copy / seconds,
               commands / seconds, wanted(copy / seconds >= 0.7 && commands / seconds >= 141'000));
}

void bench_memory_disc(double copy) {
    const auto medium = *emulator::load_medium("cd-r-80");
    std::unique_ptr<Bench> bench;
    const double write = bench::fastest(
        rounds,
        [&] {
            bench.reset();
            bench = std::make_unique<Bench>(*emulator::Disc::in_memory(medium));
            bench->track_at_once();
        },
        [&] { bench->write_all(); });
    bench->finish();
    const double read = bench::fastest(
        rounds, [] {}, [&] { bench->read_all(); });
    print_transfer("WRITE(10) of 32 KiB, memory disc", write, copy);
    print_transfer("READ(10) of 32 KiB, memory disc", read, copy);
    std::size_t bytes = 0;
    const double raw = bench::fastest(
        rounds, [] {}, [&] { bytes = bench->read_cd_all(); });
    const double rate = megabytes_per_second(bytes, raw);
    fmt::print("{:44} {:7.0f} MB/s   (wanted: 500){}\n",
               "READ CD, sectors of 2352 + 96 made on the fly", rate, wanted(rate >= 500));
}

double digest_seconds() {
    std::uint64_t sum = 0;
    const double seconds = bench::fastest(
        rounds, [] {},
        [&] {
            for (std::size_t at = 0; at < bytes_in_all; at += block_bytes)
                sum ^= XXH3_64bits(&image()[at], block_bytes);
        });
    if (sum == 0)
        give_up("the digests of a random image are all alike");
    return seconds;
}

void bench_digest_disc() {
    const auto medium = *emulator::load_medium("cd-r-80");
    const double digest = digest_seconds();
    std::unique_ptr<Bench> bench;
    const double write = bench::fastest(
        rounds,
        [&] {
            bench.reset();
            bench = std::make_unique<Bench>(
                *emulator::Disc::in_memory(medium, emulator::Keep::digests));
            bench->track_at_once();
        },
        [&] { bench->write_all(); });
    fmt::print("{:44} {:7.0f} MB/s\n", "XXH3 of each block of 2 KiB",
               megabytes_per_second(bytes_in_all, digest));
    fmt::print("{:44} {:7.0f} MB/s   {:.2f} of the digest (wanted: 0.70)   {:.0f} commands/s "
               "(wanted: 141000){}\n",
               "WRITE(10) of 32 KiB, digests only", megabytes_per_second(bytes_in_all, write),
               digest / write, commands / write,
               wanted(digest / write >= 0.7 && commands / write >= 141'000));
}

// Resident memory of this process, in bytes.
std::size_t resident_bytes() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void bench_blank_disc() {
    const auto medium = *emulator::load_medium("bd-r-100");
    std::string directory = "/tmp/burnrig-bench-XXXXXX";
    if (mkdtemp(directory.data()) == nullptr)
        give_up("no temporary directory");
    const std::string path = directory + "/disc";
    emulator::Disc::create(path, medium);
    std::unique_ptr<Bench> bench;
    std::size_t before = 0;
    std::size_t after = 0;
    const double seconds = bench::fastest(
        rounds,
        [&] {
            bench.reset();
            before = resident_bytes();
        },
        [&] {
            bench = std::make_unique<Bench>(*emulator::Disc::open(path));
            std::array<std::uint8_t, 34> reply{};
            if (!bench->send({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, {}, reply)) // disc information
                give_up("READ DISC INFORMATION failed");
            after = std::max(after, resident_bytes() - std::min(before, resident_bytes()));
        });
    bench.reset();
    std::filesystem::remove_all(directory);
    fmt::print("{:44} {:7.2f} ms     (wanted: 5)   {:.1f} MiB (wanted: 8){}\n",
               "a drive with a blank 100 GB disc, opened", seconds * 1e3,
               static_cast<double>(after) / (1 << 20),
               wanted(seconds < 5e-3 && after < std::size_t{8} << 20));
}

// Every block of a 25 GB disc is recorded in an order of chance, and asked for at once.
void bench_random_order() {
    const auto medium = *emulator::load_medium("bd-re-25");
    const emulator::BlockLayout layout(medium);
    std::vector<std::int32_t> order(static_cast<std::size_t>(layout.end_address()));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(1)); // NOLINT: the same in every run
    emulator::RecordedMap map;
    const double seconds = bench::fastest(
        1, [&] { map = *emulator::RecordedMap::in_memory(layout); },
        [&] {
            std::int64_t sum = 0;
            for (const std::int32_t lba : order) {
                if (!map.record(lba, lba + 1, emulator::BlockForm::mode1))
                    give_up("a block is not recorded");
                sum += map.run_at(lba).end - lba;
            }
            if (sum < layout.end_address())
                give_up("a recorded block is not found");
        });
    fmt::print("{:44} {:7.0f} ns     a block\n",
               fmt::format("{} blocks recorded in random order", order.size()),
               seconds * 1e9 / static_cast<double>(order.size()));
}

} // namespace

int main() {
    bench_blank_disc(); // first: memory is still empty
    const double copy = copy_seconds();
    fmt::print("{:44} {:7.0f} MB/s\n", "memcpy of 32 KiB each to freshly mapped memory",
               megabytes_per_second(bytes_in_all, copy));
    bench_memory_disc(copy);
    bench_digest_disc();
    bench_random_order();
    return missed == 0 ? 0 : 1;
}
