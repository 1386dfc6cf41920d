// SPDX-License-Identifier: Apache-2.0
#include "driver/recorder/disc_summary.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace burnrig::driver {
namespace {

struct Profile {
    std::uint16_t code;
    std::string_view name;
};

// Source: MMC-5 and MMC-6, profile list.
constexpr std::array profiles{
    Profile{0x0002, "removable disk"},
    Profile{0x0008, "CD-ROM"},
    Profile{0x0009, "CD-R"},
    Profile{0x000A, "CD-RW"},
    Profile{0x0010, "DVD-ROM"},
    Profile{0x0011, "DVD-R"},
    Profile{0x0012, "DVD-RAM"},
    Profile{0x0013, "DVD-RW (restricted overwrite)"},
    Profile{0x0014, "DVD-RW (sequential)"},
    Profile{0x0015, "DVD-R DL"},
    Profile{0x0016, "DVD-R DL (layer jump)"},
    Profile{0x0017, "DVD-RW DL"},
    Profile{0x001A, "DVD+RW"},
    Profile{0x001B, "DVD+R"},
    Profile{0x002A, "DVD+RW DL"},
    Profile{0x002B, "DVD+R DL"},
    Profile{0x0040, "BD-ROM"},
    Profile{0x0041, "BD-R"},
    Profile{0x0042, "BD-R (random recording)"},
    Profile{0x0043, "BD-RE"},
};

std::string msf_text(mmc::Msf time) {
    return fmt::format("{:02}:{:02}/{:02}", time.minute, time.second, time.frame);
}

nlohmann::ordered_json track_json(const TrackInformation& track) {
    nlohmann::ordered_json json;
    json["number"] = track.number;
    json["session"] = track.session;
    json["kind"] = (track.track_mode & control_data_bit) != 0 ? "data" : "audio";
    json["start"] = track.start;
    json["blocks"] = track.size;
    json["blank"] = track.blank;
    json["damaged"] = track.damaged;
    json["free_blocks"] = track.free_blocks;
    if (track.next_writable)
        json["next_writable"] = *track.next_writable;
    return json;
}

} // namespace

std::string_view to_string(DiscStatus status) {
    constexpr std::array<std::string_view, 4> names{"blank", "appendable", "complete", "other"};
    return names.at(static_cast<std::size_t>(status));
}

std::string_view to_string(SessionState state) {
    constexpr std::array<std::string_view, 4> names{"empty", "incomplete", "damaged", "complete"};
    return names.at(static_cast<std::size_t>(state));
}

std::string profile_name(std::uint16_t profile) {
    if (profile == 0)
        return "no medium";
    for (const Profile& known : profiles)
        if (known.code == profile)
            return std::string(known.name);
    return fmt::format("profile {:04X}h", profile);
}

std::string to_line(const DiscSummary& disc) {
    const auto recorded = std::count_if(disc.tracks.begin(), disc.tracks.end(),
                                        [](const TrackInformation& track) { return !track.blank; });
    const bool empty_last = disc.last_session == SessionState::empty && disc.sessions > 0;
    const int sessions = disc.sessions - (empty_last ? 1 : 0);
    std::string text = fmt::format("{}, {}", profile_name(disc.profile), to_string(disc.status));
    if (disc.status != DiscStatus::blank)
        text += fmt::format(", {} session{}, {} track{}", sessions, sessions == 1 ? "" : "s",
                            recorded, recorded == 1 ? "" : "s");
    if (disc.last_session == SessionState::incomplete || disc.last_session == SessionState::damaged)
        text += fmt::format(", last session {}", to_string(disc.last_session));
    if (disc.next_writable)
        text += fmt::format(", {} blocks free from LBA {}", disc.free_blocks, *disc.next_writable);
    return text;
}

nlohmann::ordered_json to_json(const DriveSummary& drive) {
    nlohmann::ordered_json json;
    json["vendor"] = drive.inquiry.vendor;
    json["product"] = drive.inquiry.product;
    json["revision"] = drive.inquiry.revision;
    json["profile"] = profile_name(drive.current_profile);
    json["profiles"] = nlohmann::ordered_json::array();
    for (const std::uint16_t profile : drive.profiles)
        json["profiles"].push_back(profile_name(profile));
    nlohmann::ordered_json modes = nlohmann::ordered_json::array();
    if (drive.write.tao)
        modes.push_back("tao");
    if (drive.write.sao)
        modes.push_back("sao");
    if (drive.write.raw)
        modes.push_back("raw");
    json["write_modes"] = modes;
    if (drive.capabilities) {
        json["buffer_kib"] = drive.capabilities->buffer_kib;
        json["write_speeds_kb"] = drive.capabilities->write_speeds_kb;
        json["tray_locked"] = drive.capabilities->tray_locked;
    }
    return json;
}

nlohmann::ordered_json to_json(const DiscSummary& disc) {
    nlohmann::ordered_json json;
    json["profile"] = profile_name(disc.profile);
    json["status"] = to_string(disc.status);
    json["last_session"] = to_string(disc.last_session);
    json["erasable"] = disc.erasable;
    json["sessions"] = disc.sessions;
    json["free_blocks"] = disc.free_blocks;
    if (disc.next_writable)
        json["next_writable"] = *disc.next_writable;
    if (disc.last_lead_out)
        json["last_lead_out"] = *disc.last_lead_out;
    if (disc.atip) {
        json["atip"] = {{"lead_in", msf_text(disc.atip->lead_in)},
                        {"last_lead_out", msf_text(disc.atip->last_lead_out)},
                        {"rewritable", disc.atip->rewritable},
                        {"sub_type", disc.atip->sub_type},
                        {"reference_speed", disc.atip->reference_speed}};
    }
    json["tracks"] = nlohmann::ordered_json::array();
    for (const TrackInformation& track : disc.tracks)
        json["tracks"].push_back(track_json(track));
    return json;
}

} // namespace burnrig::driver
