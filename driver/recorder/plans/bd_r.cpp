// SPDX-License-Identifier: Apache-2.0
// BD-R: sequential, pseudo-overwrite, random recording. What a disc is was settled by the format
// it was given before its first WRITE, or by that WRITE when there was no format.
//
//     sequential         no format; WRITE from the next writable address, CLOSE TRACK, then
//                        CLOSE SESSION or finalize
//     pseudo-overwrite   FORMAT 00h; WRITE at the next writable address, or over older data,
//                        which the drive redirects; CLOSE TRACK only, there is one session
//     random             FORMAT 00h, sub-type 2, where the drive offers it; WRITE anywhere
//
// Source: MMC-6, 4.5.3 and 6.5.4; what growisofs sends.
#include <fmt/format.h>

#include "driver/recorder/plans/planners.h"
#include "mmc/profile.h"

namespace burnrig::driver::plans {
namespace {

constexpr std::uint32_t cluster_blocks = 32;

enum SubType : std::uint8_t { with_pseudo_overwrite = 0, random_recording = 2 };

Outcome<FormatRequest> full_format(const Situation& now, SubType sub_type) {
    const bool fresh = now.disc.status == DiscStatus::blank;
    const FormatOffer* offer =
        now.disc.formats ? now.disc.formats->offer(format_type::full) : nullptr;
    if (!fresh)
        return refuse(Cause::medium_not_blank,
                      "A BD-R gets its format before the first recording, and this one has a "
                      "recording or another format already.");
    if (offer == nullptr)
        return refuse(Cause::medium_not_writable,
                      "The drive offers no format with spare areas for this disc.");
    return FormatRequest{.type = format_type::full,
                         .sub_type = sub_type,
                         .blocks = offer->blocks,
                         .parameter = offer->parameter};
}

void plan_streaming(Plan& plan, const Situation& now) {
    plan.streaming = now.job.streaming && now.drive.write.stream_writing;
    if (now.job.streaming && !plan.streaming)
        plan.notes.push_back("the drive offers no streaming, so it verifies what it writes");
}

/// Pseudo-overwrite at an address of the user's choice, or behind what is there.
Outcome<void> plan_pseudo_overwrite(Plan& plan, const Situation& now) {
    if (now.job.start_lba)
        return plan_overwrite(plan, now, cluster_blocks,
                              now.disc.formats ? now.disc.formats->blocks : 0);
    if (!now.disc.next_writable)
        return refuse(Cause::medium_not_writable,
                      "The drive gives no address at which this disc could be written.");
    BurnJob at_end = now.job;
    at_end.start_lba = now.disc.next_writable;
    const Situation append{at_end, now.drive, now.disc};
    return plan_overwrite(plan, append, cluster_blocks,
                          static_cast<std::uint64_t>(*now.disc.next_writable) +
                              now.disc.free_blocks);
}

} // namespace

ModeChoice choose_bd_r(const Situation& now) {
    if (now.drive.write.pseudo_overwrite)
        return {WriteMode::pow, "pseudo-overwrite: the disc is formatted for it"};
    return {WriteMode::sequential,
            "sequential: what every drive reads; no room is spent on spare areas"};
}

Outcome<Plan> bd_r_sequential(const Situation& now) {
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    if (now.drive.write.pseudo_overwrite)
        return refuse(Cause::medium_not_blank,
                      "The disc is formatted for pseudo-overwrite; record it with --mode pow.");
    Plan plan;
    if (const auto track = plan_track(plan, now, {.multiple = cluster_blocks}); !track)
        return tl::unexpected(track.error());
    if (const auto fits = check_room(plan, now.job, now.disc.free_blocks); !fits)
        return tl::unexpected(fits.error());
    plan_streaming(plan, now);
    plan.calibrates = false; // the drive does it with the first WRITE
    plan.close = {{.function = CloseFunction::track},
                  {.function = now.job.multi ? CloseFunction::session : CloseFunction::finalize}};
    plan.expected = now.job.multi ? DiscStatus::appendable : DiscStatus::complete;
    return plan;
}

Outcome<Plan> bd_r_pseudo_overwrite(const Situation& now) {
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    Plan plan;
    plan.calibrates = false;
    if (!now.drive.write.pseudo_overwrite) {
        const auto format = full_format(now, with_pseudo_overwrite);
        if (!format)
            return tl::unexpected(format.error());
        if (const auto fits = check_before_format(now, cluster_blocks, format->blocks); !fits)
            return tl::unexpected(fits.error());
        plan.format = *format;
        return plan;
    }
    if (const auto planned = plan_pseudo_overwrite(plan, now); !planned)
        return tl::unexpected(planned.error());
    plan_streaming(plan, now);
    if (!now.disc.tracks.empty())
        plan.track = now.disc.tracks.back().number;
    plan.close = {{.function = CloseFunction::track}};
    note_needless_multi(plan, now.job);
    return plan;
}

Outcome<Plan> bd_r_random(const Situation& now) {
    if (const auto real = refuse_simulation(now); !real)
        return tl::unexpected(real.error());
    Plan plan;
    plan.calibrates = false;
    if (now.disc.profile != mmc::code(mmc::Profile::bd_r_random)) {
        if (!now.drive.write.random_recording)
            return refuse(Cause::command_refused,
                          "The drive does not offer the random recording mode of BD-R.");
        const auto format = full_format(now, random_recording);
        if (!format)
            return tl::unexpected(format.error());
        if (const auto fits = check_before_format(now, cluster_blocks, format->blocks); !fits)
            return tl::unexpected(fits.error());
        plan.format = *format;
        return plan;
    }
    const std::uint64_t capacity = now.disc.formats ? now.disc.formats->blocks : 0;
    if (const auto planned = plan_overwrite(plan, now, cluster_blocks, capacity); !planned)
        return tl::unexpected(planned.error());
    plan_streaming(plan, now);
    note_needless_multi(plan, now.job);
    return plan;
}

} // namespace burnrig::driver::plans
