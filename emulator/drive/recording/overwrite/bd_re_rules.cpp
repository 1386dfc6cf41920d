// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/recording/overwrite/bd_re_rules.h"

#include "emulator/disc/formatted.h"
#include "emulator/drive/logical_unit.h"
#include "emulator/drive/recording/overwrite/formatting.h"

namespace burnrig::emulator {
namespace {

enum FormatType : std::uint8_t {
    default_format = 0x00,
    expand_spares = 0x01,
    with_spares = 0x30,
    without_spares = 0x31,
};
enum Certification : std::uint8_t { no_certification = 0, full = 2, quick = 3 };
constexpr std::uint32_t block_length = 0x800;

FormatCapacities::Offer offer_with(const Medium& medium, FormatType type, std::uint32_t spares) {
    return {static_cast<std::uint32_t>(bd_size(medium, spares).blocks), type, spares};
}

} // namespace

bool BdReRules::feature_current(const LogicalUnit& unit, std::uint16_t feature) const {
    switch (feature) {
    case 0x0004: // write protect
    case 0x0023: // formattable
    case 0x0040: // BD read
    case 0x0041: // BD write
        return true;
    case 0x0020: // random writable
        return formatted(*unit.disc);
    case 0x0024: // hardware defect management
        return format_of(unit).spares > 0;
    default:
        return false;
    }
}

// The order of real drives: the default, then with spares, then without. Their lists with a disc
// that can be expanded are in no source: here that comes second, as on a DVD-RAM.
void BdReRules::add_offers(const LogicalUnit& unit, FormatCapacities& capacities) const {
    const auto& medium = unit.disc->medium();
    const auto usual = bd_default_spares(medium);
    capacities.offer(offer_with(medium, default_format, usual));
    const auto spares_now = format_of(unit).spares;
    for (const auto spares : {usual, bd_re_most_spares(medium)})
        if (spares_now > 0 && spares > spares_now)
            capacities.offer({static_cast<std::uint32_t>(bd_size(medium, spares).blocks),
                              expand_spares, block_length});
    for (const auto spares : {usual, bd_re_most_spares(medium), bd_fewest_spares(medium)})
        capacities.offer(offer_with(medium, with_spares, spares));
    capacities.offer({static_cast<std::uint32_t>(medium.capacity()), without_spares, block_length});
}

// Spare clusters are taken from the end of the user's blocks; what lies before them stays.
Answer BdReRules::expand(LogicalUnit& unit, const FormatRequest& request) {
    if (auto answer = check_offered(format_capacities(unit), request, false); !answer.good())
        return answer;
    if (request.sub_type != 0)
        return refuse_list(8);
    const auto& medium = unit.disc->medium();
    FormatPlan plan;
    plan.keeps_data = true;
    plan.result = format_of(unit);
    plan.result.blocks = static_cast<std::int32_t>(request.blocks);
    plan.result.spares =
        static_cast<std::uint32_t>((medium.capacity() - plan.result.blocks) / medium.write_unit());
    plan.length = quick_format_time(unit);
    return begin_format(unit, request, plan);
}

Answer BdReRules::format(LogicalUnit& unit, const FormatRequest& request) {
    if (request.type == expand_spares)
        return expand(unit, request);
    const auto& medium = unit.disc->medium();
    const bool with = request.type == with_spares;
    auto asked = request;
    if (asked.blocks == all_blocks)
        asked.blocks =
            static_cast<std::uint32_t>(bd_size(medium, bd_default_spares(medium)).blocks);
    if (auto answer = check_offered(format_capacities(unit), asked, with); !answer.good())
        return answer;
    const auto cluster = static_cast<std::uint32_t>(medium.write_unit());
    const auto spares = (static_cast<std::uint32_t>(medium.capacity()) - asked.blocks) / cluster;
    const bool known_sub_type = request.sub_type == no_certification || request.sub_type == full ||
                                request.sub_type == quick;
    if (with && (spares > bd_re_most_spares(medium) || asked.blocks % cluster != 0))
        return refuse_list(4);
    if (!known_sub_type)
        return refuse_list(8);
    FormatPlan plan;
    plan.result.kind = FormatKind::overwritable;
    plan.result.blocks = static_cast<std::int32_t>(asked.blocks);
    plan.result.spares = spares;
    plan.length = with && request.sub_type == full && request.certify
                      ? full_format_time(unit, plan.result.blocks, 2)
                      : quick_format_time(unit);
    return begin_format(unit, request, plan);
}

bool BdReRules::verifies(const LogicalUnit& unit, const WriteRequest& request) const {
    return request.verify || (format_of(unit).spares > 0 && !request.streaming);
}

} // namespace burnrig::emulator
