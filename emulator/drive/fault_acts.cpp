// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/fault_acts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "emulator/disc/formatted.h"
#include "emulator/drive/command_blocks.h"
#include "emulator/drive/logical_unit.h"
#include "mmc/opcode.h"

namespace burnrig::emulator {
namespace {

using faults::Decision;
using faults::Position;
using mmc::Group;
using mmc::Opcode;
using mmc::SenseKey;

faults::CommandFacts facts_of(const LogicalUnit& unit, const Request& request) {
    faults::CommandFacts facts;
    facts.cdb = request.cdb;
    if (const auto range = command_blocks(request)) {
        facts.lba = range->first;
        facts.blocks = range->blocks;
    }
    facts.bytes_before = unit.bytes_taken;
    facts.time = request.now;
    facts.phase = unit.phase();
    const auto level = unit.rules && unit.rules->writing() ? unit.buffer.level(request.now) : 0;
    facts.buffer_level = std::min(1.0, static_cast<double>(level) / unit.buffer.capacity_blocks());
    return facts;
}

Answer failure_answer(const faults::Failure& failure) {
    auto answer = refuse(failure.code);
    answer.sense = failure.sense();
    answer.sense->deferred = false;
    return answer;
}

bool is_fatal(SenseKey key) {
    return key == SenseKey::medium_error || key == SenseKey::hardware_error;
}

// What an invented failure does to the disc, where the real one would have done it too.
void consequence(LogicalUnit& unit, const Request& request, mmc::SenseCode code) {
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

// Writes that were acknowledged and went wrong on their way to the disc.
void hurt_blocks(LogicalUnit& unit, const Request& request, const Decision& decision) {
    const auto range = command_blocks(request);
    if (!range || !unit.disc || !mmc::in_group(request[0], Group::write))
        return;
    const auto end = range->first + static_cast<std::int32_t>(range->blocks);
    for (const auto& effect : decision.effects) {
        const auto first = std::max(range->first, effect.first);
        const auto behind = effect.last < end ? effect.last + 1 : end;
        if (first >= behind)
            continue;
        const bool corrupts = effect.kind == faults::BlockEffect::Kind::corrupt;
        unit.disc->damage().add({first, behind, corrupts ? DamageKind::corrupt : DamageKind::lost,
                                 effect.corruption.bits, effect.corruption.seed});
    }
    if (!decision.effects.empty())
        (void)unit.disc->save();
}

} // namespace

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

namespace {

void lose_power(LogicalUnit& unit, const Decision& decision, mmc::Duration now) {
    unit.lose_power(now);
    if (decision.power_back)
        unit.power_back_at = now + *decision.power_back;
}

} // namespace

void FaultActs::come_due(LogicalUnit& unit, mmc::Duration now) {
    const auto next = unit.faults.next_due();
    if (!next || *next > now)
        return;
    for (const auto& decision : unit.faults.due(now)) {
        if (decision.eject)
            eject(unit, *decision.eject, now);
        if (decision.busy)
            unit.busy = ForcedBusy{now + decision.busy->duration, decision.busy->code};
        if (decision.fail) {
            auto sense = *failure_answer(*decision.fail).sense;
            sense.deferred = decision.fail->deferred;
            unit.deferred = sense;
        }
        if (decision.power_loss)
            lose_power(unit, decision, now);
    }
}

Answer FaultActs::act(LogicalUnit& unit, const Request& request, Handler handler) {
    decision_ = unit.faults.decide(facts_of(unit, request));
    return decision_.nothing() ? handler(unit, request) : run(unit, request, handler);
}

Answer FaultActs::run(LogicalUnit& unit, const Request& request, Handler handler) {
    const bool strikes = decision_.strikes();
    const bool deferred = decision_.fail && decision_.fail->deferred;
    Answer answer;
    if (!strikes || deferred || decision_.position == Position::after ||
        (decision_.hang && decision_.hang_for)) {
        answer = handler(unit, request);
        if (answer.good())
            hurt_blocks(unit, request, decision_);
    } else if (decision_.position == Position::midway) {
        if (const auto part = first_part(request, decision_.ratio)) {
            answer = handler(unit, *part);
            if (!answer.good()) // it would have failed anyway
                return answer;
            hurt_blocks(unit, *part, decision_);
        }
    }
    if (!decision_.fail)
        return answer;
    if (deferred && answer.good()) {
        unit.deferred = failure_answer(*decision_.fail).sense;
        unit.deferred->deferred = true;
        if (!unit.deferred->information)
            if (const auto range = command_blocks(request))
                unit.deferred->information = static_cast<std::uint32_t>(range->first);
    }
    if (!answer.good())
        return answer;
    if (deferred || decision_.position != Position::after) // after: the disc is as it should be
        consequence(unit, request, decision_.fail->code);
    if (deferred)
        return answer;
    auto failed = failure_answer(*decision_.fail);
    failed.transferred = answer.transferred;
    failed.time = answer.time;
    failed.awaits_operation = answer.awaits_operation;
    return failed;
}

mmc::Duration FaultActs::end(mmc::Duration begin, mmc::Duration end) const {
    if (decision_.take)
        end = begin + *decision_.take;
    end += decision_.take_more;
    if (decision_.hang_for)
        end = std::max(end, begin + *decision_.hang_for);
    return end;
}

void FaultActs::follow_up(LogicalUnit& unit, const Request& request, mmc::Completion& completion) {
    if (decision_.nothing())
        return;
    const auto now = request.now + completion.duration;
    if (decision_.busy)
        unit.busy = ForcedBusy{now + decision_.busy->duration, decision_.busy->code};
    if (decision_.eject)
        eject(unit, *decision_.eject, now);
    if (decision_.power_loss) {
        lose_power(unit, decision_, now);
        completion = {mmc::Status::good, mmc::HostStatus::no_connect, 0, {}, completion.duration};
    }
}

} // namespace burnrig::emulator
