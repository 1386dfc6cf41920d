// SPDX-License-Identifier: Apache-2.0
// One burn from the first question to the unlocked tray.
//
//     identify > ready > medium > lock > [format > medium] > parameters, speed ... calibrate
//         [> reserve] > write > flush > close > check of the disc's state > verify > unlock > eject
//
// It carries out any plan; what differs between media stands in the plan. Whatever fails ends in
// conclude(): the first error stays the cause, the drive's buffer is written out if data were sent,
// the tray is unlocked, and the disc's state is asked for the message. Nothing is closed after a
// failed write. A failed calibration may be tried again at a lower speed before any block was sent.
#pragma once

#include "driver/recorder/operation.h"
#include "driver/recorder/plan.h"
#include "driver/recorder/recorder.h"
#include "driver/recorder/speed_choice.h"
#include "driver/writer/block_digests.h"
#include "driver/writer/write.h"

namespace burnrig::driver {

class Burn {
public:
    Burn(Operation& operation, const BurnJob& job, const RecorderOptions& options)
        : operation_(operation), job_(job), options_(options) {}

    Outcome<BurnReport> run();

private:
    Outcome<void> carry_out();

    // Before the first block; can be done again when the medium was changed meanwhile, and at a
    // lower speed.
    Outcome<void> begin();
    Outcome<void> prepare();
    Outcome<void> look();
    Outcome<void> look_and_plan();
    Outcome<void> set_up();
    Outcome<void> calibrate();
    Outcome<void> reserve();
    bool try_slower(const BurnError& failed, int& retries);

    // From the first block on.
    Outcome<void> write();
    Outcome<void> begin_track(Extent& extent);
    Outcome<void> write_group(std::span<Extent> group);
    WriteTask task_of(const Extent& extent) const;
    void take_lengths(std::span<Extent> group, const WriteResult& result);
    Outcome<void> doubt_the_end();
    Outcome<void> flush();
    Outcome<void> check_speed();
    Outcome<void> close();
    Outcome<void> check_state();
    Outcome<void> verify();
    Outcome<void> verify_extent(const Extent& extent, VerifyResult& sum);
    StopToken* stop() const { return job_.stop != nullptr ? job_.stop : options_.stop; }
    bool wants_digests() const { return job_.verify && !job_.source.rewinds(); }

    void close_what_is_there(BurnError& first);
    std::string_view advice_after_stop() const;
    BurnError conclude(BurnError first);
    std::string disc_now_text();
    void finish();

    Operation& operation_;
    const BurnJob& job_;
    RecorderOptions options_;
    DriveSummary drive_;
    DiscSummary disc_;
    Plan plan_;
    SpeedChoice speed_;
    std::optional<double> slower_than_; // kB/s at which the calibration failed
    BurnReport report_;
    std::uint64_t blocks_sent_ = 0; // user data with padding
    BlockDigests digests_;          // of a source that cannot be read again
    bool writing_ = false;          // the first WRITE was sent
    bool flushed_ = false;
    bool ended_by_stream_ = false; // the length was not known before
};

} // namespace burnrig::driver
