// SPDX-License-Identifier: Apache-2.0
// Reads blocks of an image's pieces, a few at a time, as the disc would keep them. One thread at a
// time.
#pragma once

#include <fstream>
#include <memory>
#include <span>
#include <vector>

#include "emulator/disc/image/disc_image.h"

namespace burnrig::emulator {

/// Blocks of one form.
struct ImageBlocks {
    BlockForm form = BlockForm::mode1;
    std::int32_t count = 0;
    std::span<const std::uint8_t> bytes; ///< valid until the next read
};

class ImageReader {
public:
    explicit ImageReader(const Sheet& sheet) : sheet_(sheet), files_(sheet.files.size()) {}

    /// The most blocks that read() gives.
    static constexpr std::int32_t chunk_blocks = 256;

    /// Blocks of `piece` from `index` on, at least one, as many as are of one form. Whole sectors
    /// of mode 1 become their user data when all else can be made again. The piece has a file.
    mmc::Result<ImageBlocks> read(const ImagePiece& piece, std::int32_t index);

private:
    mmc::Result<void> get(std::size_t file, std::uint64_t at, std::span<std::uint8_t> bytes);
    ImageBlocks whole_sectors(std::int32_t lba, std::int32_t count);
    mmc::Result<ImageBlocks> with_subchannel(const ImagePiece& piece, std::int32_t index,
                                             std::int32_t count);

    const Sheet& sheet_;
    std::vector<std::unique_ptr<std::ifstream>> files_;
    std::vector<std::uint8_t> bytes_;
    std::vector<std::uint8_t> subchannel_;
    std::vector<std::uint8_t> made_;
};

} // namespace burnrig::emulator
