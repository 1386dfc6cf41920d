// SPDX-License-Identifier: Apache-2.0
// The drive's write buffer against the clock. No bytes lie in it: the disc takes them at once, and
// the buffer knows only how many of the last blocks the laser has not reached yet.
//
//     accepted |############################|
//     burned   |##################|          at `now`
//                                  \_level__/   what power loss would take
//     time     begin .......... now ....... dry
//
// `begin` is when the laser starts (spin-up, seek, calibration come before it), `dry` when it will
// have burned all that was accepted. Both move only when blocks come in, so every question is one
// subtraction. Plain data; one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "mmc/clock.h"

namespace burnrig::emulator {

class WriteBuffer {
public:
    /// A new stream of blocks: the laser starts at `begin`. block_time 0 means unlimited speed.
    void start(mmc::Duration begin, mmc::Duration block_time, std::uint32_t capacity_blocks) {
        begin_ = begin;
        dry_ = begin;
        block_time_ = block_time;
        drained_ = false;
        capacity_ = std::max<std::uint32_t>(capacity_blocks, 1);
    }

    /// When `blocks` more will fit: `now` or later. More than the buffer holds fit when it is dry.
    mmc::Duration fits_at(mmc::Duration now, std::uint32_t blocks) const {
        const auto room = static_cast<std::int64_t>(capacity_) - std::min(blocks, capacity_);
        const auto when = dry_ - block_time_ * room;
        return when > std::max(now, begin_) ? when : now;
    }

    /// The time of one block may change over the disc: what is in the buffer counts with the
    /// latest.
    void accept(std::uint32_t blocks, mmc::Duration block_time) {
        block_time_ = block_time;
        drained_ = false;
        dry_ += block_time * static_cast<std::int64_t>(blocks);
    }

    /// The laser will rest or go elsewhere once before all is burned, and the buffer fills up
    /// meanwhile.
    void pause(mmc::Duration length) { dry_ += length; }

    /// Burning goes on at `begin` after the buffer was dry.
    void link(mmc::Duration begin) {
        begin_ = dry_ = begin;
        drained_ = false;
    }

    /// The laser has burned all there was and found nothing more, whatever the clock says.
    void drain(mmc::Duration now) {
        begin_ = std::min(begin_, now);
        dry_ = std::min(dry_, now);
        drained_ = true;
    }

    /// Blocks not burned yet; a block being burned counts as not burned.
    std::uint32_t level(mmc::Duration now) const {
        if (block_time_.count() == 0 || now >= dry_ || drained_)
            return 0;
        const auto left = dry_ - std::max(now, begin_);
        const auto blocks = (left.count() + block_time_.count() - 1) / block_time_.count();
        return static_cast<std::uint32_t>(std::min<std::int64_t>(blocks, capacity_));
    }

    /// Whether the laser ran out of data before `now`.
    bool ran_dry(mmc::Duration now) const {
        return drained_ || (block_time_.count() > 0 && now > dry_);
    }
    mmc::Duration dry_at() const { return dry_; }
    std::uint32_t capacity_blocks() const { return capacity_; }

private:
    mmc::Duration begin_{0};
    mmc::Duration dry_{0};
    mmc::Duration block_time_{0};
    std::uint32_t capacity_ = 1;
    bool drained_ = false;
};

} // namespace burnrig::emulator
