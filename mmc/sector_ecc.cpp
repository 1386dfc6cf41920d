// SPDX-License-Identifier: Apache-2.0
// The code runs over 16-bit words from byte 12 on, seen as 43 columns:
//
//             column 0 ... 42
//     row  0  word   0 ... 42      P: down each column (24 words, 2 parity words in rows 24, 25)
//     row 23  word 989 ... 1031    Q: down 26 diagonals, one row and one column a step, wrapping
//     row 24  P parity             over rows 0..25 (43 words, 2 parity words behind the rows)
//     row 25  P parity
//
// The two bytes of a word are coded apart, over GF(2^8) with x^8+x^4+x^3+x^2+1. All code words of
// a kind are computed side by side, eight bytes to a machine word: each step doubles eight field
// elements at once, and no table is looked up but for the parity in the end.
#include "mmc/sector_ecc.h"

#include <array>
#include <cstring>

namespace burnrig::mmc {
namespace {

constexpr std::size_t data_at = sector_header_offset;
constexpr std::size_t columns = 43;
constexpr std::size_t rows = 26; // with P parity
constexpr std::size_t row_bytes = columns * 2;
constexpr std::size_t p_rows = 24;
constexpr std::size_t p_at = data_at + p_rows * row_bytes;
constexpr std::size_t q_at = p_at + 2 * row_bytes;
constexpr std::size_t diagonal_bytes = rows * 2; // one word of each diagonal
static_assert(p_at == 2076 && q_at == 2248);
static_assert(q_at + 2 * diagonal_bytes == raw_sector_size);

constexpr unsigned reduction = 0x1D; // x^8 = x^4+x^3+x^2+1

constexpr unsigned doubled(unsigned value) {
    return (value << 1 ^ (value & 0x80 ? reduction : 0)) & 0xFF;
}

// division_by_3[x ^ 2x] = x: gives the first parity byte from what both must sum up to.
constexpr std::array<std::uint8_t, 256> make_division_by_3() {
    std::array<std::uint8_t, 256> out{};
    for (unsigned value = 0; value < 256; ++value)
        out[value ^ doubled(value)] = static_cast<std::uint8_t>(value);
    return out;
}
constexpr auto division_by_3 = make_division_by_3();

// Doubles eight field elements.
constexpr std::uint64_t doubled_each(std::uint64_t value) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    const std::uint64_t high = value >> 7 & ones;
    return (value & 0x7F * ones) << 1 ^ high * reduction;
}

// Sums of `Bytes` code words that lie side by side: plain, and weighted by powers of two.
template <std::size_t Bytes>
class Sums {
public:
    // One more symbol of each code word. Reads up to seven bytes behind the last one.
    void add(const std::uint8_t* symbols) {
        for (std::size_t i = 0; i < lanes; ++i) {
            std::uint64_t value = 0;
            std::memcpy(&value, symbols + i * sizeof(value), sizeof(value));
            plain_[i] ^= value;
            weighted_[i] = doubled_each(weighted_[i] ^ value);
        }
    }

    // The two parity symbols p and r of each code word. All symbols sum up to zero, plainly and
    // weighted: plain + p + r = 0 and 2 weighted + 2 p + r = 0, hence 3 p = plain + 2 weighted.
    void put_parity(std::uint8_t* first, std::uint8_t* second) const {
        std::array<std::uint8_t, lanes * 8> plain{};
        std::array<std::uint8_t, lanes * 8> weighted{};
        std::memcpy(plain.data(), plain_.data(), plain.size());
        for (std::size_t i = 0; i < lanes; ++i) {
            const auto last = doubled_each(weighted_[i]);
            std::memcpy(&weighted[i * sizeof(last)], &last, sizeof(last));
        }
        for (std::size_t i = 0; i < Bytes; ++i) {
            first[i] = division_by_3[weighted[i] ^ plain[i]];
            second[i] = first[i] ^ plain[i];
        }
    }

private:
    static constexpr std::size_t lanes = (Bytes + 7) / 8;
    std::array<std::uint64_t, lanes> plain_{};
    std::array<std::uint64_t, lanes> weighted_{};
};

} // namespace

void put_p_parity(RawSector sector) {
    Sums<row_bytes> sums;
    for (std::size_t row = 0; row < p_rows; ++row)
        sums.add(&sector[data_at + row * row_bytes]);
    sums.put_parity(&sector[p_at], &sector[p_at + row_bytes]);
}

// Step m of diagonal q stands in column m, row (q + m) mod 26. With the columns laid out one after
// the other, each written twice, the words of all diagonals at one step lie side by side.
void put_q_parity(RawSector sector) {
    std::array<std::uint8_t, 2 * diagonal_bytes + 8> column{};
    Sums<diagonal_bytes> sums;
    for (std::size_t m = 0; m < columns; ++m) {
        for (std::size_t row = 0; row < rows; ++row) {
            const auto* word = &sector[data_at + row * row_bytes + m * 2];
            std::memcpy(&column[row * 2], word, 2);
            std::memcpy(&column[diagonal_bytes + row * 2], word, 2);
        }
        sums.add(&column[m % rows * 2]);
    }
    sums.put_parity(&sector[q_at], &sector[q_at + diagonal_bytes]);
}

} // namespace burnrig::mmc
