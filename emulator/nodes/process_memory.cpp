// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/process_memory.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace burnrig::emulator::nodes {
namespace {

/// 0 where the kernel has no Yama, or does not tell.
int ptrace_scope() {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen("/proc/sys/kernel/yama/ptrace_scope", "re"), std::fclose);
    int scope = 0;
    return file && std::fscanf(file.get(), "%d", &scope) == 1 ? scope : 0;
}

bool may_trace_all() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    return ::syscall(SYS_capget, &header, data) == 0 &&
           (data[0].effective & (1U << CAP_SYS_PTRACE)) != 0;
}

} // namespace

bool ProcessMemory::read(std::uint64_t address, std::span<std::uint8_t> into) {
    const iovec ours{into.data(), into.size()};
    const iovec theirs{reinterpret_cast<void*>(address), into.size()};
    const auto count = ::process_vm_readv(process_, &ours, 1, &theirs, 1, 0);
    forbidden_ = forbidden_ || (count < 0 && errno == EPERM);
    return count == static_cast<ssize_t>(into.size());
}

bool ProcessMemory::write(std::uint64_t address, std::span<const std::uint8_t> from) {
    const iovec ours{const_cast<std::uint8_t*>(from.data()), from.size()};
    const iovec theirs{reinterpret_cast<void*>(address), from.size()};
    const auto count = ::process_vm_writev(process_, &ours, 1, &theirs, 1, 0);
    forbidden_ = forbidden_ || (count < 0 && errno == EPERM);
    return count == static_cast<ssize_t>(from.size());
}

std::string memory_obstacle(bool descendants) {
    const int scope = ptrace_scope();
    if (scope == 0 || (scope == 1 && descendants) || (scope < 3 && may_trace_all()))
        return {};
    return fmt::format("kernel.yama.ptrace_scope is {}: the memory of other programs is out of "
                       "reach, and with it their commands (run burnrig as root, or set it to 0)",
                       scope);
}

} // namespace burnrig::emulator::nodes
