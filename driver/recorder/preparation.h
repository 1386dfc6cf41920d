// SPDX-License-Identifier: Apache-2.0
// The commands between the plan and the first WRITE:
//
//     parameters > speed > layer break > cue sheet > calibration > reservation
//
// What can be refused without a trace comes before the calibration, which uses up a place of the
// disc's test area; what leaves one comes behind it. Formatting comes before all of them and
// changes what is planned.
#pragma once

#include <optional>

#include "driver/recorder/operation.h"
#include "driver/recorder/plan.h"
#include "driver/recorder/speed_choice.h"

namespace burnrig::driver {

/// FORMAT UNIT, and waiting until the disc can be used.
Outcome<void> format_disc(Operation& operation, const FormatRequest& request);

/// Sets page 05h.
Outcome<void> set_write_parameters(Operation& operation, const WriteParameters& parameters);

/// A drive that refuses chooses the speed itself, which is a warning.
Outcome<void> set_speed(Operation& operation, const DiscSummary& disc, const SpeedChoice& choice);

Outcome<void> set_layer_break(Operation& operation, std::uint32_t first_layer_blocks);
Outcome<void> reserve(Operation& operation, std::uint32_t blocks);
Outcome<void> send_cue(Operation& operation, const std::vector<CueEntry>& sheet);

/// Whether the command was carried out. A drive that refuses it calibrates by itself, which is a
/// failure only when the command was asked for.
Outcome<bool> calibrate(Operation& operation, OpcMode mode);

} // namespace burnrig::driver
