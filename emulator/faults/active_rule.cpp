// SPDX-License-Identifier: Apache-2.0
#include "emulator/faults/active_rule.h"

#include <algorithm>

namespace burnrig::emulator::faults {
namespace {

bool holds(const Qualifier& qualifier, const CommandFacts& facts) {
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

bool holds(const Qualifier& qualifier, const Occasion& occasion) {
    if (occasion.command)
        return holds(qualifier, *occasion.command);
    const auto* bytes = std::get_if<qualifier::Bytes>(&qualifier.what);
    return bytes && occasion.source &&
           compare(occasion.source->bytes_before, bytes->comparison, bytes->size);
}

// Blocks in both; the parser has seen that neither is empty, together they may be.
BlockRange overlap(BlockRange one, BlockRange other) {
    return {std::max(one.first, other.first), std::min(one.last, other.last)};
}

} // namespace

ActiveRule::ActiveRule(FaultRule rule, std::string name, std::uint64_t random_seed)
    : rule_(std::move(rule)), name_(std::move(name)), random_seed_(random_seed),
      random_(random_seed) {
    if (const auto* time = std::get_if<point::Time>(&rule_.point.what))
        time_ = time->time;
    for (const auto& action : rule_.actions)
        parts_.push_back({action, faults::acts_on(action)});
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
        } else if (const auto* blocks = std::get_if<qualifier::Blocks>(&q.what)) {
            range_ = range_ ? overlap(*range_, blocks->range) : blocks->range;
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
    if (const auto* until = std::get_if<limit::Until>(what))
        if (const auto* time = std::get_if<point::Time>(&until->point.what))
            until_time_ = time->time;
}

// Whether a command's blocks touch the range; a command of no blocks stands at its address.
bool ActiveRule::touches(const CommandFacts& facts) const {
    if (!facts.lba)
        return false;
    const std::int64_t first = *facts.lba;
    const std::int64_t last = first + std::max<std::int64_t>(facts.blocks, 1) - 1;
    return first <= range_->last && last >= range_->first;
}

bool ActiveRule::qualifies(const Occasion& occasion) {
    if (range_ && (!occasion.command || !touches(*occasion.command)))
        return false;
    for (const auto& filter : filters_)
        if (!holds(filter, occasion))
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

// A rule at `fired` may stand at any command.
bool ActiveRule::stale_at(std::size_t opcode) const {
    const auto stands_at = opcodes_of(rule_.point);
    return (stands_at.none() || stands_at[opcode]) &&
           std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
               return std::holds_alternative<action::Stale>(part.action.what) &&
                      part.acts_on[opcode];
           });
}

bool ActiveRule::act(Verdict& verdict, const Occasion& occasion) {
    bool acted = false;
    for (const auto& part : parts_) {
        const bool concerned = !occasion.command || part.acts_on[occasion.command->cdb[0]];
        acted = (concerned && apply(part.action, verdict)) || acted;
    }
    if (!acted)
        return false;
    verdict.decision.anything = true;
    if (fired_++ == 0)
        first_fired_ = occasion.now;
    return true;
}

} // namespace burnrig::emulator::faults
