// SPDX-License-Identifier: Apache-2.0
// A regular file or a block device as memory, asked for ahead of its use.
//
// A file that becomes shorter or longer while it is open, or whose disk fails, is an error of
// touch() and intact(), never a crash (see bus_error_guard.h). One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "driver/source/bus_error_guard.h"
#include "mmc/result.h"

namespace burnrig::driver {

class MappedFile {
public:
    /// Fails for what is neither a file nor a block device, and for an empty one.
    static mmc::Result<MappedFile> open(const std::string& path);

    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    const std::string& name() const { return name_; }
    std::uint64_t size() const { return size_; }
    /// Stays as long as this object. Call touch() before it is used.
    std::span<const std::uint8_t> bytes() const { return {map_, size_}; }

    /// Makes the bytes ready that will be used now, and those behind them.
    mmc::Result<void> touch(std::uint64_t from, std::uint64_t length);

    mmc::Result<void> intact() const;

private:
    MappedFile() = default;
    mmc::Result<void> prefetch(std::uint64_t from);
    mmc::Result<void> find_unreadable(std::uint64_t from, std::uint64_t length) const;

    std::string name_;
    int descriptor_ = -1;
    const std::uint8_t* map_ = nullptr;
    std::uint64_t size_ = 0;
    std::uint64_t prefetched_ = 0; // bytes from the start that were asked for ahead
    bool is_file_ = true;
    BusErrorGuard guard_;
};

} // namespace burnrig::driver
