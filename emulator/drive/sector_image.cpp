// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/sector_image.h"

#include <algorithm>

#include "emulator/disc/block_payload.h"

namespace burnrig::emulator {
namespace {

constexpr std::size_t largest_block = 2448;
constexpr std::uint8_t cd_rom_xa = 0x20;

bool in_xa_session(const Structure& structure, const Track& track) {
    for (const auto& session : structure.sessions)
        if (session.number == track.session)
            return session.disc_type == cd_rom_xa;
    return false;
}

SectorType form_type(mmc::RawSector sector) {
    constexpr std::size_t submode_at = mmc::mode_user_offset + 2;
    const bool form2 = (sector[submode_at] & mmc::SubHeader::form2_bit) != 0;
    return form2 ? SectorType::form2 : SectorType::form1;
}

// What a whole sector is; its own header tells where the host sent it whole.
SectorType type_of(BlockForm form, bool xa, mmc::RawSector sector) {
    constexpr std::size_t mode_at = 15;
    switch (form) {
    case BlockForm::audio:
    case BlockForm::subchannel:
        return SectorType::audio;
    case BlockForm::mode1:
        return SectorType::mode1;
    case BlockForm::mode2:
        return xa ? form_type(sector) : SectorType::mode2;
    case BlockForm::xa_form1:
    case BlockForm::xa_form1_header:
    case BlockForm::xa_form2:
    case BlockForm::xa_mixed:
        return form_type(sector);
    case BlockForm::raw:
    case BlockForm::raw_pq:
    case BlockForm::raw_pw:
        break;
    }
    if (!has_sync(sector))
        return SectorType::audio;
    const int mode = sector[mode_at] & 3;
    return mode == 1 ? SectorType::mode1 : mode == 2 ? form_type(sector) : SectorType::mode2;
}

void take_subchannel(std::span<const std::uint8_t> kept, SubchannelImage& image) {
    if (kept.size() == mmc::raw_subchannel_size) {
        std::copy(kept.begin(), kept.end(), image.raw.begin());
        image.q = mmc::q_of_raw(image.raw);
        image.p = (image.raw.back() & 0x80) != 0;
        image.has_rw = true;
        return;
    }
    std::copy_n(kept.begin(), image.q.size(), image.q.begin());
    image.p = (kept.back() & 0x80) != 0;
}

} // namespace

bool make_sector_image(const Disc& disc, const Track& track, std::int32_t lba, BlockForm form,
                       bool with_subchannel, SectorImage& image) {
    std::array<std::uint8_t, largest_block> buffer;
    const auto block = std::span(buffer).first(block_size(form));
    if (!disc.read(lba, block) || !make_whole_sector(form, lba, block, image.bytes))
        return false;
    image.type = type_of(form, in_xa_session(disc.structure(), track), image.bytes);
    if (!with_subchannel)
        return true;
    image.subchannel.has_rw = false;
    if (block.size() > mmc::raw_sector_size) {
        take_subchannel(block.subspan(mmc::raw_sector_size), image.subchannel);
    } else {
        image.subchannel.q = make_q(disc.structure(), track, lba);
        image.subchannel.p = lba < track.start;
    }
    return true;
}

} // namespace burnrig::emulator
