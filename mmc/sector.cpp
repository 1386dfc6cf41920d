// SPDX-License-Identifier: Apache-2.0
#include "mmc/sector.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "mmc/msf.h"
#include "mmc/sector_ecc.h"

namespace burnrig::mmc {
namespace {

constexpr std::array<std::uint8_t, sync_size> sync_pattern{0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
constexpr std::size_t sub_header_offset = 16;
constexpr std::size_t edc_size = 4;

// ------------------------------------------------------------------------------------ EDC
//
// (x^16+x^15+x^2+1)(x^16+x^2+x+1), least significant bit first, register cleared at the start.
// Eight bytes a step: edc_tables[k][b] is what byte b does when k more bytes follow it.
using EdcTables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr EdcTables make_edc_tables() {
    constexpr std::uint32_t reflected_polynomial = 0xD8018001;
    EdcTables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) ? reflected_polynomial : 0);
        tables[0][byte] = value;
    }
    for (std::size_t k = 1; k < tables.size(); ++k)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const auto before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
        }
    return tables;
}
constexpr EdcTables edc_tables = make_edc_tables();

constexpr std::uint32_t little_endian(const std::uint8_t* at) {
    return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
           static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

void put_edc(RawSector sector, std::size_t from, std::size_t at) {
    const auto code = edc(sector.subspan(from, at - from));
    for (std::size_t i = 0; i < edc_size; ++i)
        sector[at + i] = static_cast<std::uint8_t>(code >> (8 * i));
}

// ------------------------------------------------------------------------------- scrambler

// ECMA-130 annex B: x^15+x+1, register 0001h at the start, least significant bit first.
using Scrambling = std::array<std::uint8_t, raw_sector_size - sync_size>;

constexpr Scrambling make_scrambling() {
    Scrambling out{};
    std::uint32_t reg = 1;
    for (auto& byte : out)
        for (unsigned bit = 0; bit < 8; ++bit) {
            byte = static_cast<std::uint8_t>(byte | (reg & 1) << bit);
            const std::uint32_t feedback = (reg ^ reg >> 1) & 1;
            reg = reg >> 1 | feedback << 14;
        }
    return out;
}
constexpr Scrambling scrambling = make_scrambling();

// -------------------------------------------------------------------------------- building

void put_sub_header(RawSector sector, SubHeader sub_header) {
    const std::array<std::uint8_t, 4> bytes{sub_header.file, sub_header.channel, sub_header.submode,
                                            sub_header.coding};
    std::copy(bytes.begin(), bytes.end(), sector.begin() + sub_header_offset);
    std::copy(bytes.begin(), bytes.end(), sector.begin() + sub_header_offset + bytes.size());
}

// memmove: the user data may be at its place already.
void put_user(RawSector sector, std::size_t at, std::span<const std::uint8_t> user) {
    std::memmove(&sector[at], user.data(), user.size());
}

} // namespace

std::uint32_t edc(std::span<const std::uint8_t> bytes) {
    std::uint32_t value = 0;
    const auto* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        const auto low = value ^ little_endian(at);
        const auto high = little_endian(at + 4);
        value = edc_tables[7][low & 0xFF] ^ edc_tables[6][low >> 8 & 0xFF] ^
                edc_tables[5][low >> 16 & 0xFF] ^ edc_tables[4][low >> 24] ^
                edc_tables[3][high & 0xFF] ^ edc_tables[2][high >> 8 & 0xFF] ^
                edc_tables[1][high >> 16 & 0xFF] ^ edc_tables[0][high >> 24];
    }
    for (; left > 0; --left, ++at)
        value = (value >> 8) ^ edc_tables[0][(value ^ *at) & 0xFF];
    return value;
}

void put_ecc(RawSector sector) {
    put_p_parity(sector);
    put_q_parity(sector); // covers P, so it comes second
}

void put_sync_and_header(RawSector sector, std::int32_t lba, std::uint8_t mode) {
    std::copy(sync_pattern.begin(), sync_pattern.end(), sector.begin());
    const auto msf = msf_from_lba(lba);
    sector[12] = to_bcd(msf.minute);
    sector[13] = to_bcd(msf.second);
    sector[14] = to_bcd(msf.frame);
    sector[15] = mode;
}

void build_mode0(RawSector sector, std::int32_t lba) {
    put_sync_and_header(sector, lba, 0);
    std::fill(sector.begin() + mode_user_offset, sector.end(), std::uint8_t{0});
}

void build_mode1(RawSector sector, std::int32_t lba,
                 std::span<const std::uint8_t, mode1_user_size> user) {
    constexpr std::size_t edc_at = mode_user_offset + mode1_user_size;
    constexpr std::size_t zero_size = 8;
    put_user(sector, mode_user_offset, user);
    put_sync_and_header(sector, lba, 1);
    put_edc(sector, 0, edc_at);
    std::fill_n(sector.begin() + edc_at + edc_size, zero_size, std::uint8_t{0});
    put_ecc(sector);
}

void build_mode2(RawSector sector, std::int32_t lba,
                 std::span<const std::uint8_t, mode2_user_size> user) {
    put_user(sector, mode_user_offset, user);
    put_sync_and_header(sector, lba, 2);
}

void build_xa_form1(RawSector sector, std::int32_t lba, SubHeader sub_header,
                    std::span<const std::uint8_t, xa_form1_user_size> user) {
    sub_header.submode &= static_cast<std::uint8_t>(~SubHeader::form2_bit);
    put_user(sector, xa_user_offset, user);
    put_sub_header(sector, sub_header);
    put_edc(sector, sub_header_offset, xa_user_offset + xa_form1_user_size);
    // The header counts as zero in the ECC, so that sectors can be copied to another address.
    std::fill_n(sector.begin() + sector_header_offset, 4, std::uint8_t{0});
    put_ecc(sector);
    put_sync_and_header(sector, lba, 2);
}

void build_xa_form2(RawSector sector, std::int32_t lba, SubHeader sub_header,
                    std::span<const std::uint8_t, xa_form2_user_size> user) {
    sub_header.submode |= SubHeader::form2_bit;
    put_user(sector, xa_user_offset, user);
    put_sub_header(sector, sub_header);
    put_edc(sector, sub_header_offset, xa_user_offset + xa_form2_user_size);
    put_sync_and_header(sector, lba, 2);
}

void scramble(RawSector sector) {
    for (std::size_t i = 0; i < scrambling.size(); ++i)
        sector[sync_size + i] ^= scrambling[i];
}

} // namespace burnrig::mmc
