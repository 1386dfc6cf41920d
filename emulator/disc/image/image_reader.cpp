// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/image/image_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "mmc/sector.h"
#include "mmc/subchannel.h"

namespace burnrig::emulator {

namespace {

constexpr std::size_t sector = mmc::raw_sector_size;
constexpr std::size_t subchannel_size = mmc::raw_subchannel_size;

// Whether a sector is what the drive would make of its 2048 user bytes.
bool made_of_user_data(std::int32_t lba, std::span<const std::uint8_t, sector> bytes) {
    if ((bytes[15] & 3) != 1) {
        return false;
    }
    std::array<std::uint8_t, sector> made;
    mmc::build_mode1(made, lba, bytes.subspan<mmc::mode_user_offset, mmc::mode1_user_size>());
    return std::equal(made.begin(), made.end(), bytes.begin());
}

// Whether nothing is in R to W and Q is sound: then the drive makes the same again.
bool plain_subchannel(std::span<const std::uint8_t> channels) {
    mmc::QBytes q;
    std::copy_n(channels.begin() + 12, q.size(), q.begin());
    return mmc::crc_good(q) && std::all_of(channels.begin() + 24, channels.end(),
                                           [](std::uint8_t byte) { return byte == 0; });
}

} // namespace

mmc::Result<void> ImageReader::get(std::size_t file, std::uint64_t at,
                                   std::span<std::uint8_t> bytes) {
    auto& in = files_[file];
    if (!in) {
        in = std::make_unique<std::ifstream>(sheet_.files[file], std::ios::binary);
    }
    in->clear();
    in->seekg(static_cast<std::streamoff>(at));
    in->read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!*in) {
        return mmc::fail("{}: {} bytes at {} cannot be read; was the file cut meanwhile?",
                         sheet_.files[file].string(), bytes.size(), at);
    }
    return {};
}

// The longest run of sectors that are all kept in the same form.
ImageBlocks ImageReader::whole_sectors(std::int32_t lba, std::int32_t count) {
    const auto at = [&](std::int32_t index) {
        return std::span<const std::uint8_t, sector>(
            bytes_.data() + static_cast<std::size_t>(index) * sector, sector);
    };
    const bool short_form = made_of_user_data(lba, at(0));
    std::int32_t same = 1;
    while (same < count && made_of_user_data(lba + same, at(same)) == short_form) {
        ++same;
    }
    if (!short_form) {
        return {BlockForm::raw, same,
                std::span(bytes_).first(static_cast<std::size_t>(same) * sector)};
    }
    made_.resize(static_cast<std::size_t>(same) * mmc::mode1_user_size);
    for (std::int32_t i = 0; i < same; ++i) {
        std::memcpy(&made_[static_cast<std::size_t>(i) * mmc::mode1_user_size],
                    at(i).data() + mmc::mode_user_offset, mmc::mode1_user_size);
    }
    return {BlockForm::mode1, same, made_};
}

mmc::Result<ImageBlocks> ImageReader::with_subchannel(const ImagePiece& piece, std::int32_t index,
                                                      std::int32_t count) {
    subchannel_.resize(static_cast<std::size_t>(count) * subchannel_size);
    const auto from = static_cast<std::uint64_t>(piece.dump_block + index) * subchannel_size;
    if (sheet_.subchannel_interleaved) { // it came with the sectors: take it out
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            const std::uint8_t* whole = &bytes_[i * (sector + subchannel_size)];
            mmc::deinterleave(
                std::span<std::uint8_t, subchannel_size>(&subchannel_[i * subchannel_size],
                                                         subchannel_size),
                std::span<const std::uint8_t, subchannel_size>(whole + sector, subchannel_size));
            std::memmove(&bytes_[i * sector], whole, sector);
        }
        bytes_.resize(static_cast<std::size_t>(count) * sector);
    } else if (auto got = get(*sheet_.subchannel, from, subchannel_); !got) {
        return tl::unexpected(got.error());
    }
    const auto channels = [&](std::int32_t at) {
        return std::span<const std::uint8_t, subchannel_size>(
            &subchannel_[static_cast<std::size_t>(at) * subchannel_size], subchannel_size);
    };
    const bool plain = plain_subchannel(channels(0));
    std::int32_t same = 1;
    while (same < count && plain_subchannel(channels(same)) == plain) {
        ++same;
    }
    if (plain) {
        bytes_.resize(static_cast<std::size_t>(same) * sector);
        return piece.mode.form == BlockForm::audio ? ImageBlocks{BlockForm::audio, same, bytes_}
                                                   : whole_sectors(piece.first + index, same);
    }
    made_.resize(static_cast<std::size_t>(same) * (sector + subchannel_size));
    for (std::int32_t i = 0; i < same; ++i) {
        std::uint8_t* out = &made_[static_cast<std::size_t>(i) * (sector + subchannel_size)];
        std::memcpy(out, &bytes_[static_cast<std::size_t>(i) * sector], sector);
        mmc::interleave(std::span<std::uint8_t, subchannel_size>(out + sector, subchannel_size),
                        channels(i));
    }
    return ImageBlocks{BlockForm::raw_pw, same, made_};
}

mmc::Result<ImageBlocks> ImageReader::read(const ImagePiece& piece, std::int32_t index) {
    const std::int32_t count = std::min(chunk_blocks, piece.part.blocks - index);
    bytes_.assign(static_cast<std::size_t>(count) * piece.mode.stride, 0);
    const std::uint64_t from = static_cast<std::uint64_t>(index) * piece.mode.stride;
    const auto there = std::min<std::uint64_t>(bytes_.size(), piece.part.bytes - from);
    if (auto got = get(piece.part.file, piece.part.offset + from, std::span(bytes_).first(there));
        !got) {
        return tl::unexpected(got.error());
    }
    if (piece.part.swapped) {
        for (std::size_t i = 0; i + 1 < bytes_.size(); i += 2) {
            std::swap(bytes_[i], bytes_[i + 1]);
        }
    }
    if (sheet_.subchannel || sheet_.subchannel_interleaved) {
        return with_subchannel(piece, index, count);
    }
    if (piece.mode.form == BlockForm::raw) {
        return whole_sectors(piece.first + index, count);
    }
    return ImageBlocks{piece.mode.form, count, bytes_};
}

} // namespace burnrig::emulator
