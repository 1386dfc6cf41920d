// SPDX-License-Identifier: Apache-2.0
// A kept block as a reader gets it: its user data, or the whole sector. Source: MMC-3, READ CD;
// sector layouts of ECMA-130 and the CD-ROM XA sub-header. Thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "emulator/disc/structure.h"
#include "mmc/sector.h"

namespace burnrig::emulator {

/// Whether a block kept whole is a data sector: audio is kept in the same forms when the host sends
/// the sub-channel too, and it has no sync pattern.
inline bool has_sync(std::span<const std::uint8_t> block) {
    constexpr std::array<std::uint8_t, mmc::sync_size> pattern{0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                               0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    return std::equal(pattern.begin(), pattern.end(), block.begin());
}

/// The 2048 bytes of user data of a data block; empty when the block has none (audio, form 2, a
/// mode without data). `block` has block_size(form) bytes.
inline std::span<const std::uint8_t> user_data(BlockForm form,
                                               std::span<const std::uint8_t> block) {
    constexpr std::size_t size = 2048;
    constexpr std::size_t sync_and_header = 16;
    constexpr std::size_t sub_header = 8;
    const auto form2 = [&](std::size_t sub_header_at) {
        return (block[sub_header_at + 2] & 0x20) != 0; // submode, third byte of the sub-header
    };
    switch (form) {
    case BlockForm::mode1:
    case BlockForm::xa_form1:
        return block.first(size);
    case BlockForm::xa_form1_header:
        return block.subspan(sub_header, size);
    case BlockForm::mode2:
    case BlockForm::xa_mixed:
        return form2(0) ? std::span<const std::uint8_t>() : block.subspan(sub_header, size);
    case BlockForm::raw:
    case BlockForm::raw_pq:
    case BlockForm::raw_pw: {
        if (!has_sync(block))
            return {}; // audio that came with its sub-channel
        const int mode = block[15] & 3;
        if (mode == 1) {
            return block.subspan(sync_and_header, size);
        }
        return mode == 2 && !form2(sync_and_header)
                   ? block.subspan(sync_and_header + sub_header, size)
                   : std::span<const std::uint8_t>();
    }
    case BlockForm::audio:
    case BlockForm::xa_form2:
    case BlockForm::subchannel:
        break;
    }
    return {};
}

/// Makes the 2352 bytes of the block; what it lacks is computed. False for a block that is none of
/// the program area (sub-channel only).
bool make_whole_sector(BlockForm form, std::int32_t lba, std::span<const std::uint8_t> block,
                       mmc::RawSector sector);

} // namespace burnrig::emulator
