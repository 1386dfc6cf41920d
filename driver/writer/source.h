// SPDX-License-Identifier: Apache-2.0
// Where the bytes of a burn come from.
//
//     mmc::Result<FileSource> image = FileSource::open("debian.iso");
//     image->blocks()                     103936
//     image->read({.first = 0, .count = 32})   65536 bytes, straight from the page cache
//
// A source is read in blocks of 2048 bytes, forward for the burn and once more for the verify. It
// hands out its own memory, so that the drive takes the bytes from where they are.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "mmc/result.h"

namespace burnrig::driver {

inline constexpr std::uint32_t data_block_bytes = 2048;

struct BlockRange {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
};

class Source {
public:
    virtual ~Source() = default;

    /// What to call it in messages.
    virtual const std::string& name() const = 0;

    /// In bytes; constant for the life of the source.
    virtual std::uint64_t size() const = 0;

    /// Blocks needed for size() bytes.
    std::uint64_t blocks() const { return (size() + data_block_bytes - 1) / data_block_bytes; }

    /// Bytes from the beginning of the range, at least one block of it and at most all, always
    /// whole blocks; the last one is filled up with zeros. Valid until the next call. The range
    /// must not be empty and must lie within blocks().
    virtual mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) = 0;
};

/// Bytes that the caller keeps alive.
class MemorySource final : public Source {
public:
    explicit MemorySource(std::span<const std::uint8_t> bytes, std::string name = "memory");
    const std::string& name() const override { return name_; }
    std::uint64_t size() const override { return bytes_.size(); }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;

private:
    std::span<const std::uint8_t> bytes_;
    std::string name_;
    alignas(64) std::array<std::uint8_t, data_block_bytes> tail_{};
};

/// A regular file or a block device, mapped. A file that became shorter since it was opened is an
/// error of read().
class FileSource final : public Source {
public:
    static mmc::Result<FileSource> open(const std::string& path);

    FileSource(FileSource&& other) noexcept;
    FileSource& operator=(FileSource&& other) noexcept;
    ~FileSource() override;

    const std::string& name() const override { return name_; }
    std::uint64_t size() const override { return size_; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;

private:
    FileSource() = default;
    void prefetch(std::uint64_t from);

    std::string name_;
    int descriptor_ = -1;
    const std::uint8_t* map_ = nullptr;
    std::uint64_t size_ = 0;
    std::uint64_t prefetched_ = 0; // bytes from the start that were asked for ahead
    bool is_file_ = true;
    alignas(64) std::array<std::uint8_t, data_block_bytes> tail_{};
};

} // namespace burnrig::driver
