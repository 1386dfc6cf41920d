// SPDX-License-Identifier: Apache-2.0
// A drive that is not there: answers commands as a transcript says, in its order, and takes the
// recorded time for each.
//
//     program -> fake device -> ReplayTarget <- transcript
//
// At the first command that is another one than was recorded the drive is gone for good (no
// connection, at once), so that nothing ever waits for it; divergence() then says what differed.
// The same goes for commands behind the last one. One thread at a time.
#pragma once

#include <functional>
#include <optional>

#include "harness/transcript/transcript.h"
#include "mmc/clock.h"

namespace burnrig::harness::transcript {

/// Where a run left the transcript.
struct Divergence {
    std::uint64_t number = 0; ///< of the command, from 1
    std::uint64_t of = 0;     ///< commands in the transcript
    std::string what;         ///< "the CDB differs", ...
    std::string expected;     ///< lines, with marks under what differs
};

/// Several lines, for a person: where, what was expected, what came, what to do.
std::string to_text(const Divergence& divergence);

class ReplayTarget final : public mmc::Target {
public:
    /// A sender that goes on asking a drive that is gone is told to end after so many commands.
    static constexpr std::uint64_t patience = 1000;

    /// Both must outlive it.
    ReplayTarget(const Transcript& transcript, mmc::Clock& clock)
        : transcript_(transcript), clock_(clock) {}

    /// Of data for the drive only the length must be the recorded one: for programs that write the
    /// date, or other data than then.
    void ignore_data() { compare_data_ = false; }

    /// Called once, when patience is at its end.
    void on_exhausted(std::function<void()> listener) { exhausted_ = std::move(listener); }

    mmc::Completion execute(const mmc::Command& command) override;

    /// Nothing while the run follows the transcript.
    const std::optional<Divergence>& divergence() const { return divergence_; }
    /// What has not been asked for, in words; "" when all has.
    std::string rest() const;
    std::uint64_t served() const { return next_; }

private:
    mmc::Completion gone();

    const Transcript& transcript_;
    mmc::Clock& clock_;
    std::function<void()> exhausted_;
    bool compare_data_ = true;
    std::size_t next_ = 0;
    std::uint64_t refused_ = 0;
    std::optional<Divergence> divergence_;
};

} // namespace burnrig::harness::transcript
