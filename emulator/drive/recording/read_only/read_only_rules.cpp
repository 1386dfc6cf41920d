// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/read_only/read_only_rules.h"

#include "emulator/drive/logical_unit.h"

namespace burnrig::emulator {

bool ReadOnlyRules::feature_current(const LogicalUnit&, std::uint16_t feature) const {
    switch (feature) {
    case 0x001D: // multi-read
    case 0x001E: // CD read
        return profile_ == mmc::Profile::cd_rom;
    case 0x001F: // DVD read
        return profile_ == mmc::Profile::dvd_rom;
    case 0x0040: // BD read
        return profile_ == mmc::Profile::bd_rom;
    default:
        return false;
    }
}

DiscView ReadOnlyRules::disc_view(const LogicalUnit& unit) const {
    const auto& structure = unit.disc->structure();
    DiscView view;
    view.last_session = LastSession::complete;
    view.status = DiscStatus::complete;
    const auto* session = last_complete_session(structure);
    if (!session)
        return view;
    view.sessions = session->number;
    view.disc_type = structure.sessions.front().disc_type;
    if (const auto* first = first_track_of(structure, session->number))
        view.first_track_of_last = first->number;
    if (const auto* last = last_track_of(structure, session->number))
        view.last_track_of_last = last->number;
    return view;
}

TrackView ReadOnlyRules::track_view(const LogicalUnit&, const Track& track) const {
    TrackView view;
    view.number = track.number;
    view.session = track.session;
    view.copy = (track.control & 2) != 0;
    view.track_mode = track.control;
    view.data_mode = track.audio() ? 0x0F : track.form == BlockForm::mode1 ? 1 : 2;
    view.start = track.start;
    view.size = track.end_with_run_out() - track.start;
    return view;
}

std::int32_t ReadOnlyRules::capacity(const LogicalUnit& unit) const {
    const auto* session = last_complete_session(unit.disc->structure());
    return session ? session->lead_out : 0;
}

std::optional<mmc::SenseCode> ReadOnlyRules::unrecorded_fault(const LogicalUnit& unit,
                                                              std::int32_t lba) const {
    return track_at(unit.disc->structure(), lba) ? mmc::sense::unrecovered_read
                                                 : mmc::sense::lba_out_of_range;
}

Answer ReadOnlyRules::write(LogicalUnit&, const WriteRequest&) {
    return refuse(mmc::sense::unwritable_medium);
}

FormatCapacities ReadOnlyRules::format_capacities(const LogicalUnit& unit) const {
    FormatCapacities capacities;
    capacities.type = FormatCapacities::Type::formatted;
    capacities.blocks = static_cast<std::uint32_t>(capacity(unit));
    return capacities;
}

} // namespace burnrig::emulator
