// SPDX-License-Identifier: Apache-2.0
// What a medium that is written at random looks like to the commands that ask: one session, one
// track over all of it.
#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/overwrite_rules.h"

namespace burnrig::emulator {

bool OverwriteRules::formatted(const Disc& disc) {
    return disc.structure().format.kind != FormatKind::none;
}

const Formatting& OverwriteRules::format_of(const LogicalUnit& unit) {
    return unit.disc->structure().format;
}

bool OverwriteRules::writable(const Disc& disc) const {
    return formatted(disc);
}

DiscView OverwriteRules::disc_view(const LogicalUnit& unit) const {
    const auto& disc = *unit.disc;
    DiscView view;
    view.erasable = disc.medium().erasable();
    view.disc_type = 0;
    view.background = format_of(unit).background;
    if (formatted(disc)) {
        view.last_session = LastSession::complete;
        view.status = formatted_status();
    } else if (current_session(disc.structure()).state == SessionState::damaged) {
        view.last_session = LastSession::damaged; // a format was cut off
    }
    return view;
}

TrackView OverwriteRules::track_view(const LogicalUnit& unit, const Track& track) const {
    TrackView view;
    view.number = track.number;
    view.session = track.session;
    view.data_mode = 1;
    view.packet_size = static_cast<std::uint32_t>(unit.disc->medium().write_unit());
    view.size = capacity(unit);
    return view;
}

// Before the medium is formatted there is a track all the same, a blank one.
std::optional<TrackView> OverwriteRules::next_track(const LogicalUnit& unit) const {
    if (formatted(*unit.disc))
        return std::nullopt;
    TrackView view;
    view.blank = true;
    view.packet_size = static_cast<std::uint32_t>(unit.disc->medium().write_unit());
    view.size = view.free = unit.disc->medium().capacity();
    return view;
}

RecordingRules::TrackResources OverwriteRules::track_resources(const LogicalUnit& unit) const {
    TrackResources resources;
    resources.most_tracks = 1;
    resources.assigned = formatted(*unit.disc) ? 1 : 0;
    resources.most_appendable = 0;
    return resources;
}

std::int32_t OverwriteRules::capacity(const LogicalUnit& unit) const {
    return format_of(unit).blocks;
}

std::int32_t OverwriteRules::readable_end(const LogicalUnit& unit) const {
    return capacity(unit);
}

std::int32_t OverwriteRules::writable_end(const LogicalUnit& unit) const {
    return capacity(unit);
}

std::optional<mmc::SenseCode> OverwriteRules::unrecorded_fault(const LogicalUnit&,
                                                               std::int32_t) const {
    return std::nullopt; // formatted and never written: zeros
}

FormatCapacities OverwriteRules::format_capacities(const LogicalUnit& unit) const {
    const bool is_formatted = formatted(*unit.disc);
    FormatCapacities capacities;
    capacities.type =
        is_formatted ? FormatCapacities::Type::formatted : FormatCapacities::Type::unformatted;
    capacities.blocks = static_cast<std::uint32_t>(is_formatted ? format_of(unit).blocks
                                                                : unit.disc->medium().capacity());
    add_offers(unit, capacities);
    return capacities;
}

} // namespace burnrig::emulator
