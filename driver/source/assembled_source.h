// SPDX-License-Identifier: Apache-2.0
// A track put together from stretches of files and zeros, as a sheet describes it.
//
//     150 blocks of zeros | bytes 48000 to 47088000 of data.bin | ...
//
// Stretches may begin at any byte; samples may have to change their byte order. Where a block lies
// whole in a file as it is, the file's own memory is handed out.
#pragma once

#include <memory>
#include <vector>

#include "driver/source/mapped_file.h"
#include "driver/source/source.h"

namespace burnrig::driver {

struct Stretch {
    std::shared_ptr<MappedFile> file; ///< none: zeros
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    bool swapped = false; ///< pairs of bytes change places, but not those of a sub-channel
};

class AssembledSource final : public Source {
public:
    AssembledSource(std::string name, std::vector<Stretch> stretches, std::uint32_t block_bytes);

    const std::string& name() const override { return name_; }
    std::uint32_t block_bytes() const override { return block_bytes_; }
    std::optional<std::uint64_t> size() const override { return ends_.empty() ? 0 : ends_.back(); }
    Supply supply() const override { return supply_; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<void> intact() const override;

private:
    std::size_t stretch_at(std::uint64_t at) const;
    void put_swapped(std::span<std::uint8_t> out, std::span<const std::uint8_t> in,
                     std::size_t at) const;
    mmc::Result<std::span<const std::uint8_t>> assemble(std::uint64_t from, std::uint32_t count);

    std::string name_;
    std::vector<Stretch> stretches_;
    std::vector<std::uint64_t> ends_; // of each stretch, in bytes of the track
    std::uint32_t block_bytes_;
    Supply supply_ = Supply::memory;
    std::vector<std::uint8_t> made_;
};

} // namespace burnrig::driver
