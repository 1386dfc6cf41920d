// SPDX-License-Identifier: Apache-2.0
// What the tests of a CD's sub-channel share: six CD-TEXT packs, the lead-in blocks that carry
// them, and READ CD.
#pragma once

#include <span>

#include "mmc/cd_text.h"
#include "mmc/subchannel.h"
#include "tests/unit/drive/drive_fixture.h"

namespace burnrig::emulator {

inline Bytes title_packs() {
    Bytes packs;
    for (std::uint8_t i = 0; i < 6; ++i) {
        Bytes pack{static_cast<std::uint8_t>(i == 5 ? 0x8F : 0x80), i, i, 0};
        for (std::uint8_t k = 0; k < 12; ++k)
            pack.push_back(static_cast<std::uint8_t>('A' + i + k));
        const auto crc = mmc::subchannel_crc(pack);
        pack.push_back(static_cast<std::uint8_t>(crc >> 8));
        pack.push_back(static_cast<std::uint8_t>(crc));
        packs.insert(packs.end(), pack.begin(), pack.end());
    }
    return packs;
}

// The four packs of one block of the lead-in, when they go round and round.
inline void put_packs(std::int32_t block, std::span<std::uint8_t, 96> subchannel) {
    static const Bytes packs = title_packs();
    std::array<std::uint8_t, mmc::cd_text_block_size> four{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto number = (static_cast<std::size_t>(block) * 4 + i) % 6;
        std::copy_n(packs.begin() + static_cast<std::ptrdiff_t>(number * 18), 18,
                    four.begin() + static_cast<std::ptrdiff_t>(i * 18));
    }
    mmc::put_cd_text(subchannel, four);
}

/// One block: fields of the main channel as in byte 9 of READ CD, sub-channel as in byte 10.
inline Bytes read_cd(Bench& bench, std::int32_t lba, std::uint8_t main, std::uint8_t subchannel) {
    Bytes cdb(12);
    cdb[0] = 0xBE;
    mmc::put32(&cdb[2], static_cast<std::uint32_t>(lba));
    cdb[8] = 1;
    cdb[9] = main;
    cdb[10] = subchannel;
    return bench.get(cdb, 2352 + 96);
}

} // namespace burnrig::emulator
