// SPDX-License-Identifier: Apache-2.0
// GET CONFIGURATION: what the drive can do at all, and what it can do with this disc. One row for
// each feature (MMC-5, chapter 5; MMC-6 for BD); their bodies are in features_*.cpp.
#include <algorithm>
#include <array>

#include "emulator/drive/commands/commands.h"
#include "emulator/drive/commands/features.h"

namespace burnrig::emulator::commands {
namespace {

using features::records;
using mmc::Profile;

// When a feature is current. Those that go with what can be done with the disc are for its rules
// to say.
enum class Current : std::uint8_t { always, with_medium, readable, audio, by_rules, never };

bool is_current(const LogicalUnit& unit, Current when, std::uint16_t feature) {
    const auto* disc = unit.medium();
    switch (when) {
    case Current::always:
        return true;
    case Current::with_medium:
        return disc != nullptr;
    case Current::readable:
        return disc && unit.rules->readable_end(unit) > 0;
    case Current::audio:
        return disc && disc->medium().family() == MediumFamily::cd &&
               unit.rules->readable_end(unit) > 0;
    case Current::by_rules:
        return disc && unit.rules->feature_current(unit, feature);
    case Current::never:
        return false;
    }
    return false;
}

bool everyone(const DriveModel&) {
    return true;
}
bool overwrites(const DriveModel& model) {
    return records<Profile::dvd_ram, Profile::dvd_minus_rw_overwrite, Profile::dvd_plus_rw,
                   Profile::dvd_minus_rw_dl, Profile::dvd_plus_rw_dl, Profile::bd_re,
                   Profile::bd_r_random>(model);
}
bool streams(const DriveModel& model) {
    const bool packets = features::block_types(model, WriteType::packet) != 0;
    return (packets && records<Profile::cd_r>(model)) ||
           records<Profile::dvd_minus_r, Profile::dvd_plus_r, Profile::bd_r>(model);
}
bool formats(const DriveModel& model) {
    return records<Profile::cd_rw, Profile::dvd_ram, Profile::dvd_minus_rw,
                   Profile::dvd_minus_rw_dl, Profile::dvd_plus_rw, Profile::dvd_plus_rw_dl,
                   Profile::bd_r, Profile::bd_re>(model);
}
bool protects(const DriveModel& model) {
    return records<Profile::dvd_ram, Profile::bd_re, Profile::bd_r>(model);
}

struct Feature {
    std::uint16_t code;
    std::uint8_t version;
    bool persistent;
    Current current;
    features::Offered offered; ///< nullptr: only when the fixture names it
    features::Body body;
};

// Ascending by code.
// clang-format off
constexpr std::array all_features{
    Feature{0x0000, 0, true,  Current::always,      everyone,                                  features::profile_list},
    Feature{0x0001, 2, true,  Current::always,      everyone,                                  features::core},
    Feature{0x0002, 1, true,  Current::always,      everyone,                                  features::morphing},
    Feature{0x0003, 0, true,  Current::always,      everyone,                                  features::removable_medium},
    Feature{0x0004, 1, false, Current::by_rules,    protects,                                  features::write_protect},
    Feature{0x0010, 0, false, Current::readable,    everyone,                                  features::random_readable},
    Feature{0x001D, 0, false, Current::by_rules,    records<Profile::cd_rom>,                  features::nothing},
    Feature{0x001E, 2, false, Current::by_rules,    records<Profile::cd_rom>,                  features::cd_read},
    Feature{0x001F, 1, false, Current::by_rules,    records<Profile::dvd_rom>,                 features::dvd_read},
    Feature{0x0020, 1, false, Current::by_rules,    overwrites,                                features::random_writable},
    Feature{0x0021, 1, false, Current::by_rules,    streams,                                   features::incremental_streaming},
    Feature{0x0022, 0, false, Current::never,       nullptr,                                   features::nothing},
    Feature{0x0023, 1, false, Current::by_rules,    formats,                                   features::formattable},
    Feature{0x0024, 0, false, Current::by_rules,    records<Profile::dvd_ram, Profile::bd_r, Profile::bd_re>, features::defect_management},
    Feature{0x0025, 0, false, Current::by_rules,    records<Profile::bd_r, Profile::bd_r_random>, features::write_once},
    Feature{0x0026, 0, false, Current::by_rules,    records<Profile::cd_rw, Profile::dvd_minus_rw_overwrite, Profile::dvd_minus_rw_dl>, features::nothing},
    Feature{0x0027, 0, false, Current::by_rules,    features::writes_cd_rw_with_cav,           features::four_zeros},
    Feature{0x0028, 0, false, Current::never,       nullptr,                                   features::four_zeros},
    Feature{0x0029, 0, false, Current::never,       nullptr,                                   features::four_zeros},
    Feature{0x002A, 0, false, Current::by_rules,    records<Profile::dvd_plus_rw>,             features::dvd_plus_rw},
    Feature{0x002B, 0, false, Current::by_rules,    records<Profile::dvd_plus_r>,              features::dvd_plus_r},
    Feature{0x002C, 0, false, Current::by_rules,    records<Profile::dvd_minus_rw_overwrite, Profile::dvd_minus_rw_dl>, features::rigid_restricted_overwrite},
    Feature{0x002D, 2, false, Current::by_rules,    features::has_track_at_once,               features::track_at_once},
    Feature{0x002E, 1, false, Current::by_rules,    features::has_mastering,                   features::mastering},
    Feature{0x002F, 1, false, Current::by_rules,    records<Profile::dvd_minus_r, Profile::dvd_download>, features::dvd_minus_write},
    Feature{0x0033, 0, false, Current::by_rules,    records<Profile::dvd_minus_r_dl_jump>,     features::layer_jump},
    Feature{0x0037, 0, false, Current::by_rules,    records<Profile::cd_rw>,                   features::cd_rw_write},
    Feature{0x0038, 0, false, Current::by_rules,    records<Profile::bd_r>,                    features::four_zeros},
    Feature{0x003A, 0, false, Current::by_rules,    records<Profile::dvd_plus_rw_dl>,          features::dvd_plus_rw_dl},
    Feature{0x003B, 0, false, Current::by_rules,    records<Profile::dvd_plus_r_dl>,           features::dvd_plus_r_dl},
    Feature{0x0040, 0, false, Current::by_rules,    records<Profile::bd_rom>,                  features::bd_read},
    Feature{0x0041, 0, false, Current::by_rules,    records<Profile::bd_r, Profile::bd_re>,    features::bd_write},
    Feature{0x0042, 0, false, Current::never,       nullptr,                                   features::nothing},
    Feature{0x0080, 0, false, Current::never,       nullptr,                                   features::four_zeros},
    Feature{0x0100, 0, true,  Current::always,      everyone,                                  features::nothing},
    Feature{0x0101, 0, false, Current::always,      [](const DriveModel& model) { return model.smart; }, features::four_zeros},
    Feature{0x0102, 0, false, Current::never,       nullptr,                                   features::embedded_changer},
    Feature{0x0103, 0, false, Current::audio,       [](const DriveModel& model) { return model.audio_play; }, features::audio_play},
    Feature{0x0104, 0, true,  Current::always,      nullptr,                                   features::microcode_upgrade},
    Feature{0x0105, 0, true,  Current::always,      everyone,                                  features::four_zeros},
    Feature{0x0106, 0, false, Current::never,       [](const DriveModel& model) { return model.css; }, features::protection_version},
    Feature{0x0107, 4, false, Current::with_medium, everyone,                                  features::real_time_streaming},
    Feature{0x0108, 0, true,  Current::always,      [](const DriveModel& model) { return !model.serial.empty(); }, features::serial_number},
    Feature{0x0109, 0, false, Current::with_medium, [](const DriveModel& model) { return model.media_serial_numbers; }, features::nothing},
    Feature{0x010A, 0, false, Current::by_rules,    records<Profile::dvd_plus_r, Profile::dvd_plus_rw, Profile::dvd_plus_rw_dl>, features::disc_control_blocks},
    Feature{0x010B, 0, false, Current::never,       nullptr,                                   features::protection_version},
    Feature{0x010C, 0, true,  Current::always,      [](const DriveModel& model) { return !model.firmware_date.empty(); }, features::firmware_date},
    Feature{0x010D, 0, false, Current::never,       nullptr,                                   features::aacs},
    Feature{0x010E, 0, false, Current::by_rules,    records<Profile::dvd_download>,            features::css_managed_recording},
    Feature{0x0110, 0, false, Current::never,       nullptr,                                   features::four_zeros},
};
// clang-format on

static_assert(std::is_sorted(all_features.begin(), all_features.end(),
                             [](const Feature& one, const Feature& other) {
                                 return one.code < other.code;
                             }));

bool listed(const LogicalUnit& unit, const Feature& feature) {
    if (feature.offered)
        return feature.offered(unit.model);
    const auto& named = unit.model.idle_features;
    return std::find(named.begin(), named.end(), feature.code) != named.end();
}

void describe(const LogicalUnit& unit, const Feature& feature, bool current, Reply& reply) {
    reply.word(feature.code);
    reply.byte(static_cast<unsigned>(feature.version) << 2 | (feature.persistent ? 2U : 0U) |
               (current ? 1U : 0U));
    const auto length_at = reply.size();
    reply.byte(0);
    feature.body(unit, reply);
    reply[length_at] = static_cast<std::uint8_t>(reply.size() - length_at - 1);
}

} // namespace

Answer get_configuration(LogicalUnit& unit, const Request& request) {
    enum : unsigned { all = 0, only_current = 1, only_this = 2 };
    const unsigned wanted = request[1] & 3;
    if (wanted > only_this)
        return refuse_cdb(1, std::uint8_t{1});
    const auto start = request.word(2);
    Reply reply;
    reply.quad(0).word(0).word(features::current_profile(unit));
    for (const auto& feature : all_features) {
        const bool current = is_current(unit, feature.current, feature.code);
        const bool in_range = wanted == only_this ? feature.code == start : feature.code >= start;
        if (in_range && listed(unit, feature) && (wanted != only_current || current))
            describe(unit, feature, current, reply);
    }
    mmc::put32(reply.at(0), static_cast<std::uint32_t>(reply.size() - 4));
    return reply.deliver(request, request.word(7));
}

} // namespace burnrig::emulator::commands
