// SPDX-License-Identifier: Apache-2.0
// What fault rules have done to a drive and that lasts longer than a command, and the hands they
// need outside of it. Plain data.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/disc/disc.h"
#include "emulator/faults/former_replies.h"
#include "emulator/faults/hooks.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::emulator {

/// What rules can do around a drive.
struct FaultHooks : faults::Hooks {
    std::function<std::unique_ptr<Disc>(const std::string& medium)> load_medium{};
};

struct FaultState {
    FaultHooks hooks;
    std::optional<mmc::SenseBytes> deferred_bytes; ///< of LogicalUnit::deferred, when its own
    std::optional<mmc::SenseBytes> sense_bytes;    ///< of the answer that is on its way
    std::optional<std::uint64_t> throttle;         ///< bytes per second, of this command
    std::optional<std::uint64_t> lasting_throttle; ///< ... from a moment on
    bool unplugged = false;
    std::optional<mmc::Duration> plug_back_at;
    std::map<std::int32_t, std::uint32_t> tries; ///< at weak blocks, so far
    faults::FormerReplies replies;
    std::string_view state; ///< the last one that rules were told of

    std::optional<std::uint64_t> rate() const { return throttle ? throttle : lasting_throttle; }
};

} // namespace burnrig::emulator
