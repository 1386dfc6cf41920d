// SPDX-License-Identifier: Apache-2.0
// How fast `burnrig burn` is in process: 650 MiB to a disc in memory under virtual time, beside a
// memcpy of the same bytes to freshly mapped memory.
#include <cstdlib>
#include <cstring>
#include <random>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver/burner.h"
#include "harness/rig/rig.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;

constexpr std::size_t image_bytes = std::size_t{650} << 20;
constexpr int rounds = 5;

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_burn: {}\n", message);
    std::exit(1);
}

// A file in the page cache, as an image to burn is.
std::string make_image() {
    std::string path = "/tmp/burnrig-bench-XXXXXX";
    const int file = mkstemp(path.data());
    if (file < 0)
        give_up("no temporary file");
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> chunk((1 << 20) / sizeof(std::uint64_t));
    for (std::size_t done = 0; done < image_bytes; done += 1 << 20) {
        for (auto& word : chunk)
            word = random();
        if (write(file, chunk.data(), 1 << 20) != 1 << 20)
            give_up("the temporary file is not written: is /tmp full?");
    }
    close(file);
    return path;
}

void* map_fresh() {
    void* memory =
        mmap(nullptr, image_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        give_up("no memory");
    return memory;
}

double copy_seconds(const std::string& path) {
    auto source = driver::FileSource::open(path);
    if (!source)
        give_up(source.error().message);
    void* target = map_fresh();
    const double seconds = bench::fastest(
        rounds,
        [&] {
            munmap(target, image_bytes);
            target = map_fresh();
        },
        [&] {
            auto* out = static_cast<std::uint8_t*>(target);
            for (std::uint32_t block = 0; block < *source->blocks(); block += 32) {
                const auto bytes = *source->read({block, 32});
                std::memcpy(out + std::size_t{block} * driver::data_block_bytes, bytes.data(),
                            bytes.size());
            }
        });
    munmap(target, image_bytes);
    return seconds;
}

double burn_seconds(const std::string& path) {
    std::unique_ptr<mmc::VirtualClock> clock;
    std::unique_ptr<harness::Rig> rig;
    return bench::fastest(
        rounds,
        [&] {
            rig.reset();
            clock = std::make_unique<mmc::VirtualClock>();
            auto made = harness::Rig::create({.medium = "cd-r-80"}, *clock);
            if (!made)
                give_up(made.error().message);
            rig = std::move(*made);
        },
        [&] {
            auto source = driver::FileSource::open(path);
            if (!source)
                give_up(source.error().message);
            driver::Recorder recorder(rig->target(), *clock);
            const auto report = recorder.burn({.source = *source});
            if (!report)
                give_up(driver::to_text(report.error()));
        });
}

} // namespace

int main() {
    const auto path = make_image();
    const double copy = copy_seconds(path);
    const double burn = burn_seconds(path);
    unlink(path.c_str());
    const double megabytes = static_cast<double>(image_bytes) / 1e6;
    fmt::print("memcpy of 650 MiB to freshly mapped memory   {:7.0f} MB/s\n", megabytes / copy);
    fmt::print("burnrig burn of 650 MiB, in process          {:7.0f} MB/s   {:.2f} of memcpy "
               "(wanted: 0.70)\n",
               megabytes / burn, copy / burn);
    return copy / burn >= 0.7 ? 0 : 1;
}
