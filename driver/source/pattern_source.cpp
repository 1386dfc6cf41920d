// SPDX-License-Identifier: Apache-2.0
#include "driver/source/pattern_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "driver/source/memory_source.h"

namespace burnrig::driver {
namespace {

// splitmix64 (Steele, Lea, Flood 2014), taken at any place of its sequence.
std::uint64_t word_at(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

void put_little_endian(std::uint8_t* out, std::uint64_t word, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        out[i] = static_cast<std::uint8_t>(word >> 8 * i);
}

} // namespace

PatternSource::PatternSource(std::uint64_t bytes, std::uint64_t seed, std::uint32_t block_bytes)
    : name_(fmt::format("pattern:{},{}", bytes, seed)), bytes_(bytes), seed_(seed),
      block_bytes_(block_bytes) {}

mmc::Result<std::size_t> PatternSource::fill(std::uint32_t first, std::span<std::uint8_t> out) {
    constexpr std::size_t word = sizeof(std::uint64_t);
    const std::uint64_t from = std::uint64_t{first} * block_bytes_;
    const std::uint64_t whole = *blocks() * block_bytes_;
    if (from >= whole)
        return 0;
    const auto room =
        std::min<std::uint64_t>(out.size() / block_bytes_ * block_bytes_, whole - from);
    const std::uint64_t made = std::min(room, bytes_ - from);
    std::size_t at = 0;
    for (; at + word <= made; at += word) // block sizes are multiples of 8, and so is `from`
        put_little_endian(&out[at], word_at(seed_, (from + at) / word), word);
    put_little_endian(out.data() + at, word_at(seed_, (from + at) / word), made - at);
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(made),
              out.begin() + static_cast<std::ptrdiff_t>(room), std::uint8_t{0});
    return room;
}

mmc::Result<std::span<const std::uint8_t>> PatternSource::read(BlockRange range) {
    if (range.count == 0 || range.first >= *blocks())
        return behind_the_end(*this, range);
    return read_by_filling(*this, range, buffer_);
}

} // namespace burnrig::driver
