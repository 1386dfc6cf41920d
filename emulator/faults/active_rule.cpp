// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/active_rule.h"

#include <algorithm>

#include "emulator/faults/quantity.h"
#include "emulator/faults/support.h"
#include "mmc/opcode.h"

namespace burnrig::emulator::faults {
namespace {

// Whether a command's blocks touch the range; a command of no blocks stands at its address.
bool touches(const CommandFacts& facts, BlockRange range) {
    if (!facts.lba)
        return false;
    const std::int64_t first = *facts.lba;
    const std::int64_t last = first + std::max<std::int64_t>(facts.blocks, 1) - 1;
    return first <= range.last && last >= range.first;
}

bool holds(const Qualifier& qualifier, const CommandFacts& facts) {
    if (const auto* q = std::get_if<qualifier::Blocks>(&qualifier.what))
        return touches(facts, q->range);
    if (const auto* q = std::get_if<qualifier::Phase>(&qualifier.what))
        return facts.phase == q->phase;
    if (const auto* q = std::get_if<qualifier::BufferLevel>(&qualifier.what))
        return compare(facts.buffer_level, q->comparison, q->level.value());
    if (const auto* q = std::get_if<qualifier::Bytes>(&qualifier.what))
        return compare(facts.bytes_before, q->comparison, q->size);
    if (const auto* q = std::get_if<qualifier::CdbByte>(&qualifier.what))
        return q->index < facts.cdb.size() && compare(facts.cdb[q->index], q->comparison, q->value);
    return true;
}

// No sum of times grows beyond what one time can be.
mmc::Duration add_up(mmc::Duration one, mmc::Duration other) {
    return std::min(one + other, longest_duration);
}

std::uint32_t corrupt_bits(const action::Corrupt& corrupt) {
    if (corrupt.words.size() < 2)
        return 1;
    return static_cast<std::uint32_t>(parse_count(corrupt.words[1], UINT32_MAX).value_or(1));
}

} // namespace

OpcodeSet opcodes_of(const Point& point) {
    OpcodeSet set;
    if (const auto* command = std::get_if<point::Command>(&point.what))
        set.set(command->opcode);
    if (const auto* group = std::get_if<point::CommandGroup>(&point.what))
        for (std::size_t opcode = 0; opcode < set.size(); ++opcode)
            set[opcode] =
                !group->group || mmc::in_group(static_cast<std::uint8_t>(opcode), *group->group);
    return set;
}

ActiveRule::ActiveRule(FaultRule rule, std::string name, std::uint64_t random_seed)
    : rule_(std::move(rule)), name_(std::move(name)), random_seed_(random_seed),
      random_(random_seed), opcodes_(opcodes_of(rule_.point)) {
    if (const auto* time = std::get_if<point::Time>(&rule_.point.what))
        time_ = time->time;
    compile_qualifiers();
    compile_limit();
}

void ActiveRule::compile_qualifiers() {
    for (const auto& q : rule_.qualifiers) {
        if (const auto* index = std::get_if<qualifier::Index>(&q.what)) {
            index_ = *index;
        } else if (const auto* p = std::get_if<qualifier::Probability>(&q.what)) {
            probability_ = p->ratio;
        } else if (std::holds_alternative<qualifier::Before>(q.what)) {
            position_ = Position::before;
        } else if (std::holds_alternative<qualifier::After>(q.what)) {
            position_ = Position::after;
        } else if (const auto* midway = std::get_if<qualifier::Midway>(&q.what)) {
            position_ = Position::midway;
            midway_ = midway->ratio.value_or(midway_);
        } else if (!std::holds_alternative<qualifier::Since>(q.what)) {
            filters_.push_back(q);
        }
    }
}

// Without #, p and limit a rule means the first match; "once" says the same aloud.
void ActiveRule::compile_limit() {
    const auto* what = rule_.limit ? &rule_.limit->what : nullptr;
    const bool once = !what || std::holds_alternative<limit::Once>(*what);
    if (once && !index_ && !probability_)
        index_ = qualifier::Index{1, 1, 1};
    if (!what)
        return;
    if (once)
        most_fires_ = 1;
    if (const auto* times = std::get_if<limit::Times>(what))
        most_fires_ = times->count;
    if (const auto* lasting = std::get_if<limit::For>(what))
        lasts_ = lasting->duration;
    if (const auto* until = std::get_if<limit::Until>(what)) {
        until_opcodes_ = opcodes_of(until->point);
        if (const auto* time = std::get_if<point::Time>(&until->point.what))
            until_time_ = time->time;
    }
}

bool ActiveRule::qualifies(const CommandFacts* facts) {
    for (const auto& filter : filters_)
        if (!facts || !holds(filter, *facts))
            return false;
    return !probability_ || random_.happens(*probability_);
}

// "for" counts from the moment the rule first fired: the reference leaves it open, this is a guess.
bool ActiveRule::exhausted(mmc::Duration now) const {
    return ended || fired_ >= most_fires_ || (until_time_ && now >= *until_time_) ||
           (lasts_ && fired_ > 0 && now - first_fired_ >= *lasts_);
}

bool ActiveRule::counts_in(mmc::Duration now) {
    ++matched_;
    return (!index_ || index_->contains(matched_)) && !exhausted(now);
}

bool ActiveRule::act(Verdict& verdict, std::size_t own_index, mmc::Duration now) {
    bool acted = false;
    for (const auto& action : rule_.actions)
        acted = apply(action, verdict, own_index) || acted;
    if (acted && fired_++ == 0)
        first_fired_ = now;
    return acted;
}

void ActiveRule::set_position(Decision& decision, bool deferred) const {
    decision.position = position_.value_or(deferred ? Position::after : Position::before);
    decision.ratio = midway_.value();
}

bool ActiveRule::apply(const Action& action, Verdict& verdict, std::size_t own_index) {
    if (is_outcome(action))
        return apply_outcome(action, verdict, own_index);
    if (const auto* eject = std::get_if<action::Eject>(&action.what))
        return apply_eject(*eject, verdict, own_index);
    apply_effect(action, verdict.decision);
    return true;
}

// Bits turned in the same blocks add up; effects on other blocks stand beside each other.
void ActiveRule::add_effect(Decision& decision, std::optional<Corruption> corruption) const {
    BlockEffect added{.corruption = corruption};
    for (const auto& filter : filters_)
        if (const auto* blocks = std::get_if<qualifier::Blocks>(&filter.what)) {
            added.first = blocks->range.first;
            added.last = blocks->range.last;
        }
    for (auto& effect : decision.effects)
        if (corruption && effect.corruption && effect.same_blocks(added)) {
            effect.corruption->bits += corruption->bits;
            effect.corruption->seed = scramble(effect.corruption->seed ^ corruption->seed);
            return;
        }
    decision.effects.push_back(added);
}

void ActiveRule::apply_effect(const Action& action, Decision& decision) const {
    if (const auto* take = std::get_if<action::Take>(&action.what)) {
        if (take->more)
            decision.take_more = add_up(decision.take_more, take->duration);
        else
            decision.take = add_up(decision.take.value_or(mmc::Duration{0}), take->duration);
    } else if (std::holds_alternative<action::Lose>(action.what)) {
        add_effect(decision, std::nullopt);
    } else if (const auto* corrupt = std::get_if<action::Corrupt>(&action.what)) {
        add_effect(decision, Corruption{corrupt_bits(*corrupt), scramble(random_seed_ + fired_)});
    } else if (const auto* busy = std::get_if<action::Busy>(&action.what)) {
        if (!decision.busy)
            decision.busy = Busy{mmc::Duration{0}, busy->code.value_or(mmc::sense::long_write)};
        decision.busy->duration = add_up(decision.busy->duration, busy->duration);
    }
}

bool ActiveRule::apply_eject(const action::Eject& eject, Verdict& verdict, std::size_t own_index) {
    if (verdict.ejector) { // the disc leaves only once
        lost_to = verdict.ejector;
        return false;
    }
    verdict.ejector = own_index;
    verdict.decision.eject = eject.word;
    return true;
}

bool ActiveRule::apply_outcome(const Action& action, Verdict& verdict, std::size_t own_index) {
    if (verdict.winner) {
        lost_to = verdict.winner;
        return false;
    }
    verdict.winner = own_index;
    auto& decision = verdict.decision;
    if (const auto* fail = std::get_if<action::Fail>(&action.what)) {
        decision.fail = Failure{fail->code, fail->deferred, fail->descriptor, fail->information};
    } else if (const auto* hang = std::get_if<action::Hang>(&action.what)) {
        decision.hang = true;
        decision.hang_for = hang->duration;
    } else if (const auto* loss = std::get_if<action::PowerLoss>(&action.what)) {
        decision.power_loss = true;
        decision.power_back = loss->back_after;
    }
    set_position(decision, decision.fail && decision.fail->deferred);
    return true;
}

} // namespace burnrig::emulator::faults
