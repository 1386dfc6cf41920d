// SPDX-License-Identifier: Apache-2.0
// Scenarios as users write them: each must be read whole. Between them they use most of the
// grammar.
#pragma once

#include <array>
#include <string_view>

namespace burnrig::tests {

// clang-format off
inline constexpr std::array<std::string_view, 17> scenarios{
R"rules(
# 1  OPC fails the way the wodim report shows it
title   opc-fails
drive   generic-dvdrw
medium  CD-R-80 blank
burn    tao 1MiB speed 10
fault   opc: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03
expect  outcome failed
expect  cause opc-failed
expect  message ~ "power calibration"
expect  commands @write == 0
expect  medium unchanged
expect  tray unlocked
expect  within 15s
)rules",
R"rules(
# 1b the drive calibrates inside the first write (DVD); 1c almost full is a warning, not an error
medium  DVD-R blank
burn    dao 1MiB
fault   opc: at @write #1 before -> take 12s, fail opc-failed
expect  outcome failed
expect  cause opc-failed
)rules",
R"rules(
medium  CD-R-80 blank
burn    tao 1MiB
fault   warn: at OPC after -> fail pca-almost-full
expect  outcome succeeded
expect  message ~ "almost full"
)rules",
R"rules(
# 2a source stalls longer than ring + drive buffer last (6 MiB at 24x = 1.7 s), BURN-Free on: drive links, burn succeeds, link count reported
drive   generic-dvdrw buffer=2MiB
medium  CD-R-80 blank
burn    sao 64MiB speed 24 burnfree on ring 4MiB
fault   slow: at source.read bytes >= 20MiB -> stall 3s
expect  outcome succeeded
expect  medium equals image
expect  message ~ "buffer under-?run.*(prevented|protection)"
)rules",
R"rules(
# 2b same with BURN-Free off: drive stops; next write is refused. Both 05/21/02 and 03/0C/09 occur (cdrkit cdr_underrun())
drive   generic-dvdrw buffer=2MiB
medium  CD-R-80 blank
burn    sao 64MiB speed 24 burnfree off ring 4MiB
fault   slow: at source.read bytes >= 20MiB -> stall 3s
expect  outcome failed
expect  cause buffer-underrun
expect  message ~ "burnfree"
expect  medium unusable reported
expect  tray unlocked
)rules",
R"rules(
# 3  power loss at any command (a sweep; see D), power back after 4 s
medium  DVD+RW formatted
session 1 8MiB
burn    overwrite 1MiB
sweep   at @any positions before,midway,after action power-loss,4s
expect  session 1 intact-or-being-overwritten
expect  tray unlocked
)rules",
R"rules(
# 4  the drive hangs on SYNCHRONIZE CACHE; host must time out, name it, and not report success
medium  CD-R-80 blank
burn    tao 1MiB
fault   hung: at SYNCHRONIZE_CACHE -> hang
expect  outcome failed
expect  cause command-timeout
expect  message ~ "SYNCHRONIZE CACHE"
expect  within 200s
)rules",
R"rules(
# 4b a slow but alive drive: IMMED flush, 90 s of "long write in progress"; must wait, not fail
medium  BD-R blank srm
burn    srm 4MiB
fault   slow: at SYNC after -> busy 90s long-write
expect  outcome succeeded
expect  within 120s
)rules",
R"rules(
# 5  bus reset in mid-burn: command aborted by the host adapter, then unit attention
medium  DVD-R blank
burn    incremental 8MiB
fault   rst: at @write #57 midway 0.5 -> host RESET, reset bus
expect  outcome failed
expect  cause bus-reset
expect  medium appendable-or-reported-damaged
)rules",
R"rules(
# 6  someone uses the pin hole: removal was prevented, the disc is gone anyway
medium  CD-RW blank
burn    tao 32MiB
fault   pin: at time 12s -> eject emergency
expect  outcome failed
expect  cause medium-removed
expect  tray open
)rules",
R"rules(
# 7  one write fails at an address; persistent, so a retry fails too
medium  BD-RE formatted nospare
burn    overwrite 16MiB verify on
fault   spot: at @write lba 4096..4127 midway 0.5 -> fail write-error info 4112 ; always
expect  outcome failed
expect  cause write-error
expect  sense 03/0C/00
expect  message ~ "LBA 4112"
)rules",
R"rules(
# 8  program memory area full: cannot open another track; earlier sessions must stay readable
medium  CD-R-80 appendable
session 1 20MiB
burn    tao 1MiB multi
fault   pma: at RESERVE_TRACK -> fail pma-full
fault   pma2: at @write #1 -> fail pma-full
expect  outcome failed
expect  cause pma-full
expect  session 1 intact
)rules",
R"rules(
# 9  lead-out cannot be written: data is on the disc, disc is not closed; say so, do not say "done"
medium  CD-R-80 blank
burn    tao 1MiB
fault   fix: at CLOSE_TRACK_SESSION cdb[2] == 0x02 midway 0.5 -> take 21s, fail leadout-failed
expect  outcome failed
expect  cause fixation-failed
expect  message ~ "lead-out"
expect  medium open-session reported
)rules",
R"rules(
# 10 deferred error: WRITE #40 is acknowledged, its data is lost, the news comes with a later command
medium  CD-RW blank
burn    tao 4MiB
fault   late: at @write #40 -> lose, fail write-error deferred info 624
expect  outcome failed
expect  message ~ "LBA 624"
expect  cause write-error
)rules",
R"rules(
# 11 silent corruption: everything GOOD, readback differs; only verify can find it
medium  DVD+R blank
burn    sequential 8MiB verify on
fault   rot: at @write lba 1000..1000 -> corrupt bits 3
expect  outcome failed
expect  cause verify-mismatch
expect  message ~ "sector 1000"
)rules",
R"rules(
# 12 slow, uneven source: never under the write rate on average; must succeed without a single under-run
drive   generic-dvdrw buffer=2MiB
medium  CD-R-80 blank
burn    sao 64MiB speed 24 burnfree off ring 32MiB
fault   jitter: at source.read p 0.02 -> stall 400ms ; always
expect  outcome succeeded
expect  fired jitter >= 10
)rules",
R"rules(
# 13 composition: flaky USB bridge; drop out for 2 s, come back with unit attentions, then one CRC error
include "bridges/flaky-usb.yaml"
medium  DVD+RW formatted
burn    overwrite 32MiB
fault   drop: at time 5s -> unplug 2s
fault   crc: at @write #1 since drop -> fail comm-crc
expect  outcome failed
expect  cause device-lost
expect  fired crc <= 1
)rules",
};
// clang-format on

} // namespace burnrig::tests
