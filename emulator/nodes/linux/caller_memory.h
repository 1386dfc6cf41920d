// SPDX-License-Identifier: Apache-2.0
// The memory of the program that called ioctl() or read(), as the door between it and us lets us
// reach it. Addresses are the program's own; they may be anything, so every access may fail, which
// the caller of these functions turns into EFAULT.
//
// The payload is the one buffer a command's data passes through. A door with shared memory gives
// that memory, so a transfer is one copy: program <-> payload, where the drive works in place.
#pragma once

#include <cstdint>
#include <span>

namespace burnrig::emulator::nodes {

class CallerMemory {
public:
    virtual ~CallerMemory() = default;

    /// False when the program cannot read all of it. `into` may be a part of payload().
    virtual bool read(std::uint64_t address, std::span<std::uint8_t> into) = 0;

    /// False when the program cannot write all of it; a door may find that out only when the call
    /// returns, and then makes the call's result EFAULT and drops the writes after the failed one.
    /// `from` may be a part of payload(), which must then keep its bytes until the call returns.
    virtual bool write(std::uint64_t address, std::span<const std::uint8_t> from) = 0;

    /// Room for the data of one command; its size is the largest transfer there is.
    /// The program may be able to change these bytes at any time.
    virtual std::span<std::uint8_t> payload() = 0;
};

/// Reads one structure of the program's.
template <class T>
bool read_struct(CallerMemory& memory, std::uint64_t address, T& value) {
    return memory.read(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value});
}

/// Writes one structure of the program's.
template <class T>
bool write_struct(CallerMemory& memory, std::uint64_t address, const T& value) {
    return memory.write(address, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
}

} // namespace burnrig::emulator::nodes
