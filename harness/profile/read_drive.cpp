// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/disc/names.h"
#include "harness/profile/drive_profile.h"
#include "harness/profile/read_speeds.h"
#include "mmc/bytes.h"
#include "mmc/profile.h"

namespace burnrig::harness::profile {
namespace {

using mmc::Opcode;
using mmc::Profile;

// Which features tell what.
constexpr std::uint16_t dvd_read = 0x001F;
constexpr std::uint16_t incremental_streaming = 0x0021;
constexpr std::uint16_t track_at_once = 0x002D;
constexpr std::uint16_t mastering = 0x002E;
constexpr std::uint16_t cd_rw_write = 0x0037;
constexpr std::uint16_t smart = 0x0101;
constexpr std::uint16_t audio_play = 0x0103;
constexpr std::uint16_t css = 0x0106;
constexpr std::uint16_t media_serial_number = 0x0109;
constexpr std::uint16_t firmware_date = 0x010C;
/// Those that the simulated drive lists without doing anything for them.
constexpr std::array<std::uint16_t, 10> idle{0x0022, 0x0028, 0x0029, 0x0042, 0x0080,
                                             0x0102, 0x0104, 0x010B, 0x010D, 0x0110};

enum WriteType : std::uint8_t { packet = 0, at_once = 1, session_at_once = 2, raw = 3 };

const Bytes* find(const Features& features, std::uint16_t code) {
    const auto found = features.find(code);
    return found == features.end() ? nullptr : &found->second;
}

bool bit(const Bytes& bytes, std::size_t at, unsigned number) {
    return at < bytes.size() && (bytes[at] >> number & 1) != 0;
}

// Every data block type whose bit is set.
void add_modes(std::vector<emulator::WriteMode>& modes, std::uint8_t write_type, unsigned types) {
    for (std::uint8_t type = 0; type < 16; ++type)
        if ((types >> type & 1) != 0)
            modes.push_back({write_type, type});
}

// The mastering feature has a bit for a whole write type: its data block types are those that
// MMC-3 (table of feature 002Eh) has for it, as far as the drive writes them at once.
void read_write_modes(const Identity& identity, emulator::DriveModel& model) {
    auto& modes = model.write_modes;
    unsigned whole_blocks = 1U << 8;
    if (const auto* body = find(identity.features, incremental_streaming); body && body->size() > 1)
        add_modes(modes, packet, mmc::get16(body->data()) & 0xFF00U);
    if (const auto* body = find(identity.features, track_at_once); body && body->size() > 3) {
        const unsigned types = mmc::get16(&(*body)[2]) | 1U << 8;
        whole_blocks = types & 0xFF00U;
        add_modes(modes, at_once, types);
        model.burn_free = bit(*body, 0, 6);
        model.test_write = bit(*body, 0, 2);
    }
    if (const auto* body = find(identity.features, mastering); body && !body->empty()) {
        const unsigned sub_channel = bit(*body, 0, 0) ? 0x0C : 0;
        if (bit(*body, 0, 5))
            add_modes(modes, session_at_once, whole_blocks | sub_channel | 1U);
        if (bit(*body, 0, 3))
            add_modes(modes, raw, sub_channel | 2U);
        model.raw_multi_session = bit(*body, 0, 4);
    }
}

// For drives of before GET CONFIGURATION: the bits of page 2Ah.
void use_capabilities(const Bytes& page, emulator::DriveModel& model) {
    struct Ability {
        std::size_t byte;
        unsigned bit;
        Profile profile;
    };
    constexpr std::array abilities{
        Ability{3, 5, Profile::dvd_ram}, Ability{3, 4, Profile::dvd_minus_r},
        Ability{2, 3, Profile::dvd_rom}, Ability{3, 1, Profile::cd_rw},
        Ability{3, 0, Profile::cd_r},
    };
    for (const auto& ability : abilities)
        if (bit(page, ability.byte, ability.bit))
            model.profiles.push_back(mmc::code(ability.profile));
    model.profiles.push_back(mmc::code(Profile::cd_rom));
    model.test_write = bit(page, 3, 2);
    model.burn_free = bit(page, 4, 7);
    model.audio_play = bit(page, 4, 0);
    if (page.size() > 6)
        model.loading_mechanism =
            static_cast<emulator::LoadingMechanism>(std::min(page[6] >> 5, 2));
    if (bit(page, 3, 0))
        add_modes(model.write_modes, at_once, 1U << 8 | 1U);
}

void read_mode_pages(Asker& asker, emulator::DriveModel& model) {
    const auto header = asker.ask({0x5A, 0, 0x2A, 0, 0, 0, 0, 2, 0, 0}, 512);
    model.medium_type_in_header = header.size() > 2 && header[2] != 0;
    const auto page = capabilities_page(asker);
    constexpr std::size_t buffer_at = 12;
    if (page.size() >= buffer_at + 2 && mmc::get16(&page[buffer_at]) > 0)
        model.buffer_bytes = mmc::get16(&page[buffer_at]) * 1024U;
    constexpr std::size_t with_write_speeds = 32;
    if (page.size() > 2 && page.size() < with_write_speeds)
        model.capabilities_page_bytes =
            static_cast<std::uint8_t>(std::clamp<std::size_t>(page.size() - 2, 0x12, 0x1E));
    model.link_counter_page = !asker.ask({0x5A, 0, 0x30, 0, 0, 0, 0, 0, 64, 0}, 64).empty();
}

void read_abilities(const Identity& identity, Asker& asker, emulator::DriveModel& model) {
    const auto& features = identity.features;
    model.smart = find(features, smart) != nullptr;
    model.audio_play = find(features, audio_play) != nullptr;
    model.css = find(features, css) != nullptr;
    model.media_serial_numbers = find(features, media_serial_number) != nullptr;
    const auto* rewriting = find(features, cd_rw_write);
    model.rw_sub_types = rewriting && rewriting->size() > 1 ? (*rewriting)[1] : std::uint8_t{0};
    if (const auto* body = find(features, firmware_date))
        model.firmware_date = plain_text(*body).substr(0, 14);
    for (const auto code : idle)
        if (find(features, code))
            model.idle_features.push_back(code);
    model.vital_product_data = !asker.ask({0x12, 1, 0, 0, 0xFF, 0}, 255).empty();
    if (model.serial.empty() && model.vital_product_data) {
        const auto page = asker.ask({0x12, 1, 0x80, 0, 0xFF, 0}, 255);
        model.serial = page.size() > 4 ? plain_text(std::span(page).subspan(4)) : "";
    }
    const auto sense = asker.ask({0x03, 1, 0, 0, 18, 0}, 18);
    model.descriptor_sense = !sense.empty() && (sense[0] & 0x7E) == 0x72;
    model.buffer_readable = !asker.ask({0x3C, 0, 0, 0, 0, 0, 0, 0, 4, 0}, 4).empty();
    const auto buffer = asker.ask({0x5C, 0, 0, 0, 0, 0, 0, 0, 12, 0}, 12);
    if (buffer.size() >= 12 && mmc::get32(&buffer[4]) > 0)
        model.buffer_bytes = mmc::get32(&buffer[4]);
    constexpr std::uint8_t no_class = 0;
    const auto events = asker.ask({0x4A, 1, 0, 0, no_class, 0, 0, 0, 8, 0}, 8);
    if (events.size() >= 4)
        model.event_classes = events[3] & 0x7E;
}

// Commands that read and are refused with "invalid command" the drive does not have. What records
// it is not asked: a drive that records nothing is taken to have none of these.
void read_lacking(Asker& asker, DriveProfile& profile) {
    asker.ask({0x46, 0, 0, 0, 0, 0, 0, 0, 8, 0}, 8);
    asker.ask({0x23, 0, 0, 0, 0, 0, 0, 0, 12, 0}, 12);
    asker.ask({0x42, 0, 0x40, 1, 0, 0, 0, 0, 16, 0}, 16);
    asker.ask({0x44, 0, 0, 0, 0, 0, 0, 0, 8, 0}, 8);
    asker.ask({0x4D, 0, 0x40, 0, 0, 0, 0, 0, 4, 0}, 4);
    asker.ask({0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0}, 34);
    asker.ask({0x52, 1, 0, 0, 0, 1, 0, 0, 36, 0}, 36);
    asker.ask({0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0}, 16);
    asker.ask({0xA4, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 0}, 8);
    asker.ask({0xA8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0);
    asker.ask({0xAC, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 0}, 24);
    asker.ask({0xAD, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0}, 4);
    asker.ask({0xB9, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0, 0}, 0);
    asker.ask({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0}, 8);
    asker.ask({0xBE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0);
    auto& model = profile.model;
    model.lacks_commands = asker.unknown();
    // These the simulated drive refuses by another key.
    if (!model.smart)
        model.lacks_commands.reset(static_cast<std::size_t>(Opcode::log_sense));
    if (!model.media_serial_numbers)
        model.lacks_commands.reset(static_cast<std::size_t>(Opcode::read_media_serial_number));
    if (!model.css)
        model.lacks_commands.reset(static_cast<std::size_t>(Opcode::report_key));
    constexpr std::array recordable{Profile::cd_r,         Profile::cd_rw,       Profile::dvd_ram,
                                    Profile::dvd_minus_r,  Profile::dvd_plus_rw, Profile::bd_r,
                                    Profile::dvd_minus_rw, Profile::dvd_plus_r,  Profile::bd_re};
    if (std::any_of(recordable.begin(), recordable.end(),
                    [&model](Profile known) { return has_profile(model, known); }))
        return;
    for (const auto opcode :
         {Opcode::format_unit, Opcode::write_10, Opcode::write_and_verify_10, Opcode::reserve_track,
          Opcode::send_opc_information, Opcode::repair_track, Opcode::close_track_session,
          Opcode::send_cue_sheet, Opcode::blank, Opcode::write_12, Opcode::send_disc_structure})
        model.lacks_commands.set(static_cast<std::size_t>(opcode));
    profile.untold.push_back(
        "lacks_commands: it records nothing, so it is taken to have no command "
        "for recording");
}

// Media that it says it reads, and has no profile to record: with a speed, so that the simulated
// drive says it too.
void read_readable(Asker& asker, const Identity& identity, DriveProfile& profile) {
    const auto page = capabilities_page(asker);
    const auto* dvd = find(identity.features, dvd_read);
    const auto reads = [&](emulator::MediumKind kind, bool said) {
        constexpr std::uint32_t usual = 11080; // kB/s, what the simulated drive takes for DVD
        auto& speeds = profile.model.speeds[static_cast<std::size_t>(kind)];
        if (!said || !speeds.read.empty())
            return false;
        speeds.read.push_back({usual, emulator::Rotation::clv, 0, {}});
        return true;
    };
    using emulator::MediumKind;
    const auto& model = profile.model;
    const bool any =
        int{reads(MediumKind::dvd_ram, bit(page, 2, 5) && !has_profile(model, Profile::dvd_ram))} +
            int{reads(MediumKind::dvd_minus_r,
                      bit(page, 2, 4) && !has_profile(model, Profile::dvd_minus_r))} +
            int{reads(MediumKind::dvd_minus_r_dl, dvd && bit(*dvd, 2, 0))} +
            int{reads(MediumKind::dvd_minus_rw_dl, dvd && bit(*dvd, 2, 1))} >
        0;
    if (any)
        profile.untold.push_back(
            "speeds: for media that it reads and that are not in it, a usual one");
}

// A simulated drive lists these whatever its fixture says.
void say_what_is_listed_anyway(const Features& features, DriveProfile& profile) {
    std::string missing;
    constexpr std::array<std::uint16_t, 4> always{0x0010, 0x0100, 0x0105, 0x0107};
    for (const auto code : always)
        if (!find(features, code))
            missing += fmt::format("{}{:04X}h", missing.empty() ? "" : ", ", code);
    if (!features.empty() && !missing.empty())
        profile.untold.push_back(fmt::format(
            "features {}: this drive lists none of them, a simulated one does", missing));
}

void read_speeds_of_disc(Asker& asker, DriveProfile& profile) {
    const auto kind = kind_in(asker, profile.current_profile);
    if (!kind) {
        profile.untold.push_back("speeds: there was no disc in it; those of a medium are told when "
                                 "one is");
        return;
    }
    auto speeds = read_speeds(asker);
    if (speeds.read.empty()) {
        profile.untold.push_back("speeds: it tells none");
        return;
    }
    profile.untold.push_back(fmt::format(
        "speeds: those of the medium in it ({}); of the read speeds the one that is set; of the "
        "others their rotation is not told",
        emulator::name(*kind)));
    profile.model.speeds[static_cast<std::size_t>(*kind)] = std::move(speeds);
}

} // namespace

DriveProfile read_drive(mmc::Target& target) {
    auto identity = identify(target);
    Asker asker(target);
    DriveProfile profile;
    profile.current_profile = identity.current_profile;
    auto& model = profile.model;
    model = identity.model;
    read_mode_pages(asker, model);
    read_abilities(identity, asker, model);
    if (identity.features.empty()) {
        use_capabilities(capabilities_page(asker), model);
        profile.untold.push_back("interface, and write_modes beyond track at once: it has no GET "
                                 "CONFIGURATION");
    } else {
        read_write_modes(identity, model);
        profile.untold.push_back(
            "write_modes: raw and session at once with the data block types that "
            "go with what it tells");
    }
    read_speeds_of_disc(asker, profile);
    read_readable(asker, identity, profile);
    say_what_is_listed_anyway(identity.features, profile);
    read_lacking(asker, profile);
    profile.untold.push_back(
        "timing, blocks_when_full, ready_while_closing, bd_layers_max, raw_test_write: no "
        "command tells them");
    return profile;
}

} // namespace burnrig::harness::profile
