// SPDX-License-Identifier: Apache-2.0
// Structures of BD media.
#include <array>

#include "emulator/drive/commands/disc_structures.h"

namespace burnrig::emulator::commands::structures {

namespace {

// Of the first block of the data area (a guess), and in one address unit.
constexpr std::uint32_t first_psn = 0x100000;
constexpr std::uint32_t blocks_per_address_unit = 2;

std::string_view identifier(MediumKind kind) {
    return kind == MediumKind::bd_rom ? "BDO" : kind == MediumKind::bd_r ? "BDR" : "BDW";
}

// One unit of disc information; each layer has its own.
void put_unit(const Medium& medium, unsigned layer, Reply& reply) {
    constexpr std::size_t unit_bytes = 112;
    constexpr std::size_t manufacturer_at = 100;
    const auto& zone = medium.data_zone;
    const auto begin = reply.size();
    const auto per_layer = static_cast<std::uint32_t>(zone.blocks) / zone.layers;
    field(reply, "DI", 2);
    reply.byte(1).byte(static_cast<unsigned>(zone.layers) << 3 | layer);
    reply.byte(0).byte(layer).byte(unit_bytes).byte(0);
    field(reply, identifier(medium.kind), 3);
    reply.byte(zone.version & 15U).byte(static_cast<unsigned>(zone.layers) << 4).zeros(3);
    reply.byte(zone.burst_cutting_area.empty() ? 0 : 1).zeros(3);
    const auto last = first_psn + per_layer - 1;
    reply.quad(last);
    reply.quad(first_psn / blocks_per_address_unit).quad(last / blocks_per_address_unit);
    reply.zeros(begin + manufacturer_at - reply.size());
    field(reply, zone.manufacturer_id, 6);
    field(reply, zone.media_type_id, 3);
    reply.word(0).byte(zone.revision); // no time stamp
}

} // namespace

bool disc_information(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& medium = unit.disc->medium();
    for (unsigned layer = 0; layer < medium.data_zone.layers; ++layer)
        put_unit(medium, layer, reply);
    return true;
}

// Before a disc is formatted with spares it has none.
bool bd_defect_structure(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& format = unit.disc->structure().format;
    if (format.spares == 0)
        return false;
    field(reply, "DS", 2);
    reply.zeros(30).quad(first_psn).quad(static_cast<std::uint32_t>(format.blocks) - 1);
    reply.quad(format.spares); // all of them in the first inner area
    return true;
}

bool bd_spare_area(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& format = unit.disc->structure().format;
    if (format.spares == 0)
        return false;
    const auto used = std::min(format.spares_used, format.spares);
    reply.quad(0).quad(format.spares - used).quad(format.spares);
    return true;
}

bool defect_list(const LogicalUnit& unit, const Request&, Reply& reply) {
    field(reply, "DL", 2);
    return unit.disc->structure().format.spares > 0;
}

} // namespace burnrig::emulator::commands::structures
