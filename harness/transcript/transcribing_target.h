// SPDX-License-Identifier: Apache-2.0
// A filter that tells of every command with its data, and changes nothing.
//
//     TranscribingTarget listening(drive, clock, [&](Exchange exchange) { writer.add(exchange); });
//
// One thread at a time.
#pragma once

#include <functional>

#include "harness/transcript/transcript.h"
#include "mmc/clock.h"

namespace burnrig::harness::transcript {

class TranscribingTarget final : public mmc::Target {
public:
    /// `next` and `clock` must outlive the filter.
    TranscribingTarget(mmc::Target& next, const mmc::Clock& clock,
                       std::function<void(Exchange)> listener)
        : next_(next), clock_(clock), listener_(std::move(listener)) {}

    mmc::Completion execute(const mmc::Command& command) override {
        const auto at = clock_.now();
        const auto completion = next_.execute(command);
        listener_(make_exchange(++count_, at, command, completion));
        return completion;
    }

private:
    mmc::Target& next_;
    const mmc::Clock& clock_;
    std::function<void(Exchange)> listener_;
    std::uint64_t count_ = 0;
};

} // namespace burnrig::harness::transcript
