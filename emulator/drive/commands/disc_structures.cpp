// SPDX-License-Identifier: Apache-2.0
// READ DISC STRUCTURE and SEND DISC STRUCTURE: what is on a disc beside its blocks.
#include "emulator/drive/commands/disc_structures.h"

#include <algorithm>
#include <array>

#include "emulator/drive/commands/commands.h"

namespace burnrig::emulator::commands {

namespace structures {

bool zeros(const LogicalUnit&, const Request&, Reply&) {
    return true;
}

void field(Reply& reply, std::string_view text, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
        reply.byte(i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
}

bool burst_cutting_area(const LogicalUnit& unit, const Request&, Reply& reply) {
    const auto& area = unit.disc->medium().data_zone.burst_cutting_area;
    reply.bytes(area);
    return !area.empty();
}

bool write_protection(const LogicalUnit& unit, const Request&, Reply& reply) {
    constexpr unsigned persistent = 0x02;
    constexpr unsigned software = 0x01;
    reply.byte((unit.disc->structure().write_protected ? persistent : 0) |
               (unit.pages.software_write_protect() ? software : 0));
    return true;
}

} // namespace structures

namespace {

// One bit for each kind of medium.
constexpr std::uint32_t of() {
    return 0;
}
template <class... More>
constexpr std::uint32_t of(MediumKind kind, More... more) {
    return 1U << static_cast<unsigned>(kind) | of(more...);
}

using enum MediumKind;
constexpr std::uint32_t minus_r = of(dvd_minus_r, dvd_minus_r_dl, dvd_download);
constexpr std::uint32_t minus = minus_r | of(dvd_minus_rw, dvd_minus_rw_dl);
constexpr std::uint32_t plus = of(dvd_plus_r, dvd_plus_r_dl, dvd_plus_rw, dvd_plus_rw_dl);
constexpr std::uint32_t ram = of(dvd_ram);
constexpr std::uint32_t every_dvd = of(dvd_rom) | minus | plus | ram;
constexpr std::uint32_t bd_recordable = of(bd_r, bd_re);
constexpr std::uint32_t every_bd = of(bd_rom) | bd_recordable;
constexpr std::uint32_t two_layers = of(dvd_minus_r_dl, dvd_plus_r_dl);
constexpr std::uint32_t jumps = of(dvd_minus_r_dl); // read only: layer jump recording is refused

enum Ways : std::uint8_t { read = 1, send = 2, both = 3 };

struct Format {
    std::uint8_t code;
    std::uint32_t media;
    Ways ways;
    std::uint16_t bytes; ///< of the payload; 0: as many as there are
    structures::Maker make;
};

constexpr std::uint8_t protection_format = 0xC0;
constexpr std::uint8_t list_format = 0xFF;
constexpr std::uint8_t unique_id_format = 0x0F;

// The lengths of a BD's defect structure (08h) and defect list (12h) are guesses: that of a
// DVD-RAM's structure, and the list's header with nothing behind it.
// clang-format off
constexpr std::array formats{
    Format{0x00, every_dvd,         read, 2048,  structures::physical_format},
    Format{0x00, every_bd,          read, 4096,  structures::disc_information},
    Format{0x01, every_dvd,         read, 4,     structures::zeros}, // no protection, no region
    Format{0x03, every_dvd,         read, 0,     structures::burst_cutting_area},
    Format{0x03, every_bd,          read, 0,     structures::burst_cutting_area},
    Format{0x04, every_dvd,         read, 2048,  structures::manufacturer},
    Format{0x05, every_dvd,         read, 4,     structures::zeros}, // no sector is protected
    Format{0x08, ram,               read, 2048,  structures::defect_structure},
    Format{0x08, bd_recordable,     read, 2048,  structures::bd_defect_structure},
    Format{0x09, ram,               read, 4,     structures::medium_status},
    Format{0x09, bd_recordable,     read, 4,     structures::zeros}, // no cartridge
    Format{0x0A, ram,               read, 12,    structures::ram_spare_area},
    Format{0x0A, bd_recordable,     read, 12,    structures::bd_spare_area},
    Format{0x0B, ram,               read, 4,     structures::zeros}, // general data
    Format{0x0C, minus,             read, 2048,  structures::last_border_out},
    Format{0x0D, minus,             read, 4,     structures::recording_management},
    Format{0x0E, minus,             read, 40,    structures::pre_recorded_lead_in},
    Format{0x0F, minus,             both, 20,    structures::unique_disc_id},
    Format{0x10, minus,             read, 2048,  structures::written_physical_format},
    Format{0x11, plus,              read, 256,   structures::address_in_pregroove},
    Format{0x12, bd_recordable,     read, 64,    structures::defect_list},
    Format{0x20, two_layers,        both, 8,     structures::layer_boundary},
    Format{0x21, jumps,             read, 8,     structures::shifted_middle_area},
    Format{0x22, jumps,             read, 8,     structures::zeros},
    Format{0x23, jumps,             read, 8,     structures::zeros},
    Format{0x24, jumps,             read, 8,     structures::zeros},
    Format{0x30, plus,              read, 0,     structures::disc_control_block},
    Format{0x30, bd_recordable,     read, 0,     structures::zeros}, // no physical access control
    Format{0xC0, ram | bd_recordable, both, 4,   structures::write_protection},
    Format{0xC0, of(bd_rom),        read, 4,     structures::write_protection},
};
// clang-format on

const Format* find_format(const Medium& medium, std::uint8_t code) {
    for (const auto& format : formats)
        if (format.code == code && (format.media >> static_cast<unsigned>(medium.kind) & 1))
            return &format;
    return nullptr;
}

// What there is on this disc: code, ways, bytes with the header.
void list_formats(const LogicalUnit& unit, const Request& request, Reply& reply) {
    const auto& medium = unit.disc->medium();
    for (const auto& format : formats) {
        if (!(format.media >> static_cast<unsigned>(medium.kind) & 1))
            continue;
        Reply payload;
        const bool readable = (format.ways & read) && format.make(unit, request, payload);
        const bool sendable = (format.ways & send) != 0;
        if (!readable && !sendable)
            continue;
        const auto bytes = 4U + std::max<std::size_t>(format.bytes, payload.size());
        reply.byte(format.code).byte((sendable ? 0x80U : 0U) | (readable ? 0x40U : 0U));
        reply.word(static_cast<std::uint32_t>(bytes));
    }
}

// Media type 0 is DVD, 1 is BD.
bool right_type(const Medium& medium, const Request& request) {
    return (request[1] & 15) == (medium.family() == MediumFamily::bd ? 1 : 0);
}

std::optional<Answer> wrong_place(const LogicalUnit& unit, const Request& request) {
    constexpr std::uint8_t copyright_of_sector = 0x05;
    if (request[6] >= unit.disc->medium().data_zone.layers)
        return refuse_cdb(6);
    const auto lba = request.address(2);
    if (request[7] == copyright_of_sector && (lba < 0 || lba >= unit.rules->readable_end(unit)))
        return refuse_at(mmc::sense::lba_out_of_range, lba);
    return std::nullopt;
}

// Persistent protection stays with the disc, the other kind until power goes.
Answer protect(LogicalUnit& unit, std::span<const std::uint8_t> payload) {
    if (payload.size() < 4)
        return refuse(mmc::sense::parameter_list_length);
    unit.disc->structure().write_protected = (payload[0] & 0x02) != 0;
    unit.pages.set_software_write_protect((payload[0] & 0x01) != 0);
    return unit.saved(unit.disc->flush());
}

// Random number and time, as READ gives them.
Answer name_disc(LogicalUnit& unit, std::span<const std::uint8_t> payload) {
    constexpr std::size_t time_at = 4;
    constexpr std::size_t time_digits = 14;
    if (payload.size() < time_at + time_digits)
        return refuse(mmc::sense::parameter_list_length);
    const auto time = payload.subspan(time_at, time_digits);
    const auto wrong = std::find_if(time.begin(), time.end(),
                                    [](std::uint8_t digit) { return digit < '0' || digit > '9'; });
    if (wrong != time.end())
        return refuse_list(4 + time_at + static_cast<std::size_t>(wrong - time.begin()));
    unit.disc->structure().recording_time.assign(time.begin(), time.end());
    return unit.saved(unit.disc->flush());
}

} // namespace

Answer read_disc_structure(LogicalUnit& unit, const Request& request) {
    const auto& medium = unit.disc->medium();
    if (medium.family() == MediumFamily::cd)
        return refuse_cdb(7); // no format is for a CD
    if (!right_type(medium, request))
        return refuse_cdb(1, std::uint8_t{3});
    Reply reply;
    reply.quad(0);
    std::size_t whole = reply.size();
    if (request[7] == list_format) {
        list_formats(unit, request, reply);
        whole = reply.size();
    } else {
        const auto* format = find_format(medium, request[7]);
        if (!format || !(format->ways & read))
            return refuse_cdb(7);
        if (auto refused = wrong_place(unit, request))
            return *refused;
        if (!format->make(unit, request, reply))
            return refuse_cdb(7);
        whole = std::max<std::size_t>(reply.size(), 4U + format->bytes);
    }
    mmc::put16(reply.at(0), static_cast<std::uint32_t>(whole - 2));
    return reply.deliver_padded(request, request.word(8), whole);
}

Answer send_disc_structure(LogicalUnit& unit, const Request& request) {
    constexpr std::size_t header_bytes = 4;
    const auto& medium = unit.disc->medium();
    const auto* format = find_format(medium, request[7]);
    if (!format || !(format->ways & send))
        return refuse_cdb(7);
    if (!right_type(medium, request))
        return refuse_cdb(1, std::uint8_t{3});
    const std::size_t length = request.word(8);
    if (length == 0)
        return good();
    if (length < header_bytes || request.data_out.size() < length)
        return refuse(mmc::sense::parameter_list_length);
    const auto payload = request.data_out.first(length).subspan(header_bytes);
    auto answer = request[7] == protection_format ? protect(unit, payload)
                  : request[7] == unique_id_format
                      ? name_disc(unit, payload)
                      : unit.rules->send_structure(unit, request[7], payload);
    if (answer.good())
        answer.transferred = static_cast<std::uint32_t>(length);
    return answer;
}

} // namespace burnrig::emulator::commands
