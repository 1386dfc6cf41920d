// SPDX-License-Identifier: Apache-2.0
// What fault rules ask for, and what they need to know to decide it.
//
//     drive:  command arrives -> FaultEngine::decide(facts)        -> Decision -> acted out
//             enters a state  -> FaultEngine::enter_state(...)     -> Decision
//     image:  open, read      -> FaultEngine::decide_source(facts) -> Decision
//     device: open, close     -> FaultEngine::decide_host(facts)   -> Decision
//
// A Decision owns what it says: it stays good when its rule is removed. Plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/faults/reply_fields.h"
#include "emulator/faults/rule.h"
#include "emulator/faults/words.h"
#include "mmc/clock.h"
#include "mmc/sense.h"
#include "mmc/target.h"

namespace burnrig::emulator::faults {

/// What a rule can see of a command.
struct CommandFacts {
    std::span<const std::uint8_t> cdb;
    std::optional<std::int32_t> lba; ///< of commands that have one
    std::uint32_t blocks = 0;
    std::uint64_t bytes_before = 0; ///< user bytes taken by earlier writes of this run
    mmc::Duration time{0};          ///< drive time at which the command arrived
    std::string_view phase;         ///< one of `phases`
    double buffer_level = 0;        ///< fill of the drive's buffer, 0..1
};

/// What a rule can see of the image that is burned.
struct SourceFacts {
    std::string_view event;         ///< one of `source_events`
    std::uint64_t bytes_before = 0; ///< read so far
    std::uint64_t size = 0;         ///< asked for now
    mmc::Duration time{0};
};

/// What a rule can see of a program that uses the device.
struct HostFacts {
    std::string_view event; ///< one of `host_events`
    mmc::Duration time{0};
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
    std::optional<std::uint8_t> length; ///< additional sense length, unless the usual one
    std::optional<mmc::SenseBytes> raw; ///< exactly these bytes

    mmc::Sense sense() const { return {code, deferred, descriptor, information, {}, {}}; }
    /// The bytes, when they are not those that any drive would send for `sense`.
    std::optional<mmc::SenseBytes> own_bytes(const mmc::Sense& sense) const;
};

struct Corruption {
    CorruptPattern pattern = CorruptPattern::bits;
    std::uint32_t bits = 1;        ///< of `bits`
    std::uint64_t seed = 0;        ///< of `bits`: which ones; another one each time the rule fires
    std::uint64_t steady_seed = 0; ///< the same each time, for replies
};

/// What becomes of written blocks on their way to the disc. A rule with an `lba` range concerns the
/// blocks in it only, however many more the command writes.
struct BlockEffect {
    enum class Kind : std::uint8_t {
        lost,      ///< acknowledged; what was there before stays
        corrupt,   ///< recorded with other bytes
        torn,      ///< the first `count` blocks are recorded, the rest is lost
        misplaced, ///< recorded `count` blocks behind their place
    };
    Kind kind = Kind::lost;
    std::int32_t first = INT32_MIN;
    std::int32_t last = INT32_MAX; ///< inclusive
    Corruption corruption{};
    std::uint64_t count = 0;

    bool same_blocks(const BlockEffect& other) const {
        return first == other.first && last == other.last;
    }
};

struct Busy {
    mmc::Duration duration{0};
    mmc::SenseCode code = mmc::sense::long_write;
};

/// Blocks of the disc that do not read from now on.
struct UnreadableArea {
    BlockRange range;
    std::uint32_t tries = 0; ///< the one that succeeds; 0: none
};

/// An area of the disc of which only `leaving` entries are left.
struct Wear {
    WearArea area = WearArea::pca;
    std::uint32_t leaving = 0;
};

/// Everything that the rules ask for together. Times and data effects of several rules add up; of
/// the outcomes the first one wins. At a point without a command (a time, a state) only what is
/// marked * can be there; for a source or a host see the table of support.h.
struct Decision {
    bool anything = false; ///< any rule acts

    std::optional<mmc::Duration> stall; ///< the host holds the command back before it sends it
    std::optional<mmc::Duration> take;  ///< how long the command takes, instead of its own time
    mmc::Duration take_more{0};         ///< on top of it ("take +2s")

    // Outcomes: at most one.
    Position position =
        Position::before;        ///< of the outcome; without one the command is carried out
    double ratio = 0.5;          ///< of midway
    std::optional<Failure> fail; ///< *
    std::optional<mmc::Status> status;
    std::optional<mmc::HostStatus> host;
    int system_error = 0;                    ///< errno of the failing system call; 0: none
    bool hang = false;                       ///< never answers ...
    std::optional<mmc::Duration> hang_for;   ///< ... or only after this time
    bool power_loss = false;                 ///< *
    std::optional<mmc::Duration> power_back; ///< when power comes back; nothing: it stays off
    bool unplug = false;                     ///< *
    std::optional<mmc::Duration> plug_back;  ///< when it is plugged in again; nothing: never

    // What happens to the drive, and how it goes on from there.
    std::optional<Busy> busy;              ///< * not ready for a time, from the command's end on
    std::optional<Ejection> eject;         ///< * how the disc leaves
    std::optional<std::string> swap;       ///< * the medium that lies in the tray instead
    std::optional<mmc::SenseCode> reset;   ///< * with the unit attention it gives
    bool drain = false;                    ///< * the write buffer is empty before the command
    std::optional<std::uint64_t> throttle; ///< * bytes per second

    // What happens to bytes, on the disc or on their way to the host.
    std::optional<std::uint64_t> transfer_limit; ///< only so many bytes go over
    bool stale = false;                          ///< the reply is the one of the last time
    std::vector<ReportedValue> reports;          ///< into the reply
    std::vector<BlockEffect> effects;            ///< on written blocks, or on a reply (corrupt)
    std::vector<UnreadableArea> unreadable;      ///< *
    std::vector<Wear> wear;                      ///< *

    // What happens around the drive.
    std::vector<int> signals;      ///< * to the program that uses the device
    bool pause = false;            ///< * until somebody says to go on
    std::vector<std::string> logs; ///< * for the trace

    bool loses() const { return has(BlockEffect::Kind::lost); }
    /// Of the first effect that corrupts; nullptr when none does.
    const Corruption* corrupts() const {
        for (const auto& effect : effects)
            if (effect.kind == BlockEffect::Kind::corrupt)
                return &effect.corruption;
        return nullptr;
    }
    /// The command fares otherwise than the drive would have it.
    bool strikes() const {
        return fail || status || host || system_error != 0 || hang || power_loss || unplug;
    }
    bool nothing() const { return !anything; }

private:
    bool has(BlockEffect::Kind kind) const {
        return std::any_of(effects.begin(), effects.end(),
                           [kind](const auto& e) { return e.kind == kind; });
    }
};

} // namespace burnrig::emulator::faults
