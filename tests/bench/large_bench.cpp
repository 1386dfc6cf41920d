// SPDX-License-Identifier: Apache-2.0
// A 25 GB disc filled through the simulated drive, in a directory and as digests, and one whose
// blocks are written in random order: how fast, and that memory stays bounded. Each part runs in a
// process of its own, so that its peak is its own. Needs 30 GB of disk: bench_large DIRECTORY.
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/drive/drive.h"
#include "emulator/fixtures.h"
#include "mmc/bytes.h"
#include "tests/bench/stopwatch.h"

namespace {

using namespace burnrig;
namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t block_bytes = 2048;
constexpr std::uint32_t command_blocks = 32;
constexpr long memory_wanted_kib = 64 * 1024;

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_large: {}\n", message);
    std::_Exit(1);
}

// The most memory this process ever had: its own and mapped files, in KiB.
long peak_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stol(line.substr(6));
    give_up("/proc/self/status has no VmHWM");
}

std::uintmax_t room(const fs::path& directory) {
    std::uintmax_t blocks = 0;
    for (const auto& entry : fs::directory_iterator(directory)) {
        struct stat status {};
        if (::stat(entry.path().c_str(), &status) == 0)
            blocks += static_cast<std::uintmax_t>(status.st_blocks);
    }
    return blocks * 512;
}

// Blocks that repeat nowhere: one random command's worth, with the address in each block.
class Source {
public:
    Source() : bytes_(command_blocks * block_bytes) {
        std::mt19937 random(1); // NOLINT: the same in every run
        for (auto& byte : bytes_)
            byte = static_cast<std::uint8_t>(random());
    }
    std::span<const std::uint8_t> at(std::uint32_t lba, std::size_t blocks) {
        for (std::size_t i = 0; i < blocks; ++i)
            mmc::put32(&bytes_[i * block_bytes + 100], lba + static_cast<std::uint32_t>(i));
        return std::span(bytes_).first(blocks * block_bytes);
    }

private:
    Bytes bytes_;
};

int report(const std::string& what, std::uint64_t blocks, double seconds, const fs::path& path) {
    const long peak = peak_kib();
    fmt::print(
        "{:34} {:6.0f} MB/s   peak {:.1f} MiB (wanted: 64)   {:.2f} GB on the host's disk{}\n",
        what, static_cast<double>(blocks) * block_bytes / 1e6 / seconds,
        static_cast<double>(peak) / 1024, static_cast<double>(room(path)) / 1e9,
        peak < memory_wanted_kib ? "" : "   MISSED");
    std::fflush(stdout);
    return peak < memory_wanted_kib ? 0 : 1;
}

int fill(const fs::path& path, emulator::Keep keep) {
    const auto medium = *emulator::load_medium("bd-r-25");
    auto disc = emulator::Disc::create(path, medium, keep);
    if (!disc)
        give_up(disc.error().message);
    mmc::VirtualClock clock;
    emulator::Drive drive(*emulator::load_drive("generic-bd-recorder"), clock,
                          {.seed = 1, .unlimited_speed = true});
    drive.insert(std::move(*disc));
    for (int i = 0; i < 3; ++i) // unit attentions
        drive.execute({std::array<std::uint8_t, 6>{}, {}, {}, std::chrono::hours(1)});
    Source source;
    const auto end = static_cast<std::uint32_t>(medium.capacity());
    const double seconds = bench::fastest(
        1, [] {},
        [&] {
            std::array<std::uint8_t, 10> cdb{0x2A};
            for (std::uint32_t lba = 0; lba < end; lba += command_blocks) {
                const auto count = std::min(command_blocks, end - lba);
                mmc::put32(&cdb[2], lba);
                mmc::put16(&cdb[7], static_cast<std::uint16_t>(count));
                if (!drive.execute({cdb, source.at(lba, count), {}, std::chrono::hours(1)}).good())
                    give_up(fmt::format("WRITE(10) at {} failed", lba));
            }
        });
    const auto last = source.at(end - command_blocks, command_blocks);
    const auto equal =
        drive.disc()->equal_blocks(static_cast<std::int32_t>(end - command_blocks), last);
    if (!equal || *equal != command_blocks)
        give_up("the last blocks are not what was written");
    return report(keep == emulator::Keep::digests ? "25 GB through the drive, digests"
                                                  : "25 GB through the drive, directory",
                  end, seconds, path);
}

// The second half must not take much longer than the first.
int scatter(const fs::path& path) {
    const auto medium = *emulator::load_medium("bd-re-25");
    auto disc = emulator::Disc::create(path, medium, emulator::Keep::digests);
    if (!disc)
        give_up(disc.error().message);
    const auto blocks = static_cast<std::uint64_t>(medium.capacity());
    constexpr std::uint64_t prime = 7'368'787; // a step over all blocks in no order
    Source source;
    std::array<double, 2> halves{};
    for (std::size_t half = 0; half < halves.size(); ++half)
        halves[half] = bench::fastest(
            1, [] {},
            [&] {
                for (std::uint64_t i = half * blocks / 2; i < (half + 1) * blocks / 2; ++i) {
                    const auto lba = static_cast<std::uint32_t>(i * prime % blocks);
                    if (!(*disc)->write(static_cast<std::int32_t>(lba), emulator::BlockForm::mode1,
                                        source.at(lba, 1)))
                        give_up(fmt::format("block {} is not written", lba));
                }
            });
    fmt::print(
        "the second half in random order took {:.2f} of the first's time (wanted: below 3)\n",
        halves[1] / halves[0]);
    const int missed =
        report("25 GB in random order, digests", blocks, halves[0] + halves[1], path);
    return missed + (halves[1] < 3 * halves[0] ? 0 : 1);
}

// Runs a part in a process of its own and removes its disc.
template <class Part>
int alone(const fs::path& path, Part part) {
    const pid_t child = ::fork();
    if (child == 0)
        std::_Exit(part());
    int status = 0;
    ::waitpid(child, &status, 0);
    fs::remove_all(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2)
        give_up("usage: bench_large DIRECTORY (on a disk with 30 GB free)");
    const fs::path directory = arguments[1];
    int missed = 0;
    missed += alone(directory / "digests",
                    [&] { return fill(directory / "digests", emulator::Keep::digests); });
    missed += alone(directory / "scattered", [&] { return scatter(directory / "scattered"); });
    if (fs::space(directory).available < std::uintmax_t{30} << 30) {
        fmt::print(stderr, "bench_large: SKIPPED the directory disc: {} has less than 30 GB free\n",
                   directory.string());
        return 77;
    }
    missed += alone(directory / "blocks",
                    [&] { return fill(directory / "blocks", emulator::Keep::blocks); });
    return missed == 0 ? 0 : 1;
}
