// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/fault_consequences.h"

#include <algorithm>

#include "emulator/disc/formatted.h"
#include "emulator/drive/command_blocks.h"
#include "emulator/drive/logical_unit.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {
namespace {

using faults::BlockEffect;
using faults::Decision;
using mmc::Group;
using mmc::Opcode;

bool is_fatal(mmc::SenseKey key) {
    return key == mmc::SenseKey::medium_error || key == mmc::SenseKey::hardware_error;
}

struct Blocks {
    std::int32_t first = 0;
    std::int32_t end = 0;
};

// The blocks a write speaks of, as far as the disc has them.
std::optional<Blocks> written_blocks(const LogicalUnit& unit, const Request& request) {
    const auto range = command_blocks(request);
    if (!range || !unit.disc || !mmc::in_group(request[0], Group::write))
        return std::nullopt;
    const auto& layout = unit.disc->layout();
    const std::int64_t end = std::int64_t{range->first} + range->blocks;
    const Blocks blocks{
        std::max(range->first, layout.first_address()),
        static_cast<std::int32_t>(std::min<std::int64_t>(end, layout.end_address()))};
    return blocks.first < blocks.end ? std::optional(blocks) : std::nullopt;
}

bool keeps_old_content(BlockEffect::Kind kind) {
    return kind != BlockEffect::Kind::corrupt;
}

DamageKind damage_of(faults::CorruptPattern pattern) {
    switch (pattern) {
    case faults::CorruptPattern::zeros:
        return DamageKind::zeros;
    case faults::CorruptPattern::ones:
        return DamageKind::ones;
    case faults::CorruptPattern::bits:
        break;
    }
    return DamageKind::corrupt;
}

// What burning the blocks elsewhere does there: where a medium cannot be erased it is spoiled for
// good. Nothing when that is behind the disc's end.
std::optional<DamagedRange> burned_elsewhere(const Disc& disc, Blocks blocks,
                                             std::int64_t distance) {
    const auto& layout = disc.layout();
    const auto first = std::min<std::int64_t>(blocks.first + distance, layout.end_address());
    const auto end = std::min<std::int64_t>(blocks.end + distance, layout.end_address());
    if (first >= end)
        return std::nullopt;
    const auto last_copied = blocks.first + static_cast<std::int32_t>(end - first);
    auto copy = copy_of(disc, blocks.first, last_copied);
    copy.first = static_cast<std::int32_t>(first);
    copy.end = static_cast<std::int32_t>(end);
    if (!disc.medium().erasable() || copy.kind != DamageKind::replaced) {
        copy.kind = DamageKind::unreadable;
        copy.bytes.clear();
    }
    return copy;
}

void use_up(LogicalUnit& unit, const faults::Wear& wear) {
    auto& structure = unit.disc->structure();
    auto& damage = unit.disc->damage();
    const bool calibration = wear.area == faults::WearArea::pca;
    const auto total =
        calibration ? unit.disc->medium().calibration_slots : unit.rules->management_entries();
    auto& used = calibration ? structure.calibrations_used : structure.pma_entries_used;
    auto& lost = calibration ? damage.calibrations_lost : damage.pma_entries_lost;
    if (wear.leaving >= total || used >= total - wear.leaving)
        return;
    lost += total - wear.leaving - used;
    used = total - wear.leaving;
    unit.calibrated_for.reset(); // an area of which entries are gone tells the drive nothing
}

void swap_medium(LogicalUnit& unit, const std::string& medium, mmc::Duration now) {
    if (!unit.fault.hooks.load_medium)
        return;
    auto disc = unit.fault.hooks.load_medium(medium);
    if (!disc)
        return;
    if (unit.rules && unit.disc)
        unit.rules->cut_off(unit, now);
    unit.operation.reset();
    if (unit.rules)
        unit.medium_left();
    unit.disc = std::move(disc);
    unit.tray = Tray::closed;
    if (unit.powered)
        unit.medium_arrived();
}

} // namespace

void leave_consequence(LogicalUnit& unit, const Request& request, mmc::SenseCode code) {
    if (!unit.rules || !unit.medium())
        return;
    const auto opcode = static_cast<Opcode>(request[0]);
    auto& structure = unit.disc->structure();
    if (opcode == Opcode::send_opc_information && (request[1] & 1)) {
        ++structure.calibrations_used; // tried and not good enough: the slot is burned all the same
        (void)unit.disc->save();
    } else if (mmc::in_group(request[0], Group::write) && is_fatal(code.key)) {
        unit.rules->cut_off(unit, request.now);
    } else if (opcode == Opcode::blank && is_fatal(code.key)) {
        structure.tracks.clear(); // the PMA goes first: what was on the disc is lost
        structure.finalized = false;
        structure.sessions.resize(1);
        structure.sessions[0].state = SessionState::damaged;
        (void)unit.disc->save();
    } else if (opcode == Opcode::format_unit && is_fatal(code.key) &&
               unit.disc->medium().erasable() && unit.disc->medium().family() != MediumFamily::cd) {
        set_unformatted(structure, true);
        unit.rules_outdated = true;
        (void)unit.disc->save();
    } else if (code == mmc::sense::leadout_failed && !structure.sessions.empty()) {
        structure.sessions.back().state = SessionState::damaged;
        (void)unit.disc->save();
    }
}

WriteDamage::WriteDamage(const LogicalUnit& unit, const Request& request, const Decision& decision)
    : decision_(decision) {
    const bool needed = std::any_of(decision.effects.begin(), decision.effects.end(),
                                    [](const auto& e) { return keeps_old_content(e.kind); });
    if (const auto blocks = needed ? written_blocks(unit, request) : std::nullopt)
        former_.emplace(*unit.disc, blocks->first, blocks->end);
}

void WriteDamage::strike(LogicalUnit& unit, const Request& request) {
    const auto written = written_blocks(unit, request);
    if (!written || decision_.effects.empty())
        return;
    auto& disc = *unit.disc;
    for (const auto& effect : decision_.effects) {
        Blocks blocks{std::max(written->first, effect.first),
                      effect.last < written->end ? effect.last + 1 : written->end};
        if (blocks.first >= blocks.end)
            continue;
        if (effect.kind == BlockEffect::Kind::corrupt) {
            disc.damage().add({blocks.first, blocks.end, damage_of(effect.corruption.pattern),
                               effect.corruption.bits, effect.corruption.seed});
            continue;
        }
        std::optional<DamagedRange> elsewhere;
        if (effect.kind == BlockEffect::Kind::misplaced)
            elsewhere = burned_elsewhere(disc, blocks, static_cast<std::int64_t>(effect.count));
        if (effect.kind == BlockEffect::Kind::torn)
            blocks.first = static_cast<std::int32_t>(
                std::min<std::uint64_t>(blocks.end - blocks.first, effect.count) + blocks.first);
        if (former_)
            former_->lay_over(disc, blocks.first, blocks.end);
        if (elsewhere)
            disc.damage().add(*std::move(elsewhere));
    }
    (void)disc.save();
}

void damage_disc(LogicalUnit& unit, const Decision& decision) {
    if (!unit.disc || (decision.unreadable.empty() && decision.wear.empty()))
        return;
    const auto end = unit.disc->layout().end_address();
    for (const auto& area : decision.unreadable) {
        DamagedRange range{area.range.first, std::min(area.range.last, end - 1) + 1,
                           area.tries > 0 ? DamageKind::weak : DamageKind::unreadable, 0, 0};
        range.tries = area.tries;
        if (range.first < range.end)
            unit.disc->damage().add(std::move(range));
    }
    for (const auto& wear : decision.wear)
        if (unit.rules)
            use_up(unit, wear);
    (void)unit.disc->save();
}

void eject(LogicalUnit& unit, faults::Ejection how, mmc::Duration now) {
    const bool locked = unit.removal_prevented || unit.persistent_prevent;
    if (how != faults::Ejection::emergency && locked) {
        unit.media_events.push(MediaEvent::eject_request); // the button of a locked drive
        return;
    }
    if (unit.rules && unit.disc)
        unit.rules->cut_off(unit, now);
    unit.operation.reset();
    if (unit.tray == Tray::closed)
        unit.open_tray();
}

void act_on_drive(LogicalUnit& unit, const Decision& decision, mmc::Duration now) {
    if (decision.busy)
        unit.busy = ForcedBusy{now + decision.busy->duration, decision.busy->code};
    if (decision.eject)
        eject(unit, *decision.eject, now);
    if (decision.swap)
        swap_medium(unit, *decision.swap, now);
    if (decision.reset)
        unit.reset(*decision.reset, now);
    if (decision.unplug) {
        unit.fault.unplugged = true;
        unit.fault.plug_back_at =
            decision.plug_back ? std::optional(now + *decision.plug_back) : std::nullopt;
    }
    if (decision.power_loss) {
        unit.lose_power(now);
        if (decision.power_back)
            unit.power_back_at = now + *decision.power_back;
    }
}

} // namespace burnrig::emulator
