// SPDX-License-Identifier: Apache-2.0
// What commands were answered the last time, for rules that answer so again (`stale`).
// One thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace burnrig::emulator::faults {

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

} // namespace burnrig::emulator::faults
