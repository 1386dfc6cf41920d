// SPDX-License-Identifier: Apache-2.0
#include "driver/source/raw_sector.h"

#include <algorithm>
#include <array>

namespace burnrig::driver {
namespace {

constexpr std::size_t sub_headers_bytes = 8; // the sub-header stands twice
constexpr std::uint8_t data_submode = 0x08;

using Block = std::span<const std::uint8_t>;
using Maker = void (*)(mmc::RawSector, std::int32_t, Block);

mmc::SubHeader sub_header_of(Block block) {
    return {block[0], block[1], block[2], block[3]};
}

void whole(mmc::RawSector out, std::int32_t /*lba*/, Block block) {
    std::copy(block.begin(), block.end(), out.begin());
}
void mode1(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_mode1(out, lba, block.first<mmc::mode1_user_size>());
}
void mode2(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_mode2(out, lba, block.first<mmc::mode2_user_size>());
}
void form1(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_xa_form1(out, lba, {.submode = data_submode},
                        block.first<mmc::xa_form1_user_size>());
}
void form1_with_sub_header(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_xa_form1(out, lba, sub_header_of(block),
                        block.subspan<sub_headers_bytes, mmc::xa_form1_user_size>());
}
void form2(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_xa_form2(out, lba, {.submode = data_submode},
                        block.first<mmc::xa_form2_user_size>());
}
void form2_with_sub_header(mmc::RawSector out, std::int32_t lba, Block block) {
    mmc::build_xa_form2(out, lba, sub_header_of(block),
                        block.subspan<sub_headers_bytes, mmc::xa_form2_user_size>());
}
void form_by_sub_header(mmc::RawSector out, std::int32_t lba, Block block) {
    const bool is_form2 = (block[2] & mmc::SubHeader::form2_bit) != 0;
    (is_form2 ? form2_with_sub_header : form1_with_sub_header)(out, lba, block);
}

struct Row {
    TrackKind kind;
    std::uint32_t block_bytes;
    Maker make;
};
constexpr std::array rows{
    Row{TrackKind::audio, 2352, whole},
    Row{TrackKind::mode1, 2048, mode1},
    Row{TrackKind::mode1, 2352, whole},
    Row{TrackKind::mode2, 2336, mode2},
    Row{TrackKind::mode2, 2352, whole},
    Row{TrackKind::mode2_form1, 2048, form1},
    Row{TrackKind::mode2_form1, 2056, form1_with_sub_header},
    Row{TrackKind::mode2_form1, 2352, whole},
    Row{TrackKind::mode2_form2, 2324, form2},
    Row{TrackKind::mode2_form2, 2332, form2_with_sub_header},
    Row{TrackKind::mode2_form2, 2352, whole},
    Row{TrackKind::mode2_mix, 2332, form_by_sub_header},
    Row{TrackKind::mode2_mix, 2336, mode2},
    Row{TrackKind::mode2_mix, 2352, whole},
};

Maker find_maker(TrackKind kind, std::size_t block_bytes) {
    for (const Row& row : rows)
        if (row.kind == kind && row.block_bytes == block_bytes)
            return row.make;
    return nullptr;
}

bool has_sync(mmc::RawSector sector) {
    constexpr std::array<std::uint8_t, mmc::sync_size> sync{0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    return std::equal(sync.begin(), sync.end(), sector.begin());
}

} // namespace

bool makes_sectors(TrackKind kind, std::uint32_t block_bytes) {
    return find_maker(kind, block_bytes) != nullptr;
}

void build_sector(mmc::RawSector out, TrackKind kind, std::span<const std::uint8_t> block,
                  std::int32_t lba) {
    find_maker(kind, block.size())(out, lba, block);
}

void make_sector(mmc::RawSector out, TrackKind kind, std::span<const std::uint8_t> block,
                 std::int32_t lba) {
    build_sector(out, kind, block, lba);
    if (kind != TrackKind::audio && has_sync(out))
        mmc::scramble(out);
}

void make_empty_sector(mmc::RawSector out, TrackKind kind, std::int32_t lba) {
    static constexpr std::array<std::uint8_t, mmc::mode2_user_size> zeros{};
    switch (kind) {
    case TrackKind::audio:
        std::fill(out.begin(), out.end(), std::uint8_t{0});
        return;
    case TrackKind::mode1:
        mode1(out, lba, zeros);
        break;
    case TrackKind::mode2:
        mode2(out, lba, zeros);
        break;
    case TrackKind::mode2_form1:
        form1(out, lba, Block(zeros).first<mmc::xa_form1_user_size>());
        break;
    default: // the form that fills a sector without a code over it
        mmc::build_xa_form2(out, lba, {.submode = mmc::SubHeader::form2_bit},
                            Block(zeros).first<mmc::xa_form2_user_size>());
        break;
    }
    mmc::scramble(out);
}

} // namespace burnrig::driver
