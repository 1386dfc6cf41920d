// SPDX-License-Identifier: Apache-2.0
#include "harness/sweep/equal_points.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/sweep/draw.h"

namespace burnrig::harness::sweep {
namespace {

constexpr std::size_t many = 200; ///< commands of one name; a 1 MiB burn has some 40 WRITEs
constexpr std::size_t drawn_points = 8;

// Of one name, in order.
using Points = std::vector<std::size_t>;

// Where a new area begins: lead-in, pre-gap, data, lead-out.
int area_of(const Ground& ground, std::int32_t lba) {
    constexpr std::int32_t pre_gap = -150;
    const auto blocks = static_cast<std::int32_t>((ground.image.size() + 2047) / 2048);
    return lba < pre_gap                       ? 0
           : lba < ground.image_first          ? 1
           : lba < ground.image_first + blocks ? 2
                                               : 3;
}

void keep_boundaries(const Ground& ground, const Points& points, std::set<std::size_t>& kept) {
    const auto lba_at = [&](std::size_t i) { return ground.points[points[i]].lba; };
    for (std::size_t i = 1; i < points.size(); ++i)
        if (lba_at(i) && lba_at(i - 1) &&
            area_of(ground, *lba_at(i)) != area_of(ground, *lba_at(i - 1)))
            kept.insert({points[i - 1], points[i]});
}

// Blocks of a raw recording have up to 2448 bytes.
void keep_full_buffer(const Ground& ground, const Points& points, std::set<std::size_t>& kept) {
    constexpr std::int64_t block_bytes = 2448;
    const std::int64_t blocks = ground.subject.scenario.drive.buffer_bytes / block_bytes;
    const auto first = ground.points[points.front()].lba;
    for (std::size_t i = 1; first && i < points.size(); ++i) {
        const auto lba = ground.points[points[i]].lba;
        if (lba && std::int64_t{*lba} - *first >= blocks) {
            kept.insert({points[i - 1], points[i]});
            return;
        }
    }
}

} // namespace

KeptPoints kept_points(const Ground& ground, std::uint64_t seed) {
    KeptPoints result{std::vector<bool>(ground.points.size(), true), {}};
    std::map<std::string, Points> by_name;
    for (std::size_t i = 0; i < ground.points.size(); ++i)
        by_name[ground.points[i].name].push_back(i);
    for (const auto& [name, points] : by_name) {
        if (points.size() <= many)
            continue;
        std::set<std::size_t> kept{points[0], points[1], points.back()};
        keep_boundaries(ground, points, kept);
        keep_full_buffer(ground, points, kept);
        for (std::size_t i = 0; i < drawn_points; ++i)
            kept.insert(points[drawn(seed + i) % points.size()]);
        for (const auto i : points)
            result.kept[i] = kept.contains(i);
        result.told += fmt::format("{}{} of {} {}", result.told.empty() ? "" : ", ", kept.size(),
                                   points.size(), name);
    }
    return result;
}

} // namespace burnrig::harness::sweep
