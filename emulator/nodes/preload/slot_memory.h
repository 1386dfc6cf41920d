// SPDX-License-Identifier: Apache-2.0
// The calling program's memory as a slot shows it: what the shim laid in before, what it fetches on
// request, and what it is to copy out when the call is done.
#pragma once

#include "emulator/nodes/linux/caller_memory.h"
#include "emulator/nodes/preload/shared_memory.h"

namespace burnrig::emulator::nodes::preload {

class SlotMemory final : public CallerMemory {
public:
    /// `process` posted the slot.
    SlotMemory(Header& header, std::size_t slot, std::uint32_t process);

    bool read(std::uint64_t address, std::span<std::uint8_t> into) override;
    bool write(std::uint64_t address, std::span<const std::uint8_t> from) override;
    std::span<std::uint8_t> payload() override { return payload_; }

private:
    bool in_payload(const std::uint8_t* at, std::size_t length) const;
    const std::uint8_t* prefetched(std::uint64_t address, std::size_t length) const;
    bool exchange(SlotState wish, const Piece& piece);
    bool queue(const Piece& piece);

    Slot& slot_;
    std::span<std::uint8_t> payload_;
    std::uint32_t process_;
    std::uint32_t small_used_ = 0;
    std::uint32_t write_backs_ = 0;
    std::uint32_t prefetches_ = 0;
    Piece prefetch_[prefetch_count] = {};
};

} // namespace burnrig::emulator::nodes::preload
