// SPDX-License-Identifier: Apache-2.0
// A filter that tells sinks of every command and changes nothing. One thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/trace/command_sink.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::harness {

class TracingTarget final : public mmc::Target {
public:
    /// All must outlive the filter.
    TracingTarget(mmc::Target& next, const mmc::Clock& clock, std::vector<CommandSink*> sinks)
        : next_(next), clock_(clock), sinks_(std::move(sinks)) {}

    mmc::Completion execute(const mmc::Command& command) override;
    void mark(const std::string& text);
    /// The first thing that a sink could not write.
    mmc::Result<void> finish();

private:
    mmc::Target& next_;
    const mmc::Clock& clock_;
    std::vector<CommandSink*> sinks_;
    std::uint64_t count_ = 0;
};

} // namespace burnrig::harness
