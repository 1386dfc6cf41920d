// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "harness/profile/drive_profile.h"
#include "harness/profile/read_speeds.h"
#include "mmc/bytes.h"
#include "mmc/profile.h"

namespace burnrig::harness::profile {
namespace {

using emulator::Medium;
using emulator::MediumFamily;
using emulator::MediumKind;
using mmc::Profile;

struct KindOfProfile {
    Profile profile;
    MediumKind kind;
};
constexpr std::array kinds{
    KindOfProfile{Profile::cd_rom, MediumKind::cd_rom},
    KindOfProfile{Profile::cd_r, MediumKind::cd_r},
    KindOfProfile{Profile::cd_rw, MediumKind::cd_rw},
    KindOfProfile{Profile::dvd_rom, MediumKind::dvd_rom},
    KindOfProfile{Profile::dvd_minus_r, MediumKind::dvd_minus_r},
    KindOfProfile{Profile::dvd_ram, MediumKind::dvd_ram},
    KindOfProfile{Profile::dvd_minus_rw_overwrite, MediumKind::dvd_minus_rw},
    KindOfProfile{Profile::dvd_minus_rw, MediumKind::dvd_minus_rw},
    KindOfProfile{Profile::dvd_minus_r_dl, MediumKind::dvd_minus_r_dl},
    KindOfProfile{Profile::dvd_minus_r_dl_jump, MediumKind::dvd_minus_r_dl},
    KindOfProfile{Profile::dvd_minus_rw_dl, MediumKind::dvd_minus_rw_dl},
    KindOfProfile{Profile::dvd_download, MediumKind::dvd_download},
    KindOfProfile{Profile::dvd_plus_rw, MediumKind::dvd_plus_rw},
    KindOfProfile{Profile::dvd_plus_r, MediumKind::dvd_plus_r},
    KindOfProfile{Profile::dvd_plus_rw_dl, MediumKind::dvd_plus_rw_dl},
    KindOfProfile{Profile::dvd_plus_r_dl, MediumKind::dvd_plus_r_dl},
    KindOfProfile{Profile::bd_rom, MediumKind::bd_rom},
    KindOfProfile{Profile::bd_r, MediumKind::bd_r},
    KindOfProfile{Profile::bd_r_random, MediumKind::bd_r},
    KindOfProfile{Profile::bd_re, MediumKind::bd_re},
};

// READ DISC STRUCTURE without its header of four bytes.
Bytes structure(Asker& asker, MediumFamily family, std::uint8_t format) {
    const std::uint8_t media = family == MediumFamily::bd ? 1 : 0;
    constexpr std::uint16_t room = 4100;
    auto reply =
        asker.ask({0xAD, media, 0, 0, 0, 0, 0, format, room >> 8, room & 0xFF, 0, 0}, room);
    if (reply.size() < 4)
        return {};
    const auto told = std::min<std::size_t>(reply.size(), 2U + mmc::get16(reply.data()));
    return {reply.begin() + 4, reply.begin() + std::max<std::size_t>(told, 4)};
}

std::string text_at(const Bytes& bytes, std::size_t at, std::size_t length) {
    if (bytes.size() < at + length)
        return {};
    return plain_text(std::span(bytes).subspan(at, length));
}

bool read_atip(Asker& asker, Medium& medium) {
    constexpr std::uint8_t room = 28;
    const auto reply = asker.ask({0x43, 2, 4, 0, 0, 0, 0, 0, room, 0}, room);
    if (reply.size() < 16)
        return false;
    auto& atip = medium.atip;
    atip.writing_power = reply[4] >> 4 & 7;
    atip.reference_speed = reply[4] & 7;
    atip.unrestricted_use = (reply[5] & 0x40) != 0;
    atip.sub_type = reply[6] >> 3 & 7;
    atip.lead_in = {reply[8], reply[9], reply[10]};
    atip.lead_out = {reply[12], reply[13], reply[14]};
    for (std::size_t i = 0; i < atip.additional.size(); ++i)
        if (const auto at = 16 + 4 * i; (reply[6] >> (2 - i) & 1) != 0 && at + 3 <= reply.size())
            atip.additional[i] = {reply[at], reply[at + 1], reply[at + 2]};
    return true;
}

constexpr std::int32_t smallest_zone = 16; // blocks of a data zone

// Physical format information, in its own structure or in the address in the pre-groove.
bool read_dvd_zone(const Bytes& bytes, Medium& medium) {
    constexpr std::uint32_t psn_mask = 0xFFFFFF;
    if (bytes.size() < 17)
        return false;
    auto& zone = medium.data_zone;
    zone.version = bytes[0] & 0x0F;
    zone.size_mm = (bytes[1] >> 4) == 1 ? 80 : 120;
    zone.layers = static_cast<std::uint8_t>(1 + (bytes[2] >> 5 & 3));
    const auto first = mmc::get32(&bytes[4]) & psn_mask;
    const auto last = mmc::get32(&bytes[8]) & psn_mask;
    const auto last_of_layer_0 = mmc::get32(&bytes[12]) & psn_mask;
    const bool opposite = zone.layers > 1 && last_of_layer_0 > first;
    if (opposite) {
        const auto layer_0 = last_of_layer_0 - first + 1;
        zone.layer_0_blocks = static_cast<std::int32_t>(layer_0);
        // The second layer's numbers are the complement of the first one's at the same radius.
        const auto begin_of_layer_1 = ~last_of_layer_0 & psn_mask;
        zone.blocks = static_cast<std::int32_t>(layer_0 + (last - begin_of_layer_1) + 1);
    } else if (last >= first) {
        zone.blocks = static_cast<std::int32_t>(last - first + 1);
        zone.layer_0_blocks = zone.blocks;
    }
    // There are drives that answer with zeros for a blank disc.
    return zone.blocks >= smallest_zone;
}

// The pre-recorded information of DVD-R and DVD-RW: fields of eight bytes, the first one says
// which; fields 3 and 4 have the manufacturer's name.
std::string minus_manufacturer(const Bytes& lead_in) {
    return plain_text(Bytes([&] {
        Bytes name;
        for (std::size_t at = 0; at + 8 <= lead_in.size(); at += 8)
            if (lead_in[at] == 3 || lead_in[at] == 4)
                name.insert(name.end(), lead_in.begin() + at + 1, lead_in.begin() + at + 7);
        return name;
    }()));
}

bool read_dvd(Asker& asker, Medium& medium) {
    constexpr std::uint8_t physical = 0x00;
    constexpr std::uint8_t lead_in = 0x0E;
    constexpr std::uint8_t address_in_pregroove = 0x11;
    auto& zone = medium.data_zone;
    // On a recorded disc the physical format is what was recorded, the groove what was sold.
    const auto groove = structure(asker, MediumFamily::dvd, address_in_pregroove);
    if (!read_dvd_zone(groove, medium) &&
        !read_dvd_zone(structure(asker, MediumFamily::dvd, physical), medium))
        return false;
    constexpr std::size_t manufacturer_at = 19;
    if (groove.size() > 30) {
        zone.manufacturer_id = text_at(groove, manufacturer_at, 8);
        zone.media_type_id = text_at(groove, manufacturer_at + 8, 3);
        zone.revision = groove[manufacturer_at + 11];
    } else {
        zone.manufacturer_id = minus_manufacturer(structure(asker, MediumFamily::dvd, lead_in));
    }
    return true;
}

bool read_bd(Asker& asker, Medium& medium) {
    const auto unit = structure(asker, MediumFamily::bd, 0x00);
    constexpr std::size_t unit_bytes = 112;
    constexpr std::uint32_t first_psn = 0x100000; // as the fixtures' discs have it: a guess
    if (unit.size() < unit_bytes || unit[0] != 'D' || unit[1] != 'I')
        return false;
    auto& zone = medium.data_zone;
    zone.layers = static_cast<std::uint8_t>(std::clamp(unit[12] >> 4, 1, 4));
    zone.version = unit[11] & 0x0F;
    zone.manufacturer_id = text_at(unit, 100, 6);
    zone.media_type_id = text_at(unit, 106, 3);
    zone.revision = unit[111];
    const auto last = mmc::get32(&unit[20]);
    if (last <= first_psn)
        return false;
    zone.layer_0_blocks = static_cast<std::int32_t>(last - first_psn + 1);
    zone.blocks = zone.layer_0_blocks * zone.layers;
    return true;
}

// A pressed disc's size, or what is left when no structure tells more: of a disc with nothing on it
// the room that its first track has.
bool read_capacity(Asker& asker, Medium& medium) {
    constexpr std::uint32_t largest = 100'000'000;
    std::uint32_t blocks = 0;
    const auto capacity = asker.ask({0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 8);
    if (capacity.size() >= 8 && mmc::get32(capacity.data()) < largest)
        blocks = mmc::get32(capacity.data()) + 1;
    constexpr std::size_t track_bytes = 36;
    const auto track = asker.ask({0x52, 1, 0, 0, 0, 1, 0, 0, track_bytes, 0}, track_bytes);
    if (!medium.pressed() && track.size() >= 28)
        if (const auto room = std::uint64_t{mmc::get32(&track[8])} + mmc::get32(&track[24]);
            room > blocks && room < largest)
            blocks = static_cast<std::uint32_t>(room);
    if (blocks == 0)
        return false;
    medium.data_zone.blocks = std::max(static_cast<std::int32_t>(blocks), smallest_zone);
    medium.data_zone.layer_0_blocks = medium.data_zone.blocks;
    return true;
}

bool read_zone(Asker& asker, MediumProfile& profile) {
    auto& medium = profile.medium;
    if (medium.has_atip())
        return read_atip(asker, medium);
    if (medium.family() == MediumFamily::dvd && read_dvd(asker, medium))
        return true;
    if (medium.family() == MediumFamily::bd && read_bd(asker, medium))
        return true;
    if (medium.family() != MediumFamily::cd)
        profile.untold.push_back(
            "data_zone: the disc has no structure to read; blocks is what READ "
            "CAPACITY or its first track says");
    return read_capacity(asker, medium);
}

void say_what_is_untold(MediumProfile& profile) {
    const auto kind = profile.medium.kind;
    const bool minus = kind == MediumKind::dvd_minus_r || kind == MediumKind::dvd_minus_r_dl ||
                       kind == MediumKind::dvd_download || emulator::is_dvd_minus_rw(kind);
    if (minus)
        profile.untold.push_back("data_zone, revision: its structures do not have it");
    if (!profile.medium.pressed())
        profile.untold.push_back("write_speeds_kB_per_s: those that the drive shares with it");
    profile.untold.push_back("manufacturer, calibration_slots: no command tells them");
}

void read_numbers(Asker& asker, Medium& medium) {
    constexpr std::uint8_t burst_cutting_area = 0x03;
    const auto serial = asker.ask({0xAB, 1, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0}, 255);
    if (serial.size() > 4)
        medium.serial_number = plain_text(std::span(serial).subspan(4)).substr(0, 64);
    if (medium.family() == MediumFamily::cd)
        return;
    const auto area = structure(asker, medium.family(), burst_cutting_area);
    if (area.size() >= 12 && area.size() <= 188)
        medium.data_zone.burst_cutting_area.assign(area.begin(), area.end());
}

} // namespace

std::optional<MediumKind> kind_in(Asker& asker, std::uint16_t profile) {
    for (const auto& known : kinds)
        if (mmc::code(known.profile) == profile)
            return known.kind;
    if (profile != 0 || asker.ask({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}, 8).size() == 8)
        return std::nullopt;
    // A drive of before GET CONFIGURATION: CD alone.
    const auto disc = asker.ask({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34);
    constexpr std::size_t erasable_at = 2;
    if (disc.size() > erasable_at && (disc[erasable_at] & 0x10) != 0)
        return MediumKind::cd_rw;
    Medium medium;
    if (read_atip(asker, medium))
        return MediumKind::cd_r;
    return disc.empty() ? std::nullopt : std::optional(MediumKind::cd_rom);
}

mmc::Result<MediumProfile> read_medium(mmc::Target& target) {
    const auto current = identify(target).current_profile;
    Asker asker(target);
    const auto kind = kind_in(asker, current);
    if (!kind)
        return mmc::fail("there is no disc in the drive that it knows (current profile {:04X}h)",
                         current);
    MediumProfile profile;
    profile.medium.kind = *kind;
    if (!read_zone(asker, profile))
        return mmc::fail("the drive does not tell what the disc is: no ATIP, no disc structure, no "
                         "capacity");
    for (const auto& speed : read_speeds(asker).write)
        profile.medium.write_speeds.push_back(speed.speed);
    read_numbers(asker, profile.medium);
    if (profile.medium.pressed())
        profile.medium.write_speeds.clear();
    say_what_is_untold(profile);
    return profile;
}

} // namespace burnrig::harness::profile
