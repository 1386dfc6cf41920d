// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/zones.h"

#include <algorithm>

#include "emulator/disc/layers.h"

namespace burnrig::emulator::sequential {
namespace {

template <class StructureType>
auto* find(StructureType& structure, std::uint16_t number) {
    const auto found = std::find_if(structure.tracks.begin(), structure.tracks.end(),
                                    [&](const Track& track) { return track.number == number; });
    return found == structure.tracks.end() ? nullptr : &*found;
}

bool for_disc_at_once(const Track& track) {
    return track.method == WriteMethod::session_at_once;
}

} // namespace

std::int32_t recordable_end(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits) {
    if (structure.format.kind != FormatKind::none)
        return structure.format.blocks;
    if (structure.layer_0_blocks > 0)
        return usable_blocks(medium, structure);
    return medium.data_zone.blocks - traits.set_aside;
}

std::int32_t occupied_end(const Track& track) {
    return std::max(track.end, track.reserved_end);
}

const Track* incomplete_track(const Structure& structure) {
    const auto* last = last_track(structure);
    const bool incomplete = last && last->state == TrackState::open &&
                            (last->reserved_end == 0 || for_disc_at_once(*last));
    return incomplete ? last : nullptr;
}

std::uint16_t next_track_number(const Structure& structure) {
    const auto* last = last_track(structure);
    return last ? static_cast<std::uint16_t>(last->number + 1) : std::uint16_t{1};
}

std::int32_t next_track_start(const Structure& structure, const MediumTraits& traits) {
    const auto* last = last_track(structure);
    if (!last)
        return 0;
    const bool same_session = last->session == current_session(structure).number;
    const auto gap = last->session == 1 ? traits.first_gap : traits.later_gap;
    return occupied_end(*last) + (same_session ? 0 : gap);
}

std::optional<Zone> zone_of(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits, const Track& track) {
    if (track.state == TrackState::complete)
        return std::nullopt;
    Zone zone;
    zone.number = track.number;
    zone.start = track.start;
    zone.next = std::max(track.start, track.end);
    zone.at_once = for_disc_at_once(track);
    zone.limit =
        track.reserved_end > 0 ? track.reserved_end : recordable_end(medium, structure, traits);
    const bool lost = zone.at_once && track.damaged; // a disc at once cannot be taken up again
    return lost || zone.next >= zone.limit ? std::nullopt : std::optional(zone);
}

std::optional<Zone> last_zone(const Medium& medium, const Structure& structure,
                              const MediumTraits& traits) {
    if (structure.finalized)
        return std::nullopt;
    const auto* last = last_track(structure);
    if (last && (last == incomplete_track(structure) || for_disc_at_once(*last)))
        return zone_of(medium, structure, traits, *last);
    if (next_track_number(structure) > traits.most_tracks)
        return std::nullopt;
    Zone zone;
    zone.number = next_track_number(structure);
    zone.start = zone.next = next_track_start(structure, traits);
    zone.limit = recordable_end(medium, structure, traits);
    zone.invisible = true;
    return zone.next < zone.limit ? std::optional(zone) : std::nullopt;
}

std::optional<Zone> zone_at(const Medium& medium, const Structure& structure,
                            const MediumTraits& traits, std::int32_t lba) {
    if (structure.finalized)
        return std::nullopt;
    for (const auto& track : structure.tracks)
        if (const auto zone = zone_of(medium, structure, traits, track); zone && zone->next == lba)
            return zone;
    const auto last = last_zone(medium, structure, traits);
    return last && last->next == lba ? last : std::nullopt;
}

Track* find_track(Structure& structure, std::uint16_t number) {
    return find(structure, number);
}

const Track* find_track(const Structure& structure, std::uint16_t number) {
    return find(structure, number);
}

} // namespace burnrig::emulator::sequential
