// SPDX-License-Identifier: Apache-2.0
// Big-endian fields: every multi-byte field of a CDB or a reply has its most significant byte
// first.
//
//     put16(reply.data(), length);   auto lba = static_cast<std::int32_t>(get32(cdb.data() + 2));
//
// The caller guarantees that the bytes exist. Thread-safe (no state).
#pragma once

#include <cstdint>

namespace burnrig::mmc {

inline constexpr std::uint16_t get16(const std::uint8_t* at) {
    return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline constexpr std::uint32_t get24(const std::uint8_t* at) {
    return static_cast<std::uint32_t>(at[0]) << 16 | static_cast<std::uint32_t>(at[1]) << 8 | at[2];
}
inline constexpr std::uint32_t get32(const std::uint8_t* at) {
    return static_cast<std::uint32_t>(get16(at)) << 16 | get16(at + 2);
}
inline constexpr void put16(std::uint8_t* at, std::uint32_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}
inline constexpr void put24(std::uint8_t* at, std::uint32_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 16);
    put16(at + 1, value);
}
inline constexpr void put32(std::uint8_t* at, std::uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

} // namespace burnrig::mmc
