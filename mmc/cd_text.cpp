// SPDX-License-Identifier: Apache-2.0
#include "mmc/cd_text.h"

#include "mmc/bytes.h"
#include "mmc/subchannel.h"

namespace burnrig::mmc {
namespace {
constexpr std::size_t crc_offset = 16;
constexpr std::size_t symbols_in_block = 96;
} // namespace

std::uint16_t cd_text_crc(CdTextPack pack) {
    return subchannel_crc(pack.first<crc_offset>());
}

bool cd_text_crc_good(CdTextPack pack) {
    return get16(&pack[crc_offset]) == cd_text_crc(pack);
}

// Four symbols of six bits are three bytes, most significant bit first.
void take_cd_text(std::span<std::uint8_t, cd_text_block_size> packs,
                  std::span<const std::uint8_t, 96> subchannel) {
    for (std::size_t from = 0, to = 0; from < symbols_in_block; from += 4, to += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i)
            bits = bits << 6 | (subchannel[from + i] & 0x3FU);
        put24(&packs[to], bits);
    }
}

void put_cd_text(std::span<std::uint8_t, 96> subchannel,
                 std::span<const std::uint8_t, cd_text_block_size> packs) {
    for (std::size_t from = 0, to = 0; to < symbols_in_block; from += 3, to += 4) {
        const auto bits = get24(&packs[from]);
        for (std::size_t i = 0; i < 4; ++i)
            subchannel[to + i] = static_cast<std::uint8_t>((subchannel[to + i] & 0xC0U) |
                                                           (bits >> (18 - 6 * i) & 0x3FU));
    }
}

std::size_t first_bad_cd_text_pack(std::span<const std::uint8_t> packs) {
    const std::size_t count = packs.size() / cd_text_pack_size;
    for (std::size_t i = 0; i < count; ++i)
        if (!cd_text_crc_good(packs.subspan(i * cd_text_pack_size).first<cd_text_pack_size>()))
            return i;
    return count;
}

} // namespace burnrig::mmc
