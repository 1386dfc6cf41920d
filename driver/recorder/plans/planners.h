// SPDX-License-Identifier: Apache-2.0
// The planners of all families and what they share. Only plan.cpp and the planners need this.
#pragma once

#include <string>

#include "driver/recorder/plan.h"

namespace burnrig::driver::plans {

using Planner = Outcome<Plan> (*)(const Situation&);

Outcome<Plan> cd_tao(const Situation&);
Outcome<Plan> cd_sao(const Situation&);
Outcome<Plan> cd_raw16(const Situation&);
Outcome<Plan> cd_raw96p(const Situation&);
Outcome<Plan> cd_raw96r(const Situation&);
Outcome<Plan> dvd_minus_at_once(const Situation&);
Outcome<Plan> dvd_minus_incremental(const Situation&);
Outcome<Plan> restricted_overwrite(const Situation&);
Outcome<Plan> dvd_plus_r(const Situation&);
Outcome<Plan> dvd_plus_rw(const Situation&);
Outcome<Plan> dvd_ram(const Situation&);
Outcome<Plan> bd_r_sequential(const Situation&);
Outcome<Plan> bd_r_pseudo_overwrite(const Situation&);
Outcome<Plan> bd_r_random(const Situation&);
Outcome<Plan> bd_re(const Situation&);

/// What an expert would take, and why.
struct ModeChoice {
    WriteMode mode;
    std::string reason;
};
using Chooser = ModeChoice (*)(const Situation&);

ModeChoice choose_cd(const Situation&);
ModeChoice choose_dvd_minus(const Situation&);
ModeChoice choose_bd_r(const Situation&);

// Shared by the planners

tl::unexpected<BurnError> refuse(Cause cause, std::string message);

/// Of the source; 0 while its length is not known.
std::uint64_t blocks_of(const BurnJob& job);
/// A source of the job is a stream that ends when it ends.
bool tells_no_size(const BurnJob& job);
/// Refuses such a source where the drive has to be told the length beforehand. `instead` is the
/// mode that does without.
Outcome<void> require_size(const BurnJob& job, std::string_view mode, WriteMode instead);

/// A disc that is recorded from one end to the other can take more.
Outcome<void> check_appendable(const DiscSummary& disc);

/// The track to be written: at the next writable address, or where an interrupted recording of the
/// same source goes on. Padded to whole multiples and to `blocks_min`.
struct TrackRules {
    std::uint32_t multiple = 1;
    std::uint64_t blocks_min = 0;
};
Outcome<void> plan_track(Plan& plan, const Situation& now, TrackRules rules);

/// Data at any address of a medium of `capacity` blocks.
Outcome<void> plan_overwrite(Plan& plan, const Situation& now, std::uint32_t multiple,
                             std::uint64_t capacity);

/// The same job, looked at before a format that will give `capacity` blocks at the most (0: nobody
/// knows): what will be refused afterwards leaves the disc as it is.
Outcome<void> check_before_format(const Situation& now, std::uint32_t multiple,
                                  std::uint64_t capacity);

/// The plan's blocks fit into `room` blocks, or the job wants to try nevertheless. A stream without
/// a size may have what is left of the room.
Outcome<void> check_room(Plan& plan, const BurnJob& job, std::uint64_t room);
/// The same for tracks with gaps, which need more than their data.
Outcome<void> check_room(Plan& plan, const BurnJob& job, std::uint64_t room, std::uint64_t needed);

/// A simulation is refused on media that know none; protection against underruns is noted when it
/// is missing.
struct Offered {
    bool test_write = false;
    bool underrun_free = false;
};
Outcome<void> plan_parameters(Plan& plan, const BurnJob& job, Offered offered,
                              WriteParameters parameters);
Outcome<void> refuse_simulation(const Situation& now);

/// Media that stay writable whatever is written.
void note_needless_multi(Plan& plan, const BurnJob& job);

} // namespace burnrig::driver::plans
