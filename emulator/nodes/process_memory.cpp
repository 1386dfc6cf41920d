// SPDX-License-Identifier: Apache-2.0
#include "emulator/nodes/process_memory.h"

#include <algorithm>
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
    const int earlier = foresight_ != nullptr && into.size() <= Foresight::most_bytes ? reads_ : 2;
    ++reads_;
    if (earlier == 0)
        return read_first(address, into);
    return earlier == 1 ? read_second(address, into) : fetch(address, into);
}

/// Takes along what the call before this one read next.
bool ProcessMemory::read_first(std::uint64_t address, std::span<std::uint8_t> into) {
    Foresight::Piece& first = foresight_->first_;
    Foresight::Piece& second = foresight_->second_;
    std::size_t read = 0;
    if (first.is(address, into.size()) && second.length != 0) {
        const iovec ours[] = {{first.bytes.data(), first.length},
                              {second.bytes.data(), second.length}};
        const iovec theirs[] = {{reinterpret_cast<void*>(address), first.length},
                                {reinterpret_cast<void*>(second.address), second.length}};
        const auto count = ::process_vm_readv(process_, ours, 2, theirs, 2, 0);
        forbidden_ = forbidden_ || (count < 0 && errno == EPERM);
        read = count < 0 ? 0 : static_cast<std::size_t>(count);
        first_known_ = read >= first.length;
        second_known_ = read == first.length + second.length;
    } else {
        first.address = address;
        first.length = into.size();
        second.length = 0;
        first_known_ = fetch(address, std::span(first.bytes).first(first.length));
    }
    std::copy_n(first.bytes.begin(), into.size(), into.begin());
    return first_known_;
}

bool ProcessMemory::read_second(std::uint64_t address, std::span<std::uint8_t> into) {
    auto& second = foresight_->second_;
    if (!second_known_ || !second.is(address, into.size())) {
        second.address = address;
        second.length = into.size();
        return fetch(address, into);
    }
    std::copy_n(second.bytes.begin(), into.size(), into.begin());
    return true;
}

bool ProcessMemory::fetch(std::uint64_t address, std::span<std::uint8_t> into) {
    const iovec ours{into.data(), into.size()};
    const iovec theirs{reinterpret_cast<void*>(address), into.size()};
    const auto count = ::process_vm_readv(process_, &ours, 1, &theirs, 1, 0);
    forbidden_ = forbidden_ || (count < 0 && errno == EPERM);
    return count == static_cast<ssize_t>(into.size());
}

bool ProcessMemory::write(std::uint64_t address, std::span<const std::uint8_t> from) {
    if (first_known_ && foresight_->first_.is(address, from.size()) &&
        std::equal(from.begin(), from.end(), foresight_->first_.bytes.begin()))
        return true;
    if (first_known_ && foresight_->first_.overlaps(address, from.size()))
        first_known_ = false;
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
