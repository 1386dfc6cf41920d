// SPDX-License-Identifier: Apache-2.0
// How fast the writer takes a stream: 4 GiB from a pipe whose writer hands over pages without a
// copy (vmsplice), through the ring, to a drive that takes everything at once. Beside it what
// read(2) alone gets out of such a pipe into memory of the ring's size, and the peak of this
// process.
#include <array>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/source/stream_source.h"
#include "driver/writer/write.h"
#include "tests/bench/stopwatch.h"
#include "tests/unit/driver/sink.h"

namespace {

using namespace burnrig;

constexpr std::uint64_t stream_bytes = std::uint64_t{4} << 30;
constexpr int pipe_bytes = 1 << 20;
constexpr int rounds = 3;
constexpr std::uint32_t transfer_bytes = 128 * 1024;

[[noreturn]] void give_up(const std::string& message) {
    fmt::print(stderr, "bench_stream: {}\n", message);
    std::exit(1);
}

/// A process that fills a pipe as fast as it can.
class Giver {
public:
    Giver() {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) != 0)
            give_up("no pipe");
        fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes);
        process_ = fork();
        if (process_ == 0) {
            close(ends[0]);
            give(ends[1]);
        }
        close(ends[1]);
        end_ = ends[0];
    }
    Giver(const Giver&) = delete;
    Giver& operator=(const Giver&) = delete;
    ~Giver() {
        close(end_);
        waitpid(process_, nullptr, 0);
    }
    int end() const { return end_; }

private:
    [[noreturn]] static void give(int end) {
        std::vector<std::uint8_t> pages(pipe_bytes, 0x5A);
        for (std::uint64_t left = stream_bytes; left > 0;) {
            iovec piece{pages.data(), std::min<std::uint64_t>(left, pages.size())};
            const auto given = vmsplice(end, &piece, 1, 0);
            if (given < 0)
                _exit(1);
            left -= static_cast<std::uint64_t>(given);
        }
        _exit(0);
    }
    int end_ = -1;
    pid_t process_ = -1;
};

double seconds_of(const std::function<void(int)>& take) {
    std::unique_ptr<Giver> giver;
    return bench::fastest(
        rounds,
        [&] {
            giver.reset();
            giver = std::make_unique<Giver>();
        },
        [&] { take(giver->end()); });
}

void read_only(int end) {
    std::vector<std::uint8_t> ring(driver::ring_bytes_default);
    std::uint64_t got = 0;
    for (std::size_t at = 0;; at = (at + transfer_bytes) % ring.size()) {
        const auto some = read(end, ring.data() + at, transfer_bytes);
        if (some <= 0)
            break;
        got += static_cast<std::uint64_t>(some);
    }
    if (got != stream_bytes)
        give_up("the pipe ended early");
}

void through_the_ring(int end) {
    driver::StreamSource source(end, "pipe", std::nullopt);
    mmc::VirtualClock clock;
    driver::test::Sink sink;
    driver::Operation operation(sink, clock, nullptr);
    const driver::WriteTask task{.source = source, .transfer_bytes = transfer_bytes};
    driver::WriteResult result;
    const auto written = driver::write_all(operation, std::span(&task, 1), {}, result);
    if (!written)
        give_up(driver::to_text(written.error()));
    if (result.blocks_sent * driver::data_block_bytes != stream_bytes)
        give_up("not everything arrived");
}

long peak_mib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::stol(line.substr(6)) / 1024;
    give_up("/proc/self/status has no VmHWM");
}

} // namespace

int main() {
    const double gigabytes = static_cast<double>(stream_bytes) / 1e9;
    const double ring = gigabytes / seconds_of(through_the_ring);
    const long peak = peak_mib();
    const double alone = gigabytes / seconds_of(read_only);
    fmt::print("read(2) of 4 GiB from a pipe                 {:7.0f} MB/s\n", alone * 1000);
    fmt::print("a pipe through the ring to a drive           {:7.0f} MB/s   {:.2f} of read(2) "
               "(wanted: 2000 MB/s where read(2) gives it), peak {} MiB (wanted: under 64)\n",
               ring * 1000, ring / alone, peak);
    return (ring >= 2.0 || alone < 2.0) && peak < 64 ? 0 : 1;
}
