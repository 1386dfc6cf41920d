// SPDX-License-Identifier: Apache-2.0
// Memory that the kernel hands out page by page as it is touched, and takes back at the end:
// anonymous, or a file's own pages. Zeros where nothing was ever written. Thread-safe (immutable).
#pragma once

#include <cstdint>
#include <utility>

#include "mmc/result.h"

namespace burnrig::emulator {

class MappedMemory {
public:
    MappedMemory() = default;
    /// Address space for so many bytes; room is taken when a page is first written.
    static mmc::Result<MappedMemory> anonymous(std::uint64_t bytes);
    /// The file's bytes from its beginning; stores reach the file, and outlive this process.
    static mmc::Result<MappedMemory> of_file(int descriptor, std::uint64_t bytes);
    ~MappedMemory();
    MappedMemory(MappedMemory&& other) noexcept { swap(other); }
    MappedMemory& operator=(MappedMemory&& other) noexcept {
        swap(other);
        return *this;
    }

    /// Bytes [begin, end) of anonymous memory become zeros; their room is given back.
    void clear(std::uint64_t begin, std::uint64_t end);

    explicit operator bool() const { return data_ != nullptr; }
    std::uint8_t* data() const { return data_; }
    std::uint64_t size() const { return size_; }

private:
    void swap(MappedMemory& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }

    std::uint8_t* data_ = nullptr;
    std::uint64_t size_ = 0;
};

} // namespace burnrig::emulator
