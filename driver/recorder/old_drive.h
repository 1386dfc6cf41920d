// SPDX-License-Identifier: Apache-2.0
// What GET CONFIGURATION would say, found out from drives that do not have it: recorders of before
// MMC-2 (1999).
//
//     which media it knows    page 2Ah
//     what is in              READ DISC INFORMATION and ATIP: CD-RW, CD-R or CD-ROM
//     how it can record       page 05h is set to each write type in turn; what it refuses, it lacks
//
// Source: MMC-1 for the commands; the trying is what wodim and libburn do.
#pragma once

#include "driver/commands/drive_state.h"

namespace burnrig::driver {

/// Without looking at the medium the current profile is 0. Page 05h is left at track at once.
Reply<Configuration> find_out_configuration(Channel& channel, bool with_medium);

} // namespace burnrig::driver
