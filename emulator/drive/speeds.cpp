// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/speeds.h"

#include <algorithm>

#include "emulator/disc/medium.h"
#include "emulator/drive/drive_model.h"
#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint32_t single_speed = 176;

} // namespace

std::vector<std::uint32_t> shared_write_speeds(const DriveModel& model, const Medium* medium) {
    if (medium && medium->family() != MediumFamily::cd && !medium->write_speeds.empty())
        return medium->write_speeds; // the drive follows what the disc says of itself
    std::vector<std::uint32_t> shared;
    for (const auto speed : model.cd_write_speeds) {
        const bool burns = !medium || medium->write_speeds.empty() ||
                           std::find(medium->write_speeds.begin(), medium->write_speeds.end(),
                                     speed) != medium->write_speeds.end();
        if (burns)
            shared.push_back(speed);
    }
    if (shared.empty())
        shared.push_back(model.cd_write_speeds.empty() ? single_speed
                                                       : model.cd_write_speeds.back());
    return shared;
}

std::uint32_t round_speed(std::span<const std::uint32_t> fastest_first, std::uint32_t requested) {
    if (fastest_first.empty())
        return single_speed;
    if (requested == 0 || requested == 0xFFFF)
        return fastest_first.front();
    for (const auto speed : fastest_first)
        if (speed <= requested)
            return speed;
    return fastest_first.back();
}

namespace {

constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000; // kB/s are bytes per ms

mmc::Duration time_for(std::int64_t blocks, std::int64_t block_bytes, std::uint32_t speed) {
    return mmc::Duration{blocks * block_bytes * nanoseconds_per_millisecond /
                         std::max<std::uint32_t>(speed, 1)};
}

// Speeds of a CD count whole sectors, those of DVD and BD the user's bytes.
std::int64_t bytes_on_disc(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    return disc && disc->medium().family() != MediumFamily::cd ? 2048 : 2352;
}

} // namespace

mmc::Duration cd_time(std::int64_t blocks, std::uint32_t speed) {
    constexpr std::int64_t raw_block_bytes = 2352;
    return time_for(blocks, raw_block_bytes, speed);
}

mmc::Duration write_time(const LogicalUnit& unit, std::int32_t, std::int64_t blocks) {
    return time_for(blocks, bytes_on_disc(unit), unit.write_speed);
}

mmc::Duration read_time(const LogicalUnit& unit, std::int32_t, std::int64_t blocks) {
    return time_for(blocks, bytes_on_disc(unit), unit.read_speed);
}

} // namespace burnrig::emulator
