// SPDX-License-Identifier: Apache-2.0
#include "harness/rig/faulty_source.h"

#include <algorithm>
#include <cstring>

#include "emulator/faults/corruption.h"
#include "mmc/system_error.h"

namespace burnrig::harness {
namespace {

using emulator::faults::BlockEffect;

} // namespace

void FaultySource::attach(mmc::Clock& clock, emulator::faults::FaultEngine& rules,
                          emulator::faults::Hooks hooks) {
    if (!rules.watches_sources())
        return;
    clock_ = &clock;
    rules_ = &rules;
    hooks_ = std::move(hooks);
}

void FaultySource::decide(std::string_view event, std::uint64_t size, mmc::Duration now) const {
    decision_ = rules_->decide_source({event, bytes_read_, size, now});
    ready_at_ = now + decision_->stall.value_or(mmc::Duration{0});
    if (decision_->throttle)
        rate_ = decision_->throttle;
    act_around(*decision_, hooks_);
}

mmc::Result<void> FaultySource::refusal() const {
    if (decision_->system_error == 0)
        return {};
    return mmc::fail("{}: cannot be read at byte {}: {}", name(), bytes_read_,
                     std::strerror(decision_->system_error));
}

mmc::Duration FaultySource::available_at(mmc::Duration now) const {
    if (!rules_)
        return next_.available_at(now);
    if (!decision_)
        decide("read", 0, now);
    return std::max({now, ready_at_, next_.available_at(now)});
}

mmc::Result<std::span<const std::uint8_t>> FaultySource::read(driver::BlockRange range) {
    if (!rules_)
        return next_.read(range);
    if (!opened_) {
        opened_ = true;
        // The first piece may have been asked for already, by available_at().
        const auto first = std::exchange(decision_, std::nullopt);
        const auto first_ready_at = ready_at_;
        decide("open", 0, clock_->now());
        clock_->sleep_until(ready_at_);
        if (auto open = refusal(); !open)
            return tl::unexpected(open.error());
        decision_ = first;
        ready_at_ = first_ready_at;
    }
    const std::uint64_t wanted = std::uint64_t{range.count} * block_bytes();
    if (!decision_)
        decide("read", wanted, clock_->now());
    clock_->sleep_until(ready_at_);
    if (auto possible = refusal(); !possible)
        return tl::unexpected(possible.error());
    const auto decision = *std::exchange(decision_, std::nullopt);
    if (decision.transfer_limit) // whole blocks, and at least one: less is no piece of a source
        range.count = static_cast<std::uint32_t>(
            std::clamp<std::uint64_t>(*decision.transfer_limit / block_bytes(), 1, range.count));
    auto bytes = next_.read(range);
    if (!bytes || bytes->empty()) {
        if (bytes && !std::exchange(ended_, true)) {
            decide("end", 0, clock_->now());
            decision_.reset();
        }
        return bytes;
    }
    bytes_read_ += bytes->size();
    if (rate_ && *rate_ > 0)
        clock_->sleep_for(std::chrono::duration_cast<mmc::Duration>(std::chrono::duration<double>(
            static_cast<double>(bytes->size()) / static_cast<double>(*rate_))));
    for (const auto& effect : decision.effects) {
        if (effect.kind != BlockEffect::Kind::corrupt)
            continue;
        if (bytes->data() != changed_.data()) {
            changed_.assign(bytes->begin(), bytes->end());
            bytes = std::span<const std::uint8_t>(changed_);
        }
        emulator::faults::corrupt_blocks(changed_, block_bytes(),
                                         static_cast<std::int32_t>(range.first), effect);
    }
    return bytes;
}

} // namespace burnrig::harness
