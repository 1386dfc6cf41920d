// SPDX-License-Identifier: Apache-2.0
// FORMAT UNIT of a DVD-RW, sequential or in restricted overwrite: the result is always a disc in
// restricted overwrite.
//
//     00h, 10h  all blocks that are asked for are written       15h  quick: grows by writing
//     11h       so many more are written behind the others      13h  quick: opens it to grow
//
// 12h and 14h add a border; a disc in restricted overwrite has one, and drives seldom offer them:
// this one does not. Source: MMC-5, 6.5.4; lists of real drives (mmc-commands 6.2).
#include <algorithm>

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/dvd_rw_states.h"
#include "emulator/drive/recording/overwrite/formatting.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

enum FormatType : std::uint8_t {
    full = 0x00,
    full_packets = 0x10,
    grow = 0x11,
    quick_grow = 0x13,
    quick = 0x15,
};

constexpr std::uint32_t block_length = 0x800;
constexpr std::uint32_t packet_size = 16;

bool is_overwrite(const Structure& structure) {
    return structure.format.kind == FormatKind::restricted_overwrite;
}

std::int32_t whole_packets(std::uint32_t blocks) {
    return static_cast<std::int32_t>((blocks + packet_size - 1) / packet_size * packet_size);
}

FormatPlan plan_for(const LogicalUnit& unit, const FormatRequest& request) {
    const auto& structure = unit.disc->structure();
    const auto asked = whole_packets(request.blocks);
    FormatPlan plan;
    plan.new_kind = !is_overwrite(structure);
    plan.result.kind = FormatKind::restricted_overwrite;
    plan.result.blocks = asked;
    switch (request.type) {
    case full:
    case full_packets:
        plan.length = full_format_time(unit, asked, 1);
        return plan;
    case grow:
        plan.keeps_data = true;
        plan.result.blocks = structure.format.blocks + asked;
        plan.length = full_format_time(unit, asked, 1);
        return plan;
    case quick_grow:
        plan.keeps_data = true;
        plan.result.blocks = structure.format.blocks + asked;
        break;
    default: // quick
        break;
    }
    plan.result.intermediate = true;
    plan.length = quick_format_time(unit);
    return plan;
}

} // namespace

FormatCapacities dvd_rw_format_capacities(const LogicalUnit& unit) {
    const auto& structure = unit.disc->structure();
    const auto most = static_cast<std::uint32_t>(dvd_minus_rw_blocks(unit.disc->medium()));
    FormatCapacities capacities;
    capacities.type = FormatCapacities::Type::unformatted;
    capacities.blocks = most;
    capacities.offer({most, full, block_length});
    capacities.offer({most, full_packets, packet_size});
    const auto& format = structure.format;
    if (is_overwrite(structure) && format.intermediate) {
        capacities.type = FormatCapacities::Type::none; // its size is not known yet
    } else if (is_overwrite(structure)) {
        capacities.type = FormatCapacities::Type::formatted;
        capacities.blocks = static_cast<std::uint32_t>(format.blocks);
        capacities.offer({most - capacities.blocks, grow, packet_size});
        capacities.offer({most - capacities.blocks, quick_grow, packet_size});
    } else if (!unit.disc->blank()) {
        capacities.type = FormatCapacities::Type::formatted; // recorded sequentially
        capacities.blocks = static_cast<std::uint32_t>(unit.rules->capacity(unit));
    }
    capacities.offer({most, quick, packet_size});
    return capacities;
}

Answer format_dvd_rw(LogicalUnit& unit, const FormatRequest& request) {
    if (auto answer = check_offered(unit.rules->format_capacities(unit), request, true);
        !answer.good())
        return answer;
    return begin_format(unit, request, plan_for(unit, request));
}

} // namespace burnrig::emulator
