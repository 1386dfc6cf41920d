// SPDX-License-Identifier: Apache-2.0
// Keeps the bytes of recorded blocks, in memory or in a file. What is recorded is the disc's
// knowledge (RecordedMap); a store only has places, and a place never written reads as zeros.
//
// The caller keeps to addresses that the layout holds. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "emulator/disc/block_layout.h"
#include "emulator/disc/recorded_map.h"
#include "mmc/result.h"

namespace burnrig::emulator {

class BlockStore {
public:
    virtual ~BlockStore() = default;

    /// Puts whole blocks of one form from `lba` on.
    virtual mmc::Result<void> write(std::int32_t lba, BlockForm form,
                                    std::span<const std::uint8_t> bytes) = 0;
    virtual mmc::Result<void> read(std::int32_t lba, BlockForm form,
                                   std::span<std::uint8_t> bytes) const = 0;
    /// Makes the places of blocks [first, end) read as zeros and gives their room back.
    virtual mmc::Result<void> clear(std::int32_t first, std::int32_t end, BlockForm form) = 0;
    /// Gives back the room of blocks [first, end), in whatever forms they were.
    virtual mmc::Result<void> discard(std::int32_t first, std::int32_t end) = 0;
    /// The bytes in place, to be read until the next write; empty when the store cannot.
    virtual std::span<const std::uint8_t> view(std::int32_t, BlockForm, std::size_t) const {
        return {};
    }
    /// How many blocks, counted from `lba`, are the same as these before the first that is not.
    virtual mmc::Result<std::size_t> equal_blocks(std::int32_t lba, BlockForm form,
                                                  std::span<const std::uint8_t> bytes) const;
    /// Durable against loss of power of the host.
    virtual mmc::Result<void> sync() { return {}; }
};

/// Anonymous memory; a page is taken when it is first written.
std::unique_ptr<BlockStore> make_memory_store(BlockLayout layout);

/// A sparse file that exists. What was written is in the file when write() returns, so killing
/// this process loses nothing. Fails when the file is too short for what is recorded.
mmc::Result<std::unique_ptr<BlockStore>>
open_file_store(const std::filesystem::path& path, BlockLayout layout, const RecordedMap& recorded);

/// The same two, but of each block only a digest is kept: it can be compared, and read only when
/// all its bytes are the same.
mmc::Result<std::unique_ptr<BlockStore>> make_digest_store(BlockLayout layout);
mmc::Result<std::unique_ptr<BlockStore>> open_digest_store(const std::filesystem::path& path,
                                                           BlockLayout layout);

} // namespace burnrig::emulator
