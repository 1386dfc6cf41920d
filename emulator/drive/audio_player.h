// SPDX-License-Identifier: Apache-2.0
// The audio player inside the drive: from where to where it plays, since when. Where it is follows
// from the clock, 75 blocks a second, so nothing has to run.
//
//     play(from, end, now) -> playing -> completed | stopped by error     pause, resume, stop, scan
//
// Source: MMC-3, audio play operation. Plain data; one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "mmc/clock.h"

namespace burnrig::emulator {

class AudioPlayer {
public:
    /// The values of READ SUB-CHANNEL, and the qualifiers of REQUEST SENSE.
    enum class Status : std::uint8_t {
        playing = 0x11,
        paused = 0x12,
        completed = 0x13,
        stopped_by_error = 0x14,
        none = 0x15,
    };

    /// `fails`: what follows `end` is no audio, and was asked for.
    void play(std::int32_t from, std::int32_t end, bool fails, mmc::Duration now) {
        *this = {};
        status_ = Status::playing;
        from_ = from;
        low_ = from;
        end_ = end;
        fails_ = fails;
        since_ = now;
    }

    /// Plays pieces only, forwards or back, down to `low` or up to `end`.
    void scan(std::int32_t from, std::int32_t low, std::int32_t end, bool reverse,
              mmc::Duration now) {
        play(from, end, false, now);
        low_ = low;
        rate_ = reverse ? -scan_rate : scan_rate;
    }

    void pause(mmc::Duration now) {
        if (status(now) == Status::playing) {
            from_ = position(now);
            status_ = Status::paused;
        }
    }

    /// Goes on as before the pause; a scan goes on playing.
    void resume(mmc::Duration now) {
        from_ = position(now);
        since_ = now;
        rate_ = 1;
        status_ = Status::playing;
    }

    void stop() { *this = {}; }

    /// Completion and errors are told once.
    Status take_status(mmc::Duration now) {
        const auto told = status(now);
        if (told == Status::completed || told == Status::stopped_by_error)
            stop();
        return told;
    }

    Status status(mmc::Duration now) const {
        if (status_ != Status::playing || !at_the_end(now))
            return status_;
        return fails_ ? Status::stopped_by_error : Status::completed;
    }

    bool active(mmc::Duration now) const {
        const auto is = status(now);
        return is == Status::playing || is == Status::paused;
    }
    bool scanning(mmc::Duration now) const { return status(now) == Status::playing && rate_ != 1; }

    /// The block that is played; meaningful while a status is there.
    std::int32_t position(mmc::Duration now) const {
        if (status_ != Status::playing)
            return from_;
        return static_cast<std::int32_t>(
            std::clamp<std::int64_t>(from_ + passed(now), low_, std::max(low_, end_ - 1)));
    }

private:
    static constexpr std::int64_t blocks_per_second = 75;
    static constexpr std::int64_t scan_rate = 8; // generic

    std::int64_t passed(mmc::Duration now) const {
        return (now - since_) * blocks_per_second * rate_ / std::chrono::seconds(1);
    }
    bool at_the_end(mmc::Duration now) const {
        const auto at = from_ + passed(now);
        return at >= end_ || (rate_ < 0 && at <= low_);
    }

    Status status_ = Status::none;
    std::int32_t from_ = 0;
    std::int32_t low_ = 0;
    std::int32_t end_ = 0;
    bool fails_ = false;
    std::int64_t rate_ = 1;
    mmc::Duration since_{0};
};

} // namespace burnrig::emulator
