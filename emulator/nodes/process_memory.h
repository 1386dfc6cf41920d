// SPDX-License-Identifier: Apache-2.0
// The memory of the program that made a call, reached by process_vm_readv() and _writev(): for
// doors whose programs wait in the kernel while we work (FUSE, CUSE, seccomp).
//
// The kernel lets us when the program has our user and may be traced (kernel.yama.ptrace_scope 0,
// or 1 and we started it), or when we are root.
//
// One thread at a time; one object for each call.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <sys/types.h>

#include "emulator/nodes/linux/caller_memory.h"

namespace burnrig::emulator::nodes {

/// What one call read first and second, for the next call to read at once: a burner sends its
/// commands from one place, a request structure and the command block that it points to. A door
/// keeps one for all of its calls.
class Foresight {
public:
    static constexpr std::size_t most_bytes = 128; ///< of a piece that is worth it

private:
    friend class ProcessMemory;
    struct Piece {
        std::uint64_t address = 0;
        std::size_t length = 0;
        std::array<std::uint8_t, most_bytes> bytes{}; ///< valid only during a call

        bool is(std::uint64_t where, std::size_t bytes_long) const {
            return length != 0 && where == address && bytes_long == length;
        }
        bool overlaps(std::uint64_t where, std::size_t bytes_long) const {
            return where - address < length || address - where < bytes_long;
        }
    };
    Piece first_;
    Piece second_;
};

class ProcessMemory : public CallerMemory {
public:
    /// `process` may be the number of any of its threads. The payload and the foresight must
    /// outlive this.
    ProcessMemory(pid_t process, std::span<std::uint8_t> payload, Foresight* foresight = nullptr)
        : process_(process), payload_(payload), foresight_(foresight) {}

    bool read(std::uint64_t address, std::span<std::uint8_t> into) override;
    /// Leaves alone what the program has already, byte for byte: a structure whose results are all
    /// 0, as they were when it came.
    bool write(std::uint64_t address, std::span<const std::uint8_t> from) override;
    std::span<std::uint8_t> payload() override { return payload_; }

    /// The kernel refused (EPERM), which no other address will change.
    bool forbidden() const { return forbidden_; }

private:
    bool fetch(std::uint64_t address, std::span<std::uint8_t> into);
    bool read_first(std::uint64_t address, std::span<std::uint8_t> into);
    bool read_second(std::uint64_t address, std::span<std::uint8_t> into);

    pid_t process_;
    std::span<std::uint8_t> payload_;
    Foresight* foresight_;
    int reads_ = 0;
    bool first_known_ = false;  // its bytes are those of this call
    bool second_known_ = false; // they came with the first
    bool forbidden_ = false;
};

/// Why programs that we did not start, or did start (`descendants`), keep their memory from us; ""
/// when they do not.
std::string memory_obstacle(bool descendants);

} // namespace burnrig::emulator::nodes
