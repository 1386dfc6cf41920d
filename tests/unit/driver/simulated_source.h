// SPDX-License-Identifier: Apache-2.0
// A stream that behaves as badly as a test wants: stalls at given blocks of drive time, gives less
// than announced, ends in an error, or waits until it is told to go on.
//
//     SimulatedSource source(10000);             10000 blocks, each with content of its own
//     source.stalls = {{4000, 2s}};              2 s pass in front of block 4000
//     source.fails_at = 6000;                    cannot be read from there on
//     SimulatedSource::block(17)                 what block 17 has to be
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "driver/source/source.h"
#include "mmc/bytes.h"

namespace burnrig::driver::test {

class SimulatedSource final : public Source {
public:
    explicit SimulatedSource(std::uint64_t blocks) : blocks_(blocks) {}

    std::map<std::uint64_t, mmc::Duration> stalls; ///< in drive time, in front of this block
    std::uint64_t fails_at = UINT64_MAX;
    std::uint64_t ends_at = UINT64_MAX;     ///< earlier than announced
    bool tells_size = true;                 ///< false: only once the end was seen
    std::function<void()> before_each_read; ///< on the thread that reads
    std::uint64_t waits_at = UINT64_MAX;    ///< for stop()

    static std::vector<std::uint8_t> block(std::uint64_t index) {
        std::vector<std::uint8_t> bytes(data_block_bytes);
        write_block(index, bytes);
        return bytes;
    }

    const std::string& name() const override { return name_; }
    std::optional<std::uint64_t> size() const override {
        return tells_size ? std::optional(blocks_ * data_block_bytes) : std::nullopt;
    }
    Supply supply() const override { return Supply::stream; }
    bool rewinds() const override { return false; }

    mmc::Result<std::span<const std::uint8_t>> read(BlockRange range) override {
        buffer_.resize(std::size_t{range.count} * data_block_bytes);
        return fill(range.first, buffer_).map([this](std::size_t bytes) {
            return std::span<const std::uint8_t>(buffer_).first(bytes);
        });
    }

    mmc::Result<std::size_t> fill(std::uint32_t first, std::span<std::uint8_t> out) override {
        if (before_each_read)
            before_each_read();
        const std::uint64_t count = out.size() / data_block_bytes;
        if (first <= waits_at && waits_at < first + count && !wait_for_stop())
            return mmc::fail("{}: stopped", name_);
        const std::uint64_t end = std::min({first + count, blocks_, ends_at});
        if (end > fails_at)
            return mmc::fail("{}: cannot be read at block {}", name_, fails_at);
        tells_size = tells_size || end < first + count;
        for (std::uint64_t at = first; at < end; ++at)
            write_block(at, out.subspan((at - first) * data_block_bytes, data_block_bytes));
        next_ = std::max(next_, end);
        return end > first ? (end - first) * data_block_bytes : 0;
    }

    /// A stall begins when the reader gets to its block.
    mmc::Duration available_at(mmc::Duration now) const override {
        const auto stall = stalls.upper_bound(next_);
        if (stall == stalls.begin())
            return now;
        const auto& [at, length] = *std::prev(stall);
        const auto [began, is_new] = began_.try_emplace(at, now);
        return std::max(now, began->second + length);
    }

    void stop() override {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }

private:
    static void write_block(std::uint64_t index, std::span<std::uint8_t> bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(i * 7 + index);
        mmc::put32(bytes.data(), static_cast<std::uint32_t>(index));
    }

    bool wait_for_stop() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopped_; });
        return false;
    }

    std::uint64_t blocks_;
    std::string name_ = "simulated";
    std::vector<std::uint8_t> buffer_;
    std::uint64_t next_ = 0;
    mutable std::map<std::uint64_t, mmc::Duration> began_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
};

} // namespace burnrig::driver::test
