// SPDX-License-Identifier: Apache-2.0
#include "harness/report/disc_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/disc/areas.h"
#include "emulator/disc/layers.h"
#include "emulator/disc/names.h"
#include "harness/report/disc_picture.h"

namespace burnrig::harness {
namespace {

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string title(const emulator::Disc& disc) {
    const auto& structure = disc.structure();
    return fmt::format("{}: {}, {}, {}, {} recorded", disc.medium().name,
                       emulator::disc_state(disc), counted(structure.sessions.size(), "session"),
                       counted(structure.tracks.size(), "track"),
                       counted(static_cast<std::size_t>(emulator::recorded_blocks(disc)), "block"));
}

// "203.0 MiB" of blocks with 2048 user bytes.
std::string amount(std::int64_t blocks) {
    const double mebibytes = static_cast<double>(blocks) * 2048 / (1 << 20);
    return mebibytes < 10'000 ? fmt::format("{:.1f} MiB", mebibytes)
                              : fmt::format("{:.1f} GiB", mebibytes / 1024);
}

std::string playing_time(std::int64_t blocks) {
    return fmt::format("{}:{:02} min", blocks / (75 * 60), blocks / 75 % 60);
}

// A bar of ten signs.
std::string bar(std::uint64_t used, std::uint64_t total) {
    constexpr std::uint64_t width = 10;
    const auto full = total == 0 ? 0 : std::min(width, (used * width + total - 1) / total);
    return "[" + std::string(full, '#') + std::string(width - full, '.') + "]";
}

struct Recorded {
    std::int64_t data = 0;
    std::int64_t audio = 0;
    std::int64_t free = 0;
};

Recorded recorded(const emulator::Disc& disc) {
    Recorded sums;
    for (const auto& track : disc.structure().tracks)
        (track.audio() ? sums.audio : sums.data) += track.end - track.start;
    for (const auto& area : emulator::areas_of(disc))
        if (area.kind == emulator::AreaKind::free)
            sums.free += area.end - area.first;
    return sums;
}

std::vector<std::string> format_lines(const emulator::Formatting& format) {
    std::vector<std::string> lines;
    if (format.kind == emulator::FormatKind::none)
        return lines;
    lines.push_back(
        fmt::format("format    {}, {}", emulator::name(format.kind), amount(format.blocks)));
    if (format.background != emulator::BackgroundFormat::none)
        lines.push_back(
            fmt::format("          in the background: {}", emulator::name(format.background)));
    if (format.spares > 0)
        lines.push_back(fmt::format("spares    {} {} of {}", bar(format.spares_used, format.spares),
                                    format.spares_used, format.spares));
    return lines;
}

// What stands beside the picture: at most 40 columns.
std::vector<std::string> figures(const emulator::Disc& disc, const DiscPicture& picture,
                                 bool colour) {
    const auto& structure = disc.structure();
    const auto sums = recorded(disc);
    const auto shown = [&](Dot dot) { return picture.shown[static_cast<std::size_t>(dot)]; };
    std::vector<std::string> lines{"", std::string(disc.medium().summary.substr(0, 40)), ""};
    const auto add = [&](Dot dot, const std::string& text) {
        if (shown(dot))
            lines.push_back(sign_of(dot, colour) + " " + text);
    };
    add(Dot::data, "data    " + amount(sums.data));
    add(Dot::audio, "audio   " + playing_time(sums.audio));
    add(Dot::area, "lead-in, lead-out, gaps");
    add(Dot::damage, "damage  " + counted(disc.damage().ranges.size(), "range"));
    add(Dot::formatted, "formatted, nothing recorded");
    add(Dot::free, sums.free > 0 ? "free    " + amount(sums.free) : "nothing recorded");
    lines.emplace_back();
    lines.push_back(fmt::format("test area {} {} of {}",
                                bar(structure.calibrations_used, disc.medium().calibration_slots),
                                structure.calibrations_used, disc.medium().calibration_slots));
    if (disc.medium().family() == emulator::MediumFamily::cd)
        lines.push_back(
            fmt::format("PMA       {} of its entries used", structure.pma_entries_used));
    if (const auto& medium = disc.medium(); medium.data_zone.layers > 1)
        lines.push_back(fmt::format("{} layers, the second from LBA {}", medium.data_zone.layers,
                                    emulator::layer_0_blocks(medium, structure)));
    for (const auto& line : format_lines(structure.format))
        lines.push_back(line);
    if (!structure.media_catalog_number.empty())
        lines.push_back("catalog   " + structure.media_catalog_number);
    if (structure.write_protected)
        lines.emplace_back("write-protected");
    if (disc.keep() == emulator::Keep::digests)
        lines.emplace_back("keeps digests: compare, not read");
    return lines;
}

std::string track_line(const emulator::Track& track) {
    const auto kind = track.audio() ? "audio" : "data ";
    std::string text =
        fmt::format("    track {:2}  {}  LBA {:6} to {:6}  {}{}\n", track.number, kind, track.start,
                    track.end - 1, emulator::name(track.state), track.damaged ? ", cut off" : "");
    if (!track.isrc.empty())
        text.insert(text.size() - 1, ", ISRC " + emulator::printable(track.isrc));
    return text;
}

// Sessions with their areas one below the other.
std::string area_lines(const emulator::Disc& disc) {
    const auto& structure = disc.structure();
    const auto areas = emulator::areas_of(disc);
    std::string text;
    for (const auto& session : structure.sessions) {
        text += fmt::format("  session {}  {}{}\n", session.number, emulator::name(session.state),
                            session.cd_text.empty() ? "" : ", CD-TEXT");
        for (const auto& area : areas) {
            if (area.session != session.number)
                continue;
            const auto* track = emulator::track_at(structure, area.first);
            if (area.kind == emulator::AreaKind::track && track != nullptr)
                text += track_line(*track);
            else
                text += fmt::format("    {:15}  LBA {:6} to {:6}\n", emulator::name(area.kind),
                                    area.first, area.end - 1);
        }
    }
    if (!areas.empty() && areas.back().kind == emulator::AreaKind::free)
        text += fmt::format("  free               LBA {:6} to {:6}\n", areas.back().first,
                            areas.back().end - 1);
    return text;
}

} // namespace

std::string disc_line(const emulator::Disc& disc) {
    return fmt::format("{}, {} of {} used", title(disc), disc.structure().calibrations_used,
                       counted(disc.medium().calibration_slots, "calibration"));
}

std::string disc_text(const emulator::Disc& disc, bool colour) {
    std::string text = title(disc) + "\n";
    const auto picture = draw(disc, colour);
    const auto beside = figures(disc, picture, colour);
    for (std::size_t i = 0; i < std::max(picture.lines.size(), beside.size()); ++i) {
        std::string line =
            i < picture.lines.size() ? picture.lines[i] : std::string(DiscPicture::size, ' ');
        if (i < beside.size() && !beside[i].empty())
            line += "   " + beside[i];
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    text += area_lines(disc);
    for (const auto& range : disc.damage().ranges)
        text += fmt::format("  damage     {}  LBA {} to {}\n", emulator::name(range.kind),
                            range.first, range.end - 1);
    return text;
}

} // namespace burnrig::harness
