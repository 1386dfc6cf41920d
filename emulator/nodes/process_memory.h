// SPDX-License-Identifier: Apache-2.0
// The memory of the program that made a call, reached by process_vm_readv() and _writev(): for
// doors whose programs wait in the kernel while we work (FUSE, CUSE, seccomp).
//
// The kernel lets us when the program has our user and may be traced (kernel.yama.ptrace_scope 0,
// or 1 and we started it), or when we are root.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <sys/types.h>

#include "emulator/nodes/linux/caller_memory.h"

namespace burnrig::emulator::nodes {

class ProcessMemory : public CallerMemory {
public:
    /// `process` may be the number of any of its threads. The payload must outlive this.
    ProcessMemory(pid_t process, std::span<std::uint8_t> payload)
        : process_(process), payload_(payload) {}

    bool read(std::uint64_t address, std::span<std::uint8_t> into) override;
    bool write(std::uint64_t address, std::span<const std::uint8_t> from) override;
    std::span<std::uint8_t> payload() override { return payload_; }

    /// The kernel refused (EPERM), which no other address will change.
    bool forbidden() const { return forbidden_; }

private:
    pid_t process_;
    std::span<std::uint8_t> payload_;
    bool forbidden_ = false;
};

/// Why programs that we did not start, or did start (`descendants`), keep their memory from us; ""
/// when they do not.
std::string memory_obstacle(bool descendants);

} // namespace burnrig::emulator::nodes
