// SPDX-License-Identifier: Apache-2.0
// Bytes made by rule: as many as wanted, the same for the same seed, no two blocks alike. Any block
// can be made alone, so that a disc can be checked without the image.
//
//     the 64-bit words are the numbers of splitmix64 begun with the seed, least significant byte
//     first
#pragma once

#include <vector>

#include "driver/source/source.h"

namespace burnrig::driver {

class PatternSource final : public Source {
public:
    PatternSource(std::uint64_t bytes, std::uint64_t seed,
                  std::uint32_t block_bytes = data_block_bytes);

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override { return block_bytes_; }
    std::optional<std::uint64_t> size() const override { return bytes_; }
    Supply supply() const override { return Supply::computed; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override;

private:
    std::string name_;
    std::uint64_t bytes_;
    std::uint64_t seed_;
    std::uint32_t block_bytes_;
    std::vector<std::uint8_t> buffer_;
};

} // namespace burnrig::driver
