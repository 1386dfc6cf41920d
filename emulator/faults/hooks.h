// SPDX-License-Identifier: Apache-2.0
// What rules do beside the drive that they act on. Plain data.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "mmc/clock.h"

namespace burnrig::emulator::faults {

/// An empty hook does nothing; a rule that needs one that is missing must be refused before
/// (Backend).
struct Hooks {
    std::function<void(const std::string& text)> log{};
    std::function<void(int signal)> signal{}; ///< to the program that uses the device
    std::function<void()> pause{};            ///< returns when somebody says to go on
    /// Where the drive cannot do it itself: returns when the power has gone, and is back if it is
    /// to come back.
    std::function<void(std::optional<mmc::Duration> back)> power_loss{};
};

struct Decision;

/// Does what the decision asks for beside the drive.
void act_around(const Decision& decision, const Hooks& hooks);

} // namespace burnrig::emulator::faults
