// SPDX-License-Identifier: Apache-2.0
// A file that is written in places and is zeros elsewhere. It is removed again unless finished.
// One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "mmc/result.h"

namespace burnrig::emulator {

class SparseFile {
public:
    /// Makes the file, or empties it.
    static mmc::Result<std::unique_ptr<SparseFile>> create(const std::filesystem::path& path);
    ~SparseFile();
    SparseFile(const SparseFile&) = delete;
    SparseFile& operator=(const SparseFile&) = delete;

    mmc::Result<void> put(std::uint64_t offset, std::span<const std::uint8_t> bytes);
    /// Gives it its final size and keeps it.
    mmc::Result<void> finish(std::uint64_t size);

private:
    SparseFile(std::filesystem::path path, int descriptor);

    std::filesystem::path path_;
    int descriptor_;
    bool finished_ = false;
};

} // namespace burnrig::emulator
