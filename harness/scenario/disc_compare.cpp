// SPDX-License-Identifier: Apache-2.0
#include "harness/scenario/disc_compare.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "emulator/disc/describe.h"

namespace burnrig::harness::scenario {
namespace {

using emulator::BlockState;
using emulator::Disc;

constexpr std::int32_t chunk_blocks = 256;
constexpr std::size_t largest_block = 2448;

bool all_zeros(std::span<const std::uint8_t> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

mmc::Result<void> copy_extent(const Disc& from, Disc& to, const emulator::Extent& extent,
                              std::vector<std::uint8_t>& room) {
    for (std::int32_t lba = extent.first; lba < extent.end(); lba += chunk_blocks) {
        const auto count = std::min(chunk_blocks, extent.end() - lba);
        const std::span bytes(room.data(), count * std::size_t{block_size(extent.form)});
        if (auto read = from.read(lba, bytes); !read)
            return read;
        auto written = all_zeros(bytes) ? to.write_zeros(lba, extent.form, count)
                                        : to.write(lba, extent.form, bytes);
        if (!written)
            return written;
    }
    return {};
}

std::string_view state_text(BlockState state) {
    constexpr std::string_view texts[]{"not recorded", "readable", "unreadable"};
    return texts[static_cast<std::size_t>(state)];
}

// Service areas wear with every try; users do not see them.
nlohmann::ordered_json visible(const Disc& disc) {
    auto json = emulator::describe(disc);
    for (const auto* worn : {"calibrations", "pma_entries_used", "keep"})
        json.erase(worn);
    return json;
}

std::optional<std::int32_t> first_difference_at(const Disc& one, const Disc& other,
                                                const Disc& extents_of) {
    for (const auto& extent : extents_of.extents())
        if (const auto lba = first_difference(one, other, extent.first, extent.end()))
            return lba;
    return std::nullopt;
}

} // namespace

mmc::Result<void> copy_into(Disc& source, Disc& target) {
    const auto damage = source.damage();
    source.damage().heal(); // reading gives the pristine bytes now
    std::vector<std::uint8_t> room(chunk_blocks * largest_block);
    mmc::Result<void> copied;
    for (const auto& extent : source.extents())
        if (copied)
            copied = copy_extent(source, target, extent, room);
    source.damage() = damage;
    if (copied) {
        target.structure() = source.structure();
        target.damage() = damage;
    }
    return copied;
}

mmc::Result<std::unique_ptr<Disc>> copy_of(Disc& source) {
    auto copy = Disc::in_memory(source.medium());
    if (!copy)
        return copy;
    if (auto copied = copy_into(source, **copy); !copied)
        return tl::unexpected(copied.error());
    return copy;
}

std::optional<std::int32_t> first_difference(const Disc& one, const Disc& other, std::int32_t first,
                                             std::int32_t end) {
    std::vector<std::uint8_t> left(chunk_blocks * largest_block);
    std::vector<std::uint8_t> right(left.size());
    for (std::int32_t lba = first; lba < end;) {
        const auto a = one.run_at(lba);
        const auto b = other.run_at(lba);
        if (a.state != b.state ||
            (a.state != BlockState::unrecorded && a.extent.form != b.extent.form))
            return lba;
        auto count = std::min({a.extent.count, b.extent.count, end - lba});
        if (a.state == BlockState::readable) {
            count = std::min(count, chunk_blocks);
            const auto size = std::size_t{block_size(a.extent.form)};
            const auto bytes = count * size;
            if (!one.read(lba, {left.data(), bytes}) || !other.read(lba, {right.data(), bytes}))
                return lba;
            const auto found = std::mismatch(left.begin(), left.begin() + bytes, right.begin());
            const auto equal = static_cast<std::size_t>(found.first - left.begin());
            if (equal < bytes)
                return lba + static_cast<std::int32_t>(equal / size);
        }
        lba += count;
    }
    return std::nullopt;
}

std::string visible_difference(const Disc& before, const Disc& after) {
    const auto was = visible(before);
    const auto is = visible(after);
    for (const auto& [key, value] : was.items())
        if (!is.contains(key) || is[key] != value)
            return fmt::format("{} was {} and is {}", key, value.dump(),
                               is.contains(key) ? is[key].dump() : "gone");
    for (const auto& [key, value] : is.items())
        if (!was.contains(key))
            return fmt::format("{} is {} now", key, value.dump());
    auto differing = first_difference_at(before, after, before);
    if (!differing)
        differing = first_difference_at(before, after, after);
    return differing ? fmt::format("block {} is another one now", *differing) : "";
}

std::string image_difference(const Disc& disc, std::int32_t lba,
                             std::span<const std::uint8_t> image) {
    std::vector<std::uint8_t> room(chunk_blocks * largest_block);
    while (!image.empty()) {
        const auto run = disc.run_at(lba);
        if (run.state != BlockState::readable)
            return fmt::format("block {} is {}", lba, state_text(run.state));
        const auto size = std::size_t{block_size(run.extent.form)};
        const auto wanted = (image.size() + size - 1) / size;
        const auto count = std::min<std::size_t>(
            {static_cast<std::size_t>(run.extent.count), std::size_t{chunk_blocks}, wanted});
        if (const auto read = disc.read(lba, {room.data(), count * size}); !read)
            return read.error().message;
        const auto bytes = std::min(count * size, image.size());
        const auto found = std::mismatch(image.begin(), image.begin() + bytes, room.begin());
        if (const auto equal = static_cast<std::size_t>(found.first - image.begin()); equal < bytes)
            return fmt::format("block {} differs", lba + static_cast<std::int32_t>(equal / size));
        image = image.subspan(bytes);
        lba += static_cast<std::int32_t>(count);
    }
    return {};
}

} // namespace burnrig::harness::scenario
