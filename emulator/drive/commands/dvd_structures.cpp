// SPDX-License-Identifier: Apache-2.0
// Structures of DVD media. Physical sector numbers begin at 030000h, on a DVD-RAM at 031000h; those
// of the second layer are the complement of those at the same radius of the first.
#include <algorithm>
#include <array>

#include "emulator/disc/layers.h"
#include "emulator/drive/commands/disc_structures.h"

namespace burnrig::emulator::commands::structures {

namespace {

constexpr std::uint32_t psn_mask = 0xFFFFFF;

std::uint32_t first_psn(const Medium& medium) {
    return medium.kind == MediumKind::dvd_ram ? 0x031000 : 0x030000;
}

std::int32_t layer_0_blocks(const Disc& disc) {
    return emulator::layer_0_blocks(disc.medium(), disc.structure());
}

// Of the last block of the first layer; 0 on a disc that has only one.
std::uint32_t last_psn_of_layer_0(const Disc& disc) {
    if (disc.medium().data_zone.layers < 2)
        return 0;
    return first_psn(disc.medium()) + static_cast<std::uint32_t>(layer_0_blocks(disc)) - 1;
}

std::uint32_t psn_of(const Disc& disc, std::int32_t lba) {
    const auto layer_0 = layer_0_blocks(disc);
    if (disc.medium().data_zone.layers < 2 || lba < layer_0)
        return first_psn(disc.medium()) + static_cast<std::uint32_t>(lba);
    return ~(last_psn_of_layer_0(disc) - static_cast<std::uint32_t>(lba - layer_0)) & psn_mask;
}

// Behind the last block of the data zone, as the disc is sold or as the host has cut it.
std::int32_t end_of_zone(const Disc& disc) {
    return usable_blocks(disc.medium(), disc.structure());
}

struct Book {
    MediumKind kind;
    std::uint8_t type;
    std::uint8_t layer_type; ///< 1 embossed, 2 recordable, 4 rewritable
    std::uint8_t rate;       ///< most that reading needs: 2 is 10.08 Mbit/s, Fh is not specified
    std::uint8_t densities;  ///< linear and track density
};
constexpr std::array books{
    Book{MediumKind::dvd_rom, 0x0, 1, 0x2, 0x00},
    Book{MediumKind::dvd_ram, 0x1, 4, 0x2, 0x42},
    Book{MediumKind::dvd_minus_r, 0x2, 2, 0x2, 0x00},
    Book{MediumKind::dvd_download, 0x2, 2, 0x2, 0x00}, // the book type of a DVD-R: a guess
    Book{MediumKind::dvd_minus_r_dl, 0x2, 2, 0x2, 0x10},
    Book{MediumKind::dvd_minus_rw, 0x3, 4, 0x2, 0x00},
    Book{MediumKind::dvd_minus_rw_dl, 0x3, 4, 0x2, 0x10},
    Book{MediumKind::dvd_plus_rw, 0x9, 4, 0xF, 0x00},
    Book{MediumKind::dvd_plus_rw_dl, 0xD, 4, 0xF, 0x10},
    Book{MediumKind::dvd_plus_r, 0xA, 2, 0xF, 0x00},
    Book{MediumKind::dvd_plus_r_dl, 0xE, 2, 0xF, 0x10},
};

void put_physical_format(const Disc& disc, std::int32_t end, Reply& reply) {
    const auto& medium = disc.medium();
    const auto& zone = medium.data_zone;
    const auto* found = std::find_if(books.begin(), books.end(),
                                     [&](const Book& book) { return book.kind == medium.kind; });
    const auto& book = found == books.end() ? books.front() : *found;
    const unsigned size = zone.size_mm == 80 ? 1 : 0;
    constexpr unsigned opposite_track_path = 0x10;
    const bool two_layers = zone.layers > 1;
    const unsigned dense = medium.kind == MediumKind::dvd_rom && two_layers ? 0x10 : book.densities;
    reply.byte(static_cast<unsigned>(book.type << 4 | (zone.version & 15)));
    reply.byte(size << 4 | book.rate);
    reply.byte((zone.layers - 1U) << 5 | (two_layers ? opposite_track_path : 0) | book.layer_type);
    reply.byte(dense);
    reply.quad(first_psn(medium)).quad(psn_of(disc, end - 1)).quad(last_psn_of_layer_0(disc));
    constexpr unsigned has_area = 0x80;
    reply.byte(zone.burst_cutting_area.empty() ? 0 : has_area);
}

const Session* closed_session(const LogicalUnit& unit) {
    return last_complete_session(unit.disc->structure());
}

} // namespace

bool physical_format(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& disc = *unit.disc;
    const auto* session = closed_session(unit);
    const bool recordable = !disc.medium().erasable() && session && session->lead_out > 0;
    put_physical_format(disc, recordable ? session->lead_out : end_of_zone(disc), reply);
    return true;
}

// What the lead-in says that closing the disc has written.
bool written_physical_format(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto* session = closed_session(unit);
    if (!session || session->lead_out <= 0)
        return false;
    put_physical_format(*unit.disc, session->lead_out, reply);
    return true;
}

bool manufacturer(const LogicalUnit& unit, const Request&, Reply& reply) {
    field(reply, unit.disc->medium().data_zone.manufacturer_id, 16);
    return true;
}

bool defect_structure(const LogicalUnit&, const Request&, Reply& reply) {
    constexpr std::uint32_t identifier = 0x0A0A;
    reply.word(identifier);
    return true;
}

bool medium_status(const LogicalUnit& unit, const Request&, Reply& reply) {
    constexpr unsigned persistent = 0x02;
    reply.byte(unit.disc->structure().write_protected ? persistent : 0);
    return true;
}

// In blocks: the primary area is always there, a supplementary one behind the user's area takes
// what a format leaves.
bool ram_spare_area(const LogicalUnit& unit, const Request&, Reply& reply) {
    constexpr std::int64_t primary = 12800;
    const auto& disc = *unit.disc;
    const auto& format = disc.structure().format;
    const auto supplementary =
        format.blocks > 0 ? std::max<std::int64_t>(disc.medium().capacity() - format.blocks, 0) : 0;
    const auto used = std::int64_t{format.spares_used} * disc.medium().write_unit();
    const auto of_primary = std::min(used, primary);
    const auto of_supplementary = std::min(used - of_primary, supplementary);
    reply.quad(static_cast<std::uint32_t>(primary - of_primary));
    reply.quad(static_cast<std::uint32_t>(supplementary - of_supplementary));
    reply.quad(static_cast<std::uint32_t>(supplementary));
    return true;
}

// The recording management data there; what is in them no host needs.
bool last_border_out(const LogicalUnit& unit, const Request&, Reply&) {
    return closed_session(unit) != nullptr;
}

bool recording_management(const LogicalUnit& unit, const Request&, Reply& reply) {
    constexpr std::uint32_t blocks = 701; // of the recording management area
    const auto used = std::min(unit.disc->structure().pma_entries_used, blocks);
    reply.byte(0).byte(0).word(blocks - used); // no zone for them beside that area
    return true;
}

bool pre_recorded_lead_in(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& disc = *unit.disc;
    const auto& zone = disc.medium().data_zone;
    constexpr unsigned general_purpose = 0x40;
    const std::string_view id = zone.manufacturer_id;
    const auto last = psn_of(disc, end_of_zone(disc) - 1);
    reply.byte(1).byte(general_purpose).byte(0).byte(last >> 16).word(last);
    reply.byte(static_cast<unsigned>(zone.version << 4)).byte(0);
    reply.byte(2).zeros(7); // write strategy: the drive knows its own
    reply.byte(3);
    field(reply, id.substr(0, 6), 7);
    reply.byte(4);
    field(reply, id.size() > 6 ? id.substr(6, 6) : std::string_view{}, 7);
    reply.byte(5).zeros(7);
    return true;
}

bool unique_disc_id(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& time = unit.disc->structure().recording_time;
    reply.quad(0); // no random number
    field(reply, time, 14);
    return !time.empty();
}

bool address_in_pregroove(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& disc = *unit.disc;
    const auto& zone = disc.medium().data_zone;
    put_physical_format(disc, end_of_zone(disc), reply);
    reply.word(0);
    field(reply, zone.manufacturer_id, 8);
    field(reply, zone.media_type_id, 3);
    reply.byte(zone.revision);
    return true;
}

bool layer_boundary(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& disc = *unit.disc;
    constexpr unsigned cannot_change = 0x80;
    const bool fixed = !disc.blank() || disc.structure().layer_0_blocks > 0;
    reply.byte(fixed ? cannot_change : 0).zeros(3);
    reply.quad(static_cast<std::uint32_t>(layer_0_blocks(disc)));
    return true;
}

bool shifted_middle_area(const LogicalUnit& unit, const Request&, Reply& reply) {
    reply.quad(0).quad(static_cast<std::uint32_t>(layer_0_blocks(*unit.disc)));
    return true;
}

// The address names the block; all bits set ask for the list of those there are. None has been
// recorded on any disc here.
bool disc_control_block(const LogicalUnit&, const Request& request, Reply&) {
    constexpr std::uint32_t list = 0xFFFFFFFF;
    return request.quad(2) == list;
}

} // namespace burnrig::emulator::commands::structures
