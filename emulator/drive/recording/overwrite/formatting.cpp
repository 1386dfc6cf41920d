// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/formatting.h"

#include <algorithm>

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/speeds.h"

namespace burnrig::emulator {
namespace {

// Where the parameter list of FORMAT UNIT has its fields.
constexpr std::size_t blocks_field = 4;
constexpr std::size_t type_field = 8;

Answer finish_format(LogicalUnit& unit, const FormatPlan& plan) {
    auto& disc = *unit.disc;
    auto answer = good();
    if (!plan.keeps_data)
        answer = unit.saved(disc.erase(disc.layout().first_address(), disc.layout().end_address()));
    if (!plan.keeps_data)
        disc.structure().tracks.clear();
    set_formatted(disc.structure(), plan.result);
    disc.structure().rewritten = true;
    unit.rules_outdated = plan.new_kind;
    unit.features_changed = true;
    unit.media_events.push(MediaEvent::new_media); // hosts read the new capacity on this
    const auto flushed = unit.saved(disc.flush());
    return answer.good() ? flushed : answer;
}

} // namespace

Answer begin_format(LogicalUnit& unit, const FormatRequest& request, const FormatPlan& plan) {
    if (!plan.keeps_data) {
        set_unformatted(unit.disc->structure(), true);
        if (auto answer = unit.saved(unit.disc->save()); !answer.good())
            return answer;
    }
    return unit.begin(OperationKind::formatting, request.now, plan.length, request.immediate,
                      [plan](LogicalUnit& ended) { return finish_format(ended, plan); });
}

Answer check_offered(const FormatCapacities& capacities, const FormatRequest& request,
                     bool any_size) {
    bool known = false;
    for (std::size_t i = 0; i < capacities.count; ++i) {
        const auto& offer = capacities.offers[i];
        if (offer.type != request.type)
            continue;
        known = true;
        if (any_size ? request.blocks <= offer.blocks : request.blocks == offer.blocks)
            return good();
    }
    return refuse_list(known ? blocks_field : type_field);
}

mmc::Duration quick_format_time(const LogicalUnit& unit) {
    return unit.recording(unit.model.timing.blank_minimal);
}

mmc::Duration full_format_time(const LogicalUnit& unit, std::int32_t blocks, int passes) {
    return unit.recording(write_time(unit, 0, blocks) * passes + unit.model.timing.blank_extra);
}

} // namespace burnrig::emulator
