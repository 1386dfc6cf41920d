// SPDX-License-Identifier: Apache-2.0
#include "driver/writer/underrun_watch.h"

#include <algorithm>

namespace burnrig::driver {
namespace {

// A ring this full is a danger, or is none any more.
constexpr std::uint64_t alarm_part = 4;
constexpr std::uint64_t calm_part = 2;
// A drive's buffer counts as full from here on.
constexpr double full_part = 0.9;

double nanoseconds(mmc::Duration duration) {
    return static_cast<double>(duration.count());
}

} // namespace

UnderrunWatch::UnderrunWatch(std::uint64_t ring_slots, std::uint64_t slot_bytes)
    : slots_(ring_slots), slot_bytes_(slot_bytes) {
    statistics_.ring_bytes = ring_slots * slot_bytes;
    statistics_.ring_min = statistics_.ring_bytes;
}

double UnderrunWatch::level(mmc::Duration now) const {
    return std::max(0.0, level_ - nanoseconds(now - level_at_) * bytes_per_ns_);
}

void UnderrunWatch::drive_level(mmc::Duration now, std::uint32_t size, std::uint32_t used) {
    if (told_at_ && now > *told_at_) {
        const double burned = told_ + sent_since_ - used;
        const double rate = burned / nanoseconds(now - *told_at_);
        // Time that the drive was dry, or not yet writing, would make it look slow.
        if (used > 0 && burned > 0)
            bytes_per_ns_ = rate;
    }
    told_at_ = now;
    told_ = used;
    sent_since_ = 0;
    level_ = used;
    level_at_ = now;
    if (statistics_.drive_buffer != size) {
        statistics_.drive_buffer = size;
        statistics_.drive_buffer_min = size;
    }
    was_full_ = was_full_ || used >= full_part * size;
    if (was_full_)
        statistics_.drive_buffer_min = std::min(statistics_.drive_buffer_min, used);
}

void UnderrunWatch::sent(mmc::Duration now, std::uint64_t bytes) {
    const auto size = static_cast<double>(statistics_.drive_buffer);
    level_ = std::min(level(now) + static_cast<double>(bytes), size);
    level_at_ = now;
    sent_since_ += static_cast<double>(bytes);
    was_filled_ = true;
    was_full_ = was_full_ || (size > 0 && level_ >= full_part * size);
}

void UnderrunWatch::ring(mmc::Duration now, std::uint64_t filled, bool more) {
    if (slots_ == 0 || !more)
        return;
    statistics_.ring_min = std::min(statistics_.ring_min, filled * slot_bytes_);
    if (!alarmed_ && filled * alarm_part <= slots_) {
        alarmed_ = true;
        dry_since_alarm_ = false;
        ++statistics_.underruns_predicted;
    } else if (alarmed_ && filled * calm_part >= slots_) {
        alarmed_ = false;
        statistics_.underruns_prevented += dry_since_alarm_ || dry(now) ? 0 : 1;
    }
}

void UnderrunWatch::starves(mmc::Duration now) {
    if (starving_since_)
        return;
    starving_since_ = now;
    statistics_.ring_min = 0;
    ++statistics_.starvations;
}

void UnderrunWatch::fed(mmc::Duration now) {
    if (!starving_since_)
        return;
    statistics_.starved += now - *starving_since_;
    starving_since_.reset();
    if (was_full_)
        statistics_.drive_buffer_min =
            std::min(statistics_.drive_buffer_min, static_cast<std::uint32_t>(level(now)));
    if (dry(now)) {
        ++statistics_.underruns;
        dry_since_alarm_ = true;
    }
}

bool UnderrunWatch::dry(mmc::Duration now) const {
    return statistics_.drive_buffer > 0 && was_filled_ && level(now) <= 0;
}

std::optional<mmc::Duration> UnderrunWatch::lasts(mmc::Duration now,
                                                  std::uint64_t ring_bytes) const {
    if (bytes_per_ns_ <= 0)
        return std::nullopt;
    const double bytes = static_cast<double>(ring_bytes) + level(now);
    return mmc::Duration(static_cast<mmc::Duration::rep>(bytes / bytes_per_ns_));
}

} // namespace burnrig::driver
