// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/cd/lead_in_text.h"

#include <algorithm>

namespace burnrig::emulator {

void LeadInText::take(std::span<const std::uint8_t, mmc::raw_subchannel_size> subchannel) {
    std::array<std::uint8_t, mmc::cd_text_block_size> bytes;
    mmc::take_cd_text(bytes, subchannel);
    for (std::size_t i = 0; i < mmc::cd_text_packs_in_block; ++i) {
        const auto pack = std::span<const std::uint8_t>(bytes)
                              .subspan(i * mmc::cd_text_pack_size)
                              .first<mmc::cd_text_pack_size>();
        constexpr std::uint8_t first_type = 0x80; // 80h title ... 8Fh size; else R to W are empty
        if (pack[0] < first_type || !mmc::cd_text_crc_good(pack))
            continue;
        const std::size_t text_block = pack[3] >> 4 & 7;
        const std::size_t place = text_block * 256 + pack[2];
        if (present_[place])
            continue;
        if (packs_.empty())
            packs_.resize(most_packs);
        std::copy(pack.begin(), pack.end(), packs_[place].begin());
        present_.set(place);
    }
}

std::vector<std::uint8_t> LeadInText::packs() const {
    std::vector<std::uint8_t> all;
    for (std::size_t place = 0; place < most_packs; ++place)
        if (present_[place])
            all.insert(all.end(), packs_[place].begin(), packs_[place].end());
    return all;
}

} // namespace burnrig::emulator
