// SPDX-License-Identifier: Apache-2.0
#include "harness/report/disc_text.h"

#include <fmt/format.h>

#include "emulator/disc/names.h"

namespace burnrig::harness {
namespace {

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

} // namespace

std::string disc_line(const emulator::Disc& disc) {
    const auto& structure = disc.structure();
    return fmt::format("{}: {}, {}, {}, {} recorded, {} of {} used", disc.medium().name,
                       emulator::disc_state(disc), counted(structure.sessions.size(), "session"),
                       counted(structure.tracks.size(), "track"),
                       counted(static_cast<std::size_t>(emulator::recorded_blocks(disc)), "block"),
                       structure.calibrations_used,
                       counted(disc.medium().calibration_slots, "calibration"));
}

std::string disc_text(const emulator::Disc& disc) {
    std::string text = disc_line(disc) + "\n";
    for (const auto& session : disc.structure().sessions) {
        text += fmt::format("  session {}  {}\n", session.number, emulator::name(session.state));
        for (const auto& track : disc.structure().tracks)
            if (track.session == session.number)
                text += fmt::format("    track {:2}  {}  LBA {:6} to {:6}  {}{}\n", track.number,
                                    track.audio() ? "audio" : "data ", track.start, track.end - 1,
                                    emulator::name(track.state), track.damaged ? ", cut off" : "");
    }
    for (const auto& range : disc.damage().ranges)
        text += fmt::format("  damage     {}  LBA {} to {}\n", emulator::name(range.kind),
                            range.first, range.end - 1);
    return text;
}

} // namespace burnrig::harness
