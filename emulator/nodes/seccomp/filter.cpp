// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/seccomp/filter.h"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/nodes/process_memory.h"

namespace burnrig::emulator::nodes::seccomp {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t this_architecture = AUDIT_ARCH_AARCH64;
#else
#error "seccomp filters name the machine: add this one's AUDIT_ARCH_"
#endif

// WAIT_KILLABLE_RECV (Linux 5.19): once the rig has received a call, only a deadly signal ends it.
// Without, any signal would have the program send its command a second time.
constexpr unsigned long filter_flags =
    SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;

constexpr std::uint16_t load_word = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t jump_if_equal = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t jump_if_any_bit = BPF_JMP | BPF_JSET | BPF_K;
constexpr std::uint16_t mask = BPF_ALU | BPF_AND | BPF_K;
constexpr std::uint16_t end = BPF_RET | BPF_K;

constexpr sock_filter wait{end, 0, 0, SECCOMP_RET_USER_NOTIF};
constexpr sock_filter allow{end, 0, 0, SECCOMP_RET_ALLOW};

/// The low half of an argument, on a little-endian machine.
constexpr sock_filter load_argument(int index) {
    const auto offset = offsetof(seccomp_data, args) + static_cast<std::size_t>(index) * 8;
    return {load_word, 0, 0, static_cast<std::uint32_t>(offset)};
}

/// What is done with a call once its number is known; ends in wait or allow.
std::vector<sock_filter> decision(Waits waits) {
    switch (waits) {
    case Waits::not_of_sockets:
        return {load_argument(1), {mask, 0, 0, 0xFF00}, {jump_if_equal, 1, 0, 0x8900}, wait, allow};
    case Waits::of_files:
        return {load_argument(3), {jump_if_any_bit, 1, 0, MAP_ANONYMOUS}, wait, allow};
    case Waits::always:
        break;
    }
    return {wait};
}

/// 0, or why a process cannot come under such a filter. Tried in a child: it is for ever.
int try_filter() {
    const pid_t child = ::fork();
    if (child < 0)
        return errno;
    if (child == 0) {
        const int listener = install_filter({&allow, 1});
        ::_exit(listener >= 0 ? 0 : -listener);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

} // namespace

std::vector<sock_filter> make_filter(std::span<const Watched> calls) {
    std::vector<sock_filter> program{
        {load_word, 0, 0, offsetof(seccomp_data, arch)},
        {jump_if_equal, 1, 0, this_architecture},
        allow,
        {load_word, 0, 0, offsetof(seccomp_data, nr)},
    };
    for (const Watched& call : calls) {
        const std::vector<sock_filter> then = decision(call.waits);
        program.push_back({jump_if_equal, 0, static_cast<std::uint8_t>(then.size()),
                           static_cast<std::uint32_t>(call.number)});
        program.insert(program.end(), then.begin(), then.end());
    }
    program.push_back(allow);
    return program;
}

int install_filter(std::span<const sock_filter> program) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -errno;
    const sock_fprog description{static_cast<unsigned short>(program.size()),
                                 const_cast<sock_filter*>(program.data())};
    const long listener =
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter_flags, &description);
    return listener >= 0 ? static_cast<int>(listener) : -errno;
}

std::string obstacle() {
    // Flags are looked at before the program, so a missing program tells whether they are known.
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, filter_flags, nullptr) != 0 &&
        errno == EINVAL) {
        utsname system{};
        ::uname(&system);
        return fmt::format("the kernel is too old ({}; 5.19 is needed)", system.release);
    }
    switch (const int error = try_filter()) {
    case 0:
        return memory_obstacle(true);
    case EBUSY:
        return "another program already supervises this process's system calls (a container "
               "manager, or burnrig run --via seccomp inside itself), and the kernel allows one";
    default:
        return fmt::format("the kernel or the container forbids seccomp user notification ({})",
                           std::strerror(error));
    }
}

} // namespace burnrig::emulator::nodes::seccomp
