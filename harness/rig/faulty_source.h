// SPDX-License-Identifier: Apache-2.0
// An image that comes late, slowly, wrong or not at all, as fault rules say: `at source.read bytes
// >= 20MiB -> stall 3s`.
//
//     burn driver -> FaultySource(rules) -> the real source
//
// Rules see "open" once, "read" for every piece that the driver takes, "end" behind the last one.
// With rules it supplies as a stream does, so that the driver's ring stands between it and the
// drive. One thread at a time, except for stop().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "driver/source/source.h"
#include "emulator/faults/engine.h"
#include "emulator/faults/hooks.h"

namespace burnrig::harness {

class FaultySource final : public driver::Source {
public:
    /// Hands everything on until it has rules. `next` must outlive it.
    explicit FaultySource(driver::Source& next) : next_(next) {}
    explicit FaultySource(std::unique_ptr<driver::Source> next)
        : owned_(std::move(next)), next_(*owned_) {}

    /// From now on these rules act, if any looks at a source; both must outlive it.
    void attach(mmc::Clock& clock, emulator::faults::FaultEngine& rules,
                emulator::faults::Hooks hooks = {});

    const std::string& name() const override { return next_.name(); }
    std::uint32_t block_bytes() const override { return next_.block_bytes(); }
    std::optional<std::uint64_t> size() const override { return next_.size(); }
    driver::Supply supply() const override {
        return rules_ ? driver::Supply::stream : next_.supply();
    }
    bool rewinds() const override { return next_.rewinds(); }
    mmc::Result<std::span<const std::uint8_t>> read(driver::BlockRange range) override;
    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override {
        return rules_ ? Source::fill(first, out) : next_.fill(first, out);
    }
    mmc::Duration available_at(mmc::Duration now) const override;
    mmc::Result<void> intact() const override { return next_.intact(); }
    void stop() override { next_.stop(); }

private:
    void decide(std::string_view event, std::uint64_t size, mmc::Duration now) const;
    mmc::Result<void> refusal() const;

    std::unique_ptr<driver::Source> owned_; ///< empty when somebody else owns it
    driver::Source& next_;
    mmc::Clock* clock_ = nullptr;
    emulator::faults::FaultEngine* rules_ = nullptr;
    emulator::faults::Hooks hooks_;
    std::uint64_t bytes_read_ = 0;
    bool opened_ = false;
    bool ended_ = false;
    std::vector<std::uint8_t> changed_;
    // What was decided about the next piece: asking when it comes must not count twice.
    mutable std::optional<emulator::faults::Decision> decision_;
    mutable mmc::Duration ready_at_{0};
    mutable std::optional<std::uint64_t> rate_; ///< bytes per second, from a rule on
};

} // namespace burnrig::harness
