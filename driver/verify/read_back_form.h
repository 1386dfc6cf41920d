// SPDX-License-Identifier: Apache-2.0
// Which bytes of a CD's block come back as they were sent, and how they are asked for. A drive
// makes the rest of a block itself, whatever a source has there:
//
//     Mode 1, sent whole        | sync, header 16 | user data 2048 | EDC, ECC 288 |
//                                                   compared
//     Mode 2 with sub-headers   | sync, header 16 | sub-header 8 | form 1: 2048 | EDC, ECC 280 |
//                                                                | form 2: 2324         | EDC 4 |
//                                                   compared
//
// Source: MMC-3, SEND CUE SHEET (data form) and READ CD (main channel selection).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "driver/commands/recording.h"

namespace burnrig::driver {

struct ReadBackForm {
    CdBlockForm asked{};           ///< of READ CD
    std::uint32_t at = 0;          ///< where in a block read they begin
    std::uint32_t source_at = 0;   ///< and in a block of the source
    std::uint32_t bytes = 0;       ///< 0: all
    std::uint32_t zeros_at = 0;    ///< where in a block read the user data of padding are
    std::uint32_t zeros_bytes = 0; ///< 0: all
    /// Those of the source begin with a sub-header, and of form 1 there are less.
    bool by_sub_header = false;

    bool is_whole(std::uint32_t block_bytes) const {
        return bytes == 0 || (bytes == block_bytes && bytes == asked.bytes && !by_sub_header);
    }
    /// Of this block of the source.
    std::uint32_t bytes_of(std::span<const std::uint8_t> source_block) const {
        constexpr std::uint32_t submode_at = 2;
        constexpr std::uint8_t form2 = 0x20;
        constexpr std::uint32_t form1_bytes = 8 + 2048;
        const bool is_form1 = by_sub_header && (source_block[source_at + submode_at] & form2) == 0;
        return is_form1 ? std::min(bytes, form1_bytes) : bytes;
    }
};

} // namespace burnrig::driver
