// SPDX-License-Identifier: Apache-2.0
// An image laid out on a disc: every block has its address, its form, and its place in a file.
//
//     import_image(disc, image)    records it and closes the disc: nothing can be added
//     compare_with(disc, image)    whether a reader of the disc would get the same
//
// One thread at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emulator/disc/disc.h"
#include "emulator/disc/image/sheet.h"
#include "emulator/disc/structure.h"
#include "mmc/result.h"

namespace burnrig::emulator {

/// How the disc keeps blocks of an image, and how they lie in the file.
struct ImageMode {
    BlockForm form =
        BlockForm::mode1;        ///< raw: whole sectors, kept as less if nothing is lost by it
    std::uint16_t stride = 2048; ///< bytes from one block to the next
    std::uint8_t disc_type = 0;
};

/// Blocks that follow each other in a file, or zeros.
struct ImagePart {
    static constexpr std::size_t silence = mmc::SheetPart::silence;

    std::size_t file = silence; ///< index into Sheet::files
    std::uint64_t offset = 0;   ///< of the first byte
    std::uint64_t bytes = 0;    ///< zeros fill up the last block
    std::int32_t blocks = 0;
    bool swapped = false; ///< audio samples with the most significant byte first
};

/// Blocks that follow each other on the disc and in the file.
struct ImagePiece {
    std::int32_t first = 0;
    ImagePart part;
    ImageMode mode;
    std::int32_t dump_block = 0; ///< where the sub-channel is, when the image has one

    std::int32_t end() const { return first + part.blocks; }
};

struct DiscImage {
    Sheet sheet;
    std::vector<ImagePiece> pieces; ///< ascending
    Structure structure;            ///< as the finalized disc has it
};

/// Reads the sheet and lays it out on such a medium. Fails when it does not fit there.
mmc::Result<DiscImage> open_image(const std::filesystem::path& path, const Medium& medium);

struct ImportReport {
    std::int32_t blocks = 0;
    std::size_t tracks = 0;
    std::size_t sessions = 0;
};

/// Records the image on a blank disc; saves it.
mmc::Result<ImportReport> import_image(Disc& disc, const DiscImage& image);

struct Comparison {
    std::int32_t blocks = 0; ///< compared until the first difference
    struct Difference {
        std::int32_t lba = 0;
        std::string what; ///< "not recorded", "unreadable", "other content" ...
    };
    std::optional<Difference> difference;
};

/// Silence that is in no file of the image is not compared. Blocks of the disc behind the image's
/// must be zeros: padding.
mmc::Result<Comparison> compare_with(const Disc& disc, const DiscImage& image);

} // namespace burnrig::emulator
