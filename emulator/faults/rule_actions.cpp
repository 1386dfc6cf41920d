// SPDX-License-Identifier: Apache-2.0
// What each action of a rule adds to a decision.
#include "emulator/faults/active_rule.h"

#include <algorithm>

#include "emulator/faults/quantity.h"
#include "mmc/system_error.h"

namespace burnrig::emulator::faults {
namespace {

template <class... Whats>
bool is_any(const Action& action) {
    return (std::holds_alternative<Whats>(action.what) || ...);
}

// No sum of times grows beyond what one time can be.
mmc::Duration add_up(mmc::Duration one, mmc::Duration other) {
    return std::min(one + other, longest_duration);
}

template <class T>
std::optional<T> smaller(const std::optional<T>& one, T other) {
    return one ? std::min(*one, other) : other;
}

Failure failure_of(const action::Fail& fail) {
    Failure failure{fail.code, fail.deferred, fail.descriptor, fail.information, fail.length, {}};
    if (!fail.raw.empty()) {
        auto& bytes = failure.raw.emplace();
        bytes.length = static_cast<std::uint8_t>(fail.raw.size());
        std::copy(fail.raw.begin(), fail.raw.end(), bytes.bytes.begin());
    }
    return failure;
}

Corruption corruption_of(const action::Corrupt& corrupt, std::uint64_t seed,
                         std::uint64_t steady_seed) {
    Corruption made;
    made.pattern = find_word(corrupt_words, corrupt.words[0]).value_or(CorruptPattern::bits);
    if (corrupt.words.size() > 1)
        made.bits =
            static_cast<std::uint32_t>(parse_count(corrupt.words[1], UINT32_MAX).value_or(1));
    made.seed = seed;
    made.steady_seed = steady_seed;
    return made;
}

} // namespace

std::optional<mmc::SenseBytes> Failure::own_bytes(const mmc::Sense& sense) const {
    if (raw || !length)
        return raw;
    auto bytes = mmc::encode(sense);
    constexpr std::size_t counted_from = 8; // bytes in front of what the length counts
    bytes.length = static_cast<std::uint8_t>(counted_from + *length);
    bytes.bytes[7] = *length;
    std::fill(bytes.bytes.begin() + bytes.length, bytes.bytes.end(), std::uint8_t{0});
    return bytes;
}

bool ActiveRule::lost_to(const ActiveRule* winner) {
    suppressed_by_ = winner->name();
    return false;
}

bool ActiveRule::apply(const Action& action, Verdict& verdict) {
    if (is_outcome(action))
        return apply_outcome(action, verdict);
    if (is_any<action::Eject, action::Swap>(action))
        return apply_departure(action, verdict);
    apply_to_drive(action, verdict.decision);
    apply_to_bytes(action, verdict.decision);
    apply_around(action, verdict.decision);
    return true;
}

bool ActiveRule::apply_departure(const Action& action, Verdict& verdict) {
    if (verdict.ejector) // the disc leaves only once
        return lost_to(verdict.ejector);
    verdict.ejector = this;
    if (const auto* eject = std::get_if<action::Eject>(&action.what))
        verdict.decision.eject = find_word(eject_words, eject->word);
    else if (const auto* swap = std::get_if<action::Swap>(&action.what))
        verdict.decision.swap = swap->word;
    return true;
}

bool ActiveRule::apply_outcome(const Action& action, Verdict& verdict) {
    if (verdict.winner)
        return lost_to(verdict.winner);
    verdict.winner = this;
    auto& decision = verdict.decision;
    if (const auto* fail = std::get_if<action::Fail>(&action.what)) {
        decision.fail = failure_of(*fail);
    } else if (const auto* status = std::get_if<action::Status>(&action.what)) {
        decision.status = find_word(status_words, status->word);
    } else if (const auto* host = std::get_if<action::Host>(&action.what)) {
        decision.host = find_word(host_words, host->word);
    } else if (const auto* error = std::get_if<action::Errno>(&action.what)) {
        decision.system_error = mmc::system_error_of(error->word).value_or(0);
    } else if (const auto* hang = std::get_if<action::Hang>(&action.what)) {
        decision.hang = true;
        decision.hang_for = hang->duration;
    } else if (const auto* loss = std::get_if<action::PowerLoss>(&action.what)) {
        decision.power_loss = true;
        decision.power_back = loss->back_after;
    } else if (const auto* cable = std::get_if<action::Unplug>(&action.what)) {
        decision.unplug = true;
        decision.plug_back = cable->back_after;
    }
    const bool deferred = decision.fail && decision.fail->deferred;
    decision.position = position_.value_or(deferred ? Position::after : Position::before);
    decision.ratio = midway_.value();
    return true;
}

void ActiveRule::apply_to_drive(const Action& action, Decision& decision) const {
    if (const auto* take = std::get_if<action::Take>(&action.what)) {
        if (take->more)
            decision.take_more = add_up(decision.take_more, take->duration);
        else
            decision.take = add_up(decision.take.value_or(mmc::Duration{0}), take->duration);
    } else if (const auto* busy = std::get_if<action::Busy>(&action.what)) {
        if (!decision.busy)
            decision.busy = Busy{mmc::Duration{0}, busy->code.value_or(mmc::sense::long_write)};
        decision.busy->duration = add_up(decision.busy->duration, busy->duration);
    } else if (const auto* reset = std::get_if<action::Reset>(&action.what)) {
        decision.reset = find_word(reset_words, reset->word);
    } else if (const auto* stall = std::get_if<action::Stall>(&action.what)) {
        decision.stall = add_up(decision.stall.value_or(mmc::Duration{0}), stall->duration);
    } else if (const auto* throttle = std::get_if<action::Throttle>(&action.what)) {
        decision.throttle = smaller(decision.throttle, throttle->bytes_per_second);
    } else if (is_any<action::Drain>(action)) {
        decision.drain = true;
    }
}

// Bits turned in the same blocks add up; other effects, or on other blocks, stand beside each
// other.
void ActiveRule::add_effect(Decision& decision, BlockEffect added) const {
    if (range_) {
        added.first = range_->first;
        added.last = range_->last;
    }
    const auto turns_bits = [](const BlockEffect& effect) {
        return effect.kind == BlockEffect::Kind::corrupt &&
               effect.corruption.pattern == CorruptPattern::bits;
    };
    for (auto& effect : decision.effects)
        if (turns_bits(added) && turns_bits(effect) && effect.same_blocks(added)) {
            effect.corruption.bits += added.corruption.bits;
            effect.corruption.seed = scramble(effect.corruption.seed ^ added.corruption.seed);
            return;
        }
    decision.effects.push_back(added);
}

void ActiveRule::apply_to_bytes(const Action& action, Decision& decision) const {
    using Kind = BlockEffect::Kind;
    if (is_any<action::Lose>(action)) {
        add_effect(decision, {.kind = Kind::lost});
    } else if (const auto* torn = std::get_if<action::Torn>(&action.what)) {
        add_effect(decision, {.kind = Kind::torn, .count = torn->count});
    } else if (const auto* misplace = std::get_if<action::Misplace>(&action.what)) {
        add_effect(decision, {.kind = Kind::misplaced, .count = misplace->count});
    } else if (const auto* corrupt = std::get_if<action::Corrupt>(&action.what)) {
        add_effect(decision, {.kind = Kind::corrupt,
                              .corruption = corruption_of(*corrupt, scramble(random_seed_ + fired_),
                                                          scramble(random_seed_))});
    } else if (const auto* area = std::get_if<action::Unreadable>(&action.what)) {
        decision.unreadable.push_back({area->range, area->tries.value_or(0)});
    } else if (const auto* cut = std::get_if<action::Short>(&action.what)) {
        decision.transfer_limit = smaller(decision.transfer_limit, cut->size);
    } else if (is_any<action::Stale>(action)) {
        decision.stale = true;
    } else if (const auto* report = std::get_if<action::Report>(&action.what)) {
        if (const auto* field = find_reply_field(report->field))
            if (auto value = parse_reported(*field, report->value))
                decision.reports.push_back(*std::move(value));
    } else if (const auto* used = std::get_if<action::UseUp>(&action.what)) {
        decision.wear.push_back(
            {find_word(wear_words, used->area).value_or(WearArea::pca), used->leaving.value_or(0)});
    }
}

void ActiveRule::apply_around(const Action& action, Decision& decision) const {
    if (const auto* signal = std::get_if<action::Signal>(&action.what))
        decision.signals.push_back(find_word(signal_words, signal->word).value_or(0));
    else if (const auto* log = std::get_if<action::Log>(&action.what))
        decision.logs.push_back(log->text);
    else if (is_any<action::Pause>(action))
        decision.pause = true;
}

} // namespace burnrig::emulator::faults
