// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/sector_image.h"

#include <algorithm>
#include <cstring>

namespace burnrig::emulator {
namespace {

constexpr std::size_t largest_block = 2448;
using Block = std::array<std::uint8_t, largest_block>;

mmc::SubHeader sub_header(const std::uint8_t* at) {
    return {at[0], at[1], at[2], at[3]};
}

bool is_form2(const std::uint8_t* sub_header_at) {
    return (sub_header_at[2] & mmc::SubHeader::form2_bit) != 0;
}

// Mode 2 as the host sent it, sub-header, EDC and all.
void mode2_image(SectorImage& image, std::int32_t lba, const Block& block, bool xa) {
    mmc::build_mode2(
        image.bytes, lba,
        std::span<const std::uint8_t, mmc::mode2_user_size>(block.data(), mmc::mode2_user_size));
    image.type = !xa                      ? SectorType::mode2
                 : is_form2(block.data()) ? SectorType::form2
                                          : SectorType::form1;
}

void form1_image(SectorImage& image, std::int32_t lba, mmc::SubHeader header,
                 const std::uint8_t* user) {
    mmc::build_xa_form1(
        image.bytes, lba, header,
        std::span<const std::uint8_t, mmc::xa_form1_user_size>(user, mmc::xa_form1_user_size));
    image.type = SectorType::form1;
}

void form2_image(SectorImage& image, std::int32_t lba, mmc::SubHeader header,
                 const std::uint8_t* user) {
    mmc::build_xa_form2(
        image.bytes, lba, header,
        std::span<const std::uint8_t, mmc::xa_form2_user_size>(user, mmc::xa_form2_user_size));
    image.type = SectorType::form2;
}

// A sector that the host supplied whole; its own header tells what it is.
void raw_image(SectorImage& image, const Block& block) {
    std::copy_n(block.begin(), image.bytes.size(), image.bytes.begin());
    constexpr std::size_t mode_at = 15;
    const auto mode = block[mode_at] & 3;
    image.type = mode == 1                                        ? SectorType::mode1
                 : mode != 2                                      ? SectorType::mode2
                 : is_form2(block.data() + mmc::mode_user_offset) ? SectorType::form2
                                                                  : SectorType::form1;
}

} // namespace

bool make_sector_image(const Disc& disc, std::int32_t lba, BlockForm form, bool xa,
                       SectorImage& image) {
    Block block;
    if (!disc.read(lba, std::span(block).first(block_size(form))))
        return false;
    switch (form) {
    case BlockForm::audio:
        std::copy_n(block.begin(), image.bytes.size(), image.bytes.begin());
        image.type = SectorType::audio;
        break;
    case BlockForm::mode1:
        mmc::build_mode1(image.bytes, lba,
                         std::span<const std::uint8_t, mmc::mode1_user_size>(block.data(),
                                                                             mmc::mode1_user_size));
        image.type = SectorType::mode1;
        break;
    case BlockForm::mode2:
        mode2_image(image, lba, block, xa);
        break;
    case BlockForm::xa_form1:
        form1_image(image, lba, {}, block.data());
        break;
    case BlockForm::xa_form1_header:
        form1_image(image, lba, sub_header(block.data()), block.data() + 8);
        break;
    case BlockForm::xa_form2:
        form2_image(image, lba, {}, block.data());
        break;
    case BlockForm::xa_mixed:
        if (is_form2(block.data()))
            form2_image(image, lba, sub_header(block.data()), block.data() + 8);
        else
            form1_image(image, lba, sub_header(block.data()), block.data() + 8);
        break;
    case BlockForm::raw:
    case BlockForm::raw_pq:
    case BlockForm::raw_pw:
        raw_image(image, block);
        break;
    case BlockForm::subchannel:
        return false; // lead-in only, never read as a sector
    }
    return true;
}

SubchannelImage make_subchannel(const Track& track, std::int32_t lba) {
    mmc::QPosition position;
    position.control = track.control;
    position.track = track.short_number();
    position.index = lba < track.start ? 0 : 1;
    position.relative = lba - track.start;
    position.lba = lba;
    return {mmc::q_position(position), position.index == 0};
}

} // namespace burnrig::emulator
