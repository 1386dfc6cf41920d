// SPDX-License-Identifier: Apache-2.0
// Switches the power of a physical drive by the commands of its rig file, and waits until it is
// gone or there again.
//
//     off: the command, then wait until the drive no longer answers
//     on:  the command, then wait until a drive with that serial number answers at the node
//
// Both are bounded by the rig file's `wait`. Whether a drive is there is looked at five times a
// second: a drive whose node stays while it is off gives no event.
//
// One thread at a time.
#pragma once

#include <functional>
#include <string>

#include "harness/safety/rig_file.h"
#include "mmc/clock.h"
#include "mmc/result.h"

namespace burnrig::harness {

class PowerSwitch {
public:
    /// `answers`: whether the drive is there now. The clock must outlive it.
    PowerSwitch(PowerCommands commands, mmc::Clock& clock, std::function<bool()> answers)
        : commands_(std::move(commands)), clock_(clock), answers_(std::move(answers)) {}

    mmc::Result<void> off();
    mmc::Result<void> on();
    bool is_off() const { return off_; }

private:
    mmc::Result<void> wait_until(bool there, const char* word);

    PowerCommands commands_;
    mmc::Clock& clock_;
    std::function<bool()> answers_;
    bool off_ = false;
};

/// Runs a command of the shell, with no input and its output with ours; fails when it does not end
/// well, or not in that time (then it is killed, with all that it started).
mmc::Result<void> run_shell(const std::string& command, std::chrono::seconds limit);

} // namespace burnrig::harness
