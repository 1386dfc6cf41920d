// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/speed_choice.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace burnrig::driver {
namespace {

// Speeds are rounded in many ways: 8x of a CD is listed as 1411 and as 1412.
constexpr double tolerance = 1.01;

/// Ascending.
std::vector<WriteSpeed> listed_speeds(const DriveSummary& drive, const DiscSummary& disc) {
    std::vector<WriteSpeed> speeds = disc.write_speeds;
    if (speeds.empty() && drive.capabilities)
        for (const std::uint16_t kilobytes : drive.capabilities->write_speeds_kb)
            speeds.push_back({.write_kb = kilobytes});
    std::erase_if(speeds, [](const WriteSpeed& speed) { return speed.write_kb == 0; });
    std::sort(speeds.begin(), speeds.end(),
              [](const auto& a, const auto& b) { return a.write_kb < b.write_kb; });
    return speeds;
}

/// The fastest one that is at most `limit`; nullptr when all are faster.
const WriteSpeed* fastest_up_to(const std::vector<WriteSpeed>& ascending, double limit) {
    const WriteSpeed* found = nullptr;
    for (const WriteSpeed& speed : ascending)
        if (speed.write_kb <= limit)
            found = &speed;
    return found;
}

struct FamilySpeed {
    MediumFamily family;
    double kilobytes;
};
// 52x, 24x, 16x: the fastest drives that were sold.
constexpr std::array family_speeds{
    FamilySpeed{MediumFamily::cd, 9173},
    FamilySpeed{MediumFamily::dvd, 33240},
    FamilySpeed{MediumFamily::bd, 71936},
};

} // namespace

SpeedChoice choose_speed(const DriveSummary& drive, const DiscSummary& disc,
                         const std::optional<SpeedWish>& wish, std::optional<double> below) {
    const auto speeds = listed_speeds(drive, disc);
    SpeedChoice choice;
    if (wish)
        choice.kilobytes = wish->kilobytes(family_of(disc.profile));
    if (below && (choice.kilobytes == 0 || choice.kilobytes >= *below))
        choice.kilobytes = *below / tolerance;
    if (speeds.empty())
        return choice;
    const double wanted = choice.kilobytes;
    const WriteSpeed* taken =
        wanted == 0 ? &speeds.back() : fastest_up_to(speeds, below ? wanted : wanted * tolerance);
    if (taken == nullptr)
        taken = &speeds.front();
    choice.kilobytes = taken->write_kb;
    choice.listed = *taken;
    const bool as_wished = wanted == 0 || (taken->write_kb * tolerance >= wanted &&
                                           taken->write_kb <= wanted * tolerance);
    if (!as_wished && !below)
        choice.note = fmt::format("{:.0f} kB/s were asked for; the drive offers {} kB/s for this "
                                  "disc",
                                  wanted, taken->write_kb);
    return choice;
}

std::optional<double> next_slower(const DriveSummary& drive, const DiscSummary& disc,
                                  double kilobytes) {
    const auto speeds = listed_speeds(drive, disc);
    const double limit = kilobytes > 0    ? kilobytes / tolerance
                         : speeds.empty() ? 0
                                          : speeds.back().write_kb / tolerance;
    const WriteSpeed* slower = fastest_up_to(speeds, limit);
    if (slower == nullptr)
        return std::nullopt;
    return slower->write_kb;
}

double fastest_possible(const DriveSummary& drive, const DiscSummary& disc) {
    const auto speeds = listed_speeds(drive, disc);
    if (!speeds.empty())
        return speeds.back().write_kb;
    for (const FamilySpeed& known : family_speeds)
        if (known.family == family_of(disc.profile))
            return known.kilobytes;
    return family_speeds.back().kilobytes;
}

} // namespace burnrig::driver
