// SPDX-License-Identifier: Apache-2.0
// What a command costs through each door, beside what the machine can do at best, in one run:
//
//     bench_doors BURNRIG [tests/bench/tgt.sh]
//
//     yardsticks   a futex ping-pong between two processes; an ioctl() of a FUSE file system that
//                  does nothing else; memcpy of 64 KiB, to memory that is there already and to
//                  memory that is new, as a disc's is where it is written for the first time
//     doors        `burnrig run --via DOOR -- bench_doors --client`: this program again, as a
//     client
//                  that sends TEST UNIT READY and WRITE(10) of 64 KiB to a DVD-RAM without a speed
//                  limit
//     a peer       the same of tgt's DVD+R recorder over loopback iSCSI (iscsi_client.cpp)
//
// One command at a time, as burners send them, all on one core. Exit 1 when a wanted figure was
// missed.
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sched.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "tests/bench/stopwatch.h"

namespace {

using burnrig::bench::fastest;

constexpr int rounds = 25; // short ones: a busy machine leaves some of them alone
constexpr int trips = 500;
constexpr int writes = 320; // 20 MiB
constexpr std::size_t write_bytes = 64 * 1024;

struct Figures {
    double trip_us = 0;
    double write_mb_s = 0;
};

// ---------------------------------------------------------------------------------- yardsticks

void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) {
    ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), operation, value, nullptr,
              nullptr, 0);
}

void hand_over(std::atomic<std::uint32_t>& word, std::uint32_t to) {
    word.store(to);
    futex(word, FUTEX_WAKE, 1);
}

void await(std::atomic<std::uint32_t>& word, std::uint32_t wanted) {
    for (std::uint32_t seen; (seen = word.load()) != wanted;)
        futex(word, FUTEX_WAIT, seen);
}

/// Microseconds for there and back, with the waiting side asleep.
double futex_trip_us() {
    void* const shared =
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto& word = *new (shared) std::atomic<std::uint32_t>(0);
    constexpr std::uint32_t ours = 0;
    constexpr std::uint32_t theirs = 1;
    const pid_t other = ::fork();
    if (other == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            await(word, theirs);
            hand_over(word, ours);
        }
    }
    const double seconds = fastest(
        rounds, [] {},
        [&] {
            for (int i = 0; i < trips; ++i) {
                hand_over(word, theirs);
                await(word, ours);
            }
        });
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
    ::munmap(shared, 4096);
    return seconds * 1e6 / trips;
}

/// From one buffer, as a burner has it, to as much memory as the clients write of their disc.
double memcpy_mb_s(bool to_new_memory) {
    constexpr std::size_t bytes = write_bytes * writes;
    std::vector<std::uint8_t> from(write_bytes, 1);
    void* const to =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const double seconds = fastest(
        rounds,
        [&] {
            if (to_new_memory)
                ::madvise(to, bytes, MADV_DONTNEED);
        },
        [&] {
            for (std::size_t at = 0; at < bytes; at += write_bytes)
                std::memcpy(static_cast<std::uint8_t*>(to) + at, from.data(), write_bytes);
        });
    ::munmap(to, bytes);
    return static_cast<double>(bytes) / 1e6 / seconds;
}

constexpr fuse_ino_t only_file = 2;

void answer_attributes(fuse_req_t request, fuse_ino_t number, fuse_file_info*) {
    struct stat status {};
    status.st_ino = number;
    status.st_mode = number == only_file ? S_IFREG | 0600 : S_IFDIR | 0700;
    fuse_reply_attr(request, &status, 1e9);
}

void answer_lookup(fuse_req_t request, fuse_ino_t, const char*) {
    fuse_entry_param entry{};
    entry.ino = only_file;
    entry.attr.st_mode = S_IFREG | 0600;
    entry.attr_timeout = entry.entry_timeout = 1e9;
    fuse_reply_entry(request, &entry);
}

void answer_open(fuse_req_t request, fuse_ino_t, fuse_file_info* file) {
    fuse_reply_open(request, file);
}

void answer_ioctl(fuse_req_t request, fuse_ino_t, unsigned, void*, fuse_file_info*, unsigned,
                  const void*, std::size_t, std::size_t) {
    fuse_reply_ioctl(request, 0, nullptr, 0);
}

/// Serves a file whose ioctl() does nothing, until the folder is unmounted.
[[noreturn]] void serve_empty(const std::string& folder) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    fuse_lowlevel_ops operations{};
    operations.lookup = answer_lookup;
    operations.getattr = answer_attributes;
    operations.open = answer_open;
    operations.ioctl = answer_ioctl;
    std::string name = "empty";
    char* words[] = {name.data(), nullptr};
    fuse_args arguments = FUSE_ARGS_INIT(1, words);
    fuse_session* const session =
        fuse_session_new(&arguments, &operations, sizeof operations, nullptr);
    if (session == nullptr || fuse_session_mount(session, folder.c_str()) != 0)
        ::_exit(1);
    fuse_session_loop(session);
    ::_exit(0);
}

/// Microseconds; 0 where there is no FUSE.
double empty_fuse_trip_us() {
    std::string folder = "/tmp/burnrig-bench-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        return 0;
    const pid_t server = ::fork();
    if (server == 0)
        serve_empty(folder);
    int file = -1;
    while (::waitpid(server, nullptr, WNOHANG) == 0 &&
           (file = ::open((folder + "/x").c_str(), O_RDWR)) < 0)
        ::usleep(1000); // until it is mounted
    double seconds = 0;
    if (file >= 0) {
        seconds = fastest(
            rounds, [] {},
            [&] {
                for (int i = 0; i < trips; ++i)
                    ::ioctl(file, SG_IO, nullptr);
            });
        ::close(file);
        ::kill(server, SIGKILL);
        ::waitpid(server, nullptr, 0);
    }
    [[maybe_unused]] const int unmounted =
        std::system(("umount -l " + folder + " 2>/dev/null").c_str());
    ::rmdir(folder.c_str());
    return seconds * 1e6 / trips;
}

// -------------------------------------------------------------------------------------- client

bool send(int file, std::uint8_t* cdb, unsigned char length, std::uint8_t* data, unsigned bytes) {
    std::array<std::uint8_t, 32> sense{};
    sg_io_hdr header{};
    header.interface_id = 'S';
    header.dxfer_direction = bytes == 0 ? SG_DXFER_NONE : SG_DXFER_TO_DEV;
    header.cmd_len = length;
    header.cmdp = cdb;
    header.dxferp = data;
    header.dxfer_len = bytes;
    header.sbp = sense.data();
    header.mx_sb_len = sense.size();
    header.timeout = 60000;
    return ::ioctl(file, SG_IO, &header) == 0 && header.status == 0;
}

/// What this program does as the client of a door; prints two figures. Preload has it live as many
/// times as fast as the drive.
int be_client(double clock_speed) {
    const int file = ::open(std::getenv("BURNRIG_DEVICE"), O_RDWR | O_NONBLOCK);
    std::array<std::uint8_t, 6> ready{};
    for (int i = 0; i < 10; ++i)
        send(file, ready.data(), ready.size(), nullptr, 0); // unit attentions
    bool good = true;
    const double trip = fastest(
        rounds, [] {},
        [&] {
            for (int i = 0; i < trips; ++i)
                good = send(file, ready.data(), ready.size(), nullptr, 0) && good;
        });
    std::vector<std::uint8_t> data(write_bytes, 1);
    const double written = fastest(
        rounds, [] {},
        [&] {
            for (int i = 0; i < writes; ++i) {
                const unsigned lba = static_cast<unsigned>(i) * 32;
                std::array<std::uint8_t, 10> write{0x2A,
                                                   0,
                                                   static_cast<std::uint8_t>(lba >> 24),
                                                   static_cast<std::uint8_t>(lba >> 16),
                                                   static_cast<std::uint8_t>(lba >> 8),
                                                   static_cast<std::uint8_t>(lba),
                                                   0,
                                                   0,
                                                   32,
                                                   0};
                good = send(file, write.data(), write.size(), data.data(), write_bytes) && good;
            }
        });
    fmt::print("{} {}\n", trip * 1e6 / trips / clock_speed,
               writes * static_cast<double>(write_bytes) / 1e6 / written * clock_speed);
    return good ? 0 : 1;
}

/// What a command line prints: two figures. Zeros where it does not work.
Figures figures_of(const std::string& line) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(::popen(line.c_str(), "r"), ::pclose);
    Figures figures;
    if (!out || std::fscanf(out.get(), "%lf %lf", &figures.trip_us, &figures.write_mb_s) != 2)
        return {};
    return figures;
}

/// Runs this program behind a door; zeros where that does not work.
Figures through(const std::string& burnrig, const std::string& self, const std::string& door) {
    // Commands take no real time: jumping time, or as fast that it does not show.
    const bool fast = door == "preload";
    const auto line =
        fmt::format("{} run -q --via {} --time {} --medium dvd-ram --drive "
                    "generic-bd-recorder --unlimited-speed -- {} --client {}",
                    burnrig, door, fast ? "x100000" : "virtual", self, fast ? 100000 : 1);
    return figures_of(line);
}

/// Yardsticks, drives and clients all on the same one: where the kernel happens to put them would
/// make more difference than what they do.
void stay_on_one_core() {
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &first);
    ::sched_setaffinity(0, sizeof first, &first);
}

bool judge(bool reached, std::string_view wanted) {
    fmt::print("      {}: {}\n", wanted, reached ? "yes" : "NO");
    return reached;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "--client") == 0)
        return be_client(std::atof(argv[2]));
    if (argc != 2 && argc != 3) {
        fmt::print(stderr, "bench_doors BURNRIG [tests/bench/tgt.sh]\n");
        return 2;
    }
    stay_on_one_core();
    const double futex_us = futex_trip_us();
    const double empty_us = empty_fuse_trip_us();
    const double copy = memcpy_mb_s(false);
    fmt::print("futex ping-pong of two processes             {:7.1f} us\n", futex_us);
    fmt::print("ioctl of a FUSE file system that does nothing{:7.1f} us\n", empty_us);
    fmt::print("memcpy, 64 KiB at a time                     {:7.0f} MB/s\n", copy);
    fmt::print("the same to new memory                       {:7.0f} MB/s\n", memcpy_mb_s(true));
    bool all = true;
    for (const std::string door : {"preload", "seccomp", "fuse"}) {
        const auto figures = through(argv[1], argv[0], door);
        if (figures.trip_us == 0) {
            fmt::print("{}: does not work here\n", door);
            continue;
        }
        fmt::print("{:<8} TEST UNIT READY {:6.1f} us   WRITE 64 KiB {:5.0f} MB/s\n", door,
                   figures.trip_us, figures.write_mb_s);
        if (door == "preload") {
            all = judge(figures.trip_us <= 3 * futex_us, "within 3 times the ping-pong") && all;
            all = judge(figures.write_mb_s >= 0.5 * copy, "half the rate of memcpy") && all;
        }
        if (door == "fuse")
            all =
                judge(figures.trip_us <= 1.3 * empty_us, "within 1.3 times the empty ioctl") && all;
    }
    if (argc == 3) {
        const std::string self = argv[0];
        const auto peer = figures_of(
            fmt::format("{} {}bench_iscsi_client", argv[2], self.substr(0, self.rfind('/') + 1)));
        fmt::print("{:<8} TEST UNIT READY {:6.1f} us   WRITE 64 KiB {:5.0f} MB/s\n", "tgt",
                   peer.trip_us, peer.write_mb_s);
    }
    return all ? 0 : 1;
}
