// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/disc_image.h"

#include <algorithm>

#include "emulator/disc/image/image_reader.h"

namespace burnrig::emulator {

namespace {

mmc::Result<void> record(Disc& disc, ImageReader& reader, const ImagePiece& piece) {
    for (std::int32_t index = 0; index < piece.part.blocks;) {
        const auto blocks = reader.read(piece, index);
        if (!blocks) {
            return tl::unexpected(blocks.error());
        }
        if (auto written = disc.write(piece.first + index, blocks->form, blocks->bytes); !written) {
            return written;
        }
        index += blocks->count;
    }
    return {};
}

// What is kept of a block that the image does not have: zeros in the track's form.
BlockForm silent_form(const ImageMode& mode) {
    return mode.form != BlockForm::raw ? mode.form
           : mode.disc_type == 0       ? BlockForm::mode1
                                       : BlockForm::mode2;
}

} // namespace

mmc::Result<ImportReport> import_image(Disc& disc, const DiscImage& image) {
    if (!disc.recorded().empty()) {
        return mmc::fail("something is recorded on the disc already: import onto a new one");
    }
    ImageReader reader(image.sheet);
    ImportReport report{0, image.structure.tracks.size(), image.structure.sessions.size()};
    if (disc.medium().family() == MediumFamily::cd) { // the first pre-gap is in no image
        const auto form = silent_form(image.pieces.front().mode);
        if (auto written = disc.write_zeros(-mmc::pregap_blocks, form, mmc::pregap_blocks);
            !written) {
            return tl::unexpected(written.error());
        }
    }
    for (const ImagePiece& piece : image.pieces) {
        auto recorded =
            piece.part.file == ImagePart::silence
                ? disc.write_zeros(piece.first, silent_form(piece.mode), piece.part.blocks)
                : record(disc, reader, piece);
        if (!recorded) {
            return tl::unexpected(recorded.error());
        }
        report.blocks += piece.part.blocks;
    }
    const Structure before = disc.structure();
    disc.structure() = image.structure;
    disc.structure().calibrations_used = before.calibrations_used;
    if (auto saved = disc.save(); !saved) {
        return tl::unexpected(saved.error());
    }
    return report;
}

} // namespace burnrig::emulator
