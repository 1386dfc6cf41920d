// SPDX-License-Identifier: Apache-2.0
// DVD+R, one layer or two: recorded from one end to the other in blocks of 32 KiB.
//
//     [SEND DISC STRUCTURE: layer break]  WRITE from the next writable address, CLOSE TRACK,
//     CLOSE SESSION or finalize
//
// There is no page 05h to set, and no simulation. Source: MMC-5, 4.3.6; what growisofs sends.
#include <algorithm>

#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"
#include "mmc/profile.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::uint32_t ecc_blocks = 16;
constexpr std::uint32_t first_layer_max = 2086912; // what every disc has unless told otherwise

/// A closed disc with one session on two layers is best split in the middle: the drive then need
/// not fill up the second layer, and a player jumps where it expects to.
void plan_layer_break(Plan& plan, const Situation& now) {
    const bool blank = now.disc.status == DiscStatus::blank;
    if (now.disc.profile != mmc::code(mmc::Profile::dvd_plus_r_dl) || !blank || now.job.multi ||
        tells_no_size(now.job))
        return;
    const std::uint64_t blocks = plan.blocks();
    if (blocks <= first_layer_max) {
        plan.notes.push_back("the data would fit on one layer; the disc has two");
        return;
    }
    const std::uint64_t half = (blocks / 2 + ecc_blocks - 1) / ecc_blocks * ecc_blocks;
    plan.layer_break = static_cast<std::uint32_t>(std::min<std::uint64_t>(half, first_layer_max));
}

Outcome<void> take_layer_break(Plan& plan, const Situation& now, std::uint32_t wanted) {
    if (wanted == 0)
        return {}; // as it is
    if (now.disc.profile != mmc::code(mmc::Profile::dvd_plus_r_dl) ||
        now.disc.status != DiscStatus::blank)
        return refuse(Cause::invalid_job, "The layer break can be set only on a blank DVD+R DL.");
    if (wanted % ecc_blocks != 0 || wanted > first_layer_max)
        return refuse(Cause::invalid_job,
                      fmt::format("A layer break lies at a multiple of {} blocks, at most at {}.",
                                  ecc_blocks, first_layer_max));
    plan.layer_break = wanted;
    return {};
}

} // namespace

Outcome<Plan> dvd_plus_r(const Situation& now) {
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = ecc_blocks}); !track)
        return tl::unexpected(track.error());
    if (const auto fits = check_room(plan, now.job, now.disc.free_blocks); !fits)
        return tl::unexpected(fits.error());
    if (!now.job.layer_break)
        plan_layer_break(plan, now);
    else if (const auto taken = take_layer_break(plan, now, *now.job.layer_break); !taken)
        return tl::unexpected(taken.error());
    plan.calibrates = false; // the drive does it with the first WRITE
    plan.close = {{.function = CloseFunction::track}};
    if (now.job.multi)
        plan.close.push_back({.function = CloseFunction::session});
    else
        plan.close.push_back(
            {.function = CloseFunction::finalize, .otherwise = CloseFunction::finalize_small});
    plan.expected = now.job.multi ? DiscStatus::appendable : DiscStatus::complete;
    return plan;
}

} // namespace burnrig::driver::plans
