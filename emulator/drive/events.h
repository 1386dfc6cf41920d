// SPDX-License-Identifier: Apache-2.0
// What the drive has to tell a host without being asked: unit attentions, which the next command
// gets as CHECK CONDITION, and events, which GET EVENT STATUS NOTIFICATION fetches.
//
// Reading one does not clear the other (MMC-5, 4.1.5 and 6.7). Plain data; one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "mmc/sense.h"

namespace burnrig::emulator {

/// Conditions wait at most once each; the more general one is reported first.
class UnitAttentions {
public:
    void raise(mmc::SenseCode code) {
        for (std::size_t i = 0; i < ranked.size(); ++i)
            if (ranked[i] == code)
                pending_ = static_cast<std::uint8_t>(pending_ | 1U << i);
    }
    bool any() const { return pending_ != 0; }
    /// The first one, which is cleared.
    std::optional<mmc::SenseCode> take() {
        for (std::size_t i = 0; i < ranked.size(); ++i)
            if (pending_ >> i & 1) {
                pending_ = static_cast<std::uint8_t>(pending_ & ~(1U << i));
                return ranked[i];
            }
        return std::nullopt;
    }
    void clear() { pending_ = 0; }

private:
    static constexpr std::array ranked{
        mmc::sense::power_on,       mmc::sense::bus_reset,
        mmc::sense::device_reset,   mmc::sense::internal_reset,
        mmc::sense::medium_changed, mmc::sense::mode_parameters_changed};
    std::uint8_t pending_ = 0;
};

enum class MediaEvent : std::uint8_t {
    none = 0,
    eject_request = 1,
    new_media = 2,
    media_removal = 3,
    background_format_completed = 5,
    background_format_restarted = 6,
};

/// At most a few media events wait; when more come in, the oldest is forgotten: a host that asks
/// that seldom wants to know the last state.
class MediaEvents {
public:
    void push(MediaEvent event) {
        if (count_ == queue_.size())
            take();
        queue_[count_++] = event;
    }
    MediaEvent front() const { return count_ > 0 ? queue_[0] : MediaEvent::none; }
    void take() {
        for (std::size_t i = 1; i < count_; ++i)
            queue_[i - 1] = queue_[i];
        if (count_ > 0)
            --count_;
    }
    void clear() { count_ = 0; }

private:
    std::array<MediaEvent, 4> queue_{};
    std::size_t count_ = 0;
};

} // namespace burnrig::emulator
