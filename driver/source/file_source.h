// SPDX-License-Identifier: Apache-2.0
// An image file or a block device as a source of its own bytes.
#pragma once

#include "driver/source/mapped_file.h"
#include "driver/source/memory_source.h"

namespace burnrig::driver {

class FileSource final : public Source {
public:
    static mmc::Result<FileSource> open(const std::string& path,
                                        std::uint32_t block_bytes = data_block_bytes);

    const std::string& name() const override { return file_.name(); }
    std::uint32_t block_bytes() const override { return view_.block_bytes(); }
    std::optional<std::uint64_t> size() const override { return file_.size(); }
    Supply supply() const override { return Supply::memory; }
    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override;
    mmc::Result<void> intact() const override { return file_.intact(); }

private:
    FileSource(MappedFile file, std::uint32_t block_bytes);

    MappedFile file_;
    BlockView view_; // of the mapping, which stays where it is when the source is moved
};

} // namespace burnrig::driver
