// SPDX-License-Identifier: Apache-2.0
// FORMAT UNIT and READ FORMAT CAPACITIES on a BD-R: spare areas are set aside before the first
// write, once. Sizes of a disc of one layer are those of real drives; a disc of more layers has as
// much in each (generic).
#include <algorithm>

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/sequential/bd_r.h"

namespace burnrig::emulator {
namespace {

constexpr std::int32_t cluster = 32;
constexpr std::uint8_t default_spares_type = 0x00;
constexpr std::uint8_t chosen_spares_type = 0x32;

// Most clusters of spares in one layer; a BD-RE takes fewer (emulator/disc/formatted.h).
constexpr std::uint32_t layer_most_spares = 0x31000;

std::uint32_t most_spares(const Medium& medium) {
    return layer_most_spares * medium.data_zone.layers;
}

std::uint32_t blocks_with(const Medium& medium, std::uint32_t spares) {
    return static_cast<std::uint32_t>(std::max(bd_size(medium, spares).blocks, cluster));
}

// Byte of the format descriptor that holds the sub-type, behind the list's header.
constexpr std::size_t type_at = 8;
constexpr std::size_t blocks_at = 4;

} // namespace

FormatCapacities BdRules::format_capacities(const LogicalUnit& unit) const {
    const auto& disc = *unit.disc;
    const auto& medium = disc.medium();
    FormatCapacities capacities;
    capacities.blocks = static_cast<std::uint32_t>(recordable_end(unit));
    if (disc.structure().format.kind != FormatKind::none || !disc.blank()) {
        capacities.type = FormatCapacities::Type::formatted;
        return capacities;
    }
    capacities.type = FormatCapacities::Type::unformatted;
    const auto spares = bd_default_spares(medium);
    capacities.offer({blocks_with(medium, spares), default_spares_type, spares});
    for (const auto count : {spares, most_spares(medium), bd_fewest_spares(medium)})
        capacities.offer({blocks_with(medium, count), chosen_spares_type, 0});
    return capacities;
}

Answer BdRules::format(LogicalUnit& unit, const FormatRequest& request) {
    auto& disc = *unit.disc;
    const auto& medium = disc.medium();
    if (!disc.blank() || disc.structure().format.kind != FormatKind::none)
        return refuse(mmc::sense::cannot_format_medium); // once, and before anything is recorded
    if (request.type != default_spares_type && request.type != chosen_spares_type)
        return refuse_list(type_at);
    constexpr std::array kinds{FormatKind::pseudo_overwrite, FormatKind::sequential_with_spares,
                               FormatKind::random_recording};
    if (request.sub_type >= kinds.size())
        return refuse_list(type_at);
    const bool random = kinds[request.sub_type] == FormatKind::random_recording;
    if (random && !has_profile(unit.model, mmc::Profile::bd_r_random))
        return refuse_list(type_at);
    const auto least = blocks_with(medium, most_spares(medium));
    const auto most = blocks_with(medium, bd_fewest_spares(medium));
    const bool offered = request.type == default_spares_type
                             ? request.blocks == blocks_with(medium, bd_default_spares(medium))
                             : request.blocks >= least && request.blocks <= most;
    if (!offered)
        return refuse_list(blocks_at);
    Formatting made;
    made.kind = kinds[request.sub_type];
    made.blocks = static_cast<std::int32_t>(request.blocks) / cluster * cluster;
    made.spares = static_cast<std::uint32_t>((medium.data_zone.blocks - made.blocks) / cluster);
    return unit.begin(OperationKind::formatting, request.now,
                      unit.recording(unit.medium_timing().quick_format), request.immediate,
                      [made](LogicalUnit& ended) {
                          ended.disc->structure().format = made;
                          if (made.kind == FormatKind::random_recording) {
                              set_formatted(ended.disc->structure(), made);
                              ended.rules_outdated = true;
                          }
                          ended.features_changed = true;
                          ended.media_events.push(MediaEvent::new_media);
                          return ended.saved(ended.disc->flush());
                      });
}

} // namespace burnrig::emulator
