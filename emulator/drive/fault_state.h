// SPDX-License-Identifier: Apache-2.0
// What fault rules have done to a drive and that lasts longer than a command, and the hands they
// need outside of it. Plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/disc/disc.h"
#include "emulator/faults/hooks.h"
#include "mmc/clock.h"
#include "mmc/target.h"

namespace burnrig::emulator {

/// What rules can do around a drive.
struct FaultHooks : faults::Hooks {
    std::function<std::unique_ptr<Disc>(const std::string& medium)> load_medium{};
};

/// Replies as they were the last time, for rules that answer with them. The oldest goes when there
/// are too many.
class FormerReplies {
public:
    void keep(std::span<const std::uint8_t> cdb, std::span<const std::uint8_t> reply) {
        const auto found = find(cdb);
        if (found != replies_.end())
            replies_.erase(found);
        else if (replies_.size() == most)
            replies_.erase(replies_.begin());
        replies_.push_back({{cdb.begin(), cdb.end()}, {reply.begin(), reply.end()}});
    }
    /// nullptr when the command was not answered before.
    const std::vector<std::uint8_t>* of(std::span<const std::uint8_t> cdb) {
        const auto found = find(cdb);
        return found == replies_.end() ? nullptr : &found->reply;
    }

private:
    static constexpr std::size_t most = 64;
    struct Kept {
        std::vector<std::uint8_t> cdb;
        std::vector<std::uint8_t> reply;
    };
    std::vector<Kept>::iterator find(std::span<const std::uint8_t> cdb) {
        return std::find_if(replies_.begin(), replies_.end(), [cdb](const Kept& kept) {
            return std::equal(kept.cdb.begin(), kept.cdb.end(), cdb.begin(), cdb.end());
        });
    }
    std::vector<Kept> replies_;
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
    FormerReplies replies;
    std::string_view state; ///< the last one that rules were told of

    std::optional<std::uint64_t> rate() const { return throttle ? throttle : lasting_throttle; }
};

} // namespace burnrig::emulator
