// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/speeds.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "emulator/disc/disc.h"
#include "emulator/disc/layers.h"
#include "emulator/drive/drive_model.h"
#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

// Radii of the recorded area in mm: CD, DVD, BD from inside; all end at the same outside.
constexpr std::array<double, 3> inner_radius{25.0, 24.0, 24.0};
constexpr double outer_radius = 58.0;
constexpr double outer_radius_80_mm = 38.0;

// What drives of the time read when the fixture does not say: 40x, 8x, 6x. Generic.
constexpr std::array<std::uint32_t, 3> usual_read_speed{7056, 11080, 26976};

constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000; // kB/s are bytes per ms

const MediumSpeeds* speeds_for(const DriveModel& model, const Medium* medium, bool write) {
    const auto& all = model.speeds;
    const auto has = [&](const MediumSpeeds& kind) {
        return !(write ? kind.write : kind.read).empty();
    };
    if (medium)
        return &all[static_cast<std::size_t>(medium->kind)];
    const auto& cd = all[static_cast<std::size_t>(write ? MediumKind::cd_r : MediumKind::cd_rom)];
    if (has(cd))
        return &cd;
    const auto first = std::find_if(all.begin(), all.end(), has);
    return first == all.end() ? nullptr : &*first;
}

// Drives and media give the same speed in slightly different figures (17980, 17984).
bool same_speed(std::uint32_t one, std::uint32_t other) {
    const auto difference = one > other ? one - other : other - one;
    return difference * 100U <= std::max(one, other);
}

std::vector<DriveSpeed> constant(std::span<const std::uint32_t> speeds) {
    std::vector<DriveSpeed> all;
    for (const auto speed : speeds)
        all.push_back({speed, Rotation::clv, 0, {}});
    return all;
}

// Speeds of a CD count whole sectors, those of DVD and BD the user's bytes.
std::int64_t bytes_on_disc(const Medium& medium) {
    return medium.family() == MediumFamily::cd ? 2352 : 2048;
}

mmc::Duration time_for(std::int64_t blocks, std::int64_t block_bytes, std::uint32_t speed) {
    return mmc::Duration{blocks * block_bytes * nanoseconds_per_millisecond /
                         std::max<std::uint32_t>(speed, 1)};
}

std::uint32_t rounded_speed_at(const DriveSpeed& speed, const Disc& disc, std::int32_t lba) {
    return static_cast<std::uint32_t>(std::lround(speed_at(speed, disc, lba)));
}

// Where on its way from the inner to the outer edge the head is, 0 to 1: blocks of a layer count
// outwards, on every other layer inwards (opposite track path).
double way_out(const Disc& disc, std::int32_t lba) {
    const auto& medium = disc.medium();
    const std::int32_t whole =
        medium.has_atip() ? medium.capacity() : medium.data_zone.layer_0_blocks;
    const std::int32_t first = layer_0_blocks(medium, disc.structure());
    const std::int32_t layer = std::max(medium.has_atip() ? whole : first, 1);
    const std::int32_t last_layer = medium.data_zone.layers - 1;
    const std::int32_t number = std::min(std::max(lba, 0) / layer, last_layer);
    const std::int32_t within = std::max(lba, 0) - number * layer;
    const std::int32_t outwards = number % 2 == 0 ? within : std::max(layer - 1 - within, 0);
    return std::min(1.0, static_cast<double>(outwards) / std::max(whole, 1));
}

double radius_at(const Disc& disc, std::int32_t lba) {
    const auto& medium = disc.medium();
    const double inner = inner_radius[static_cast<std::size_t>(medium.family())];
    const double outer = medium.diameter_mm() == 80 ? outer_radius_80_mm : outer_radius;
    return std::sqrt(inner * inner + (outer * outer - inner * inner) * way_out(disc, lba));
}

const SpeedZone& zone_at(const DriveSpeed& speed, std::int32_t lba) {
    const auto behind = std::find_if(speed.zones.begin() + 1, speed.zones.end(),
                                     [&](const SpeedZone& zone) { return zone.from > lba; });
    return *(behind - 1);
}

// Long stretches in pieces short enough for the speed in their middle to stand for all of it.
mmc::Duration time_along(const DriveSpeed& speed, const Disc& disc, std::int32_t lba,
                         std::int64_t blocks) {
    const auto bytes = bytes_on_disc(disc.medium());
    if (speed.rotation == Rotation::clv)
        return time_for(blocks, bytes, speed.speed);
    constexpr std::int64_t piece = 20'000;
    constexpr std::int64_t most_pieces = 1000;
    const auto step = std::max(piece, blocks / most_pieces);
    mmc::Duration time{0};
    for (std::int64_t done = 0; done < blocks; done += step) {
        const auto count = std::min(step, blocks - done);
        const auto middle = static_cast<std::int32_t>(lba + done + count / 2);
        time += time_for(count, bytes, rounded_speed_at(speed, disc, middle));
    }
    return time;
}

} // namespace

std::vector<DriveSpeed> shared_write_speeds(const DriveModel& model, const Medium* medium) {
    const auto* offered = speeds_for(model, medium, true);
    if (!offered)
        return {};
    if (!medium || medium->write_speeds.empty())
        return offered->write;
    if (offered->write.empty() && offered->read.empty())
        return constant(medium->write_speeds);
    std::vector<DriveSpeed> shared;
    for (const auto& speed : offered->write)
        if (std::any_of(medium->write_speeds.begin(), medium->write_speeds.end(),
                        [&](std::uint32_t stands) { return same_speed(stands, speed.speed); }))
            shared.push_back(speed);
    if (shared.empty() && !offered->write.empty())
        shared.push_back(offered->write.back());
    return shared;
}

std::vector<DriveSpeed> read_speeds(const DriveModel& model, const Medium* medium) {
    const auto* offered = speeds_for(model, medium, false);
    if (offered && !offered->read.empty())
        return offered->read;
    const auto family = medium ? medium->family() : MediumFamily::cd;
    return constant(std::span(usual_read_speed).subspan(static_cast<std::size_t>(family), 1));
}

std::uint32_t round_speed(std::span<const DriveSpeed> fastest_first, std::uint32_t requested) {
    if (fastest_first.empty())
        return 0;
    if (requested == 0 || requested >= fastest_speed)
        return fastest_first.front().speed;
    for (const auto& listed : fastest_first)
        if (listed.speed <= requested)
            return listed.speed;
    return fastest_first.back().speed;
}

DriveSpeed find_speed(std::span<const DriveSpeed> listed, std::uint32_t speed) {
    for (const auto& one : listed)
        if (one.speed == speed)
            return one;
    return {speed, Rotation::clv, 0, {}};
}

double speed_at(const DriveSpeed& speed, const Disc& disc, std::int32_t lba) {
    const auto inner = inner_radius[static_cast<std::size_t>(disc.medium().family())];
    switch (speed.rotation) {
    case Rotation::cav:
        return speed.speed * radius_at(disc, lba) / outer_radius;
    case Rotation::p_cav:
        return std::min<double>(speed.speed, speed.start * radius_at(disc, lba) / inner);
    case Rotation::z_clv:
        if (!speed.zones.empty())
            return zone_at(speed, lba).speed;
        break;
    case Rotation::clv:
        break;
    }
    return speed.speed;
}

mmc::Duration cd_time(std::int64_t blocks, std::uint32_t speed) {
    constexpr std::int64_t raw_block_bytes = 2352;
    return time_for(blocks, raw_block_bytes, speed);
}

namespace {

// At the rate that a fault rule holds the drive to.
mmc::Duration time_at_rate(std::uint64_t bytes_per_second, std::int64_t blocks) {
    constexpr double user_bytes = 2048;
    const std::chrono::duration<double> time(static_cast<double>(blocks) * user_bytes /
                                             static_cast<double>(bytes_per_second));
    constexpr std::chrono::duration<double> longest = std::chrono::hours(24 * 365);
    return std::chrono::duration_cast<mmc::Duration>(std::min(time, longest));
}

} // namespace

mmc::Duration write_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks) {
    if (!unit.disc)
        return mmc::Duration{0};
    if (const auto rate = unit.fault.rate())
        return time_at_rate(*rate, blocks);
    return time_along(unit.write_curve, *unit.disc, lba, blocks);
}

mmc::Duration read_time(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks) {
    if (!unit.disc)
        return mmc::Duration{0};
    if (const auto rate = unit.fault.rate())
        return time_at_rate(*rate, blocks);
    return time_along(unit.read_curve, *unit.disc, lba, blocks);
}

std::uint32_t zone_borders(const LogicalUnit& unit, std::int32_t lba, std::int64_t blocks) {
    const auto& curve = unit.write_curve;
    if (curve.rotation != Rotation::z_clv)
        return 0;
    return static_cast<std::uint32_t>(
        std::count_if(curve.zones.begin(), curve.zones.end(), [&](const SpeedZone& zone) {
            return zone.from > lba && zone.from <= lba + blocks;
        }));
}

namespace {

using Addresses = std::vector<std::int32_t>;

// Where the way of the head turns, or a zone begins.
Addresses borders(const DriveSpeed& speed, const Disc& disc, std::int32_t end) {
    Addresses at{0};
    if (speed.rotation == Rotation::z_clv) {
        for (const auto& zone : speed.zones)
            if (zone.from > 0 && zone.from < end)
                at.push_back(zone.from);
    } else if (speed.rotation != Rotation::clv) {
        const auto layer = layer_0_blocks(disc.medium(), disc.structure());
        const std::int32_t layers = disc.medium().data_zone.layers;
        for (std::int32_t number = 1; number < layers && number * layer < end; ++number)
            at.push_back(number * layer);
    }
    return at;
}

// The first block of first..last from which on P-CAV has reached its cap, or has left it; `first`
// when it does neither.
std::int32_t cap_change(const DriveSpeed& speed, const Disc& disc, std::int32_t first,
                        std::int32_t last) {
    const auto capped = [&](std::int32_t lba) { return speed_at(speed, disc, lba) >= speed.speed; };
    const bool before = capped(first);
    if (capped(last) == before)
        return first;
    std::int32_t low = first;
    std::int32_t high = last;
    while (high - low > 1) {
        const auto middle = low + (high - low) / 2;
        (capped(middle) == before ? low : high) = middle;
    }
    return high;
}

Addresses breaks(const DriveSpeed& speed, const Disc& disc, std::int32_t end) {
    const auto at = borders(speed, disc, end);
    if (speed.rotation != Rotation::p_cav)
        return at;
    Addresses all;
    for (std::size_t i = 0; i < at.size(); ++i) {
        all.push_back(at[i]);
        const auto last = (i + 1 < at.size() ? at[i + 1] : end) - 1;
        if (const auto change = cap_change(speed, disc, at[i], last); change > at[i])
            all.push_back(change);
    }
    return all;
}

} // namespace

std::vector<SpeedStretch> stretches(const DriveSpeed& speed, const Disc& disc, std::int32_t end) {
    std::vector<SpeedStretch> all;
    if (end <= 0)
        return all;
    const auto at = breaks(speed, disc, end);
    for (std::size_t i = 0; i < at.size(); ++i) {
        const auto last = (i + 1 < at.size() ? at[i + 1] : end) - 1;
        all.push_back({at[i], rounded_speed_at(speed, disc, at[i]), last,
                       rounded_speed_at(speed, disc, last)});
    }
    return all;
}

} // namespace burnrig::emulator
