// SPDX-License-Identifier: Apache-2.0
// GET CONFIGURATION: what the drive can do at all, and what it can do with this disc. One row for
// each feature (MMC-5, chapter 5).
#include <algorithm>
#include <array>

#include "emulator/drive/commands/commands.h"
#include "emulator/drive/recording/cd/cue_sheet.h"

namespace burnrig::emulator::commands {
namespace {

using mmc::Profile;
constexpr auto cd_rom = mmc::code(Profile::cd_rom);
constexpr auto cd_r = mmc::code(Profile::cd_r);
constexpr auto cd_rw = mmc::code(Profile::cd_rw);

bool has_write_type(const DriveModel& model, WriteType type) {
    return std::any_of(model.write_modes.begin(), model.write_modes.end(), [&](WriteMode mode) {
        return mode.write_type == static_cast<std::uint8_t>(type);
    });
}

bool has_block_type(const DriveModel& model, std::uint8_t type) {
    return std::any_of(model.write_modes.begin(), model.write_modes.end(),
                       [&](WriteMode mode) { return mode.data_block_type == type; });
}

// One bit for each data block type that can be written this way.
std::uint32_t block_types(const DriveModel& model, WriteType type) {
    std::uint32_t bits = 0;
    for (const auto mode : model.write_modes)
        if (mode.write_type == static_cast<std::uint8_t>(type))
            bits |= 1U << mode.data_block_type;
    return bits;
}

std::uint16_t current_profile(const LogicalUnit& unit) {
    const auto* disc = unit.medium();
    return disc ? mmc::code(unit.rules->profile(*disc)) : std::uint16_t{0};
}

// When a feature is current.
enum class Current : std::uint8_t { always, with_medium, readable, by_rules };

bool is_current(const LogicalUnit& unit, Current when, std::uint16_t feature) {
    const auto* disc = unit.medium();
    switch (when) {
    case Current::always:
        return true;
    case Current::with_medium:
        return disc != nullptr;
    case Current::readable:
        return disc && !disc->blank();
    case Current::by_rules:
        return disc && unit.rules->feature_current(unit, feature);
    }
    return false;
}

// Bodies of the features, behind the four bytes of their header.
void profile_list(const LogicalUnit& unit, Reply& reply) {
    const auto current = current_profile(unit);
    for (const auto profile : unit.model.profiles) {
        // A recordable CD is one that a CD-ROM drive could read: both are current, as the drive of
        // the forum report shows.
        const bool cd = current == cd_r || current == cd_rw;
        const bool is = current != 0 && (profile == current || (cd && profile == cd_rom));
        reply.word(profile).byte(is ? 1 : 0).byte(0);
    }
}
void core(const LogicalUnit& unit, Reply& reply) {
    reply.quad(unit.model.interface_standard).byte(0).zeros(3);
}
void morphing(const LogicalUnit&, Reply& reply) {
    constexpr unsigned operational_change_events = 2;
    reply.byte(operational_change_events).zeros(3);
}
void removable_medium(const LogicalUnit&, Reply& reply) {
    constexpr unsigned tray_eject_lock = 0x20 | 0x08 | 0x01;
    reply.byte(tray_eject_lock).zeros(3);
}
void random_readable(const LogicalUnit&, Reply& reply) {
    constexpr unsigned error_recovery_page = 1;
    reply.quad(2048).word(1).byte(error_recovery_page).byte(0);
}
void nothing(const LogicalUnit&, Reply&) {}
void four_zeros(const LogicalUnit&, Reply& reply) {
    reply.zeros(4);
}
void cd_read(const LogicalUnit&, Reply& reply) {
    constexpr unsigned cd_text = 1;
    reply.byte(cd_text).zeros(3);
}
void incremental(const LogicalUnit& unit, Reply& reply) {
    constexpr unsigned cd_link_size = 7;
    reply.word(block_types(unit.model, WriteType::packet));
    reply.byte(unit.model.burn_free ? 1 : 0).byte(1).byte(cd_link_size).zeros(3);
}
void track_at_once(const LogicalUnit& unit, Reply& reply) {
    const auto& model = unit.model;
    reply.byte((model.burn_free ? 0x40U : 0U) | (model.test_write ? 0x04U : 0U) |
               (has_profile(model, Profile::cd_rw) ? 0x02U : 0U));
    reply.byte(0).word(block_types(model, WriteType::track_at_once) | 1U); // audio: type 0
}
void mastering(const LogicalUnit& unit, Reply& reply) {
    const auto& model = unit.model;
    const bool subchannel = has_block_type(model, 3);
    reply.byte((model.burn_free ? 0x40U : 0U) | 0x20U |
               (has_write_type(model, WriteType::raw) ? 0x08U : 0U) |
               (model.test_write ? 0x04U : 0U) | (has_profile(model, Profile::cd_rw) ? 0x02U : 0U) |
               (subchannel ? 0x01U : 0U));
    reply.byte(0).word(cue_sheet_limit);
}
void cd_rw_write(const LogicalUnit& unit, Reply& reply) {
    reply.byte(0).byte(unit.model.rw_sub_types).zeros(2);
}
void timeout(const LogicalUnit&, Reply& reply) {
    reply.zeros(4);
}
void real_time_streaming(const LogicalUnit&, Reply& reply) {
    // READ BUFFER CAPACITY in blocks, SET CD SPEED, page 2Ah with write speeds, GET PERFORMANCE
    // type 3
    constexpr unsigned offered = 0x10 | 0x08 | 0x04 | 0x02;
    reply.byte(offered).zeros(3);
}
void serial_number(const LogicalUnit& unit, Reply& reply) {
    const auto& serial = unit.model.serial;
    const auto whole = (serial.size() + 3) / 4 * 4;
    for (std::size_t i = 0; i < std::min<std::size_t>(whole, 252); ++i)
        reply.byte(i < serial.size() ? static_cast<unsigned char>(serial[i]) : ' ');
}

struct Feature {
    std::uint16_t code;
    std::uint8_t version;
    bool persistent;
    Current current;
    std::uint16_t profile; ///< listed when the drive has this profile; 0: always
    void (*body)(const LogicalUnit&, Reply&);
};

// Ascending by code. The DVD features are there because hosts conclude from them what the drive is;
// their bodies say no more than that.
constexpr std::array features{
    Feature{0x0000, 0, true, Current::always, 0, profile_list},
    Feature{0x0001, 2, true, Current::always, 0, core},
    Feature{0x0002, 1, true, Current::always, 0, morphing},
    Feature{0x0003, 0, true, Current::always, 0, removable_medium},
    Feature{0x0010, 0, false, Current::readable, 0, random_readable},
    Feature{0x001D, 0, false, Current::by_rules, cd_rom, nothing},
    Feature{0x001E, 2, false, Current::by_rules, cd_rom, cd_read},
    Feature{0x001F, 1, false, Current::by_rules, 0x0010, four_zeros},
    Feature{0x0021, 1, false, Current::by_rules, cd_r, incremental},
    Feature{0x002D, 2, false, Current::by_rules, cd_r, track_at_once},
    Feature{0x002E, 1, false, Current::by_rules, cd_r, mastering},
    Feature{0x002F, 1, false, Current::by_rules, 0x0011, four_zeros},
    Feature{0x0037, 0, false, Current::by_rules, cd_rw, cd_rw_write},
    Feature{0x0100, 0, true, Current::always, 0, nothing},
    Feature{0x0105, 0, true, Current::always, 0, timeout},
    Feature{0x0107, 4, false, Current::with_medium, 0, real_time_streaming},
    Feature{0x0108, 0, true, Current::always, 0, serial_number},
};

void describe(const LogicalUnit& unit, const Feature& feature, bool current, Reply& reply) {
    reply.word(feature.code);
    reply.byte(static_cast<unsigned>(feature.version) << 2 | (feature.persistent ? 2U : 0U) |
               (current ? 1U : 0U));
    const auto length_at = reply.size();
    reply.byte(0);
    feature.body(unit, reply);
    reply[length_at] = static_cast<std::uint8_t>(reply.size() - length_at - 1);
}

bool listed(const LogicalUnit& unit, const Feature& feature) {
    if (feature.body == serial_number && unit.model.serial.empty())
        return false;
    return feature.profile == 0 || has_profile(unit.model, static_cast<Profile>(feature.profile));
}

} // namespace

Answer get_configuration(LogicalUnit& unit, const Request& request) {
    enum : unsigned { all = 0, only_current = 1, only_this = 2 };
    const unsigned wanted = request[1] & 3;
    if (wanted > only_this)
        return refuse_cdb(1, std::uint8_t{1});
    const auto start = request.word(2);
    Reply reply;
    reply.quad(0).word(0).word(current_profile(unit));
    for (const auto& feature : features) {
        const bool current = is_current(unit, feature.current, feature.code);
        const bool in_range = wanted == only_this ? feature.code == start : feature.code >= start;
        if (in_range && listed(unit, feature) && (wanted != only_current || current))
            describe(unit, feature, current, reply);
    }
    mmc::put32(reply.at(0), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
