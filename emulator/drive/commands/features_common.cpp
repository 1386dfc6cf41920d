// SPDX-License-Identifier: Apache-2.0
// Features that do not belong to one family of media.
#include <algorithm>

#include "emulator/drive/commands/features.h"

namespace burnrig::emulator::commands::features {

using mmc::Profile;

MediumFamily mounted_family(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    return disc ? disc->medium().family() : MediumFamily::cd;
}

std::uint32_t blocking(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    return disc ? static_cast<std::uint32_t>(disc->medium().write_unit()) : 1;
}

std::uint16_t current_profile(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    return disc ? mmc::code(unit.rules->profile(*disc)) : std::uint16_t{0};
}

std::uint32_t block_types(const DriveModel& model, WriteType type) {
    std::uint32_t bits = 0;
    for (const auto mode : model.write_modes)
        if (mode.write_type == static_cast<std::uint8_t>(type))
            bits |= 1U << mode.data_block_type;
    return bits;
}

namespace {

constexpr std::uint32_t block_bytes = 2048;
constexpr unsigned error_recovery_page = 1; // page 01h is there

void text(Reply& reply, std::string_view value, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i)
        reply.byte(i < value.size() ? static_cast<unsigned char>(value[i]) : ' ');
}

} // namespace

void nothing(const LogicalUnit&, Reply&) {}

void four_zeros(const LogicalUnit&, Reply& reply) {
    reply.zeros(4);
}

void profile_list(const LogicalUnit& unit, Reply& reply) {
    const auto current = current_profile(unit);
    // A recordable CD is one that a CD-ROM drive could read: both are current, as the drive of the
    // forum report shows.
    const bool cd = current == mmc::code(Profile::cd_r) || current == mmc::code(Profile::cd_rw);
    for (const auto profile : unit.model.profiles) {
        const bool is =
            current != 0 && (profile == current || (cd && profile == mmc::code(Profile::cd_rom)));
        reply.word(profile).byte(is ? 1 : 0).byte(0);
    }
}

void core(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned vital_product_data = 2; // INQ2
    reply.quad(unit.model.interface_standard);
    reply.byte(unit.model.vital_product_data ? vital_product_data : 0).zeros(3);
}

void morphing(const LogicalUnit&, Reply& reply) {
    constexpr unsigned operational_change_events = 2;
    reply.byte(operational_change_events).zeros(3);
}

void removable_medium(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned load_eject_lock = 0x10 | 0x08 | 0x01;
    const auto mechanism = static_cast<unsigned>(unit.model.loading_mechanism);
    reply.byte(mechanism << 5 | load_eject_lock).zeros(3);
}

void write_protect(const LogicalUnit&, Reply& reply) {
    // Persistent protection by SEND DISC STRUCTURE, software protection by page 1Dh.
    constexpr unsigned persistent_and_software = 0x02 | 0x01;
    reply.byte(persistent_and_software).zeros(3);
}

void random_readable(const LogicalUnit& unit, Reply& reply) {
    reply.quad(block_bytes).word(blocking(unit)).byte(error_recovery_page).byte(0);
}

void random_writable(const LogicalUnit& unit, Reply& reply) {
    const auto blocks = unit.medium() ? unit.rules->capacity(unit) : 0;
    reply.quad(static_cast<std::uint32_t>(std::max(blocks - 1, 0))).quad(block_bytes);
    reply.word(blocking(unit)).byte(error_recovery_page).byte(0);
}

// Links of a CD take seven blocks, those of a DVD one ECC block, those of a BD none.
void incremental_streaming(const LogicalUnit& unit, Reply& reply) {
    constexpr std::uint32_t only_user_data = 1U << 8;
    constexpr unsigned reserve_by_address = 2;
    const auto family = mounted_family(unit);
    const bool cd = family == MediumFamily::cd;
    reply.word(cd ? block_types(unit.model, WriteType::packet) : only_user_data);
    reply.byte((cd ? 0 : reserve_by_address) | (unit.model.burn_free ? 1U : 0U));
    if (family == MediumFamily::bd) {
        reply.byte(0);
        return;
    }
    constexpr unsigned cd_link = 7;
    constexpr unsigned dvd_link = 0x10;
    reply.byte(1).byte(cd ? cd_link : dvd_link).zeros(3);
}

void formattable(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned without_spares_expansion_certification = 0x0F;
    const bool bd_re = has_profile(unit.model, Profile::bd_re);
    reply.byte(bd_re ? without_spares_expansion_certification : 0).zeros(3);
    reply.byte(has_profile(unit.model, Profile::bd_r_random) ? 1 : 0).zeros(3);
}

void defect_management(const LogicalUnit&, Reply& reply) {
    constexpr unsigned spare_area_information = 0x80;
    reply.byte(spare_area_information).zeros(3);
}

void write_once(const LogicalUnit& unit, Reply& reply) {
    reply.quad(block_bytes).word(blocking(unit)).byte(error_recovery_page).byte(0);
}

void microcode_upgrade(const LogicalUnit&, Reply& reply) {
    constexpr unsigned mode_5 = 1;
    reply.byte(mode_5).zeros(3);
}

void embedded_changer(const LogicalUnit&, Reply& reply) {
    reply.zeros(4);
}

void real_time_streaming(const LogicalUnit& unit, Reply& reply) {
    // READ BUFFER CAPACITY in blocks, SET CD SPEED, page 2Ah with write speeds, GET PERFORMANCE
    // type 3
    constexpr unsigned offered = 0x10 | 0x08 | 0x04 | 0x02;
    constexpr unsigned stream_writing = 0x01;
    const bool streams = records<Profile::dvd_ram, Profile::dvd_plus_rw, Profile::dvd_plus_rw_dl,
                                 Profile::bd_re, Profile::bd_r>(unit.model);
    reply.byte(offered | (streams ? stream_writing : 0)).zeros(3);
}

void serial_number(const LogicalUnit& unit, Reply& reply) {
    const auto& serial = unit.model.serial;
    text(reply, serial, (serial.size() + 3) / 4 * 4);
}

void firmware_date(const LogicalUnit& unit, Reply& reply) {
    constexpr std::size_t year_to_second = 14;
    text(reply, unit.model.firmware_date, year_to_second);
    reply.word(0);
}

} // namespace burnrig::emulator::commands::features
