// SPDX-License-Identifier: Apache-2.0
// Bytes that the caller keeps alive, as a source.
#pragma once

#include <vector>

#include "driver/source/source.h"

namespace burnrig::driver {

/// Whole blocks straight from memory. The last one, when it is not whole, is filled up in a place
/// of its own that stays as well.
class BlockView {
public:
    BlockView(std::span<const std::uint8_t> bytes, std::uint32_t block_bytes);

    /// The range must not be empty and must begin before the end.
    std::span<const std::uint8_t> blocks(BlockRange range) const;
    std::uint32_t block_bytes() const { return block_bytes_; }
    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::span<const std::uint8_t> bytes_;
    std::uint32_t block_bytes_;
    mutable std::vector<std::uint8_t> tail_; // made when it is asked for: a file may be cut before
};

class MemorySource final : public Source {
public:
    explicit MemorySource(std::span<const std::uint8_t> bytes, std::string name = "memory",
                          std::uint32_t block_bytes = data_block_bytes);

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override { return view_.block_bytes(); }
    std::optional<std::uint64_t> size() const override { return view_.bytes().size(); }
    Supply supply() const override { return Supply::memory; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;

private:
    BlockView view_;
    std::string name_;
};

/// The error of a range that is empty or begins behind the end.
tl::unexpected<mmc::Error> behind_the_end(const Source& source, BlockRange range);

/// read() for a source that only knows how to fill(): as much of the range as 1 MiB holds, in
/// `buffer`.
mmc::Result<std::span<const std::uint8_t>> read_by_filling(Source& source, BlockRange range,
                                                           std::vector<std::uint8_t>& buffer);

} // namespace burnrig::driver
