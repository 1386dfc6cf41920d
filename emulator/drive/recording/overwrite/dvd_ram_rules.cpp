// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/dvd_ram_rules.h"

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/formatting.h"

namespace burnrig::emulator {
namespace {

constexpr std::uint8_t full_format = 0x00;
constexpr std::uint8_t spare_expansion = 0x01;
constexpr std::uint32_t block_length = 0x800; // what the type dependent parameter says

struct Offered {
    std::uint8_t type;
    FormatSize size;
};

// In the order real drives list them.
std::array<Offered, 4> formats_of(const Medium& medium) {
    return {Offered{full_format, dvd_ram_size(medium)},
            Offered{full_format, dvd_ram_largest_size(medium)},
            Offered{spare_expansion, dvd_ram_expanded_size(medium, 1)},
            Offered{spare_expansion, dvd_ram_expanded_size(medium, 2)}};
}

} // namespace

bool DvdRamRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x0004: // write protect
    case 0x001F: // DVD read
    case 0x0023: // formattable
    case 0x0024: // hardware defect management
        return true;
    case 0x0020: // random writable
        return formatted(*unit.disc);
    default:
        return false;
    }
}

void DvdRamRules::add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const {
    for (const auto& [type, size] : formats_of(unit.disc->medium()))
        if (size.blocks > 0)
            capacities.offer({static_cast<std::uint32_t>(size.blocks), type, block_length});
}

// Expanding the spare area keeps what lies before it; a full format certifies: it writes and reads
// all blocks, unless the host forbids it (DCRT).
Answer DvdRamRules::format(LogicalUnit& unit, const FormatRequest& request) {
    if (auto answer = check_offered(format_capacities(unit), request, false); !answer.good())
        return answer;
    FormatPlan plan;
    plan.keeps_data = request.type == spare_expansion && formatted(*unit.disc);
    if (plan.keeps_data)
        plan.result = format_of(unit);
    plan.result.kind = FormatKind::overwritable;
    plan.result.blocks = static_cast<std::int32_t>(request.blocks);
    for (const auto& [type, size] : formats_of(unit.disc->medium()))
        if (type == request.type && size.blocks == plan.result.blocks)
            plan.result.spares = size.spares;
    const bool certifies = request.type == full_format && request.certify;
    plan.length =
        certifies ? full_format_time(unit, plan.result.blocks, 2) : quick_format_time(unit);
    return begin_format(unit, request, plan);
}

bool DvdRamRules::verifies(const LogicalUnit&, const WriteRequest& request) const {
    return !request.streaming;
}

} // namespace burnrig::emulator
