// SPDX-License-Identifier: Apache-2.0
// The sparse file of a store: bytes put and got at places, each there when put() returns, so that
// killing this process loses nothing. Errors name the file. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mmc/result.h"

namespace burnrig::emulator {

class StoreFile {
public:
    /// A file that exists.
    static mmc::Result<std::unique_ptr<StoreFile>> open(const std::filesystem::path& path);
    ~StoreFile();
    StoreFile(const StoreFile&) = delete;
    StoreFile& operator=(const StoreFile&) = delete;

    mmc::Result<void> put(std::uint64_t at, std::span<const std::uint8_t> bytes);
    /// How many bytes it got; fewer than asked for at the end of the file.
    mmc::Result<std::size_t> get(std::uint64_t at, std::span<std::uint8_t> bytes) const;
    /// Bytes [begin, end) become zeros and take no room. The file does not grow.
    mmc::Result<void> clear(std::uint64_t begin, std::uint64_t end);
    /// Makes the file at least so long.
    mmc::Result<void> grow(std::uint64_t size);
    mmc::Result<void> sync();

    std::uint64_t size() const { return size_; }
    const std::string& path() const { return path_; }

private:
    StoreFile(std::string path, int descriptor, std::uint64_t size)
        : path_(std::move(path)), descriptor_(descriptor), size_(size) {}
    mmc::Result<void> write_zeros(std::uint64_t begin, std::uint64_t end);
    tl::unexpected<mmc::Error> failed(std::string_view what) const;

    std::string path_;
    int descriptor_;
    std::uint64_t size_;
};

} // namespace burnrig::emulator
