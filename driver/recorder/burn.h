// SPDX-License-Identifier: Apache-2.0
// One burn from the first question to the unlocked tray.
//
//     identify > ready > medium > lock > setup > speed > cue sheet (SAO) > calibrate
//         > write > flush > close (TAO) > check of the disc's state > verify > unlock > eject
//
// Whatever fails ends in conclude(): the first error stays the cause, the drive's buffer is written
// out if data were sent, the tray is unlocked, and the disc's state is asked for the message.
// Nothing is closed after a failed write.
#pragma once

#include "driver/recorder/operation.h"
#include "driver/recorder/plan.h"
#include "driver/recorder/recorder.h"

namespace burnrig::driver {

class Burn {
public:
    Burn(Operation& operation, const BurnJob& job, const RecorderOptions& options)
        : operation_(operation), job_(job), options_(options) {}

    Outcome<BurnReport> run();

private:
    Outcome<void> carry_out();

    // Before the first block; can be done again when the medium was changed meanwhile.
    Outcome<void> prepare();
    Outcome<void> look();
    Outcome<void> set_parameters();
    Outcome<void> set_speed();
    Outcome<void> send_cue();
    Outcome<void> calibrate();

    // From the first block on.
    Outcome<void> write();
    Outcome<void> flush();
    Outcome<void> close();
    Outcome<void> check_state();
    Outcome<void> verify();

    BurnError conclude(BurnError first);
    std::string disc_now_text();
    void finish();

    Operation& operation_;
    const BurnJob& job_;
    RecorderOptions options_;
    DriveSummary drive_;
    DiscSummary disc_;
    Plan plan_;
    BurnReport report_;
    std::uint64_t blocks_sent_ = 0; // with the pre-gap
    bool writing_ = false;          // the first WRITE was sent
    bool flushed_ = false;
};

} // namespace burnrig::driver
