// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/faulty_target.h"

#include <algorithm>
#include <array>

#include "emulator/faults/corruption.h"
#include "mmc/opcode.h"
#include "mmc/system_error.h"

namespace burnrig::emulator::faults {
namespace {

using mmc::Completion;
using mmc::Group;
using mmc::Opcode;

constexpr mmc::Duration for_ever = mmc::Duration::max();

mmc::Duration later(mmc::Duration from, mmc::Duration by) {
    return by > for_ever - from ? for_ever : from + by;
}

/// Those that a drive answers whatever is the matter with it (SPC-3, 5.3; MMC-5, 4.1.6).
bool answers_always(std::uint8_t opcode) {
    constexpr std::array always{Opcode::inquiry, Opcode::request_sense, Opcode::get_configuration,
                                Opcode::get_event_status_notification};
    return std::any_of(always.begin(), always.end(), [opcode](Opcode known) {
        return static_cast<std::uint8_t>(known) == opcode;
    });
}

bool is_write(const mmc::Command& command) {
    return mmc::in_group(command.cdb[0], Group::write);
}

Completion check_condition(const mmc::SenseBytes& sense, mmc::Duration duration = {}) {
    Completion completion;
    completion.status = mmc::Status::check_condition;
    completion.sense = sense;
    completion.duration = duration;
    return completion;
}

Completion refusal(mmc::SenseCode code, std::optional<std::uint32_t> information = {}) {
    return check_condition(mmc::encode({code, false, false, information, {}, {}}));
}

mmc::SenseBytes sense_of(const Failure& failure, const mmc::Command* command, bool deferred) {
    auto sense = failure.sense();
    sense.deferred = deferred;
    if (deferred && !sense.information && command)
        if (const auto blocks = mmc::command_blocks(command->cdb))
            sense.information = static_cast<std::uint32_t>(blocks->first);
    return failure.own_bytes(sense).value_or(mmc::encode(sense));
}

} // namespace

FaultyTarget::FaultyTarget(mmc::Target& next, mmc::Clock& clock, FaultEngine engine, Hooks hooks)
    : next_(next), clock_(clock), engine_(std::move(engine)), hooks_(std::move(hooks)) {}

Backend FaultyTarget::backend() {
    Backend backend;
    backend.target = Backend::Target::above_the_cable;
    return backend;
}

CommandFacts FaultyTarget::facts_of(const mmc::Command& command) const {
    CommandFacts facts;
    facts.cdb = command.cdb;
    facts.bytes_before = bytes_taken_;
    facts.time = clock_.now();
    if (const auto blocks = mmc::command_blocks(command.cdb)) {
        facts.lba = blocks->first;
        facts.blocks = blocks->blocks;
    }
    return facts;
}

Completion FaultyTarget::execute(const mmc::Command& command) {
    if (const auto due = engine_.next_due(); due && *due <= clock_.now())
        for (const auto& decision : engine_.due(clock_.now()))
            strike(decision, nullptr);
    if (command.cdb.empty())
        return next_.execute(command);
    if (auto refused = stands_in_the_way(command))
        return *refused;
    auto decision =
        engine_.watches(command.cdb[0]) ? engine_.decide(facts_of(command)) : Decision{};
    const Passage passage{command, std::move(decision), clock_.now()};
    auto completion = pass(passage);
    hold(passage, completion);
    strike(passage.decision, &command);
    if (is_write(command) && completion.good())
        bytes_taken_ += completion.transferred;
    completion.duration = clock_.now() - passage.begin;
    return completion;
}

/// What earlier rules left behind: a cable that is out, news for the host, a drive that is busy.
std::optional<Completion> FaultyTarget::stands_in_the_way(const mmc::Command& command) {
    if (clock_.now() < gone_until_) {
        Completion completion;
        completion.host = mmc::HostStatus::no_connect;
        return completion;
    }
    if (answers_always(command.cdb[0]))
        return std::nullopt;
    if (attention_)
        return refusal(*std::exchange(attention_, std::nullopt));
    if (deferred_)
        return check_condition(*std::exchange(deferred_, std::nullopt));
    if (clock_.now() < busy_until_)
        return refusal(busy_code_);
    return std::nullopt;
}

/// What a decision does to the time after the command, or to all that comes when there is none.
void FaultyTarget::strike(const Decision& decision, const mmc::Command* command) {
    const auto now = clock_.now();
    if (decision.busy) {
        busy_until_ = later(now, decision.busy->duration);
        busy_code_ = decision.busy->code;
    }
    if (decision.reset)
        attention_ = decision.reset;
    if (decision.unplug) {
        gone_until_ = decision.plug_back ? later(now, *decision.plug_back) : for_ever;
        attention_ = mmc::sense::power_on; // the first news when it is plugged in again
    }
    if (decision.power_loss && hooks_.power_loss)
        hooks_.power_loss(decision.power_back);
    if (decision.throttle)
        rate_ = decision.throttle;
    for (const auto& area : decision.unreadable)
        weak_areas_.push_back({area, 0});
    if (decision.fail && !command) // at a time: the next command brings the news
        deferred_ = sense_of(*decision.fail, nullptr, decision.fail->deferred);
    act_around(decision, hooks_);
}

Completion FaultyTarget::pass(const Passage& passage) {
    const auto& decision = passage.decision;
    if (decision.stall)
        clock_.sleep_until(later(passage.begin, *decision.stall));
    const bool late = decision.hang && decision.hang_for;
    const bool deferred = decision.fail && decision.fail->deferred;
    if (!decision.strikes() || late || deferred)
        return outcome(passage, send(passage, passage.command));
    if (decision.position == Position::before)
        return outcome(passage, {});
    return outcome(passage, decision.position == Position::after ? send(passage, passage.command)
                                                                 : send_first_part(passage));
}

Completion FaultyTarget::send(const Passage& passage, mmc::Command command) {
    if (auto failed = weak_block(command))
        return *failed;
    auto completion = next_.execute(with_changed_data(passage, command));
    change_reply(passage, completion);
    if (completion.good())
        remember(command, completion);
    return completion;
}

/// The command with fewer blocks, when it has blocks at all; else nothing is sent.
Completion FaultyTarget::send_first_part(const Passage& passage) {
    const auto blocks = mmc::command_blocks(passage.command.cdb);
    const auto part =
        blocks ? static_cast<std::uint32_t>(blocks->blocks * passage.decision.ratio) : 0;
    std::array<std::uint8_t, 16> cdb{};
    const auto length = std::min(passage.command.cdb.size(), cdb.size());
    std::copy_n(passage.command.cdb.begin(), length, cdb.begin());
    if (part == 0 || !mmc::set_block_count({cdb.data(), length}, part))
        return {};
    auto command = passage.command;
    command.cdb = {cdb.data(), length};
    command.data_out = command.data_out.first(command.data_out.size() / blocks->blocks * part);
    command.data_in = command.data_in.first(command.data_in.size() / blocks->blocks * part);
    return send(passage, command);
}

/// Bytes for the disc that are to arrive otherwise than they were sent.
mmc::Command FaultyTarget::with_changed_data(const Passage& passage, mmc::Command command) {
    const auto range = mmc::command_blocks(command.cdb);
    if (!is_write(command) || !range || range->blocks == 0 || command.data_out.empty())
        return command;
    const std::size_t block_bytes = command.data_out.size() / range->blocks;
    for (const auto& effect : passage.decision.effects) {
        if (effect.kind != BlockEffect::Kind::corrupt || block_bytes == 0)
            continue;
        if (command.data_out.data() != changed_.data()) {
            changed_.assign(command.data_out.begin(), command.data_out.end());
            command.data_out = changed_;
        }
        corrupt_blocks(changed_, block_bytes, range->first, effect);
    }
    return command;
}

void FaultyTarget::change_reply(const Passage& passage, Completion& completion) {
    const auto& command = passage.command;
    const auto& decision = passage.decision;
    if (!completion.good())
        return;
    const auto room = std::min<std::size_t>(completion.transferred, command.data_in.size());
    const auto reply = command.data_in.first(room);
    if (const auto* old = decision.stale ? replies_.of(command.cdb) : nullptr)
        std::copy_n(old->begin(), std::min(old->size(), reply.size()), reply.begin());
    for (const auto& value : decision.reports)
        (void)report_value(value, command.cdb, reply); // a reply cut short has not every field
    if (const auto range = mmc::command_blocks(command.cdb); range && range->blocks > 0)
        for (auto effect : decision.effects)
            if (effect.kind == BlockEffect::Kind::corrupt && !is_write(command)) {
                effect.corruption.seed = effect.corruption.steady_seed;
                corrupt_blocks(reply, reply.size() / range->blocks, range->first, effect);
            }
    if (decision.transfer_limit)
        completion.transferred = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(completion.transferred, *decision.transfer_limit));
}

/// A read of blocks that do not read on the way up.
std::optional<Completion> FaultyTarget::weak_block(const mmc::Command& command) {
    const auto range = mmc::command_blocks(command.cdb);
    if (!range || !mmc::in_group(command.cdb[0], Group::read))
        return std::nullopt;
    const auto end = std::int64_t{range->first} + range->blocks;
    for (auto& weak : weak_areas_) {
        const auto first = std::max(range->first, weak.area.range.first);
        if (first >= end || first > weak.area.range.last)
            continue;
        if (weak.area.tries != 0 && ++weak.tried >= weak.area.tries)
            continue;
        return refusal(mmc::sense::read_error, static_cast<std::uint32_t>(first));
    }
    return std::nullopt;
}

/// What the host is told in place of what was carried out. A command that failed by itself keeps
/// its own failure.
Completion FaultyTarget::outcome(const Passage& passage, const Completion& carried_out) {
    const auto& decision = passage.decision;
    if (!carried_out.good() || !decision.strikes())
        return carried_out;
    Completion told = carried_out;
    if (decision.fail && decision.fail->deferred) {
        deferred_ = sense_of(*decision.fail, &passage.command, true);
    } else if (decision.fail) {
        told.status = mmc::Status::check_condition;
        told.sense = sense_of(*decision.fail, &passage.command, false);
    } else if (decision.status) {
        told.status = *decision.status;
    } else if (decision.host) {
        told.host = *decision.host;
    } else if (decision.system_error != 0) {
        told = mmc::failed_system_call(decision.system_error, {});
    } else if (decision.unplug || decision.power_loss || (decision.hang && !decision.hang_for)) {
        told = {};
        told.host = decision.hang ? mmc::HostStatus::time_out : mmc::HostStatus::no_connect;
    }
    return told;
}

/// Lets the time pass that the rules want the command to take.
void FaultyTarget::hold(const Passage& passage, Completion& completion) {
    const auto& decision = passage.decision;
    auto end = clock_.now();
    if (decision.hang && !decision.hang_for)
        end = later(passage.begin, passage.command.timeout);
    if (decision.hang_for)
        end = std::max(end, later(passage.begin, *decision.hang_for));
    if (decision.take)
        end = std::max(end, later(passage.begin, *decision.take));
    end = later(end, decision.take_more);
    const auto rate = decision.throttle ? decision.throttle : rate_;
    if (rate && *rate > 0 && mmc::command_blocks(passage.command.cdb)) {
        const std::chrono::duration<double> needed(static_cast<double>(completion.transferred) /
                                                   static_cast<double>(*rate));
        end =
            std::max(end, later(passage.begin, std::chrono::duration_cast<mmc::Duration>(needed)));
    }
    const auto limit = later(passage.begin, passage.command.timeout);
    const bool told = decision.take && decision.strikes(); // a rule said when and what
    if (end > limit && !told) {
        end = limit;
        completion = {};
        completion.host = mmc::HostStatus::time_out;
    }
    clock_.sleep_until(end);
}

/// For `stale`.
void FaultyTarget::remember(const mmc::Command& command, const Completion& completion) {
    if (command.data_in.empty() || !engine_.needs_replies_of(command.cdb[0]))
        return;
    const auto got = std::min<std::size_t>(completion.transferred, command.data_in.size());
    replies_.keep(command.cdb, command.data_in.first(got));
}

} // namespace burnrig::emulator::faults
