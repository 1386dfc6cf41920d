// SPDX-License-Identifier: Apache-2.0
// The rules that have a name of their own.
#include <array>

#include "emulator/faults/engine.h"

namespace burnrig::emulator::faults {
namespace {

// Durations come from reports of the failure; where none is known the drive takes its own time.
// opc-failure: wodim on an Optiarc AD-7280S, "cmd finished after 8.906s".
// clang-format off
constexpr std::array table{
    Preset{"opc-failure", "the power calibration fails after 8.906 s, as an Optiarc AD-7280S did",
           "opc-failure: at SEND_OPC_INFORMATION -> take 8.906s, fail 03/73/03"},
    Preset{"pca-full", "no room is left in the power calibration area",
           "pca-full: at SEND_OPC_INFORMATION -> fail 03/73/02 ; always"},
    Preset{"pca-almost-full", "the calibration succeeds with a warning: its area is almost full",
           "pca-almost-full: at SEND_OPC_INFORMATION after -> fail 01/73/01"},
    Preset{"write-error", "the 40th write fails in mid-transfer",
           "write-error: at @write #40 midway 0.5 -> fail 03/0C/00"},
    Preset{"deferred-write-error", "the 40th write is acknowledged and lost; a later command says so",
           "deferred-write-error: at @write #40 -> lose, fail 03/0C/00 deferred"},
    Preset{"silent-no-write", "every write is acknowledged and none reaches the disc",
           "silent-no-write: at @write -> lose ; always"},
    Preset{"fixation-failure", "the session cannot be closed: its lead-out is not written",
           "fixation-failure: at CLOSE_TRACK_SESSION cdb[2] == 0x02 midway 0.5 -> fail 03/72/02"},
};
// clang-format on

} // namespace

std::span<const Preset> presets() {
    return table;
}

} // namespace burnrig::emulator::faults
