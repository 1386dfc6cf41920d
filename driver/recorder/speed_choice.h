// SPDX-License-Identifier: Apache-2.0
// Which of the speeds that drive and medium offer is taken, and how fast the medium can be written
// at all.
#pragma once

#include <optional>
#include <string>

#include "driver/recorder/disc_summary.h"
#include "driver/recorder/job.h"

namespace burnrig::driver {

struct SpeedChoice {
    double kilobytes = 0;             ///< kB/s; 0: the fastest, nothing is listed
    std::optional<WriteSpeed> listed; ///< the descriptor that the drive gave for it
    std::string note;                 ///< "" when it is what was wished for
};

/// The fastest listed speed that is not above the wish, the slowest if all are. `below`: less than
/// this many kB/s, since those have failed.
SpeedChoice choose_speed(const DriveSummary& drive, const DiscSummary& disc,
                         const std::optional<SpeedWish>& wish, std::optional<double> below);

/// The listed speed that comes after this one; nothing when it was the slowest.
std::optional<double> next_slower(const DriveSummary& drive, const DiscSummary& disc,
                                  double kilobytes);

/// No recording of this medium in this drive is faster, in kB/s: the fastest that is listed, or the
/// fastest that the medium's family was ever made for.
double fastest_possible(const DriveSummary& drive, const DiscSummary& disc);

} // namespace burnrig::driver
