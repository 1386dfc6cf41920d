// SPDX-License-Identifier: Apache-2.0
#include "harness/profile/read_speeds.h"

#include <algorithm>

#include "mmc/bytes.h"

namespace burnrig::harness::profile {
namespace {

using emulator::DriveSpeed;
using emulator::Rotation;

constexpr std::size_t performance_header_bytes = 8;
constexpr std::size_t performance_descriptor_bytes = 16;
constexpr std::uint32_t fastest_believed = 100'000; // kB/s; fixtures have none beyond

// Descriptors of GET PERFORMANCE; `type` in byte 10, `data_type` in byte 1.
std::vector<std::span<const std::uint8_t>> performance(Asker& asker, std::uint8_t data_type,
                                                       std::uint8_t type, Bytes& reply) {
    constexpr std::uint8_t most = 64;
    reply = asker.ask({0xAC, data_type, 0, 0, 0, 0, 0, 0, 0, most, type, 0},
                      performance_header_bytes + most * performance_descriptor_bytes);
    std::vector<std::span<const std::uint8_t>> all;
    if (reply.size() < performance_header_bytes)
        return all;
    const auto told =
        std::min<std::size_t>(reply.size(), std::size_t{mmc::get32(reply.data())} + 4);
    for (auto at = performance_header_bytes; at + performance_descriptor_bytes <= told;
         at += performance_descriptor_bytes)
        all.push_back(std::span(reply).subspan(at, performance_descriptor_bytes));
    return all;
}

struct Stretch {
    std::int32_t first;
    std::uint32_t first_speed;
    std::uint32_t last_speed;
};

// A speed from how it goes along the disc: even, growing all the way, growing up to a cap, or in
// steps. Descriptors with addresses that do not ascend come from drives that say little.
DriveSpeed speed_from(const std::vector<Stretch>& stretches) {
    DriveSpeed speed;
    for (const auto& stretch : stretches)
        speed.speed = std::max({speed.speed, stretch.first_speed, stretch.last_speed});
    const auto even = [](const Stretch& one) { return one.first_speed == one.last_speed; };
    const auto& first = stretches.front();
    if (std::all_of(stretches.begin(), stretches.end(), even)) {
        const bool steps = stretches.size() > 1;
        speed.rotation = steps ? Rotation::z_clv : Rotation::clv;
        for (const auto& stretch : stretches)
            if (steps)
                speed.zones.push_back({stretch.first, stretch.first_speed});
    } else if (std::any_of(stretches.begin(), stretches.end(), even)) {
        speed.rotation = Rotation::p_cav;
        speed.start = first.first_speed;
    } else {
        speed.rotation = Rotation::cav;
    }
    return speed;
}

// The curve at the speed that is set; nothing when the drive tells none.
std::vector<Stretch> nominal(Asker& asker, bool write) {
    constexpr std::uint8_t ten_percent_tolerance = 0x10;
    constexpr std::uint8_t of_writing = 0x04;
    Bytes reply;
    std::vector<Stretch> stretches;
    const auto data_type =
        static_cast<std::uint8_t>(ten_percent_tolerance | (write ? of_writing : 0));
    for (const auto& descriptor : performance(asker, data_type, 0, reply)) {
        const auto first = static_cast<std::int32_t>(mmc::get32(&descriptor[0]));
        const Stretch stretch{first, mmc::get32(&descriptor[4]), mmc::get32(&descriptor[12])};
        const bool believed = stretch.first_speed > 0 && stretch.last_speed > 0 &&
                              std::max(stretch.first_speed, stretch.last_speed) <= fastest_believed;
        const bool ascends = stretches.empty() ? first == 0 : first > stretches.back().first;
        if (!believed || !ascends)
            return {};
        stretches.push_back(stretch);
    }
    return stretches;
}

void sort_fastest_first(std::vector<DriveSpeed>& speeds) {
    std::stable_sort(
        speeds.begin(), speeds.end(),
        [](const DriveSpeed& one, const DriveSpeed& next) { return one.speed > next.speed; });
    const auto same = [](const DriveSpeed& one, const DriveSpeed& next) {
        return one.speed == next.speed;
    };
    speeds.erase(std::unique(speeds.begin(), speeds.end(), same), speeds.end());
}

// The list of GET PERFORMANCE, else that of page 2Ah.
std::vector<DriveSpeed> listed_write_speeds(Asker& asker, const Bytes& page) {
    std::vector<DriveSpeed> speeds;
    const auto add = [&speeds](std::uint32_t speed, bool cav) {
        if (speed > 0 && speed <= fastest_believed)
            speeds.push_back({speed, cav ? Rotation::cav : Rotation::clv, 0, {}});
    };
    Bytes reply;
    for (const auto& descriptor : performance(asker, 0, 3, reply))
        add(mmc::get32(&descriptor[12]), (descriptor[0] >> 3 & 3) == 1);
    constexpr std::size_t count_at = 30;
    constexpr std::size_t list_at = 32;
    if (speeds.empty() && page.size() >= list_at)
        for (std::size_t i = 0; i < mmc::get16(&page[count_at]); ++i)
            if (const auto at = list_at + 4 * i; at + 4 <= page.size())
                add(mmc::get16(&page[at + 2]), (page[at + 1] & 3) == 1);
    constexpr std::size_t fastest_write_at = 18;
    if (speeds.empty() && page.size() >= fastest_write_at + 2)
        add(mmc::get16(&page[fastest_write_at]), false);
    sort_fastest_first(speeds);
    return speeds;
}

} // namespace

Bytes capabilities_page(Asker& asker) {
    constexpr std::size_t header = 8;
    const auto reply = asker.ask({0x5A, 0, 0x2A, 0, 0, 0, 0, 2, 0, 0}, 512);
    if (reply.size() < header)
        return {};
    const auto at = header + mmc::get16(&reply[6]);
    if (at + 2 > reply.size() || (reply[at] & 0x3F) != 0x2A)
        return {};
    const auto length = std::min<std::size_t>(2U + reply[at + 1], reply.size() - at);
    return {reply.begin() + at, reply.begin() + at + length};
}

emulator::MediumSpeeds read_speeds(Asker& asker) {
    emulator::MediumSpeeds speeds;
    const auto page = capabilities_page(asker);
    if (const auto curve = nominal(asker, false); !curve.empty()) {
        auto now = speed_from(curve);
        // Evenly turning discs are called by the speed at the edge, which a small one does not
        // reach.
        constexpr std::size_t read_speed_at = 14;
        if (now.rotation == Rotation::cav && page.size() >= read_speed_at + 2)
            now.speed = std::max<std::uint32_t>(now.speed, mmc::get16(&page[read_speed_at]));
        speeds.read.push_back(std::move(now));
    }
    constexpr std::size_t fastest_read_at = 8;
    if (speeds.read.empty() && page.size() >= fastest_read_at + 2)
        if (const auto fastest = mmc::get16(&page[fastest_read_at]); fastest > 0)
            speeds.read.push_back({fastest, Rotation::clv, 0, {}});
    speeds.write = listed_write_speeds(asker, page);
    if (const auto curve = nominal(asker, true); !curve.empty()) {
        const auto now = speed_from(curve);
        const auto listed =
            std::find_if(speeds.write.begin(), speeds.write.end(),
                         [&](const DriveSpeed& speed) { return speed.speed == now.speed; });
        if (listed != speeds.write.end() && listed->rotation != Rotation::cav)
            *listed = now;
    }
    return speeds;
}

} // namespace burnrig::harness::profile
