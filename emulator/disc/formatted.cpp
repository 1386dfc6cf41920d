// SPDX-License-Identifier: Apache-2.0
#include "emulator/disc/formatted.h"

#include <algorithm>

namespace burnrig::emulator {
namespace {

// DVD-RAM of 4.7 GB [READ FORMAT CAPACITIES and READ DISC STRUCTURE 0Ah of a real drive], in
// blocks.
constexpr std::int32_t dvd_ram_4_7_blocks = 2295072;
constexpr std::int32_t primary_spare = 12800;
constexpr std::int32_t supplementary_spare = 58368;
constexpr std::int32_t supplementary_step = 9728;
constexpr std::int32_t dvd_unit = 16;

FormatSize dvd_ram_with(const Medium& medium, std::int32_t supplementary) {
    return {medium.capacity() - supplementary,
            static_cast<std::uint32_t>((primary_spare + supplementary) / dvd_unit)};
}

// Spare clusters of a BD layer.
constexpr std::uint32_t layer_default_spares = 0x3000;
constexpr std::uint32_t layer_fewest_spares = 0x1000;
constexpr std::uint32_t layer_most_spares = 0x5000;

// DVD-RW: what a drive keeps of the data zone for itself [2298496 of the book, 2297888 offered]. Of
// one with two layers no list is known; that all of it is offered is a guess.
constexpr std::int32_t dvd_minus_reserve = 608;

} // namespace

FormatSize dvd_ram_size(const Medium& medium) {
    // Smaller ones are sold without a supplementary spare area.
    return dvd_ram_with(medium, medium.capacity() < dvd_ram_4_7_blocks ? 0 : supplementary_spare);
}
FormatSize dvd_ram_largest_size(const Medium& medium) {
    return dvd_ram_with(medium, 0);
}
FormatSize dvd_ram_expanded_size(const Medium& medium, int steps) {
    return dvd_ram_with(medium, medium.capacity() - dvd_ram_size(medium).blocks +
                                    steps * supplementary_step);
}

FormatSize bd_size(const Medium& medium, std::uint32_t spare_clusters) {
    const auto clusters = static_cast<std::uint32_t>(medium.capacity() / medium.write_unit());
    const auto spares = std::min(spare_clusters, clusters);
    return {medium.capacity() - static_cast<std::int32_t>(spares) * medium.write_unit(), spares};
}
std::uint32_t bd_default_spares(const Medium& medium) {
    return layer_default_spares * medium.data_zone.layers;
}
std::uint32_t bd_fewest_spares(const Medium& medium) {
    return layer_fewest_spares * medium.data_zone.layers;
}
std::uint32_t bd_re_most_spares(const Medium& medium) {
    return layer_most_spares * medium.data_zone.layers;
}

std::int32_t dvd_minus_rw_blocks(const Medium& medium) {
    return medium.data_zone.layers > 1 ? medium.capacity()
                                       : std::max(0, medium.capacity() - dvd_minus_reserve);
}

void set_formatted(Structure& structure, const Formatting& format) {
    Track track;
    track.pregap = 0;
    track.packet_size = 0;
    if (!structure.tracks.empty())
        track.end = structure.tracks.front().end;
    track.end = std::min(track.end, format.blocks);
    track.state = TrackState::complete;
    Session session;
    session.state = SessionState::complete;
    session.lead_out = format.blocks;
    structure.sessions.assign(1, session);
    structure.tracks.assign(1, track);
    structure.format = format;
    structure.finalized = false;
}

void set_unformatted(Structure& structure, bool interrupted) {
    Session session;
    session.state = interrupted ? SessionState::damaged : SessionState::empty;
    structure.sessions.assign(1, session);
    structure.tracks.clear();
    structure.format = {};
    structure.layer_0_blocks = 0; // a disc at once on two layers may have set it
    structure.finalized = false;
    structure.rewritten = true;
}

bool format_interrupted(const Structure& structure) {
    return structure.format.kind == FormatKind::none &&
           current_session(structure).state == SessionState::damaged;
}

} // namespace burnrig::emulator
