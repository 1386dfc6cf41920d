// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/recording_rules.h"

#include <algorithm>

#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/cd/cd_rules.h"
#include "emulator/drive/recording/overwrite/bd_random_rules.h"
#include "emulator/drive/recording/overwrite/bd_re_rules.h"
#include "emulator/drive/recording/overwrite/dvd_plus_rw_rules.h"
#include "emulator/drive/recording/overwrite/dvd_ram_rules.h"
#include "emulator/drive/recording/overwrite/restricted_overwrite_rules.h"
#include "emulator/drive/recording/read_only/read_only_rules.h"
#include "emulator/drive/recording/sequential/bd_r.h"
#include "emulator/drive/recording/sequential/dvd_minus.h"
#include "emulator/drive/recording/sequential/dvd_plus.h"

namespace burnrig::emulator {
namespace {

using mmc::Profile;

// Who records a kind of medium, and the profile that a drive must list to do it.
struct Recorder {
    MediumKind kind;
    Profile profile;
    std::unique_ptr<RecordingRules> (*make)(const Disc& disc);
};

template <class Rules>
std::unique_ptr<RecordingRules> by_kind(const Disc& disc) {
    return std::make_unique<Rules>(disc.medium().kind);
}

// FORMAT UNIT makes another kind of medium of these.
std::unique_ptr<RecordingRules> dvd_minus_rw(const Disc& disc) {
    if (disc.structure().format.kind == FormatKind::restricted_overwrite)
        return std::make_unique<RestrictedOverwriteRules>();
    return by_kind<DvdMinusRules>(disc);
}
std::unique_ptr<RecordingRules> bd_r(const Disc& disc) {
    if (disc.structure().format.kind == FormatKind::random_recording)
        return std::make_unique<BdRandomRules>();
    return by_kind<BdRules>(disc);
}

template <class Rules>
std::unique_ptr<RecordingRules> simply(const Disc&) {
    return std::make_unique<Rules>();
}

// clang-format off
constexpr std::array recorders{
    Recorder{MediumKind::cd_r,          Profile::cd_r,          by_kind<CdRules>},
    Recorder{MediumKind::cd_rw,         Profile::cd_rw,         by_kind<CdRules>},
    Recorder{MediumKind::dvd_minus_r,   Profile::dvd_minus_r,   by_kind<DvdMinusRules>},
    Recorder{MediumKind::dvd_download, Profile::dvd_download, by_kind<DvdMinusRules>},
    Recorder{MediumKind::dvd_minus_r_dl, Profile::dvd_minus_r_dl, by_kind<DvdMinusRules>},
    Recorder{MediumKind::dvd_minus_rw,  Profile::dvd_minus_rw,  dvd_minus_rw},
    Recorder{MediumKind::dvd_minus_rw_dl, Profile::dvd_minus_rw_dl, dvd_minus_rw},
    Recorder{MediumKind::dvd_plus_r,    Profile::dvd_plus_r,    by_kind<DvdPlusRules>},
    Recorder{MediumKind::dvd_plus_r_dl, Profile::dvd_plus_r_dl, by_kind<DvdPlusRules>},
    Recorder{MediumKind::bd_r,          Profile::bd_r,          bd_r},
    Recorder{MediumKind::dvd_plus_rw,   Profile::dvd_plus_rw,   simply<DvdPlusRwRules>},
    Recorder{MediumKind::dvd_plus_rw_dl, Profile::dvd_plus_rw_dl, simply<DvdPlusRwRules>},
    Recorder{MediumKind::dvd_ram,       Profile::dvd_ram,       simply<DvdRamRules>},
    Recorder{MediumKind::bd_re,         Profile::bd_re,         simply<BdReRules>},
};
// clang-format on

} // namespace

std::unique_ptr<RecordingRules> make_recording_rules(const Disc& disc, const DriveModel& model) {
    const auto& medium = disc.medium();
    if (medium.family() == MediumFamily::bd && medium.data_zone.layers > model.bd_layers_max)
        return nullptr; // the drive cannot focus that deep
    for (const auto& recorder : recorders)
        if (recorder.kind == medium.kind && has_profile(model, recorder.profile))
            return recorder.make(disc);
    // A DVD-RAM's sectors and headers are laid out for drives that know DVD-RAM; others see
    // nothing.
    if (disc.medium().kind == MediumKind::dvd_ram)
        return nullptr;
    const auto reader = read_only_profile(medium.family());
    if (has_profile(model, reader) && !disc.blank())
        return std::make_unique<ReadOnlyRules>(reader);
    return nullptr;
}

Answer RecordingRules::calibrate(LogicalUnit&, mmc::Duration) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::send_cue_sheet(LogicalUnit&, std::span<const std::uint8_t>) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::reserve(LogicalUnit&, const Request&) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::close(LogicalUnit&, std::uint8_t, std::uint16_t, mmc::Duration, bool) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::blank(LogicalUnit&, std::uint8_t, std::int32_t, mmc::Duration, bool) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::format(LogicalUnit&, const FormatRequest&) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::repair(LogicalUnit&, std::uint16_t, mmc::Duration, bool) {
    return refuse(mmc::sense::unwritable_medium);
}
Answer RecordingRules::send_structure(LogicalUnit&, std::uint8_t, std::span<const std::uint8_t>) {
    return refuse_cdb(7);
}

RecordingRules::TrackResources RecordingRules::track_resources(const LogicalUnit& unit) const {
    const auto& tracks = unit.disc->structure().tracks;
    const auto open = std::count_if(tracks.begin(), tracks.end(), [](const Track& track) {
        return track.state != TrackState::complete;
    });
    TrackResources resources;
    resources.assigned = static_cast<std::uint16_t>(tracks.size());
    resources.appendable = static_cast<std::uint16_t>(open);
    return resources;
}

} // namespace burnrig::emulator
