// SPDX-License-Identifier: Apache-2.0
// The memory of a program whose ioctl() came as a FUSE or CUSE request.
//
// One thread at a time.
#pragma once

#include <algorithm>

#include "emulator/nodes/process_memory.h"

namespace burnrig::emulator::nodes::fuse {

/// Requests whose number tells a size come with the bytes of that structure, and take it back with
/// the reply; whatever else a request points to is in the program's memory.
class RequestMemory final : public ProcessMemory {
public:
    RequestMemory(pid_t process, std::span<std::uint8_t> payload, std::uint64_t argument,
                  std::span<const std::uint8_t> in, std::span<std::uint8_t> out,
                  Foresight* foresight = nullptr)
        : ProcessMemory(process, payload, foresight), argument_(argument), in_(in), out_(out) {}

    bool read(std::uint64_t address, std::span<std::uint8_t> into) override {
        const auto at = address - argument_;
        if (address < argument_ || at > in_.size() || into.size() > in_.size() - at)
            return ProcessMemory::read(address, into);
        std::copy_n(in_.begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
        return true;
    }
    bool write(std::uint64_t address, std::span<const std::uint8_t> from) override {
        const auto at = address - argument_;
        if (address < argument_ || at > out_.size() || from.size() > out_.size() - at)
            return ProcessMemory::write(address, from);
        std::copy(from.begin(), from.end(), out_.begin() + static_cast<std::ptrdiff_t>(at));
        out_used_ = std::max(out_used_, static_cast<std::size_t>(at) + from.size());
        return true;
    }
    std::size_t out_used() const { return out_used_; }

private:
    std::uint64_t argument_;
    std::span<const std::uint8_t> in_;
    std::span<std::uint8_t> out_;
    std::size_t out_used_ = 0;
};

} // namespace burnrig::emulator::nodes::fuse
