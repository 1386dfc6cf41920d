// SPDX-License-Identifier: Apache-2.0
// What fault rules ask the drive to do to one command, and what they need to know to decide it.
//
//     drive: command arrives -> FaultEngine::decide(facts) -> Decision -> the drive acts it out
//
// Plain data; one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mmc/clock.h"
#include "mmc/sense.h"

namespace burnrig::emulator::faults {

/// What a rule can see of a command.
struct CommandFacts {
    std::span<const std::uint8_t> cdb;
    std::optional<std::int32_t> lba; ///< of commands that have one
    std::uint32_t blocks = 0;
    std::uint64_t bytes_before = 0; ///< user bytes taken by earlier writes of this run
    mmc::Duration time{0};          ///< drive time at which the command arrived
    std::string_view phase;  ///< "idle", "writing", "closing", "blanking", "formatting", "loading"
    double buffer_level = 0; ///< fill of the drive's buffer, 0..1
};

/// Where in the command the outcome strikes.
enum class Position : std::uint8_t {
    before, ///< the drive does nothing of it
    midway, ///< the first `ratio` of the blocks reach the medium
    after,  ///< all of it is done, then the failure is reported
};

struct Failure {
    mmc::SenseCode code;
    bool deferred =
        false; ///< this command is GOOD; the error comes with the next one that can carry it
    bool descriptor = false;
    std::optional<std::uint32_t> information;
};

struct Corruption {
    std::uint32_t bits = 1;
    std::uint64_t seed = 0;
};

/// What becomes of written blocks on their way to the disc. A rule with an `lba` range concerns the
/// blocks in it only, however many more the command writes.
struct BlockEffect {
    std::int32_t first = INT32_MIN;
    std::int32_t last = INT32_MAX;        ///< inclusive
    std::optional<Corruption> corruption; ///< nothing: the blocks are acknowledged and lost

    bool same_blocks(const BlockEffect& other) const {
        return first == other.first && last == other.last;
    }
};

struct Busy {
    mmc::Duration duration{0};
    mmc::SenseCode code = mmc::sense::long_write;
};

/// Everything that the rules ask for together. Times and data effects of several rules add up; of
/// the outcomes (fail, hang, power-loss) the first one wins.
struct Decision {
    std::optional<mmc::Duration> take; ///< how long the command takes, instead of its own time
    mmc::Duration take_more{0};        ///< on top of it ("take +2s")
    Position position =
        Position::before; ///< of the outcome; without one the command is carried out
    double ratio = 0.5;   ///< of midway

    std::optional<Failure> fail;
    bool hang = false;                     ///< never answers ...
    std::optional<mmc::Duration> hang_for; ///< ... or only after this time
    bool power_loss = false;
    std::optional<mmc::Duration> power_back; ///< when power comes back; nothing: it stays off
    std::optional<std::string> eject;        ///< "request", "emergency": how the disc leaves
    std::optional<Busy> busy;         ///< not ready for a time, from the end of this command on
    std::vector<BlockEffect> effects; ///< on written blocks

    bool loses() const {
        return std::any_of(effects.begin(), effects.end(),
                           [](const auto& e) { return !e.corruption; });
    }
    /// Of the first effect that corrupts; nullptr when none does.
    const Corruption* corrupts() const {
        for (const auto& effect : effects)
            if (effect.corruption)
                return &*effect.corruption;
        return nullptr;
    }

    bool nothing() const {
        return !take && take_more.count() == 0 && !fail && !hang && !power_loss && !eject &&
               !busy && effects.empty();
    }
};

} // namespace burnrig::emulator::faults
