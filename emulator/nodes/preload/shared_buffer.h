// SPDX-License-Identifier: Apache-2.0
// Memory that a program may map, too: the reserved buffer of an open sgN.
#pragma once

#include <cstdint>
#include <span>

#include "emulator/nodes/file_descriptor.h"

namespace burnrig::emulator::nodes::preload {

class SharedBuffer {
public:
    SharedBuffer() = default; ///< none
    SharedBuffer(SharedBuffer&& other) noexcept { *this = std::move(other); }
    SharedBuffer& operator=(SharedBuffer&& other) noexcept;
    ~SharedBuffer();

    /// Whole pages, filled with 0; none when there is no memory.
    static SharedBuffer create(std::size_t bytes);

    explicit operator bool() const { return !bytes_.empty(); }
    int file() const { return file_.get(); }
    std::span<std::uint8_t> bytes() const { return bytes_; }

private:
    FileDescriptor file_;
    std::span<std::uint8_t> bytes_;
};

} // namespace burnrig::emulator::nodes::preload
