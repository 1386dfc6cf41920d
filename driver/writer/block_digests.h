// SPDX-License-Identifier: Apache-2.0
// What a stream gave, remembered as one digest (XXH3, 64 bits) per block, so that it can be
// compared with what is read back although the stream is gone: 8 bytes for 2048, 100 MB for a disc
// of 25 GB.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace burnrig::driver {

class BlockDigests {
public:
    /// Whole blocks that follow those added before.
    void add(std::span<const std::uint8_t> blocks, std::uint32_t block_bytes);

    std::uint64_t size() const { return digests_.size(); }

    /// Whether this is what was added as the block with this number; needs index < size().
    bool matches(std::uint64_t index, std::span<const std::uint8_t> block) const;

private:
    std::vector<std::uint64_t> digests_;
};

} // namespace burnrig::driver
