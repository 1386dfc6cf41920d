// SPDX-License-Identifier: Apache-2.0
// Optimum power calibration: a trial burn in the power calibration area (or a BD's test zone). Each
// takes a slot; an erasable medium's area is erased and used again.
//
// Source: Orange Book as quoted in MMC-3 (100 slots, one for each calibration); sense codes MMC-5,
// table F.
#pragma once

#include "emulator/drive/request.h"

namespace burnrig::emulator {

struct LogicalUnit;

/// One calibration, now. Errors: 3/73/02 when no slot is left; 1/73/01, with the calibration done,
/// when few are. Answer::time is what it takes.
Answer use_calibration_slot(LogicalUnit& unit);

/// SEND OPC INFORMATION with DoOpc: spins up and calibrates; in test write the laser stays at read
/// power and nothing is used up.
Answer calibrate_by_command(LogicalUnit& unit);

/// What the drive does by itself before the first block when no calibration was made for this speed
/// since the disc was loaded. A warning is kept from the host.
Answer calibrate_before_recording(LogicalUnit& unit);

} // namespace burnrig::emulator
