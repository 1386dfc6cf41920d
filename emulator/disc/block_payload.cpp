// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/block_payload.h"

#include <algorithm>

namespace burnrig::emulator {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t sub_headers_size = 8; // the sub-header stands twice
constexpr std::uint8_t data_bit = 0x08;     // of submode

mmc::SubHeader sub_header_of(Bytes block) {
    return {block[0], block[1], block[2], block[3]};
}

void build_mixed(mmc::RawSector sector, std::int32_t lba, Bytes block) {
    const mmc::SubHeader sub_header = sub_header_of(block);
    const Bytes user = block.subspan(sub_headers_size);
    if ((sub_header.submode & mmc::SubHeader::form2_bit) != 0) {
        mmc::build_xa_form2(sector, lba, sub_header, user.first<mmc::xa_form2_user_size>());
    } else {
        mmc::build_xa_form1(sector, lba, sub_header, user.first<mmc::xa_form1_user_size>());
    }
}

} // namespace

bool make_whole_sector(BlockForm form, std::int32_t lba, Bytes block, mmc::RawSector sector) {
    switch (form) {
    case BlockForm::mode1:
        mmc::build_mode1(sector, lba, block.first<mmc::mode1_user_size>());
        return true;
    case BlockForm::mode2:
        mmc::build_mode2(sector, lba, block.first<mmc::mode2_user_size>());
        return true;
    case BlockForm::xa_form1: // the sub-header of mode page 05h is not kept
        mmc::build_xa_form1(sector, lba, {0, 0, data_bit, 0},
                            block.first<mmc::xa_form1_user_size>());
        return true;
    case BlockForm::xa_form2:
        mmc::build_xa_form2(sector, lba, {0, 0, mmc::SubHeader::form2_bit, 0},
                            block.first<mmc::xa_form2_user_size>());
        return true;
    case BlockForm::xa_form1_header:
        mmc::build_xa_form1(sector, lba, sub_header_of(block),
                            block.subspan(sub_headers_size).first<mmc::xa_form1_user_size>());
        return true;
    case BlockForm::xa_mixed:
        build_mixed(sector, lba, block);
        return true;
    case BlockForm::audio:
    case BlockForm::raw:
    case BlockForm::raw_pq:
    case BlockForm::raw_pw:
        std::copy_n(block.begin(), sector.size(), sector.begin());
        return true;
    case BlockForm::subchannel:
        break;
    }
    return false;
}

} // namespace burnrig::emulator
