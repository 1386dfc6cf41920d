// SPDX-License-Identifier: Apache-2.0
#include "emulator/drive/fault_acts.h"

#include <algorithm>

#include "emulator/drive/command_blocks.h"
#include "emulator/drive/fault_consequences.h"
#include "emulator/drive/logical_unit.h"
#include "mmc/opcode.h"
#include "mmc/system_error.h"

namespace burnrig::emulator {
namespace {

using faults::Decision;
using faults::Position;
using mmc::Group;

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

// An error of an earlier command, for the next one that can carry it.
void defer(LogicalUnit& unit, const faults::Failure& failure, std::optional<std::int32_t> lba) {
    auto sense = failure.sense();
    if (!sense.information && lba)
        sense.information = static_cast<std::uint32_t>(*lba);
    unit.deferred = sense;
    unit.fault.deferred_bytes = failure.own_bytes(sense);
}

// What rules do without a command, at a time or a state.
void act_at_moment(LogicalUnit& unit, const Decision& decision, mmc::Duration now) {
    act_around(decision, unit.fault.hooks);
    damage_disc(unit, decision);
    if (decision.throttle)
        unit.fault.lasting_throttle = decision.throttle;
    if (decision.drain)
        unit.buffer.drain(now);
    if (decision.fail)
        defer(unit, *decision.fail, std::nullopt);
    act_on_drive(unit, decision, now);
}

// The reply in pieces of a block, or whole when it has no blocks.
void corrupt_reply(const Request& request, std::span<std::uint8_t> reply,
                   const faults::BlockEffect& effect) {
    const auto range = command_blocks(request);
    const auto blocks = range && range->blocks > 0 ? range->blocks : 1;
    const auto first = range ? range->first : 0;
    const auto size = std::max<std::size_t>(reply.size() / blocks, 1);
    DamagedRange damage{first, first, DamageKind::corrupt, effect.corruption.bits,
                        effect.corruption.steady_seed};
    if (effect.corruption.pattern != faults::CorruptPattern::bits)
        damage.kind = effect.corruption.pattern == faults::CorruptPattern::zeros ? DamageKind::zeros
                                                                                 : DamageKind::ones;
    auto lba = first;
    for (std::size_t at = 0; at + size <= reply.size(); at += size, ++lba)
        if (!range || (lba >= effect.first && lba <= effect.last))
            lay_over(reply.subspan(at, size), lba, damage);
}

} // namespace

void FaultActs::come_due(LogicalUnit& unit, mmc::Duration now) {
    const auto next = unit.faults.next_due();
    if (next && *next <= now)
        for (const auto& decision : unit.faults.due(now))
            act_at_moment(unit, decision, now);
}

void FaultActs::enter_state(LogicalUnit& unit, mmc::Duration now) {
    if (!unit.faults.watches_states())
        return;
    const std::string_view state = unit.state();
    if (std::exchange(unit.fault.state, state) == state)
        return;
    if (const auto decision = unit.faults.enter_state(state, now); !decision.nothing())
        act_at_moment(unit, decision, now);
    unit.fault.state = unit.state(); // what a rule did to it sets off no further rule
}

Answer FaultActs::act(LogicalUnit& unit, Request& request, Handler handler, const Answer* refusal) {
    const bool keeps = !refusal && unit.faults.needs_replies_of(request[0]);
    if (unit.faults.watches(request[0])) {
        auto decision = unit.faults.decide(facts_of(unit, request));
        if (!decision.nothing())
            decision_ = std::move(decision);
    }
    Answer answer;
    if (!decision_) {
        answer = refusal ? *refusal : handler(unit, request);
    } else {
        act_around(*decision_, unit.fault.hooks);
        if (decision_->stall) {
            unit.clock.sleep_until(request.now + *decision_->stall);
            request.now = unit.clock.now();
            unit.settle(request.now);
        }
        answer = run(unit, request, handler, refusal);
    }
    if (keeps && answer.good() && !(decision_ && decision_->stale))
        unit.fault.replies.keep(request.cdb, request.data_in.first(std::min<std::size_t>(
                                                 answer.transferred, request.data_in.size())));
    return answer;
}

// The handler, or the drive's own refusal, with what rules do to the bytes that go over.
Answer FaultActs::carry_out(LogicalUnit& unit, const Request& request, Handler handler,
                            const Answer* refusal) {
    if (refusal)
        return *refusal;
    WriteDamage damage(unit, request, *decision_);
    auto answer = decision_->transfer_limit ? carry_out_short(unit, request, handler)
                                            : handler(unit, request);
    if (answer.good()) {
        damage.strike(unit, request);
        change_reply(unit, request, answer);
    }
    return answer;
}

// Of a write the whole blocks among the bytes that went over are recorded; any other command gets
// as many bytes as there are.
Answer FaultActs::carry_out_short(LogicalUnit& unit, const Request& request, Handler handler) {
    const auto limit =
        static_cast<std::size_t>(std::min<std::uint64_t>(*decision_->transfer_limit, UINT32_MAX));
    if (mmc::in_group(request[0], Group::write)) {
        if (limit >= request.data_out.size())
            return handler(unit, request);
        const auto share =
            (static_cast<double>(limit) + 0.5) / static_cast<double>(request.data_out.size());
        auto answer = good();
        if (const auto part = first_part(request, share))
            answer = handler(unit, *part);
        if (answer.good())
            answer.transferred = static_cast<std::uint32_t>(limit);
        return answer;
    }
    auto shorter = request;
    shorter.data_out = request.data_out.first(std::min(limit, request.data_out.size()));
    shorter.data_in = request.data_in.first(std::min(limit, request.data_in.size()));
    return handler(unit, shorter);
}

void FaultActs::change_reply(LogicalUnit& unit, const Request& request, Answer& answer) const {
    auto reply =
        request.data_in.first(std::min<std::size_t>(answer.transferred, request.data_in.size()));
    if (decision_->stale) {
        if (const auto* former = unit.fault.replies.of(request.cdb)) {
            const auto count = std::min(former->size(), request.data_in.size());
            std::copy_n(former->begin(), count, request.data_in.begin());
            answer.transferred = static_cast<std::uint32_t>(count);
            reply = request.data_in.first(count);
        }
    }
    for (const auto& value : decision_->reports)
        (void)faults::report_value(value, request.cdb, reply);
    if (!reply.empty())
        for (const auto& effect : decision_->effects)
            if (effect.kind == faults::BlockEffect::Kind::corrupt)
                corrupt_reply(request, reply, effect);
}

Answer FaultActs::run(LogicalUnit& unit, const Request& request, Handler handler,
                      const Answer* refusal) {
    const auto& decision = *decision_;
    if (decision.drain)
        unit.buffer.drain(request.now);
    unit.fault.throttle = decision.throttle;
    damage_disc(unit, decision);
    const bool deferred = decision.fail && decision.fail->deferred;
    const bool all_of_it = !decision.strikes() || deferred ||
                           decision.position == Position::after ||
                           (decision.hang && decision.hang_for);
    Answer answer;
    if (all_of_it) {
        answer = carry_out(unit, request, handler, refusal);
    } else if (decision.position == Position::midway) {
        if (const auto part = first_part(request, decision.ratio))
            answer = carry_out(unit, *part, handler, refusal);
    } else if (decision.status && *decision.status == mmc::Status::good) {
        // A drive that says GOOD and has done nothing took the host's bytes all the same.
        answer.transferred = static_cast<std::uint32_t>(request.data_out.size());
    }
    unit.fault.throttle.reset();
    // The part of a command may be one that the drive does not take; the rule's failure is told.
    const bool own_failure = all_of_it && !answer.good() && !(refusal && decision.strikes());
    return own_failure || !decision.fail ? answer : fail(unit, request, answer);
}

Answer FaultActs::fail(LogicalUnit& unit, const Request& request, Answer answer) const {
    const auto& failure = *decision_->fail;
    if (failure.deferred || decision_->position != Position::after) // after: the disc is as it
        leave_consequence(unit, request, failure.code);             // should be
    if (failure.deferred) {
        const auto range = command_blocks(request);
        defer(unit, failure, range ? std::optional(range->first) : std::nullopt);
        return answer;
    }
    answer.sense = failure.sense();
    unit.fault.sense_bytes = failure.own_bytes(*answer.sense);
    return answer;
}

mmc::Duration FaultActs::end(mmc::Duration begin, mmc::Duration end) const {
    if (!decision_)
        return end;
    if (decision_->take)
        end = begin + *decision_->take;
    end += decision_->take_more;
    if (decision_->hang_for)
        end = std::max(end, begin + *decision_->hang_for);
    return end;
}

void FaultActs::follow_up(LogicalUnit& unit, const Request& request, mmc::Completion& completion) {
    const auto now = request.now + completion.duration;
    if (decision_) {
        act_on_drive(unit, *decision_, now);
        if (decision_->system_error != 0) {
            completion = mmc::failed_system_call(decision_->system_error, completion.duration);
        } else if (decision_->host) {
            completion.host = *decision_->host;
            completion.status = mmc::Status::good;
            completion.sense = {};
        } else if (decision_->status && completion.good()) {
            completion.status = *decision_->status;
        } else if (decision_->power_loss || decision_->unplug) {
            const auto duration = completion.duration;
            completion = {};
            completion.host = mmc::HostStatus::no_connect;
            completion.duration = duration;
        }
    }
    enter_state(unit, now);
}

} // namespace burnrig::emulator
