// SPDX-License-Identifier: Apache-2.0
// A filter that keeps every command in memory and changes nothing, up to the deadline: from then on
// the drive is gone for the sender (no connection), so that a sender which would go on for ever
// comes to an end. One thread at a time.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "harness/trace/command_record.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::harness {

class RecordingTarget final : public mmc::Target {
public:
    /// Far more than any scenario has; a sender that gets here is cut off as at the deadline.
    static constexpr std::size_t commands_max = 1'000'000;

    /// `next` and `clock` must outlive the filter. `cut_off` is called once, when it happens.
    RecordingTarget(mmc::Target& next, const mmc::Clock& clock, mmc::Duration deadline,
                    std::function<void()> cut_off = {});

    /// `fired` counts what fault rules have done so far: commands during which it grows are marked.
    void watch(std::function<std::uint64_t()> fired) { fired_ = std::move(fired); }

    mmc::Completion execute(const mmc::Command& command) override;

    const std::vector<CommandRecord>& commands() const { return commands_; }
    /// Hands over what was kept.
    std::vector<CommandRecord> take_commands() { return std::exchange(commands_, {}); }
    bool was_cut_off() const { return is_cut_off_; }

private:
    mmc::Target& next_;
    const mmc::Clock& clock_;
    mmc::Duration deadline_;
    std::function<void()> cut_off_;
    std::function<std::uint64_t()> fired_;
    std::vector<CommandRecord> commands_;
    bool is_cut_off_ = false;
};

} // namespace burnrig::harness
