// SPDX-License-Identifier: Apache-2.0
// Compares block by block what a reader of the disc would get with what the image has. A disc that
// keeps digests is compared by them.
#include <algorithm>
#include <array>

#include "emulator/disc/block_payload.h"
#include "emulator/disc/image/disc_image.h"
#include "emulator/disc/image/image_reader.h"

namespace burnrig::emulator {

namespace {

using Bytes = std::span<const std::uint8_t>;

class Comparer {
public:
    explicit Comparer(const Disc& disc) : disc_(disc) {}

    // Whether these blocks are the disc's; notes the first that is not.
    mmc::Result<bool> same(std::int32_t lba, const ImageBlocks& blocks) {
        Bytes left = blocks.bytes;
        const std::int32_t end = lba + blocks.count;
        while (lba < end) {
            const Disc::Run run = disc_.run_at(lba);
            if (run.state != BlockState::readable) {
                return differs(lba,
                               run.state == BlockState::unrecorded ? "not recorded" : "unreadable");
            }
            const auto count = static_cast<std::size_t>(std::min(run.extent.count, end - lba));
            const Bytes part = left.first(count * block_size(blocks.form));
            const auto kept = as_kept(lba, part, blocks.form, run.extent.form);
            if (kept.empty()) {
                return differs(lba, "of another kind");
            }
            const auto equal = disc_.equal_blocks(lba, kept);
            if (!equal) {
                return tl::unexpected(equal.error());
            }
            compared_ += static_cast<std::int32_t>(*equal);
            if (*equal < count) {
                return differs(lba + static_cast<std::int32_t>(*equal), "other content");
            }
            left = left.subspan(part.size());
            lba += static_cast<std::int32_t>(count);
        }
        return true;
    }

    // Behind the image's blocks only padding may be.
    mmc::Result<bool> zeros(std::int32_t lba, std::int32_t end) {
        static constexpr std::array<std::uint8_t, 2448> none{};
        for (; lba < end; ++lba) {
            const Disc::Run run = disc_.run_at(lba);
            if (run.state == BlockState::unrecorded) {
                lba = run.extent.end() - 1;
                continue;
            }
            const auto equal =
                disc_.equal_blocks(lba, Bytes(none).first(block_size(run.extent.form)));
            if (!equal) {
                return tl::unexpected(equal.error());
            }
            if (*equal == 0) {
                return differs(lba, "more than the image has");
            }
        }
        return true;
    }

    Comparison result() && { return {compared_, std::move(difference_)}; }

private:
    bool differs(std::int32_t lba, std::string what) {
        difference_ = {lba, std::move(what)};
        return false;
    }

    // Blocks of the image in the form that the disc keeps; empty when that cannot be.
    Bytes as_kept(std::int32_t lba, Bytes blocks, BlockForm form, BlockForm kept) {
        if (form == kept) {
            return blocks;
        }
        const std::size_t size = block_size(form);
        const bool user_only = kept == BlockForm::mode1 || kept == BlockForm::xa_form1;
        const bool whole = kept == BlockForm::raw || kept == BlockForm::audio;
        made_.clear();
        for (; !blocks.empty() && (user_only || whole); blocks = blocks.subspan(size), ++lba) {
            std::array<std::uint8_t, mmc::raw_sector_size> sector;
            const Bytes user = user_only ? user_data(form, blocks.first(size)) : Bytes(sector);
            if (user.empty() ||
                (whole && !make_whole_sector(form, lba, blocks.first(size), sector))) {
                return {};
            }
            made_.insert(made_.end(), user.begin(), user.end());
        }
        return made_;
    }

    const Disc& disc_;
    std::vector<std::uint8_t> made_;
    std::int32_t compared_ = 0;
    std::optional<Comparison::Difference> difference_;
};

// An .iso of a later session is at that session's address; see export.h.
std::int32_t shift_of(const Disc& disc, const DiscImage& image) {
    const auto& tracks = disc.structure().tracks;
    const bool plain = image.sheet.tracks.size() == 1 && image.sheet.tracks.front().line == 0;
    const auto data = [](const Track& track) { return !track.audio() && track.end > track.start; };
    if (!plain || std::count_if(tracks.begin(), tracks.end(), data) != 1) {
        return 0;
    }
    return std::find_if(tracks.begin(), tracks.end(), data)->start;
}

} // namespace

mmc::Result<Comparison> compare_with(const Disc& disc, const DiscImage& image) {
    Comparer comparer(disc);
    ImageReader reader(image.sheet);
    const std::int32_t shift = shift_of(disc, image);
    for (const ImagePiece& piece : image.pieces) {
        for (std::int32_t index = 0;
             piece.part.file != ImagePart::silence && index < piece.part.blocks;) {
            const auto blocks = reader.read(piece, index);
            if (!blocks) {
                return tl::unexpected(blocks.error());
            }
            const auto same = comparer.same(piece.first + shift + index, *blocks);
            if (!same) {
                return tl::unexpected(same.error());
            }
            if (!*same) {
                return std::move(comparer).result();
            }
            index += blocks->count;
        }
    }
    const Track* last = last_track(disc.structure());
    const auto rest = comparer.zeros(image.pieces.back().end() + shift, last ? last->end : 0);
    if (!rest) {
        return tl::unexpected(rest.error());
    }
    return std::move(comparer).result();
}

} // namespace burnrig::emulator
