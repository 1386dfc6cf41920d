// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/sequential/media.h"

#include <array>

namespace burnrig::emulator::sequential {
namespace {

using mmc::Profile;

// A first border of 16 blocks was padded to 65264, and the next began 28688 behind (seen). How long
// later borders are is in no source at hand: that value is a guess, and so are the numbers of
// RZones and of RMD blocks.
constexpr MediumTraits dvd_minus(MediumKind kind, Profile profile) {
    return {.kind = kind,
            .profile = profile,
            .first_gap = 28688,
            .later_gap = 9728,
            .shortest_first_session = 65264,
            .set_aside = 608, // a blank disc of 2298496 blocks offers 2297888 (seen)
            .most_sessions = 2302,
            .most_tracks = 2302,
            .most_reserved = 2,
            .management_entries = 701,
            .control = 4,
            .write_parameters = true,
            .packets = true,
            .pads_reservations = true};
}

// Closure and intro take 2048 blocks together (seen).
constexpr MediumTraits dvd_plus(MediumKind kind, Profile profile, std::uint16_t most_sessions) {
    return {.kind = kind,
            .profile = profile,
            .first_gap = 2048,
            .later_gap = 2048,
            .most_sessions = most_sessions,
            .most_tracks = most_sessions,
            .most_reserved = 15, // 16 open fragments, the incomplete one among them
            .finalized_below = 65 * 16,
            .read_compatibility = 262144, // seen; others say 270336 or 242432
            .control = 7,                 // seen: 17h in the table of contents, ADR 1
            .invisible_number = true,
            .joins_fragments = true,
            .complete_is_rt = true,
            .pads_reservations = true};
}

// A DVD-R of two layers is one border: hosts close it, and nothing can follow. That this holds for
// a DVD-RW of two layers too is a guess.
constexpr MediumTraits dvd_minus_dl(MediumKind kind, Profile profile) {
    auto traits = dvd_minus(kind, profile);
    traits.set_aside = 0;
    traits.most_sessions = 1;
    return traits;
}

// The numbers of SRRs are guesses, and so is that nothing lies between sessions: no gap is defined,
// but one drive's log seems to show one of 1024 blocks. A closed SRR was seen with RT set.
constexpr MediumTraits bd_r() {
    return {.kind = MediumKind::bd_r,
            .profile = Profile::bd_r,
            .most_sessions = 7927,
            .most_tracks = 7927,
            .most_reserved = 15,
            .control = 4,
            .complete_is_rt = true,
            .packets = true};
}

constexpr std::array table{
    dvd_minus(MediumKind::dvd_minus_r, Profile::dvd_minus_r),
    dvd_minus(MediumKind::dvd_download, Profile::dvd_download), // as a DVD-R: a guess
    dvd_minus(MediumKind::dvd_minus_rw, Profile::dvd_minus_rw),
    dvd_minus_dl(MediumKind::dvd_minus_r_dl, Profile::dvd_minus_r_dl),
    dvd_minus_dl(MediumKind::dvd_minus_rw_dl, Profile::dvd_minus_rw_dl),
    dvd_plus(MediumKind::dvd_plus_r, Profile::dvd_plus_r, 153),
    dvd_plus(MediumKind::dvd_plus_r_dl, Profile::dvd_plus_r_dl, 127),
    bd_r(),
};

} // namespace

const MediumTraits& traits_of(MediumKind kind) {
    for (const auto& traits : table)
        if (traits.kind == kind)
            return traits;
    return table.front(); // never: make_recording_rules() picks by kind
}

} // namespace burnrig::emulator::sequential
