// SPDX-License-Identifier: Apache-2.0
// A disc in words, from its own state and not from what a program was told.
//
//     cd-rw-80: appendable, 1 session, 1 track, 1000 blocks recorded, 1 of 100 calibrations used
#pragma once

#include <string>

#include "emulator/disc/describe.h"

namespace burnrig::harness {

/// One line, without a line feed.
std::string disc_line(const emulator::Disc& disc);

/// The line without the calibrations, a picture of the disc with its figures beside it, and a line
/// for each area and damaged range; at most 80 columns. With colours for a terminal.
std::string disc_text(const emulator::Disc& disc, bool colour = false);

} // namespace burnrig::harness
