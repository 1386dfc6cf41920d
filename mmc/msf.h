// SPDX-License-Identifier: Apache-2.0
// Minute/second/frame addresses of a CD and how they map to logical block addresses.
//
//     MSF   90:00:00 .. 99:59:74 | 00:00:00 .. 00:01:74 | 00:02:00 .. 89:59:74
//     LBA     -45150 ..     -151 |     -150 ..       -1 |        0 .. 404849
//              lead-in, PMA, PCA |        first pre-gap | program area, lead-out
//
// Source: MMC-3, LBA to MSF translation; Orange Book for 90:00:00 and above. Thread-safe (no
// state).
#pragma once

#include <compare>
#include <cstdint>

namespace burnrig::mmc {

inline constexpr std::int32_t frames_per_second = 75;
inline constexpr std::int32_t pregap_blocks = 150;

struct Msf {
    std::uint8_t minute = 0; // 0..99
    std::uint8_t second = 0; // 0..59
    std::uint8_t frame = 0;  // 0..74

    // NOLINTNEXTLINE(modernize-use-nullptr): the check trips over the defaulted comparison
    constexpr auto operator<=>(const Msf&) const = default;
    constexpr bool valid() const { return minute < 100 && second < 60 && frame < 75; }
};

/// Blocks from 00:00:00, the plain count of frames (0..449999).
inline constexpr std::int32_t frames(Msf msf) {
    return (msf.minute * 60 + msf.second) * frames_per_second + msf.frame;
}

inline constexpr Msf msf_from_frames(std::int32_t count) {
    return {static_cast<std::uint8_t>(count / (60 * frames_per_second)),
            static_cast<std::uint8_t>(count / frames_per_second % 60),
            static_cast<std::uint8_t>(count % frames_per_second)};
}

inline constexpr std::int32_t lba_from_msf(Msf msf) {
    constexpr std::int32_t lead_in_offset = 450150;
    return frames(msf) - (msf.minute < 90 ? pregap_blocks : lead_in_offset);
}

/// The address of any block from -45150 to 404849; what lies outside comes back modulo 100 minutes.
inline constexpr Msf msf_from_lba(std::int32_t lba) {
    constexpr std::int32_t disc_frames = 450000;
    const std::int32_t count = (lba + pregap_blocks) % disc_frames;
    return msf_from_frames(count < 0 ? count + disc_frames : count);
}

inline constexpr std::uint8_t to_bcd(std::uint8_t value) {
    return static_cast<std::uint8_t>(value / 10 * 16 + value % 10);
}
inline constexpr std::uint8_t from_bcd(std::uint8_t value) {
    return static_cast<std::uint8_t>((value >> 4) * 10 + (value & 15));
}

} // namespace burnrig::mmc
