// SPDX-License-Identifier: Apache-2.0
// How long each kind of command may take, and how long the driver waits for the drive to get ready.
// One place, since the right figures are experience and not arithmetic.
//
// Source: durations seen in published logs and the limits that other burners use (wodim 60 and 200
// s, growisofs 120 and 180 s, libburn 200 s and more).
#pragma once

#include "mmc/clock.h"

namespace burnrig::driver::limits {

using namespace std::chrono_literals;

inline constexpr mmc::Duration status = 30s;       ///< commands that only ask or set
inline constexpr mmc::Duration lock = 10s;         ///< no mechanics move, and it ends every failure
inline constexpr mmc::Duration tray = 60s;         ///< START STOP UNIT
inline constexpr mmc::Duration calibration = 200s; ///< a slow drive's OPC took up to 100 s
inline constexpr mmc::Duration read = 60s;
/// The first WRITE can hold spin-up, OPC and the lead-in: up to 150 s at 1x.
inline constexpr mmc::Duration write = 200s;
/// Buffer and, at session at once, the lead-out: 90 s at 1x.
inline constexpr mmc::Duration flush = 150s;
/// Lead-in and lead-out: 150 s at 1x and some seconds.
inline constexpr mmc::Duration close = 240s;
/// Of a DVD or BD, while the drive says that it is at it: a DVD+R DL took up to ten minutes.
inline constexpr mmc::Duration close_in_background = 1h;
/// A BD-RE with certification takes 93 minutes at 2x and layer.
inline constexpr mmc::Duration format = 6h;
inline constexpr mmc::Duration blank = 2h; ///< a whole disc at 1x takes 80 minutes
inline constexpr mmc::Duration blank_fast = 15min;

/// Waiting for "becoming ready" to end.
inline constexpr mmc::Duration becoming_ready = 120s;
/// Waiting to unlock the tray of a drive that goes on writing after an error: one stayed busy for
/// four minutes.
inline constexpr mmc::Duration busy_after_error = 300s;
/// Waiting while the drive gives no reason (2/04/00), which it may never give.
inline constexpr mmc::Duration not_ready_without_reason = 5s;
inline constexpr mmc::Duration poll_interval = 250ms;
inline constexpr mmc::Duration poll_interval_long = 1s;
/// What takes long is asked about less often.
constexpr mmc::Duration poll_interval_after(mmc::Duration waited) {
    constexpr mmc::Duration poll_interval_longest = 5s;
    return waited < 10s    ? poll_interval
           : waited < 2min ? poll_interval_long
                           : poll_interval_longest;
}

/// Waiting for room in a drive's buffer that stays full.
inline constexpr mmc::Duration buffer_full = 200s;
inline constexpr mmc::Duration buffer_wait_min = 1ms;
inline constexpr mmc::Duration buffer_wait_max = 500ms;

} // namespace burnrig::driver::limits
