// SPDX-License-Identifier: Apache-2.0
// DVD-R and DVD-RW, recorded from one end to the other.
//
//     disc at once   RESERVE TRACK of the whole length, WRITE from 0, the flush ends it all
//     incremental    WRITE from the next writable address in packets of 16 blocks,
//                    CLOSE TRACK, CLOSE SESSION (the border)
//
// A DVD-RW that was blanked quickly takes only disc at once: feature 0021h is then not current.
// Source: MMC-5, 4.3; what growisofs and libburn send.
#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"
#include "mmc/profile.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::uint32_t ecc_blocks = 16;
constexpr std::uint8_t track_mode_incremental = 5; // the one that picky old drives insist on

Offered offered_by(const DriveSummary& drive) {
    return {.test_write = drive.write.dvd_minus_test_write,
            .underrun_free = drive.write.dvd_minus_underrun_free};
}

/// Reserved from its first block on, and nothing written: left by a burn whose calibration failed.
bool is_reserved_and_empty(const DiscSummary& disc) {
    if (disc.status == DiscStatus::blank || disc.tracks.empty())
        return false;
    const TrackInformation& first = disc.tracks.front();
    return disc.sessions <= 1 && first.reserved && first.start == 0 && first.next_writable == 0;
}

} // namespace

ModeChoice choose_dvd_minus(const Situation& now) {
    if (now.job.resume)
        return {WriteMode::incremental, "incremental, since a recording is to go on"};
    if (tells_no_size(now.job))
        return {WriteMode::incremental,
                "incremental, since the source does not tell its size before it ends"};
    if (now.disc.status != DiscStatus::blank)
        return {WriteMode::incremental, "incremental, since the disc already has sessions"};
    if (now.job.multi)
        return {WriteMode::incremental, "incremental, since the disc is to stay appendable"};
    return {WriteMode::dao,
            "disc at once: one closed session on a blank disc, which every player reads"};
}

Outcome<Plan> dvd_minus_at_once(const Situation& now) {
    if (const auto fit = check_appendable(now.disc); !fit)
        return tl::unexpected(fit.error());
    if (const auto sized = require_size(now.job, "Disc at once", WriteMode::incremental); !sized)
        return tl::unexpected(sized.error());
    const bool reserved = is_reserved_and_empty(now.disc);
    if (now.disc.status != DiscStatus::blank && !reserved)
        return refuse(Cause::medium_not_blank,
                      "Disc at once needs a blank disc, and this one has recordings on it; "
                      "--mode incremental can append.");
    if (now.job.multi)
        return refuse(Cause::invalid_job,
                      "Disc at once leaves a closed disc; --mode incremental can leave it "
                      "appendable.");
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = ecc_blocks}); !track)
        return tl::unexpected(track.error());
    plan.extents.front().first_lba = 0;
    if (const auto fits = check_room(plan, now.job, now.disc.free_blocks); !fits)
        return tl::unexpected(fits.error());
    const auto set = plan_parameters(
        plan, now.job, offered_by(now.drive),
        {.write_type = WriteType::session_at_once, .track_mode = track_mode_incremental});
    if (!set)
        return tl::unexpected(set.error());
    if (!reserved)
        plan.reservation = static_cast<std::uint32_t>(plan.blocks());
    else if (now.disc.tracks.front().size != plan.blocks())
        return refuse(Cause::medium_not_blank,
                      fmt::format("The disc is reserved for {} blocks, the image has {}.",
                                  now.disc.tracks.front().size, plan.blocks()));
    plan.expected = DiscStatus::complete; // closed by the flush
    return plan;
}

Outcome<Plan> dvd_minus_incremental(const Situation& now) {
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = ecc_blocks}); !track)
        return tl::unexpected(track.error());
    const bool two_layers = now.disc.profile == mmc::code(mmc::Profile::dvd_minus_r_dl) ||
                            now.disc.profile == mmc::code(mmc::Profile::dvd_minus_rw_dl);
    if (two_layers && now.job.multi)
        return refuse(Cause::invalid_job,
                      fmt::format("A {} takes one session, which fills both layers: leave out "
                                  "--multi.",
                                  profile_name(now.disc.profile)));
    if (!now.drive.write.incremental)
        return refuse(Cause::command_refused,
                      "The drive does not offer incremental recording for this disc; a DVD-RW that "
                      "was blanked quickly takes only --mode dao, until it is blanked in full.");
    if (const auto fits = check_room(plan, now.job, now.disc.free_blocks); !fits)
        return tl::unexpected(fits.error());
    const auto set = plan_parameters(plan, now.job, offered_by(now.drive),
                                     {.write_type = WriteType::packet,
                                      .multi_session = now.job.multi,
                                      .track_mode = track_mode_incremental,
                                      .fixed_packet_blocks = ecc_blocks});
    if (!set)
        return tl::unexpected(set.error());
    plan.close = {{.function = CloseFunction::track}, {.function = CloseFunction::session}};
    plan.expected = now.job.multi ? DiscStatus::appendable : DiscStatus::complete;
    return plan;
}

} // namespace burnrig::driver::plans
