// SPDX-License-Identifier: Apache-2.0
#include "company_burner.h"

#include <algorithm>
#include <array>

namespace company {
namespace {

constexpr std::size_t block_bytes = 2048;
constexpr std::size_t blocks_each = 16;
constexpr int unit_attention = 6;
constexpr int tries = 5;

std::string failed(const char* command, int key) {
    return std::string(command) + " failed with sense key " + std::to_string(key);
}

} // namespace

std::string burn(const SendCommand& send, std::span<const std::uint8_t> image) {
    const std::array<std::uint8_t, 6> test_unit_ready{};
    int key = unit_attention;
    for (int i = 0; i < tries && key == unit_attention; ++i)
        key = send(test_unit_ready, {});
    if (key != 0)
        return failed("TEST UNIT READY", key);
    for (std::size_t at = 0; at < image.size(); at += blocks_each * block_bytes) {
        const auto part = image.subspan(at, std::min(blocks_each * block_bytes, image.size() - at));
        const auto lba = static_cast<std::uint32_t>(at / block_bytes);
        const std::array<std::uint8_t, 10> write{
            0x2A,
            0,
            static_cast<std::uint8_t>(lba >> 24),
            static_cast<std::uint8_t>(lba >> 16),
            static_cast<std::uint8_t>(lba >> 8),
            static_cast<std::uint8_t>(lba),
            0,
            0,
            static_cast<std::uint8_t>(part.size() / block_bytes),
            0};
        if (key = send(write, part); key != 0)
            return failed("WRITE", key);
    }
    const std::array<std::uint8_t, 10> synchronize_cache{0x35};
    key = send(synchronize_cache, {});
    return key == 0 ? "" : failed("SYNCHRONIZE CACHE", key);
}

} // namespace company
