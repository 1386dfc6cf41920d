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
    MediumFamily family;
    bool overwritable = false;
    bool formattable = false;
};

constexpr auto none = MediumFamily::none;
constexpr auto cd = MediumFamily::cd;
constexpr auto dvd = MediumFamily::dvd;
constexpr auto bd = MediumFamily::bd;

// Source: MMC-5 and MMC-6, profile list.
constexpr std::array profiles{
    Profile{0x0002, "removable disk", none},
    Profile{0x0008, "CD-ROM", cd},
    Profile{0x0009, "CD-R", cd},
    Profile{0x000A, "CD-RW", cd},
    Profile{0x0010, "DVD-ROM", dvd},
    Profile{0x0011, "DVD-R", dvd},
    Profile{0x0012, "DVD-RAM", dvd, true, true},
    Profile{0x0013, "DVD-RW (restricted overwrite)", dvd, true, true},
    Profile{0x0014, "DVD-RW (sequential)", dvd, false, true},
    Profile{0x0015, "DVD-R DL", dvd},
    Profile{0x0016, "DVD-R DL (layer jump)", dvd},
    Profile{0x0017, "DVD-RW DL", dvd},
    Profile{0x0018, "DVD-Download", dvd},
    Profile{0x001A, "DVD+RW", dvd, true, true},
    Profile{0x001B, "DVD+R", dvd},
    Profile{0x002A, "DVD+RW DL", dvd, true, true},
    Profile{0x002B, "DVD+R DL", dvd},
    Profile{0x0040, "BD-ROM", bd},
    Profile{0x0041, "BD-R", bd, false, true},
    Profile{0x0042, "BD-R (random recording)", bd, false, true},
    Profile{0x0043, "BD-RE", bd, true, true},
};

const Profile* find_profile(std::uint16_t code) {
    const auto found = std::find_if(profiles.begin(), profiles.end(),
                                    [&](const Profile& each) { return each.code == code; });
    return found == profiles.end() ? nullptr : &*found;
}

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
    if (const Profile* known = find_profile(profile))
        return std::string(known->name);
    return fmt::format("profile {:04X}h", profile);
}

MediumFamily family_of(std::uint16_t profile) {
    const Profile* known = find_profile(profile);
    return known == nullptr ? MediumFamily::none : known->family;
}

bool is_overwritable(std::uint16_t profile) {
    const Profile* known = find_profile(profile);
    return known != nullptr && known->overwritable;
}

bool is_formattable(std::uint16_t profile) {
    const Profile* known = find_profile(profile);
    return known != nullptr && known->formattable;
}

const TrackInformation* DiscSummary::unfinished_track() const {
    if (tracks.empty() || last_session != SessionState::incomplete || tracks.back().blank)
        return nullptr;
    const TrackInformation& last = tracks.back();
    // The bit for "reserved" is set on finished tracks, too, and on DVD+R on all that have data.
    const bool finished = last.reserved && !last.next_writable;
    const bool empty = last.next_writable && *last.next_writable <= last.start;
    return finished || empty ? nullptr : &last;
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
    if (is_overwritable(disc.profile) && disc.formats)
        text += disc.formats->state == FormatState::unformatted
                    ? ", not formatted"
                    : fmt::format(", {} blocks", disc.formats->blocks);
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
    if (disc.formats) {
        json["formatted"] = disc.formats->state == FormatState::formatted;
        json["format_blocks"] = disc.formats->blocks;
    }
    if (!disc.write_speeds.empty()) {
        json["write_speeds_kb"] = nlohmann::ordered_json::array();
        for (const WriteSpeed& speed : disc.write_speeds)
            json["write_speeds_kb"].push_back(speed.write_kb);
    }
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
