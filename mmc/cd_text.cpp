// SPDX-License-Identifier: Apache-2.0
#include "mmc/cd_text.h"

#include "mmc/bytes.h"
#include "mmc/subchannel.h"

namespace burnrig::mmc {
namespace {
constexpr std::size_t crc_offset = 16;
}

std::uint16_t cd_text_crc(CdTextPack pack) {
    return subchannel_crc(pack.first<crc_offset>());
}

bool cd_text_crc_good(CdTextPack pack) {
    return get16(&pack[crc_offset]) == cd_text_crc(pack);
}

std::size_t first_bad_cd_text_pack(std::span<const std::uint8_t> packs) {
    const std::size_t count = packs.size() / cd_text_pack_size;
    for (std::size_t i = 0; i < count; ++i)
        if (!cd_text_crc_good(packs.subspan(i * cd_text_pack_size).first<cd_text_pack_size>()))
            return i;
    return count;
}

} // namespace burnrig::mmc
